internal import Policy
internal import ShellSyntax
internal import SourceText

extension Analyzer {
  static let shells: [String: Dialect] = [
    "sh": .sh, "dash": .sh, "ash": .sh, "bash": .bash, "rbash": .bash, "ksh": .bash, "mksh": .bash,
    "yash": .sh, "ksh93": .bash, "lksh": .bash, "posh": .sh,
  ]

  /// A program: itself a finding, and what it starts in turn.
  mutating func program(
    _ base: String, _ request: ProgramRequest, _ place: Place, _ scope: Scope, input: Input?,
    isReadable: Bool = false
  ) {
    let marks = table[base]
    guard marks.contains(.starter) || Self.mayBeVersion(base) else {
      add(.exec, place, request: request, isReadable: isReadable)
      return checkWritten(request.program, place)
    }
    let arguments = request.arguments
    checkOptions(base, arguments, place)
    if marks.contains(.shell), let dialect = Self.shells[base] {
      return shell(base, dialect, request, place, scope, input: input)
    }
    if let options = Interpreters.codeOptions(base) {
      return interpreter(base, options, request, place, input: input)
    }
    if marks.contains(.launcher) || WrapperTable.isLoader(base),
      startsBehindWords(base, request, place, scope, input)
    {
      return
    }
    if var spec = wrapperSpec(base) {
      add(.exec, place, request: request)
      // Without -u runuser is su.
      if base == "runuser", !arguments.contains(where: Self.namesUser), let su = wrapperSpec("su") {
        spec = su
      }
      return wrapper(base, spec, arguments, place, scope, input)
    }
    guard Self.special.contains(base) else { return plain(base, request, place, scope) }
    switch base {
    case "command": lookThrough(arguments, ExecSpecs.command, base, place, scope, input, .exec, request)
    case "setarch", "linux32", "linux64", "i386", "x86_64", "uname26":
      architecture(base, arguments, request, place, scope)
    case "bwrap": bubblewrap(arguments, request, place, scope)
    case "ip": netns(arguments, request, place, scope)
    case "run-parts":
      add(.exec, place, request: request)
      if !arguments.contains(.literal("--list")), !arguments.contains(.literal("--test")) {
        dynamic(place.through(base), arguments, why: "\(base) starts every file of a folder")
      }
    case "env": environment(arguments, request, place, scope, input)
    case "xargs": xargs(arguments, request, place, scope)
    case "find", "gfind": find(arguments, request, place, scope)
    case "busybox", "toybox":
      add(.exec, place, request: request)
      run(arguments[...], place.through(base), scope, input: input)
    case "git": git(arguments, request, place, scope)
    case "docker", "podman", "nerdctl": container(base, arguments, request, place, scope)
    case "kubectl", "oc": afterDashes(base, arguments, request, place, scope)
    case "lxc": afterDashes(base, arguments, request, place, scope)
    case "awk", "gawk", "mawk", "nawk", "original-awk": awk(arguments, request, place)
    case "sed", "gsed": sed(arguments, request, place)
    case "npx", "npm", "yarn", "pnpm", "bunx", "uv", "poetry", "pipenv", "bundle", "mise", "direnv":
      packageRunner(base, arguments, request, place, scope)
    case "time": timeProgram(arguments, request, place, scope, input)
    case "at", "batch":
      add(.opaque, place, request: request, why: "it runs commands of its input later")
    case "make", "gmake": make(arguments, request, place)
    case "ed", "ex", "vi", "vim", "nvim", "view": editor(arguments, request, place, input)
    case "m4", "dc": filter(request, place, input)
    case "sqlite3", "psql", "mysql", "mariadb", "gdb", "lldb": console(request, place, input)
    case "crontab":
      let isInput =
        arguments.isEmpty || arguments.contains(.literal("-")) || arguments.contains(.literal("-e"))
      add(
        isInput ? .opaque : .exec, place, request: request,
        why: isInput ? "it takes commands to run later" : nil)
    case "tmux", "screen": multiplexer(base, arguments, request, place, scope)
    default: plain(base, request, place, scope)
    }
  }

  /// An option whose name only the run knows, of a program that starts others by options.
  private mutating func checkOptions(_ base: String, _ arguments: [Argument], _ place: Place) {
    for case .literal(let text) in arguments where text.hasPrefix("-") && text.utf8.contains(0) {
      let name = text.prefix { $0 != "=" }
      let isUnknown = name == "-\u{0}" || (name.hasPrefix("--") && name.utf8.contains(0))
      if isUnknown ? startsOthers(base) : name.utf8.contains(0) && isBundle(String(name), base) {
        dynamic(
          place.through(base), why: "only the run knows an option of \(base), which may start a command")
      }
    }
  }

  /// Whether an option with one dash goes on in a part that only the run knows, where a letter may mean code.
  private func isBundle(_ name: String, _ base: String) -> Bool {
    if base == "find" || base == "gfind" || Self.shells[base] != nil { return true }
    guard Interpreters.codeOptions(base) != nil else { return false }
    return !Interpreters.valueOptions(base).contains { $0.count == 2 && name.hasPrefix($0) }
  }

  private static func namesUser(_ argument: Argument) -> Bool {
    guard case .literal(let text) = argument else { return true }
    return text.hasPrefix("--u") || (text.hasPrefix("-") && !text.hasPrefix("--") && text.contains("u"))
  }

  /// Whether a program of this name starts others, so that its arguments are looked through.
  func startsOthers(_ name: String) -> Bool { Self.startsOthers(name) }

  static func startsOthers(_ name: String) -> Bool {
    let base = PathText.base(name)
    guard isNotable(base) else { return false }
    return shells[base] != nil || wrapperNames.contains(base) || WrapperTable.isEmulator(base)
      || LauncherTable.names.contains(base) || WrapperTable.isLoader(base)
      || Interpreters.codeOptions(base) != nil || special.contains(base)
  }

  private static let wrapperNames = Set(WrapperTable.names).union(TextOptionTable.names)

  private static func isNotable(_ base: String) -> Bool {
    CommandMarks.table[base].contains(.starter) || mayBeVersion(base)
  }

  /// Whether a name may be that of a starter all the same: with a version, or with a machine's name.
  static func mayBeVersion(_ base: String) -> Bool {
    Interpreters.isVersion(base) || (base.utf8.first == 0x71 && WrapperTable.isEmulator(base))
  }

  /// All names that mean more than a program which starts nothing; the usual name is none of them.
  static let starters: Set<String> = special.union(shells.keys).union(Interpreters.names)
    .union(wrapperNames).union(LauncherTable.names)
    .union(["scp", "sftp", "sshfs", "perf", "fzf"])

  private static let special: Set<String> = [
    "setarch", "linux32", "linux64", "i386", "x86_64", "uname26", "bwrap", "ip", "run-parts", "env", "xargs",
    "find",
    "gfind", "busybox", "toybox", "git", "docker", "podman", "nerdctl", "kubectl", "oc", "lxc", "awk", "gawk",
    "mawk", "nawk", "original-awk", "sed", "gsed", "npx", "npm", "yarn", "pnpm", "bunx", "uv", "poetry",
    "pipenv",
    "bundle", "mise", "direnv", "time", "at", "batch", "make", "gmake", "ed", "ex", "vi", "vim", "nvim",
    "view",
    "m4", "dc", "sqlite3", "psql", "mysql", "mariadb", "gdb", "lldb", "crontab", "tmux", "screen", "fd",
    "fdfind",
    "less", "more", "command", "ld.so",
  ]

  /// A program that starts nothing by itself, but may by an option.
  private mutating func plain(_ base: String, _ request: ProgramRequest, _ place: Place, _ scope: Scope) {
    add(.exec, place, request: request)
    checkWritten([request.program], place)
    if base == "scp" || base == "sftp" || base == "sshfs" {
      sshOptions(request.arguments, place.through(base))
    }
    if base == "perf", request.arguments.count > 1 {
      dynamic(place.through(base), why: "perf starts a command behind its options")
      scanCandidates(Array(request.arguments.dropFirst()), place.through(base), scope)
    }
    if base == "fzf", request.arguments.contains(where: Self.bindsKeys) {
      dynamic(place.through(base), why: "a key of fzf can start a command")
    }
    guard let spec = TextOptionTable.spec(base) else {
      if base == "fd" || base == "fdfind" { fd(request.arguments, place.through(base), scope) }
      if base == "less" || base == "more" { pager(request.arguments, place) }
      return
    }
    var arguments = request.arguments
    if base == "tar" { arguments = Self.dashed(arguments) }
    textOptions(spec, arguments, place.through(base), scope)
  }

  /// `tar cIf PROGRAM FILE` in the form `-c -I PROGRAM -f FILE`.
  private static func dashed(_ arguments: [Argument]) -> [Argument] {
    guard case .literal(let bundle)? = arguments.first, !bundle.hasPrefix("-"), !bundle.isEmpty else {
      return arguments
    }
    var rest = arguments.dropFirst()
    var result: [Argument] = []
    for letter in bundle {
      result.append(.literal("-\(letter)"))
      if "bCfFgHIKLNTVX".contains(letter), let value = rest.popFirst() { result.append(value) }
    }
    return result + rest
  }

  private static func bindsKeys(_ argument: Argument) -> Bool {
    if case .literal(let text) = argument { return text.hasPrefix("--bi") }
    return false
  }

  /// `-o ProxyCommand=…` of the programs around ssh.
  private mutating func sshOptions(_ arguments: [Argument], _ place: Place) {
    for case .literal(let text) in arguments {
      let word = text.lowercased()
      if ["proxycommand", "localcommand", "knownhostscommand", "ssh_command", "sftp_server"].contains(
        where: word.contains)
      {
        dynamic(place, why: "an option of ssh starts a command")
      }
    }
  }

  /// Options whose value is a command.
  mutating func textOptions(
    _ spec: TextOptionTable.Spec, _ arguments: [Argument], _ place: Place, _ scope: Scope
  ) {
    var index = 0
    while index < arguments.count {
      defer { index += 1 }
      guard case .literal(let text) = arguments[index] else {
        continue
      }
      if text == "--" { return }
      if text.hasPrefix("--che"), text.utf8.contains(0) {
        dynamic(place, why: "only the run knows a part of this option, which may be a command")
        continue
      }
      if let prefix = spec.attached.first(where: { text.lowercased().hasPrefix($0.lowercased()) }) {
        code(.literal(String(text.dropFirst(prefix.count))), spec, place, scope)
        continue
      }
      if text.hasPrefix("--"), let range = Self.exec(in: text) {
        code(.literal(String(text[range...])), spec, place, scope)
        continue
      }
      guard text.hasPrefix("-") else { continue }
      if let (value, usesNext) = value(of: text, spec) {
        let next: Argument? = index + 1 < arguments.count ? arguments[index + 1] : nil
        if usesNext { index += 1 }
        code(usesNext ? next ?? .unknown : .literal(value), spec, place, scope)
      }
    }
  }

  /// Behind `=exec=` of `--checkpoint-action=exec=…`, whose name may be shortened.
  private static func exec(in text: String) -> String.Index? {
    let mark = "=exec="
    var index = text.startIndex
    while index < text.endIndex {
      if text[index...].hasPrefix(mark) { return text.index(index, offsetBy: mark.count) }
      index = text.index(after: index)
    }
    return nil
  }

  /// The value that an option word carries; "" with true when it is the next word.
  private func value(of text: String, _ spec: TextOptionTable.Spec) -> (String, Bool)? {
    if text.hasPrefix("--") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let matches =
        !spec.others.contains(parts[0])
        && spec.options.contains {
          $0.hasPrefix("--") && $0.hasPrefix(parts[0]) && parts[0].count > 4
        }
      guard matches else { return nil }
      return parts.count == 2 ? (parts[1], false) : ("", true)
    }
    for option in spec.options where !option.hasPrefix("--") {
      if text == option { return ("", true) }
      if option.count == 2, text.hasPrefix(option) { return (String(text.dropFirst(2)), false) }
    }
    // A bundle: the letter of the option ends it (`tar -cIf`, `rsync -ave ssh`).
    guard text.count > 2, !text.hasPrefix("--") else { return nil }
    for option in spec.options where option.count == 2 && !option.hasPrefix("--") {
      guard let letter = option.last, let at = text.dropFirst().firstIndex(of: letter) else { continue }
      let rest = String(text[text.index(after: at)...])
      return rest.isEmpty ? ("", true) : (rest, false)
    }
    return nil
  }

  private mutating func code(_ value: Argument, _ spec: TextOptionTable.Spec, _ place: Place, _ scope: Scope)
  {
    guard case .literal(let text) = value else {
      return dynamic(place, why: "only the run knows the command in this option")
    }
    if spec.isCommand, !text.contains(" ") {
      run([.literal(text), .anyNumber][...], place, scope)
    } else {
      analyze(text: text, dialect: .sh, place)
    }
  }

  // MARK: wrappers

  private mutating func wrapperSpec(_ name: String) -> WrapperSpec? {
    if let known = wrapperSpecs[name] { return known }
    guard let spec = WrapperTable.spec(name) else { return nil }
    wrapperSpecs[name] = spec
    return spec
  }

  /// A wrapper of the table.
  mutating func wrapper(
    _ name: String, _ spec: WrapperSpec, _ arguments: [Argument], _ place: Place, _ scope: Scope,
    _ input: Input?
  ) {
    let inner = place.through(name, isExternal: name != "command" && name != "builtin")
    if !spec.beginsBehind.isEmpty { return behind(spec.beginsBehind, arguments, inner, scope) }
    let result: OptionScanner.Result
    do throws(OptionScanner.Undecidable) {
      result = try OptionScanner(spec: spec).scan(arguments[...])
    } catch {
      dynamic(inner, arguments, why: "\(name): \(error.why), so its command is not certain")
      return scanCandidates(arguments, inner, scope)
    }
    if result.has(spec.queries) { return }
    checkValues(name, result, inner, scope)
    if let text = result.value(spec.textOptions) { return shellText(text, .sh, inner) }
    var rest = result.rest[...]
    let skip = spec.skipsNothingAfterOptions && !result.options.isEmpty ? 0 : spec.skip
    for _ in 0..<skip {
      guard let word = rest.popFirst() else { break }
      if word == .anyNumber {
        return dynamic(inner, Array(rest), why: "only the run knows where the command begins")
      }
    }
    // `flock FILE -c TEXT`, `sg GROUP -c TEXT`: an option behind the skipped words.
    if spec.skip > 0, case .literal(let word)? = rest.first,
      spec.textOptions.contains(where: { word == ($0.count == 1 ? "-" : "--") + $0 })
    {
      return shellText(rest.dropFirst().first ?? .unknown, .sh, inner)
    }
    if spec.takesDashesBehind, rest.first == .literal("--") { rest.removeFirst() }
    if spec.takesAssignments { takeAssignments(&rest, inner) }
    if rest.isEmpty {
      if spec.startsShell || result.has(spec.joinOptions) { shellFromInput(inner, input) }
      return
    }
    if result.has(spec.joinOptions) { return evaluate(Array(rest), inner, name, dialect: .sh) }
    switch spec.inner {
    case .command:
      if name == "watch", result.has(["x", "exec"]) { return run(rest, inner, scope) }
      if name == "parallel" { return parallel(rest, inner, scope) }
      run(rest, inner, scope, input: input)
    case .joined:
      if name == "watch", result.has(["x", "exec"]) { return run(rest, inner, scope) }
      evaluate(Array(rest), inner, name, dialect: .sh)
    case .texts: for word in rest { shellText(word, .sh, inner) }
    case .nothing: if spec.startsShell { shellFromInput(inner, input) }
    }
  }

  /// Options of single wrappers that start something themselves.
  private mutating func checkValues(
    _ name: String, _ result: OptionScanner.Result, _ place: Place, _ scope: Scope
  ) {
    sets(name, result, place)
    guard name == "ssh" else { return }
    if result.has(["F", "I"]) { dynamic(place, why: "an option of ssh names a file with commands or code") }
    for (option, value) in result.options where option == "o" {
      guard case .literal(let text)? = value else {
        dynamic(place, why: "only the run knows an option of ssh, which may start a command")
        continue
      }
      let parts = text.split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == "=" || $0 == " " }.map(
        String.init)
      if parts.first?.utf8.contains(0) ?? true {
        dynamic(place, why: "only the run knows an option of ssh, which may start a command")
      }
      guard let key = parts.first?.lowercased(), parts.count == 2 else { continue }
      if ["proxycommand", "localcommand", "knownhostscommand"].contains(key), parts[1] != "none" {
        analyze(text: parts[1], dialect: .sh, place)
      } else if key == "match" {
        dynamic(place, why: "Match exec of ssh runs a command")
      }
    }
  }

  /// Options that set environment variables.
  private mutating func sets(_ name: String, _ result: OptionScanner.Result, _ place: Place) {
    let options: Set<String>
    switch name {
    case "strace", "ltrace": options = ["E", "env"]
    case "systemd-run": options = ["E", "setenv"]
    default: return
    }
    for (option, value) in result.options where options.contains(option) {
      if case .literal(let text)? = value { noteWrite(String(text.prefix { $0 != "=" }), place) }
    }
  }

  private mutating func scanCandidates(_ arguments: [Argument], _ place: Place, _ scope: Scope) {
    guard
      let index = arguments.firstIndex(where: { argument in
        if case .literal(let text) = argument {
          return !text.hasPrefix("-") && !text.contains("=") && !text.isEmpty
        }
        return false
      })
    else { return }
    run(arguments[index...], place, scope)
  }

  mutating func takeAssignments(_ rest: inout ArraySlice<Argument>, _ place: Place) {
    while let first = rest.first, case .literal(let text) = first, let equals = text.firstIndex(of: "=") {
      checkHijack(String(text[..<equals]), place)
      rest.removeFirst()
    }
  }

  /// A built-in that starts what stands behind its options.
  mutating func lookThrough(
    _ arguments: [Argument], _ spec: WrapperSpec, _ name: String, _ place: Place, _ scope: Scope,
    _ input: Input?, _ kind: Finding.Kind = .builtin, _ request: ProgramRequest? = nil
  ) {
    add(kind, place, request: request)
    wrapper(name, spec, arguments, place, scope, input)
  }
}
