/// Programs whose command stands behind a sub-command, behind an option or behind `--`.
enum LauncherTable {
  /// Sub-commands, as the words that the arguments begin with, and how what stands behind them is read.
  static let verbs: [String: @Sendable () -> [String: WrapperSpec]] = [
    "podman": { ["unshare": WrapperSpec("", "rootless-netns")] },
    "cmake": {
      [
        "-E env": WrapperSpec("", "unset= modify=").with { $0.takesAssignments = true },
        "-E time": WrapperSpec(""),
      ]
    },
    "conda": { ["run": conda] }, "mamba": { ["run": conda] }, "micromamba": { ["run": conda] },
    "pipx": {
      [
        "run": WrapperSpec("", "spec= python= pip-args= no-cache index-url= system-site-packages verbose")
      ]
    },
    "uv": { ["tool run": uvTool] },
    "rbenv": { ["exec": WrapperSpec("")] }, "pyenv": { ["exec": WrapperSpec("")] },
    "nodenv": { ["exec": WrapperSpec("")] },
    "goenv": { ["exec": WrapperSpec("")] }, "jenv": { ["exec": WrapperSpec("")] },
    "asdf": { ["exec": WrapperSpec("")] },
    "volta": { ["run": WrapperSpec("", "node= npm= pnpm= yarn= bundled-npm no-pnpm no-yarn env=")] },
    "fnm": { ["exec": WrapperSpec("", "using=")] },
    "op": { ["run": WrapperSpec("", "env-file= no-masking account= session= environment= cache")] },
    "aws-vault": {
      [
        "exec": WrapperSpec(
          "d:njst:p:",
          "duration= no-session json server ec2-server ecs-server lazy region= mfa-token= stdout prompt= backend="
        ).with {
          $0.skip = 1
          $0.startsShell = true
          $0.takesDashesBehind = true
        }
      ]
    },
    "chamber": { ["exec": WrapperSpec("").with { $0.beginsBehind = ["--"] }] },
    "dotenvx": { ["run": WrapperSpec("").with { $0.beginsBehind = ["--"] }] },
    "doppler": {
      [
        "run": WrapperSpec(
          "p:c:t:",
          "command= project= config= token= preserve-env? mount= mount-format= mount-template= mount-max-reads= fallback= fallback-only fallback-readonly no-fallback no-cache silent forward-signals name-transformer= only-secrets="
        ).with { $0.textOptions = ["command"] }
      ]
    },
    "sops": {
      [
        "exec-env": WrapperSpec("", "background pristine same-process user=").with {
          $0.skip = 1
          $0.inner = .joined
        },
        "exec-file": WrapperSpec("", "background no-fifo user= input-type= output-type= filename=").with {
          $0.skip = 1
          $0.inner = .joined
        },
      ]
    },
    "heroku": {
      [
        "run": WrapperSpec("a:r:e:s:x", "app= remote= env= size= type= exit-code no-tty").with {
          $0.inner = .joined
        }
      ]
    },
    "vagrant": {
      [
        "ssh": WrapperSpec("c:pt", "command= plain tty").with {
          $0.inner = .nothing
          $0.textOptions = ["c", "command"]
        }
      ]
    },
    "fly": { ["ssh console": flyConsole] }, "flyctl": { ["ssh console": flyConsole] },
    "machinectl": {
      [
        "shell": WrapperSpec("M:qE:", "uid= setenv= machine= quiet").with {
          $0.skip = 1
          $0.startsShell = true
        }
      ]
    },
    "rr": {
      [
        "record": WrapperSpec(
          "nhuc:M:o:v:t:T:P:", "no-syscall-buffer chaos output-trace-dir= env= print-trace-dir=")
      ]
    },
    "uftrace": { ["record": uftrace, "live": uftrace] },
    "gprofng": { ["collect app": WrapperSpec("p:o:d:F:O:H:C:h:S:y:l:t:")] },
    "guix": {
      [
        "shell": WrapperSpec("").with { $0.beginsBehind = ["--"] },
        "environment": WrapperSpec("").with { $0.beginsBehind = ["--"] },
      ]
    },
    "nix": {
      [
        "develop": WrapperSpec("").with { $0.beginsBehind = ["-c", "--command"] },
        "shell": WrapperSpec("").with { $0.beginsBehind = ["-c", "--command"] },
      ]
    },
    "dotenv": { ["run": WrapperSpec("e:f:o:", "file= override no-override")] },
  ]

  private static let conda = WrapperSpec(
    "n:p:v", "name= prefix= no-capture-output live-stream cwd= dev debug-wrapper-scripts verbose")
  static let uftrace = WrapperSpec("d:F:N:T:D:P:A:R:a")
  static let uvTool = WrapperSpec(
    "p:qv",
    "from= with= with-editable= with-requirements= python= index-url= isolated quiet verbose offline no-cache"
  )
  private static let flyConsole = WrapperSpec("C:a:r:sup:", "command= app= region= select user= pty").with {
    $0.inner = .nothing
    $0.textOptions = ["C", "command"]
  }

  /// Options behind which the rest is a command's words.
  static let behindOption: [String: Set<String>] = [
    "gdb": ["--args", "-args"], "lldb": ["--"], "lldb-server": ["--"], "gdbserver": ["--"], "xterm": ["-e"],
    "uxterm": ["-e"], "konsole": ["-e"], "gnome-terminal": ["--", "-x"], "terminator": ["-x"],
    "alacritty": ["-e"],
    "xfce4-terminal": ["-x"], "urxvt": ["-e"], "st": ["-e"], "dpkg-architecture": ["-c"], "capsh": ["--"],
  ]

  /// Options whose value is code, or names code, that is not read here.
  static let opaqueOptions: [String: [String]] = {
    let compiler = ["-wrapper", "-fplugin=", "-specs=", "--specs="]
    let apt = ["-o", "--option", "-c", "--config-file"]
    var table: [String: [String]] = [
      "rpm": ["--eval", "-E"], "rpmspec": ["--eval", "-E"], "rpmbuild": ["--eval", "-E"], "gnuplot": ["-e"],
      "octave": ["--eval"], "bpftrace": ["-e", "-c"], "stap": ["-e", "-c"], "lftp": ["-c", "-e", "-f"],
      "mutt": ["-e"], "neomutt": ["-e"], "ranger": ["--cmd"], "exiftool": ["-if", "-config"],
      "ansible": ["-a", "--args", "-m"], "mail": ["-S"], "mailx": ["-S"], "s-nail": ["-S"],
      "gpg": ["--photo-viewer", "--exec-path", "--agent-program", "--dirmngr-program"], "execlineb": ["-c"],
      "ssh-keygen": ["-D"], "openssl": ["-engine", "-provider"], "maxima": ["--batch-string"],
      "pdflatex": ["-shell-escape", "--shell-escape", "-enable-write18"],
      "latex": ["-shell-escape", "--shell-escape", "-enable-write18"],
      "xelatex": ["-shell-escape", "--shell-escape"], "lualatex": ["-shell-escape", "--shell-escape"],
    ]
    for name in ["gcc", "g++", "cc", "c++", "clang", "clang++"] { table[name] = compiler }
    for name in ["apt", "apt-get", "apt-cache", "aptitude"] { table[name] = apt }
    return table
  }()

  /// All names of the tables.
  static let names = Set(verbs.keys).union(behindOption.keys).union(opaqueOptions.keys).union(readers)

  /// Programs whose first words are always code of another language.
  static let readers: Set<String> = ["rename", "prename", "file-rename"]
}

/// More of the wrappers' table: launchers, terminals, emulators.
extension WrapperTable {
  static let launchers: [String: @Sendable () -> WrapperSpec] = [
    "sem": {
      WrapperSpec("j:", "jobs= id= fg wait bg semaphorename= semaphoretimeout= will-cite").with {
        $0.inner = .joined
      }
    },
    "fakechroot": {
      WrapperSpec(
        "sl:d:e:c:b:", "use-system-libs lib= elfloader= environment= config-dir= bindir=")
    },
    "proot": {
      WrapperSpec(
        "r:b:q:w:0i:S:R:lv:", "rootfs= bind= qemu= pwd= cwd= root-id change-id= link2symlink verbose="
      ).with { $0.startsShell = true }
    },
    "trickle": { WrapperSpec("d:u:w:t:l:n:p:P:sv") }, "torify": { WrapperSpec("dv") },
    "please": { WrapperSpec("a:c:d:e:g:lnprt:u:w") },
    "openvt": { WrapperSpec("c:efFlsuvw", "console= exec force login switch user verbose wait") },
    "dtach": { WrapperSpec("a:c:A:n:N:p:e:r:Ez") }, "abduco": { WrapperSpec("a:c:A:n:e:lfrpq") },
    "daemonize": { WrapperSpec("c:e:o:p:l:u:E:av") },
    "newgrp": {
      WrapperSpec("").with {
        $0.skip = 1
        $0.startsShell = true
      }
    },
    "lxc-attach": { lxc }, "lxc-execute": { lxc },
    "systemd-nspawn": {
      WrapperSpec(
        "D:i:M:u:S:p:L:Z:nxabqUE:",
        "directory= image= machine= user= slice= bind= bind-ro= network-veth private-network boot as-pid2 quiet setenv= chdir= ephemeral read-only tmpfs= capability= property= register= keep-unit console= pipe volatile?"
      ).with { $0.startsShell = true }
    },
    "run0": {
      WrapperSpec(
        "u:g:D:",
        "no-ask-password unit= property= description= slice= slice-inherit user= group= nice= chdir= via-shell setenv= background= pty pipe shell-prompt-prefix="
      ).with { $0.startsShell = true }
    },
    "heaptrack": { WrapperSpec("ro:dq", "raw record-only output= debug quiet") },
    "uftrace": { LauncherTable.uftrace },
    "s6-setuidgid": { WrapperSpec("").with { $0.skip = 1 } },
    "s6-envdir": { WrapperSpec("Ifn").with { $0.skip = 1 } },
    "s6-applyuidgid": { WrapperSpec("zu:g:G:U") },
    "s6-softlimit": { WrapperSpec("HhS:a:c:d:f:l:m:o:p:r:s:t:") },
    "s6-setlock": { WrapperSpec("nNrwd:t:").with { $0.skip = 1 } },
    "dbus-launch": {
      WrapperSpec(
        "",
        "exit-with-session exit-with-x11 autolaunch= auto-syntax binary-syntax close-stderr config-file= csh-syntax sh-syntax"
      )
    }, "xinit": { WrapperSpec("") }, "startx": { WrapperSpec("") }, "box64": { WrapperSpec("") },
    "box86": { WrapperSpec("") },
    "uvx": { LauncherTable.uvTool },
    "dotenv": { WrapperSpec("e:c:v:f:o:p:q:", "file= override quote= export=") },
    "pee": {
      WrapperSpec("", "ignore-sigpipe ignore-write-errors no-ignore-sigpipe no-ignore-write-errors")
        .with {
          $0.inner = .texts
        }
    },
    "watchexec": {
      WrapperSpec(
        "w:W:e:f:i:s:d:rcnpqv",
        "watch= exts= filter= ignore= signal= debounce= restart clear? shell= no-vcs-ignore postpone quiet verbose"
      ).with { $0.inner = .joined }
    },
    "torsocks": { WrapperSpec("iqda:P:u:p:", "shell on off quiet debug isolate address= port= user= pass=") },
  ]

  /// qemu's emulators of one program, `qemu-aarch64` and so on.
  static func isEmulator(_ name: String) -> Bool {
    guard name.hasPrefix("qemu-") else { return false }
    let machine = name.dropFirst(5)
    return emulated.contains(String(machine.hasSuffix("-static") ? machine.dropLast(7) : machine))
  }

  private static let emulated: Set<String> = [
    "x86_64", "i386", "aarch64", "aarch64_be", "arm", "armeb", "riscv64", "riscv32", "ppc64le", "ppc64",
    "ppc", "s390x",
    "mips", "mipsel", "mips64", "mips64el", "mipsn32", "m68k", "sparc", "sparc64", "sh4", "sh4eb", "alpha",
    "loongarch64",
    "hppa", "microblaze", "or1k", "xtensa", "hexagon",
  ]

  static let emulator = WrapperSpec("L:s:g:E:U:B:R:r:d:D:p:0:S:")

  private static let lxc = WrapperSpec(
    "n:o:l:P:s:e:a:f:R:L:u:g:c:v:qd",
    "name= logfile= logpriority= lxcpath= rcfile= define= quiet clear-env keep-env")

  /// The dynamic loader takes a program as its argument.
  static let loader = WrapperSpec(
    "",
    "list verify inhibit-cache library-path= inhibit-rpath= audit= preload= argv0= glibc-hwcaps-prepend= glibc-hwcaps-mask= list-tunables list-diagnostics"
  ).with { $0.queries = ["list", "verify", "list-tunables", "list-diagnostics"] }

  static func isLoader(_ base: String) -> Bool {
    base.utf8.first == 0x6C && isLoaderName(base)
  }

  private static func isLoaderName(_ base: String) -> Bool {
    base.hasPrefix("ld-linux") || base.hasPrefix("ld-musl") || base.hasPrefix("ld.so")
      || base.hasPrefix("ld64.so")
  }
}
