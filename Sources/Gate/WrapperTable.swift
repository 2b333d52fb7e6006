/// How a program that starts another one reads its arguments.
struct WrapperSpec: Sendable {
  /// What stands behind options and skipped words.
  enum Inner: Sendable {
    /// The argument vector of a command.
    case command
    /// Words that are joined and given to a shell.
    case joined
    /// Words each of which is a text for a shell.
    case texts
    /// Nothing: commands stand only in options.
    case nothing
  }

  /// Short options as in getopt: `a` a flag, `b:` with a value, `c::` with an optional attached value.
  var short: String
  /// Long options: `foo` a flag, `foo=` with a value, `foo?` with an optional attached value.
  var long: [String]
  /// Words before the command.
  var skip = 0
  /// Whether options stand for the words before the command: runcon takes a whole context or its parts.
  var skipsNothingAfterOptions = false
  /// Whether `NAME=value` may stand before the command.
  var takesAssignments = false
  var inner = Inner.command
  /// Options whose value is shell text, and so a command of its own.
  var textOptions: Set<String> = []
  /// Options that make it only ask or print: then no command runs.
  var queries: Set<String> = []
  /// Options that turn the rest into text for a shell.
  var joinOptions: Set<String> = []
  /// Whether `-5` is an option (nice).
  var takesNumbers = false
  /// Whether it starts a shell when no command is given.
  var startsShell = false
  /// Whether a single `-` is an option.
  var takesDash = false
  /// Whether `--` may stand between the skipped words and the command.
  var takesDashesBehind = false
  /// Words such as `--` of which the first says where the command begins, whatever stands before it.
  var beginsBehind: Set<String> = []
  /// Whether options may stand behind the first word (GNU getopt permutes).
  var permutes = false

  init(_ short: String, _ long: String = "") {
    self.short = short
    self.long = long.split(separator: " ").map(String.init)
  }

  func with(_ change: (inout WrapperSpec) -> Void) -> WrapperSpec {
    var copy = self
    change(&copy)
    return copy
  }
}

/// The table of programs that start others. Unknown options make a call undecidable; nothing is skipped on a guess.
enum WrapperTable {
  private static let specs = ordinary.merging(launchers) { first, _ in first }

  /// The names of the table. An entry is made when its program is met, as few are in one run.
  static var names: some Sequence<String> { specs.keys }

  /// The entry of a program.
  static func spec(_ name: String) -> WrapperSpec? {
    specs[name]?() ?? (isEmulator(name) ? emulator : nil)
  }

  private static let ordinary: [String: @Sendable () -> WrapperSpec] = [
    "nice": { WrapperSpec("n:", "adjustment=").with { $0.takesNumbers = true } },
    "nohup": { WrapperSpec("") },
    "setsid": { WrapperSpec("cfw", "ctty fork wait") },
    "stdbuf": { WrapperSpec("i:o:e:", "input= output= error=") },
    "ionice": {
      WrapperSpec("c:n:p:P:u:t", "class= classdata= pid= pgid= uid= ignore").with {
        $0.queries = ["p", "P", "u", "pid", "pgid", "uid"]
      }
    },
    "chrt": {
      WrapperSpec(
        "abdfiormpvRT:P:D:",
        "all-tasks batch deadline fifo idle other rr pid max verbose reset-on-fork sched-runtime= sched-period= sched-deadline="
      ).with {
        $0.skip = 1
        $0.queries = ["p", "pid", "m", "max"]
      }
    },
    "taskset": {
      WrapperSpec("acp", "all-tasks cpu-list pid").with {
        $0.skip = 1
        $0.queries = ["p", "pid"]
      }
    },
    "choom": { WrapperSpec("n:p:", "adjust= pid=").with { $0.queries = ["p", "pid"] } },
    "prlimit": {
      WrapperSpec(
        "c::d::e::f::i::l::m::n::q::r::s::t::u::v::x::y::p:o:",
        "core? data? nice? fsize? sigpending? memlock? rss? nofile? msgqueue? rtprio? stack? cpu? nproc? as? locks? rttime? pid= output= noheadings raw verbose"
      ).with { $0.queries = ["p", "pid"] }
    },
    "timeout": {
      WrapperSpec("k:s:vpf", "foreground preserve-status verbose kill-after= signal=").with {
        $0.skip = 1
      }
    },
    "eatmydata": { WrapperSpec("") },
    "fakeroot": { WrapperSpec("hvul:s:i:b:", "lib= faked= save= load= unknown-is-real fd-base=") },
    "catchsegv": { WrapperSpec("") }, "dbus-run-session": { WrapperSpec("", "config-file= dbus-daemon=") },
    "xvfb-run": {
      WrapperSpec(
        "ae:f:hln:p:s:w:",
        "auto-servernum error-file= auth-file= listen-tcp server-num= xauth-protocol= server-args= wait=")
    },
    "unshare": {
      WrapperSpec(
        "imnpuUCTfrcS:G:R:w:",
        "mount? uts? ipc? net? pid? user? cgroup? time? fork map-user= map-group= map-root-user map-current-user map-auto map-users= map-groups= keep-caps kill-child? mount-proc? propagation= setgroups= root= wd= setuid= setgid= monotonic= boottime="
      ).with { $0.startsShell = true }
    },
    "nsenter": {
      WrapperSpec(
        "t:m::u::i::n::p::C::U::T::S:G:r::w::W:FZae",
        "target= mount? uts? ipc? net? pid? cgroup? user? time? setuid= setgid= preserve-credentials root? wd? wdns= no-fork follow-context all env"
      ).with { $0.startsShell = true }
    },
    "chroot": {
      WrapperSpec("", "groups= userspec= skip-chdir").with {
        $0.skip = 1
        $0.startsShell = true
      }
    },
    "setpriv": {
      WrapperSpec(
        "d",
        "ambient-caps= bounding-set= inh-caps= list-caps no-new-privs nnp clear-groups keep-groups init-groups groups= regid= reuid= rgid= ruid= egid= euid= reset-env securebits= selinux-label= apparmor-profile= pdeathsig= dump"
      )
    },
    "gosu": { WrapperSpec("").with { $0.skip = 1 } }, "su-exec": { WrapperSpec("").with { $0.skip = 1 } },
    "pkexec": { WrapperSpec("", "user= disable-internal-agent keep-cwd").with { $0.startsShell = true } },
    "cgexec": { WrapperSpec("g:", "sticky") },
    "systemd-run": {
      WrapperSpec(
        "H:M:p:u:rtPdGEqSn",
        "user system host= machine= scope unit= property= description= slice= slice-inherit expand-environment= remain-after-exit send-sighup service-type= uid= gid= nice= working-directory= same-dir setenv= pty pipe quiet shell collect wait no-block no-ask-password on-active= on-boot= on-startup= on-unit-active= on-unit-inactive= on-calendar= on-clock-change on-timezone-change timer-property= path-property= socket-property="
      )
    },
    "firejail": { WrapperSpec("c", "noprofile quiet private net= profile=") },
    "strace": {
      WrapperSpec(
        "a:b:e:E:I:o:O:p:P:s:S:u:U:X:cCdDfFhiknqrtTvVwxyYzZ",
        "follow-forks output= trace= summary-only quiet= attach= env= user= string-limit= seccomp-bpf daemonize?"
      )
    },
    "ltrace": { WrapperSpec("a:A:D:e:F:l:n:o:p:s:u:w:x:bcCfhiLrStTV", "align= library= output= where=") },
    "runuser": {
      WrapperSpec(
        "c:fg:G:lmpPs:u:w:Th",
        "command= fast group= supp-group= login preserve-environment pty no-pty shell= user= whitelist-environment= session-command="
      ).with {
        $0.takesDash = true
        $0.textOptions = ["c", "command", "session-command"]
        $0.startsShell = true
      }
    },
    "sg": {
      WrapperSpec("c:").with {
        $0.skip = 1
        $0.inner = .joined
        $0.textOptions = ["c", "command"]
      }
    },
    "ssh-agent": { WrapperSpec("a:csDdkt:P:E:O:T").with { $0.queries = ["k"] } },
    "sshpass": { WrapperSpec("p:f:d:eP:vhV") }, "tsocks": { WrapperSpec("") },
    "proxychains": { WrapperSpec("qf:") }, "proxychains4": { WrapperSpec("qf:") },
    "unbuffer": { WrapperSpec("p") },
    "rlwrap": { WrapperSpec("a::AcC:b:D:eE:f:F:g:H:iIl:m::M:nNo:O:p::P:q:rRs:S:t:T:UvVw:WXz:") },
    "chronic": { WrapperSpec("ve") }, "ifne": { WrapperSpec("n") },
    "setlock": { WrapperSpec("nNxX").with { $0.skip = 1 } },
    "chpst": { WrapperSpec("u:U:b:e:/:C:n:l:L:m:d:o:p:f:c:r:t:vVP012") },
    "envdir": { WrapperSpec("").with { $0.skip = 1 } },
    "setuidgid": { WrapperSpec("").with { $0.skip = 1 } },
    "softlimit": { WrapperSpec("a:c:d:f:l:m:o:p:r:s:t:") },
    "cpulimit": { WrapperSpec("l:m:c:p:e:zifvqsb").with { $0.queries = ["p", "e"] } },
    "nocache": { WrapperSpec("n:") },
    "faketime": { WrapperSpec("mpf", "exclude-monotonic date-prog").with { $0.skip = 1 } },
    "valgrind": {
      WrapperSpec(
        "qvd",
        "tool= leak-check= log-file= error-exitcode= track-origins= show-leak-kinds= trace-children= quiet verbose"
      )
    },
    "runcon": {
      WrapperSpec("ct:u:r:l:", "compute type= user= role= range=").with {
        $0.skip = 1
        $0.skipsNothingAfterOptions = true
      }
    },
    "systemd-cat": { WrapperSpec("t:p:", "identifier= priority= stderr-priority= level-prefix=") },
    "systemd-inhibit": {
      WrapperSpec("", "what= who= why= mode= no-pager no-legend list").with {
        $0.queries = ["list"]
      }
    },
    "catatonit": { WrapperSpec("gPVh") },
    "hyperfine": {
      WrapperSpec(
        "w:m:M:r:s:p:c:P:D:L:iNn:S:u:",
        "warmup= min-runs= max-runs= runs= setup= prepare= cleanup= shell= ignore-failure show-output export-json= export-csv= export-markdown="
      ).with {
        $0.inner = .texts
        $0.textOptions = ["p", "s", "c", "setup", "prepare", "cleanup"]
        $0.permutes = true
      }
    },
    "doas": {
      WrapperSpec("Lnsu:C:").with {
        $0.startsShell = false
        $0.queries = ["L", "C"]
        $0.joinOptions = ["s"]
      }
    },
    "sudo": {
      WrapperSpec(
        "AbEeHKklnPSVvisBC:c:D:g:h:p:R:r:T:t:U:u:N",
        "askpass background preserve-env? edit set-home remove-timestamp reset-timestamp list non-interactive preserve-groups stdin version validate login shell bell close-from= chdir= group= host= prompt= chroot= role= command-timeout= type= other-user= user= help"
      ).with {
        $0.takesAssignments = true
        $0.queries = [
          "e", "edit", "l", "list", "K", "v", "V", "version", "validate", "remove-timestamp", "help",
        ]
        $0.joinOptions = ["s", "i", "shell", "login"]
      }
    },
    "flock": {
      WrapperSpec(
        "sxnuoFvew:E:c:h",
        "shared exclusive nonblock unlock close no-fork verbose wait= timeout= conflict-exit-code= command="
      ).with {
        $0.skip = 1
        $0.textOptions = ["c", "command"]
      }
    },
    "watch": {
      WrapperSpec(
        "bcCdeghn:pq:rtwxv",
        "beep color no-color differences? errexit chgexit interval= precise equexit= no-rerun no-title no-wrap exec"
      ).with { $0.inner = .joined }
    },
    "su": {
      WrapperSpec(
        "c:fg:G:lmpPs:w:T:u:h",
        "command= fast group= supp-group= login preserve-environment pty shell= whitelist-environment= session-command="
      ).with {
        $0.inner = .nothing
        $0.takesDash = true
        $0.permutes = true
        $0.textOptions = ["c", "command", "session-command"]
        $0.startsShell = true
      }
    },
    "script": {
      WrapperSpec(
        "ac:efqI:O:B:T:t::m:E:o:h",
        "append command= return flush quiet log-in= log-out= log-io= log-timing= timing? logging-format= echo= output-limit= force"
      ).with {
        $0.inner = .nothing
        $0.permutes = true
        $0.textOptions = ["c", "command"]
        $0.startsShell = true
      }
    },
    "ssh": {
      WrapperSpec("46AaCfGgKkMNnqsTtVvXxYyB:b:c:D:E:e:F:I:i:J:L:l:m:O:o:p:Q:R:S:W:w:P:").with {
        $0.skip = 1
        $0.inner = .joined
      }
    },
    "parallel": {
      WrapperSpec(
        "0kuXmtvqrj:P:n:N:L:a:C:d:I:S:",
        "jobs= keep-order ungroup null max-args= max-replace-args= colsep= arg-file= delimiter= will-cite dry-run halt= bar progress eta joblog= results= tag line-buffer no-notice retries= timeout= delay= load= memfree= group pipe block= shuf silent verbose no-run-if-empty xargs plus max-procs= arg-sep= quote linebuffer lb"
      )
    },
    "entr": { WrapperSpec("acdnprszx").with { $0.joinOptions = ["s"] } },
    "tini": { WrapperSpec("p:e:gsvwlh", "version") },
    "dumb-init": { WrapperSpec("cvr:V", "single-child verbose rewrite= version help") },
  ]
}

/// Programs with options whose value is a shell text or a command.
enum TextOptionTable {
  struct Spec: Sendable {
    /// Options, long ones with their dashes; a value may be attached (`=`, or directly for short ones) or follow.
    var options: Set<String>
    /// Prefixes behind which a text stands in the same word, such as `--checkpoint-action=exec=`.
    var attached: [String] = []
    /// Whether the value is a program's words instead of shell text.
    var isCommand = false
    /// Options that are none of these although one of these begins like them.
    var others: Set<String> = []
  }

  /// The names of the table.
  static var names: some Sequence<String> { specs.keys }

  /// The entry of a program.
  static func spec(_ name: String) -> Spec? { specs[name]?() }

  private static let specs: [String: @Sendable () -> Spec] = [
    "tar": {
      Spec(
        options: [
          "--to-command", "-I", "--use-compress-program", "-F", "--info-script", "--new-volume-script",
          "--rsh-command",
          "--rmt-command",
        ], attached: ["--checkpoint-action=exec=", "exec="])
    },
    "rsync": { Spec(options: ["-e", "--rsh", "--rsync-path"]) },
    "scp": { Spec(options: ["-S", "-D"], isCommand: true) },
    "sftp": { Spec(options: ["-S", "-D"], isCommand: true) },
    "zip": { Spec(options: ["-TT", "--unzip-command"]) }, "split": { Spec(options: ["--filter"]) },
    "sort": { Spec(options: ["--compress-program"], isCommand: true) },
    "man": { Spec(options: ["-P", "--pager", "-H", "--html"]) },
    "rg": { Spec(options: ["--pre", "--hostname-bin"], isCommand: true) },
    "fzf": { Spec(options: ["--preview"]) }, "tcpdump": { Spec(options: ["-z"], isCommand: true) },
    "wget": { Spec(options: ["--use-askpass"], isCommand: true) },
    "ncat": { Spec(options: ["-e", "-c", "--exec", "--sh-exec"]) }, "nc": { Spec(options: ["-e", "-c"]) },
    "socat": { Spec(options: [], attached: ["EXEC:", "SYSTEM:", "exec:", "system:"]) },
    "nodemon": { Spec(options: ["--exec", "-x"]) }, "bat": { Spec(options: ["--pager"]) },
    "gcloud": { Spec(options: ["--command"]) }, "gnome-terminal": { Spec(options: ["-e", "--command"]) },
    "install": { Spec(options: ["--strip-program"], isCommand: true) },
    "cpio": { Spec(options: ["--rsh-command"], isCommand: true) },
    "dpkg": { Spec(options: ["--pre-invoke", "--post-invoke"]) },
    "start-stop-daemon": {
      Spec(
        options: ["-x", "--exec", "-a", "--startas"], isCommand: true, others: ["--start"])
    },
    "nix-shell": { Spec(options: ["--run", "--command"]) }, "xterm": { Spec(options: ["-e"]) },
    "gdb": { Spec(options: []) }, "crontab": { Spec(options: []) },
    "vim": { Spec(options: []) }, "vi": { Spec(options: []) }, "ex": { Spec(options: []) },
  ]
}

/// Programs that run code given to them in their own language.
enum Interpreters {
  /// Options behind which code, or a module, stands.
  static let codeOptions: [String: Set<String>] = [
    "python": ["-c"], "python2": ["-c"], "python3": ["-c"], "pypy": ["-c"],
    "pypy3": ["-c"],
    "perl": ["-e", "-E", "-M", "-m"], "ruby": ["-e", "-r"],
    "node": ["-e", "--eval", "-p", "--print", "-r", "--require", "--import"],
    "nodejs": ["-e", "--eval", "-p", "--print", "-r", "--require"], "php": ["-r", "-B", "-E", "-R"],
    "lua": ["-e", "-l"],
    "Rscript": ["-e"], "julia": ["-e", "--eval", "-E", "--print"], "osascript": ["-e"], "tclsh": [],
    "wish": [],
    "expect": ["-c"], "bun": ["-e", "--eval", "-p"], "guile": ["-c"], "ghc": ["-e"], "groovy": ["-e"],
    "scala": ["-e"],
    "elixir": ["-e", "--eval"], "erl": ["-eval"], "swipl": ["-g"], "sbcl": ["--eval"],
    "emacs": ["--eval", "-l", "--load", "-f"], "emacsclient": ["-e", "--eval"],
    "zsh": ["-c"], "fish": ["-c", "--command", "-C", "--init-command"], "csh": ["-c"], "tcsh": ["-c"],
    "pwsh": ["-c", "-Command", "-e", "-ec", "-EncodedCommand"], "nu": ["-c", "--commands"], "elvish": ["-c"],
    "xonsh": ["-c"], "rc": ["-c"], "es": ["-c"], "oil": ["-c"], "osh": ["-c"], "ysh": ["-c"],
    "deno": ["eval"], "R": ["-e"], "jshell": [], "irb": ["-e"], "iex": ["-e"],
    "raku": ["-e"], "crystal": ["eval"], "ocaml": ["-e"],
  ]

  /// Options of interpreters whose value is the next word, so that code may stand behind it.
  static func valueOptions(_ name: String) -> Set<String> {
    if name.hasPrefix("python") || name.hasPrefix("pypy") { return ["-W", "-X", "-Q"] }
    if name.hasPrefix("perl") { return ["-I"] }
    if name.hasPrefix("ruby") { return ["-I", "-C", "-E"] }
    if name.hasPrefix("php") { return ["-d", "-c", "-z"] }
    if name.hasPrefix("node") || name == "bun" {
      return ["--title", "--stack-trace-limit", "--inspect-port", "--env-file", "-C", "--conditions"]
    }
    return []
  }

  private static let versioned = ["python", "perl", "ruby", "php", "lua", "node", "pypy"]

  /// The names of the table.
  static var names: some Sequence<String> { codeOptions.keys }

  /// Whether a name ends like a version, as that of an interpreter may.
  static func isVersion(_ name: String) -> Bool {
    guard let last = name.utf8.last else { return false }
    // Digits of other scripts end in a byte of their own.
    return (0x30...0x39).contains(last) || last == 0x2E || last == 0x2D || last >= 0x80
  }

  /// The entry of a name, versions such as `python3.11` included.
  static func codeOptions(_ name: String) -> Set<String>? {
    if let found = codeOptions[name] { return found }
    guard isVersion(name) else { return nil }
    for base in versioned where name.hasPrefix(base) {
      let rest = name.dropFirst(base.count)
      if !rest.isEmpty, rest.allSatisfy({ $0.isNumber || $0 == "." || $0 == "-" }) {
        return codeOptions[base]
      }
    }
    return nil
  }
}
