internal import Policy
internal import ShellSyntax

/// Shells, interpreters, and files that a text writes and then runs.
extension Analyzer {
  // MARK: shells

  /// Whether a path is the standard input, or an open file of some other number.
  static func isStandardInput(_ path: String) -> Bool {
    path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || (path.hasPrefix("/proc/") && path.contains("/fd/"))
      || path == "/dev/tty"
  }

  /// Shell text as one argument.
  mutating func shellText(_ argument: Argument, _ dialect: Dialect, _ place: Place) {
    guard case .literal(let text) = argument else {
      return dynamic(place, why: "only the run knows the text that a shell is given")
    }
    analyze(text: text, dialect: dialect, place)
  }

  mutating func shellFromInput(_ place: Place, _ input: Input?, dialect: Dialect = .sh) {
    if case .text(let text)? = input {
      analyze(text: text, dialect: dialect, place)
    } else {
      dynamic(place, why: "a shell reads commands from its input")
    }
  }

  private static let grammarOptions: Set<Argument> = [
    .unknown, .anyNumber, .literal("posix"), .literal("keyword"), .literal("histexpand"),
  ]
  private static let harmlessOptions = Set<Argument>(
    [
      "nullglob", "dotglob", "failglob", "globstar", "nocaseglob", "nocasematch", "inherit_errexit",
      "checkwinsize",
      "globasciiranges", "execfail", "huponexit", "xpg_echo",
    ].map { .literal($0) })

  private static func hasPattern(_ text: String) -> Bool {
    zip(text.utf8, text.utf8.dropFirst()).contains {
      $1 == 0x28 && [0x3F, 0x2A, 0x2B, 0x40, 0x21].contains($0)
    }
  }

  mutating func shell(
    _ base: String, _ dialect: Dialect, _ request: ProgramRequest, _ place: Place, _ scope: Scope,
    input: Input?
  ) {
    add(.exec, place, request: request)
    var isText = false
    var hasExtendedGlobs = false
    var left = request.arguments[...]
    while let first = left.first {
      guard case .literal(let word) = first else {
        return dynamic(place.through(base), Array(left), why: "only the run knows what this shell is given")
      }
      guard word.count > 1, word.hasPrefix("-") || word.hasPrefix("+") else { break }
      left.removeFirst()
      if word == "--" { break }
      if word == "--rcfile" || word == "--init-file" {
        dynamic(place.through(base), why: "\(word) names a file of commands")
        _ = left.popFirst()
        continue
      }
      if word.hasPrefix("--") {
        if word == "--version" || word == "--help" { return }
        if word == "--posix" {
          dynamic(place.through(base), why: "--posix changes how \(base) reads its text")
        }
        continue
      }
      // sh and bash take `+c` for `-c`.
      if word.contains("c") { isText = true }
      if word.hasPrefix("-"), word.contains("i") { noteInteractive(place.through(base)) }
      if word.hasPrefix("-"), word.contains("k") {
        dynamic(place.through(base), why: "-k makes every assignment among arguments an environment variable")
      }
      for letter in word where letter == "o" || letter == "O" {
        // Options that change how the text is read cannot be followed here.
        let option = left.popFirst()
        if Self.harmlessOptions.contains(option ?? .unknown) { continue }
        if letter == "O", option == .literal("extglob") {
          hasExtendedGlobs = true
        } else if letter == "O" || Self.grammarOptions.contains(option ?? .unknown) {
          dynamic(place.through(base), why: "an option changes how \(base) reads its text")
        }
      }
      if word.hasPrefix("+"), word.contains("s"), !isText {
        return dynamic(place.through(base), Array(left), why: "with +s bash reads its input, and dash a file")
      }
      if word.hasPrefix("-"), word.contains("s"), !isText {
        return shellFromInput(place.through(base), input, dialect: dialect)
      }
    }
    let inner = place.through(isText ? "\(base) -c" : base)
    if isText {
      guard let text = left.first else { return dynamic(inner, why: "the text of -c is missing") }
      if hasExtendedGlobs, case .literal(let code) = text, Self.hasPattern(code) {
        dynamic(inner, why: "extended globs change how \(base) reads its text")
      }
      return shellText(text, dialect, inner)
    }
    guard let script = left.first else { return shellFromInput(inner, input, dialect: dialect) }
    checkWritten([script], inner)
    if case .literal(let name) = script, dialect == .bash, name != "-", !name.contains("/"),
      !name.contains(".")
    {
      // bash looks a script up in PATH when there is no file of its name here.
      add(
        .exec, inner, request: ProgramRequest(program: script, arguments: Array(left.dropFirst())),
        why: "\(base) looks \(name) up in PATH when there is no such file here")
    }
    if case .literal(let file) = script, file == "-" || Self.isStandardInput(file) {
      shellFromInput(inner, input, dialect: dialect)
    }
    if script == .unknown || script == .anyNumber {
      dynamic(inner, why: "only the run knows which file this shell runs")
    }
  }

  // MARK: interpreters

  mutating func interpreter(
    _ base: String, _ options: Set<String>, _ request: ProgramRequest, _ place: Place, input: Input?
  ) {
    let why = "code for another interpreter, which is not read here"
    let valueOptions = Interpreters.valueOptions(base)
    var isValue = false
    for argument in request.arguments {
      if isValue {
        isValue = false
        continue
      }
      guard case .literal(let text) = argument else { break }
      if text == "-" || text == "/dev/stdin" { return add(.opaque, place, request: request, why: why) }
      if options.contains(text) { return add(.opaque, place, request: request, why: why) }
      guard text.hasPrefix("-") else { return add(.exec, place, request: request) }
      if valueOptions.contains(text) {
        isValue = true
        continue
      }
      if ["--version", "-V", "--help", "-h", "-v"].contains(text) {
        return add(.exec, place, request: request)
      }
      let isLong = text.hasPrefix("--")
      let name = isLong ? String(text.prefix { $0 != "=" }) : text
      if options.contains(name) { return add(.opaque, place, request: request, why: why) }
      if valueOptions.contains(where: { $0.count == 2 && text.hasPrefix($0) }) { continue }
      let letters = options.filter { $0.count == 2 }.compactMap(\.last)
      if !isLong, text.dropFirst().contains(where: { letters.contains($0) }) {
        return add(.opaque, place, request: request, why: why)
      }
    }
    if request.arguments.contains(where: { $0 == .unknown || $0 == .anyNumber }) {
      // A file whose name only the run knows is still a file; an option is not excluded.
      return add(request.arguments.first == .anyNumber ? .opaque : .exec, place, request: request, why: nil)
    }
    // No file: the code comes from standard input.
    add(.opaque, place, request: request, why: why)
  }

  /// A file that this very text writes, and then runs.
  mutating func checkWritten(_ argument: Argument, _ place: Place) {
    if !written.isEmpty { checkWritten([argument], place) }
  }

  /// Files that this very text writes, and then runs.
  mutating func checkWritten(_ arguments: [Argument], _ place: Place) {
    guard !written.isEmpty else { return }
    for case .literal(let text) in arguments {
      let path = Survey.normal(text)
      if written.contains(path) {
        dynamic(place, why: "\(text) is written by this text, and what is in it then runs")
      }
    }
  }
}
