internal import Policy
internal import ShellSyntax

extension Analyzer {
  /// A built-in: harmless ones need no rule, those that run code are looked through.
  mutating func builtin(
    _ name: String, _ arguments: [Argument], _ place: Place, _ scope: Scope, input: Input?
  ) {
    let request = ProgramRequest(program: .literal(name), arguments: arguments)
    switch name {
    case ".", "source":
      add(
        .exec, place, request: ProgramRequest(program: .literal("."), arguments: arguments),
        why: "runs a file's commands in this shell")
      if case .literal(let file)? = arguments.first, Self.isStandardInput(file) {
        shellFromInput(place.through(".", isExternal: false), input, dialect: place.dialect)
      } else if case .literal(let file)? = arguments.first, !file.utf8.contains(0x2F) {
        // Without a slash PATH is searched (POSIX `dot`), and bash looks here too: which file it is nobody knows.
        dynamic(place.through("."), why: "\(file) is looked for on PATH, and what is in it then runs")
      } else if case .literal? = arguments.first {
        checkWritten(Array(arguments.prefix(1)), place)
      } else if !arguments.isEmpty {
        dynamic(place.through("."), why: "only the run knows which file's commands this runs")
      }
    case "kill": add(.exec, place, request: request)
    case "eval":
      add(.builtin, place, request: nil)
      evaluate(arguments, place.through("eval"), "eval")
    case "exec": lookThrough(arguments, ExecSpecs.exec, name, place, scope, input)
    case "command": lookThrough(arguments, ExecSpecs.command, name, place, scope, input)
    case "builtin": lookThrough(arguments, WrapperSpec(""), name, place, scope, input)
    case "trap": trap(arguments, place)
    case "alias":
      add(.builtin, place, request: nil)
      if !arguments.isEmpty {
        add(.hijack, place, request: request, why: "an alias changes what a name runs")
        for case .literal(let text) in arguments { analyzeAlias(text, place) }
      }
    case "enable": add(.hijack, place, request: request, why: "enable changes which built-ins there are")
    case "hash":
      add(.builtin, place, request: nil)
      if arguments.contains(where: { isOption($0, with: "p") }) {
        add(.hijack, place, request: request, why: "hash -p binds a name to another file")
      }
    case "shopt", "set": setOptions(name, arguments, place)
    case "export", "declare", "typeset", "local", "readonly": declare(name, arguments, place)
    case "mapfile", "readarray":
      callback(arguments, option: "C", request, place)
      for case .literal(let text) in arguments { checkName(.literal(text), place, name) }
      if let last = arguments.last { checkName(last, place, name) }
    case "compgen", "complete":
      add(.builtin, place, request: nil)
      callback(arguments, option: "C", request, place)
      if arguments.contains(where: { isOption($0, with: "F") || isOption($0, with: "W") }) {
        dynamic(place, why: "\(name) evaluates its words")
      }
    case "bind":
      add(.builtin, place, request: nil)
      if arguments.contains(where: { isOption($0, with: "x") }) {
        dynamic(place, why: "bind -x runs a command at a key")
      }
    case "fc":
      add(.builtin, place, request: nil)
      dynamic(place, why: "fc runs commands of the history")
    case "let":
      add(.builtin, place, request: nil)
      noteEvaluation(place)
      checkSubscript(arguments, place, "let")
      for case .literal(let text) in arguments {
        noteValue(text)
        noteAssignments(in: Array(text.utf8), place)
      }
    case "unset", "read", "printf", "test", "[", "wait", "getopts":
      add(.builtin, place, request: nil)
      subscripts(name, arguments, place)
    default: add(.builtin, place, request: nil)
    }
  }

  func isOption(_ argument: Argument, with letter: Character) -> Bool {
    guard case .literal(let text) = argument else { return false }
    return text.hasPrefix("-") && !text.hasPrefix("--") && text.contains(letter)
  }

  // MARK: text

  /// Words that are joined with blanks and run as a text.
  mutating func evaluate(_ arguments: [Argument], _ place: Place, _ who: String, dialect: Dialect? = nil) {
    var words: [String] = []
    for argument in arguments {
      guard case .literal(let text) = argument else {
        return dynamic(place, arguments, why: "\(who) runs a text that only the run knows")
      }
      words.append(text)
    }
    if words.first == "--" { words.removeFirst() }
    analyze(text: words.joined(separator: " "), dialect: dialect ?? place.dialect, place)
  }

  private mutating func trap(_ arguments: [Argument], _ place: Place) {
    add(.builtin, place, request: nil)
    var left = arguments[...]
    while let first = left.first, case .literal(let text) = first, text.hasPrefix("-"), text != "-" {
      left.removeFirst()
      if text == "--" { break }
      if text.contains("p") || text.contains("l") { return }
    }
    guard left.count > 1 || place.dialect == .sh, let action = left.first else { return }
    switch action {
    case .literal(let text):
      if text.isEmpty || text == "-" || text.allSatisfy(\.isNumber) { return }
      analyze(text: text, dialect: place.dialect, place.through("trap"))
    case .unknown, .anyNumber: dynamic(place.through("trap"), why: "trap runs a text that only the run knows")
    }
  }

  private mutating func analyzeAlias(_ text: String, _ place: Place) {
    guard let equals = text.firstIndex(of: "=") else { return }
    analyze(text: String(text[text.index(after: equals)...]), dialect: place.dialect, place.through("alias"))
  }

  private mutating func callback(
    _ arguments: [Argument], option: Character, _ request: ProgramRequest, _ place: Place
  ) {
    add(.builtin, place, request: nil)
    for (index, argument) in arguments.enumerated() where isOption(argument, with: option) {
      guard case .literal(let text) = argument else { continue }
      let attached =
        text.split(separator: option, maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init)
        ?? ""
      let value: Argument? =
        attached.isEmpty ? (index + 1 < arguments.count ? arguments[index + 1] : nil) : .literal(attached)
      switch value {
      case .literal(let code)?: analyze(text: code, dialect: place.dialect, place.through("callback"))
      case .unknown?, .anyNumber?, nil: dynamic(place, why: "only the run knows the callback")
      }
    }
    for case .anyNumber in arguments { noteEvaluation(place) }
  }

  // MARK: variables and options

  private mutating func declare(_ name: String, _ arguments: [Argument], _ place: Place) {
    add(.builtin, place, request: nil)
    var exportsFunction = false
    let isReference = name != "export" && name != "readonly" && arguments.contains { isOption($0, with: "n") }
    for argument in arguments {
      switch argument {
      case .literal(let text):
        if text.hasPrefix("-") || text.hasPrefix("+") {
          if name == "export", text.contains("f") { exportsFunction = true }
          if text.contains("n"), name != "export", name != "readonly" { noteEvaluation(place) }
          if text.contains("i") { noteEvaluation(place) }
          continue
        }
        let variable = String(
          decoding: text.utf8.prefix { $0 != 0x3D && $0 != 0x5B && $0 != 0x2B }, as: UTF8.self)
        if Hijacks.isHijack(variable) { checkHijack(variable, place) }
        noteValue(text)
        checkSubscript([argument], place, name)
        checkCompound(text, place, name)
        if isReference, let equals = text.firstIndex(of: "=") {
          let target = String(text[text.index(after: equals)...])
          target.utf8.contains(0) ? unknownName(name, place) : noteWrite(target, place)
        }
      case .unknown, .anyNumber:
        noteEvaluation(place)
        unknownName(name, place)
      }
    }
    if exportsFunction {
      add(
        .hijack, place, request: ProgramRequest(program: .literal("BASH_FUNC_=")),
        why: "an exported function takes the place of a program in shells that this one starts")
    }
  }

  /// `declare -a 'x=($(cmd))'`: a list in a text is read as a list, commands in it included.
  private mutating func checkCompound(_ text: String, _ place: Place, _ who: String) {
    if Self.has(0x3D, 0x28, in: text), Self.hasSubstitution(text) {
      dynamic(place, why: "\(who) reads the list in ‘\(text)’ again, commands in it included")
    }
  }

  /// A built-in that sets a variable whose name only the run knows: it may be PATH.
  private mutating func unknownName(_ who: String, _ place: Place) {
    dynamic(place, why: "only the run knows which variable \(who) sets; it may be PATH")
  }

  private mutating func setOptions(_ name: String, _ arguments: [Argument], _ place: Place) {
    add(.builtin, place, request: nil)
    let words = arguments.map { argument -> String? in
      if case .literal(let text) = argument { return text }
      return nil
    }
    if name == "shopt" {
      let changing: Set<String> = [
        "expand_aliases", "extglob", "lastpipe", "sourcepath", "compat31", "compat40", "compat41", "compat42",
        "compat43", "compat44", "posix", "keyword", "extquote", "assoc_expand_once", "localvar_inherit",
      ]
      if words.contains(where: { $0 == nil || changing.contains($0 ?? "") }),
        words.contains(where: { $0?.hasPrefix("-") == true })
      {
        add(
          .hijack, place, request: ProgramRequest(program: .literal("shopt"), arguments: arguments),
          why: "this option changes how the following text is read")
      }
      return
    }
    for (index, word) in words.enumerated() {
      if word == "--" || word == "-" {
        for case .literal(let text) in arguments[(index + 1)...] { noteValue(text) }
        return
      }
      let isKeyword =
        word?.hasPrefix("-") == true && word?.hasPrefix("--") == false && word?.contains("k") == true
      let before = index > 0 ? words[index - 1] : nil
      let isUnknownOption = word == nil && (before == "-o" || before == "+o")
      if isKeyword || isUnknownOption || (index > 0 && (word == "posix" || word == "keyword")) {
        add(
          .hijack, place, request: ProgramRequest(program: .literal("set"), arguments: arguments),
          why: "this option changes how the following text is read")
      }
      if let word, !word.hasPrefix("-"), !word.hasPrefix("+") { noteValue(word) }
    }
  }

  /// Built-ins that take names of variables, which may carry a subscript.
  private mutating func subscripts(_ name: String, _ arguments: [Argument], _ place: Place) {
    switch name {
    case "printf":
      if case .literal(let first)? = arguments.first, first.hasPrefix("-v") {
        checkName(.literal(first), place, name)
      }
      guard let index = arguments.firstIndex(where: { $0 == .literal("-v") }), index + 1 < arguments.count
      else { return }
      checkSubscript([arguments[index + 1]], place, "printf -v")
      checkName(arguments[index + 1], place, name)
      for case .literal(let text) in arguments { noteValue(text) }
    case "test", "[":
      for (index, argument) in arguments.enumerated()
      where argument == .literal("-v") || argument == .literal("-R") {
        if index + 1 < arguments.count { checkSubscript([arguments[index + 1]], place, "test -v") }
      }
    case "wait":
      if let index = arguments.firstIndex(where: { $0 == .literal("-p") }), index + 1 < arguments.count {
        checkSubscript([arguments[index + 1]], place, "wait -p")
      }
    default:
      checkSubscript(arguments, place, name)
      if name == "read" { readNames(arguments, place) }
      if name == "getopts", arguments.count > 1 { checkName(arguments[1], place, name) }
    }
  }

  /// The names that `read` sets: what is neither an option nor an option's value.
  private mutating func readNames(_ arguments: [Argument], _ place: Place) {
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
        continue
      }
      checkName(argument, place, "read")
      if case .literal(let text) = argument, text.hasPrefix("-"), let last = text.last,
        "dinNptu".contains(last)
      {
        isValue = true
      }
    }
  }

  /// The name of a variable that a built-in sets.
  mutating func checkName(_ argument: Argument, _ place: Place, _ who: String) {
    guard case .literal(let text) = argument, !text.utf8.contains(0) else { return unknownName(who, place) }
    noteWrite(String(text.prefix { $0 != "[" }), place)
    // Attached to an option: `printf -vPATH`, `read -raPATH`.
    guard text.hasPrefix("-") else { return }
    for count in 2...max(2, text.count) { noteWrite(String(text.dropFirst(count)), place) }
  }
}

/// Built-ins that start what stands behind them.
enum ExecSpecs {
  static let exec = WrapperSpec("cla:")
  static let command = WrapperSpec("pvV").with { $0.queries = ["v", "V"] }
}
