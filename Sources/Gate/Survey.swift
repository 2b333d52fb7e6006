internal import ShellSyntax

/// A first look at a text: which functions it defines, and what is done to each variable.
struct Survey {
  private let dialect: Dialect
  private let table = CommandMarks.table
  private(set) var functions: Set<String> = []
  /// How often each variable is assigned by a plain `NAME=value` of its own.
  private(set) var assignments: [String: Int] = [:]
  /// Variables that something else can write.
  private(set) var poisoned = NameSet()
  /// Whether code that is not known here can write any variable.
  private(set) var isPoisoned = false
  /// Variables that subshells write, for themselves.
  private(set) var shadowed = NameSet()
  private(set) var isShadowed = false
  private var subshells = 0
  /// Assignments before a command, which end with it unless it is a function of the text.
  private var passing: [(variable: String, command: String)] = []

  private mutating func poison(_ name: String) {
    if subshells > 0 { shadowed.insert(name) } else { poisoned.insert(name) }
  }

  private mutating func poisonAll() {
    if subshells > 0 { isShadowed = true } else { isPoisoned = true }
  }

  /// The values of plain assignments.
  private(set) var literals: [String: [String]] = [:]
  /// Variables that stand where a command begins: their value decides what it writes.
  private(set) var commandVariables: Set<String> = []
  /// Files that output redirections name.
  private(set) var written: Set<String> = []

  /// Variables that an assignment before a call of a function writes while the function runs.
  var passed: Set<String> { Set(passing.filter { functions.contains($0.command) }.map(\.variable)) }

  /// Whether a command that a variable names could write any variable.
  var hasUnknownCommand: Bool {
    commandVariables.contains { name in
      guard !poisoned.contains(name), let values = literals[name] else { return true }
      return values.contains { value in
        value.split { $0 == " " || $0 == "\t" || $0 == "\n" }.contains { word in
          !table[String(word)].isDisjoint(with: [.writer, .evaluator])
            || ["command", "builtin", "exec"].contains(word)
        }
      }
    }
  }

  init(dialect: Dialect) {
    self.dialect = dialect
  }

  /// Built-ins whose words name variables that they write, or that run code.
  static let writers: Set<String> = [
    "read", "mapfile", "readarray", "getopts", "declare", "typeset", "local", "export", "readonly", "unset",
    "printf", "let", "wait",
  ]
  static let evaluators: Set<String> = [
    "eval", ".", "source", "trap", "shopt", "alias", "set", "bind", "fc",
  ]

  static let noteworthy = writers.union(evaluators).union([
    "command", "builtin", "exec", "wait", "cp", "ln", "mv", "install", "tee", "curl", "wget", "dd",
  ])

  mutating func walk(_ script: Script, isPlain: Bool = true) {
    for document in script.hereDocuments ?? [] { walk(document) }
    let items = script.items.span
    for number in items.indices {
      let isBackground = items[number].isBackground
      walk(items[number].first, isBackground: isBackground, isPlain: isPlain)
      for pipeline in items[number].others { walk(pipeline, isBackground: isBackground, isPlain: false) }
    }
  }

  private mutating func walkSubshell(_ script: Script) {
    subshells += 1
    walk(script, isPlain: false)
    subshells -= 1
  }

  private mutating func walk(_ pipeline: Pipeline, isBackground: Bool, isPlain: Bool) {
    guard let first = pipeline.first else { return }
    let isOwn = isBackground || !pipeline.others.isEmpty
    if isOwn { subshells += 1 }
    walk(first, isPlain: isPlain && !isOwn)
    for command in pipeline.others { walk(command, isPlain: false) }
    if isOwn { subshells -= 1 }
  }

  private func cannotFail(_ redirection: Redirection) -> Bool {
    let target = redirection.target.literal(dialect)
    switch redirection.kind {
    case .input, .output, .append, .clobber, .both, .appendBoth, .readWrite: return target == "/dev/null"
    case .duplicateInput, .duplicateOutput: return ["0", "1", "2"].contains(target)
    case .hereString, .hereDocument: return false
    }
  }

  private mutating func walk(_ command: Command, isPlain: Bool) {
    // A redirection that fails keeps the command from being carried out, its assignments with it.
    let isPlain = isPlain && command.redirections.allSatisfy(cannotFail)
    for redirection in command.redirections {
      walk(redirection.target)
      switch redirection.kind {
      case .output, .append, .clobber, .both, .appendBoth, .readWrite:
        if let path = redirection.target.literal(dialect) { written.insert(Self.normal(path)) }
      case .input, .duplicateInput, .duplicateOutput, .hereString, .hereDocument: break
      }
      if let variable = redirection.variable { poison(variable) }
    }
    switch command.kind {
    case .simple(let simple): walk(simple, isPlain: isPlain)
    case .group(let script): walk(script, isPlain: isPlain)
    case .subshell(let script): walkSubshell(script)
    case .conditional(let branches):
      for branch in branches {
        if let condition = branch.condition { walk(condition, isPlain: false) }
        walk(branch.body, isPlain: false)
      }
    case .loop(let condition, let body):
      walk(condition, isPlain: false)
      walk(body, isPlain: false)
    case .forEach(let name, let words, let body):
      poison(name)
      for word in words ?? [] { walk(word) }
      walk(body, isPlain: false)
    case .arithmeticFor(let words, let body):
      for word in words { poisonNames(in: word) }
      walk(body, isPlain: false)
    case .cases(let subject, let items):
      walk(subject)
      for item in items {
        for pattern in item.patterns { walk(pattern) }
        walk(item.body, isPlain: false)
      }
    case .function(let name, _, let body):
      functions.insert(name)
      walk(body, isPlain: false)
    case .test(let parts):
      for part in parts {
        guard case .word(let word) = part else { continue }
        walk(word)
        poisonAssigned(by: word)
      }
    case .arithmetic(let word): poisonNames(in: word)
    case .coprocess(let name, let inner):
      poison(name ?? "COPROC")
      subshells += 1
      walk(inner, isPlain: false)
      subshells -= 1
    }
  }

  private mutating func walk(_ simple: SimpleCommand, isPlain: Bool) {
    for assignment in simple.assignments { walk(assignment, of: simple, isPlain: isPlain) }
    for assignment in simple.arrayArguments { walk(assignment, of: simple, isPlain: isPlain) }
    if simple.words.isEmpty { return }
    let all = simple.words.span
    for index in all.indices where all[index].hasExpansion { walk(all[index]) }
    guard let first = simple.words.first else { return }
    if let plain = first.plainSlice, !table[plain].contains(.surveyed) { return }
    guard let name = first.literal(dialect) else {
      if first.parts.count == 1, case .parameter(let parameter) = first.parts[0].kind,
        parameter.operation == .value,
        parameter.index == nil
      {
        commandVariables.insert(parameter.name)
      } else if dialect == .sh || !first.hasBraces || first.plainBytes == nil {
        poisonAll()
      }
      return
    }
    guard table[name].contains(.surveyed) else { return }
    noteCopies(name, simple)
    // `command`, `builtin` and a backslash do not change what the built-in behind them writes.
    let words = simple.words.compactMap { $0.literal(dialect) }
    for word in words where table[word].contains(.evaluator) {
      if words.first == word || name == "command" || name == "builtin" { poisonAll() }
    }
    if words.contains(where: { ["declare", "typeset", "local"].contains($0) }),
      words.contains(where: { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("n") })
    {
      // A name reference: writing one variable then writes another.
      poisonAll()
    }
    if words.contains(where: { table[$0].contains(.writer) }) {
      for word in simple.words.dropFirst() {
        guard let text = word.literal(dialect) else {
          if table[name].contains(.writer) {
            poisonParts(of: word, isPlain: Self.isPlainDeclaration(first, dialect))
          }
          continue
        }
        poison(String(decoding: text.utf8.prefix { $0 != 0x3D && $0 != 0x5B && $0 != 0x2B }, as: UTF8.self))
        if text.utf8.contains(0x3D) { poisonAssigned(by: word) }
        // A name may be attached to an option: `printf -vX`, `read -raX`.
        if text.hasPrefix("-") {
          for count in 2...max(2, text.count) { poison(String(text.dropFirst(count))) }
        }
      }
    }
  }

  private mutating func walk(_ assignment: Assignment, of simple: SimpleCommand, isPlain: Bool) {
    let isOwn = isPlain && simple.words.isEmpty && assignment.index == nil && !assignment.isAppend
    if let index = assignment.index { poisonNames(in: index) }
    switch assignment.value {
    case .word(let word):
      walk(word)
      poisonAssigned(by: word)
      if isOwn, let value = word.literal(dialect) {
        assignments[assignment.name, default: 0] += 1
        literals[assignment.name, default: []].append(value)
      } else if dialect == .bash, let command = simple.words.first?.literal(dialect),
        table[command].isDisjoint(with: [.writer, .evaluator]),
        !["command", "builtin", "exec"].contains(command)
      {
        passing.append((assignment.name, command))
      } else {
        poison(assignment.name)
      }
    case .array(let elements):
      poison(assignment.name)
      for element in elements {
        if let index = element.index { walk(index) }
        walk(element.value)
      }
    }
  }

  /// Files that well-known programs write.
  private mutating func noteCopies(_ name: String, _ simple: SimpleCommand) {
    let words = simple.words.dropFirst().compactMap { $0.literal(dialect) }
    switch name {
    case "cp", "ln", "mv", "install", "tee":
      let paths = words.filter { !$0.hasPrefix("-") }
      for path in name == "tee" ? paths[...] : paths.suffix(1) {
        written.insert(Self.normal(path))
        // Into a folder, under the old name.
        if name != "tee", let base = paths.first?.split(separator: "/").last {
          written.insert(Self.normal(path + (path.hasSuffix("/") ? "" : "/") + base))
        }
      }
    case "curl", "wget":
      for (index, word) in words.enumerated()
      where ["-o", "--output", "-O", "--output-document"].contains(word) {
        if index + 1 < words.count { written.insert(Self.normal(words[index + 1])) }
      }
    case "dd":
      for word in words where word.hasPrefix("of=") { written.insert(Self.normal(String(word.dropFirst(3)))) }
    default: break
    }
  }

  /// A path without `./` in front.
  static func normal(_ path: String) -> String {
    guard path.utf8.first == 0x2E else { return path }
    var path = path[...]
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    return String(path)
  }

  /// `export X="$(…)"` writes X whatever the value; a name that is itself unknown may be any.
  private mutating func poisonParts(of word: Word, isPlain: Bool) {
    let isSplit =
      !isPlain
      && word.parts.contains { part in
        if part.isQuoted { return false }
        switch part.kind {
        case .bare, .quoted, .process: return false
        case .parameter, .command, .arithmetic: return true
        }
      }
    if isSplit {
      poisonAll()
    } else if case .bare(let bytes)? = word.parts.first?.kind, let equals = bytes.firstIndex(of: 0x3D) {
      poison(ByteText.string(bytes[..<equals]))
    } else {
      poisonAll()
    }
  }

  /// Whether a word is the unquoted name of a built-in whose arguments are assignments, so that values are not split.
  static func isPlainDeclaration(_ word: Word, _ dialect: Dialect) -> Bool {
    guard dialect == .bash else {
      return word.literal(dialect).map { $0 == "local" || $0 == "export" || $0 == "readonly" } ?? false
    }
    guard word.parts.count == 1, case .bare(let text) = word.parts[0].kind else { return false }
    return (5...8).contains(text.count) && declarations.contains { text.elementsEqual($0.utf8) }
  }

  private static let declarations = ["declare", "typeset", "local", "export", "readonly"]

  private mutating func walk(_ word: Word) {
    guard word.hasExpansion else { return }
    let parts = word.parts.span
    for index in parts.indices where !parts[index].isText {
      switch parts[index].kind {
      case .bare, .quoted: break
      case .command(let script, _), .process(let script): walkSubshell(script)
      case .arithmetic(let inner): poisonNames(in: inner)
      case .parameter(let parameter):
        if parameter.operation == .assignDefault { poison(parameter.name) }
        if let index = parameter.index { poisonNames(in: index) }
        if let operand = parameter.operand { walk(operand) }
      }
    }
  }

  /// A value such as `X=5` assigns X when it is evaluated as an expression.
  private mutating func poisonAssigned(by word: Word) {
    guard word.hasText(0x3D), let bytes = word.plainBytes else { return }
    poisonNames(bytes)
  }

  /// An expression can assign every name in it.
  private mutating func poisonNames(in word: Word) {
    walk(word)
    for part in word.parts {
      guard case .bare(let bytes) = part.kind else { continue }
      poisonNames(bytes)
    }
  }

  private mutating func poisonNames(_ bytes: some Collection<UInt8>) {
    for name in bytes.split(whereSeparator: { byte in
      !((0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x5F)
    }) { poison(String(decoding: name, as: UTF8.self)) }
  }
}

/// Variables whose value is certain at a place of the text.
struct ConstantTable {
  private var known: [String: String] = [:]
  /// What of it is known in functions, in subshells, and in both, as long as nothing is assigned.
  private var parts: [[String: String]?] = [nil, nil, nil]
  /// Whether no value is certain anywhere in the text.
  private let isUseless: Bool
  private let passed: Set<String>
  private let poisoned: NameSet
  private let shadowed: NameSet
  private let isShadowed: Bool
  private let assignments: [String: Int]

  /// A table in which nothing is ever known.
  init() {
    isUseless = true
    passed = []
    poisoned = NameSet()
    shadowed = NameSet()
    isShadowed = false
    assignments = [:]
  }

  init(survey: Survey) {
    isUseless = survey.isPoisoned || survey.hasUnknownCommand
    passed = survey.passed
    poisoned = survey.poisoned
    shadowed = survey.shadowed
    isShadowed = survey.isShadowed
    assignments = survey.assignments
  }

  /// Whether no value is known.
  var isEmpty: Bool { known.isEmpty }

  /// Takes note of a straight-line assignment; nil: the value is not certain.
  mutating func assign(_ name: String, _ value: String?) {
    guard !isUseless, !poisoned.contains(name), !Self.isSpecial(name), !passed.contains(name) else { return }
    known[name] = value
    parts = [nil, nil, nil]
  }

  /// Variables that the shell itself writes, whatever was assigned.
  private static func isSpecial(_ name: String) -> Bool {
    switch name {
    case "_", "PWD", "OLDPWD", "REPLY", "MAPFILE", "OPTARG", "OPTIND", "OPTERR", "RANDOM", "SRANDOM",
      "SECONDS",
      "LINENO", "DIRSTACK", "HISTCMD", "HISTSIZE", "PIPESTATUS", "GROUPS", "FUNCNAME", "UID", "EUID", "PPID",
      "SHELLOPTS", "SHLVL", "COPROC", "COLUMNS", "LINES", "READLINE_LINE", "READLINE_POINT", "READLINE_MARK":
      return true
    default: return name.hasPrefix("BASH") || name.hasPrefix("COMP_") || name.hasPrefix("EPOCH")
    }
  }

  /// What is known here. The body of a function runs later, when a variable that is assigned twice may be another.
  mutating func values(isFunction: Bool, isNested: Bool, isSubshell: Bool) -> [String: String] {
    guard !isNested, !known.isEmpty else { return [:] }
    if isSubshell, isShadowed { return [:] }
    let isCut = isSubshell && !shadowed.isEmpty
    guard isFunction || isCut else { return known }
    let place = (isFunction ? 1 : 0) + (isSubshell ? 2 : 0) - 1
    if let part = parts[place] { return part }
    let part = known.filter { name, _ in
      (!isFunction || assignments[name] == 1) && (!isSubshell || !shadowed.contains(name))
    }
    parts[place] = part
    return part
  }
}
