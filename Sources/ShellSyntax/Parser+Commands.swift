internal import SourceText

extension Parser {
  /// Reads one command, compound or simple, with its redirections.
  mutating func parseCommand() throws(UnsupportedSyntax) -> Command {
    try nested { parser throws(UnsupportedSyntax) in
      parser.skipBlanks()
      let start = parser.position
      guard let kind = try parser.parseCompound() else { return try parser.parseSimple() }
      var redirections: [Redirection] = []
      if case .function = kind {
      } else {
        while let redirection = try parser.parseRedirection() { redirections.append(redirection) }
      }
      return Command(kind: kind, redirections: redirections, span: parser.span(start, parser.position))
    }
  }

  /// A compound command, or nil when a simple one stands here.
  private mutating func parseCompound() throws(UnsupportedSyntax) -> Command.Kind? {
    if peek() == 0x28 {
      if dialect == .bash, let arithmetic = try parseArithmeticCommand() { return .arithmetic(arithmetic) }
      return .subshell(try parseSubshell())
    }
    guard let word = peekReserved() else { return nil }
    let start = position
    switch word {
    case .leftBrace:
      takeReserved(word)
      return .group(try parseBraceGroupRest())
    case .if:
      takeReserved(word)
      return .conditional(try parseIfRest())
    case .while, .until:
      takeReserved(word)
      let condition = try parseList(until: .words([.do]))
      try requireCommands(condition, "the condition of ‘\(word.text)’", start)
      return .loop(condition: condition, body: try parseDoGroup())
    case .for, .select:
      takeReserved(word)
      return try parseForRest(word)
    case .case:
      takeReserved(word)
      return try parseCaseRest()
    case .leftBrackets:
      takeReserved(word)
      return .test(try parseTest())
    case .function:
      takeReserved(word)
      return try parseFunctionKeyword()
    case .coproc:
      takeReserved(word)
      return try parseCoprocess()
    case .bang, .time: throw error("‘\(word.text)’ is not expected here", at: start)
    default:
      throw error(
        "‘\(word.text)’ is not expected here", at: start, help: "quote it if it is a command's name")
    }
  }

  private func requireCommands(
    _ script: Script, _ what: @autoclosure () -> String, _ start: Int
  ) throws(UnsupportedSyntax) {
    if script.items.isEmpty { throw error("\(what()) is empty", at: start) }
  }

  private mutating func parseSubshell() throws(UnsupportedSyntax) -> Script {
    let start = position
    position += 1
    let body = try parseList(until: .parenthesis)
    try requireCommands(body, "the subshell", start)
    position += 1
    return body
  }

  private mutating func parseBraceGroupRest() throws(UnsupportedSyntax) -> Script {
    let start = position
    let body = try parseList(until: .words([.rightBrace]))
    try requireCommands(body, "the group", start)
    takeReserved(.rightBrace)
    return body
  }

  private mutating func parseIfRest() throws(UnsupportedSyntax) -> [Branch] {
    var branches: [Branch] = []
    let start = position
    let condition = try parseList(until: .words([.then]))
    try requireCommands(condition, "the condition of ‘if’", start)
    takeReserved(.then)
    let body = try parseList(until: .words([.elif, .else, .fi]))
    try requireCommands(body, "the branch of ‘if’", start)
    branches.append(Branch(condition: condition, body: body))
    switch peekReserved() {
    case .elif:
      takeReserved(.elif)
      return branches + (try nested { parser throws(UnsupportedSyntax) in try parser.parseIfRest() })
    case .else:
      takeReserved(.else)
      let last = try parseList(until: .words([.fi]))
      try requireCommands(last, "the branch of ‘else’", start)
      branches.append(Branch(condition: nil, body: last))
    default: break
    }
    takeReserved(.fi)
    return branches
  }

  private mutating func parseDoGroup() throws(UnsupportedSyntax) -> Script {
    try expectReserved(.do)
    let start = position
    let body = try parseList(until: .words([.done]))
    try requireCommands(body, "the loop", start)
    takeReserved(.done)
    return body
  }

  private mutating func parseForRest(_ word: ReservedWord) throws(UnsupportedSyntax) -> Command.Kind {
    skipBlanks()
    if word == .for, dialect == .bash, peek() == 0x28, byte(after: position) == 0x28 {
      return try parseArithmeticFor()
    }
    let name = try parseName("the variable of ‘\(word.text)’")
    skipBlanks()
    var words: [Word]?
    if peek() == 0x3B {
      position += 1
    } else {
      try skipBlanksAndNewlines()
      if peekReserved() == .in {
        takeReserved(.in)
        words = try parseWordsToSeparator()
      }
    }
    return .forEach(name: name, words: words, body: try parseLoopBody())
  }

  /// `do … done`, in bash also `{ … }`.
  private mutating func parseLoopBody() throws(UnsupportedSyntax) -> Script {
    try skipBlanksAndNewlines()
    if dialect == .bash, peekReserved() == .leftBrace {
      takeReserved(.leftBrace)
      return try parseBraceGroupRest()
    }
    return try parseDoGroup()
  }

  private mutating func parseWordsToSeparator() throws(UnsupportedSyntax) -> [Word] {
    var words: [Word] = []
    while true {
      skipBlanks()
      switch peek() {
      case 0x3B:
        position += 1
        return words
      case 0x0A:
        try takeNewline()
        return words
      case nil: throw unexpected()
      default:
        guard let word = try parseWord() else { throw unexpected() }
        words.append(word)
      }
    }
  }

  /// A name of letters, digits and `_`, without quotes.
  private mutating func parseName(_ what: @autoclosure () -> String) throws(UnsupportedSyntax) -> String {
    skipBlanks()
    let start = position
    guard let word = try parseWord(), word.parts.count == 1, case .bare(let text) = word.parts[0].kind,
      ShellName.isValid(text)
    else { throw error("\(what()) is not a name", at: start, to: position) }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func parseCaseRest() throws(UnsupportedSyntax) -> Command.Kind {
    skipBlanks()
    guard let subject = try parseWord() else { throw unexpected() }
    try expectReserved(.in)
    var items: [CaseItem] = []
    while true {
      try skipBlanksAndNewlines()
      if peekReserved() == .esac {
        takeReserved(.esac)
        return .cases(subject, items)
      }
      if peek() == 0x28 { position += 1 }
      items.append(try parseCaseItem())
    }
  }

  private mutating func parseCaseItem() throws(UnsupportedSyntax) -> CaseItem {
    var patterns: [Word] = []
    while true {
      skipBlanks()
      guard let pattern = try parseWord() else { throw unexpected() }
      patterns.append(pattern)
      skipBlanks()
      if peek() == 0x7C {
        position += 1
      } else if peek() == 0x29 {
        position += 1
        break
      } else {
        throw unexpected()
      }
    }
    let body = try parseList(until: .caseItem)
    if dialect == .bash {
      if take(";;&") || take(";&") || take(";;") { return CaseItem(patterns: patterns, body: body) }
    } else if take(";;") {
      return CaseItem(patterns: patterns, body: body)
    }
    guard peekReserved() == .esac else { throw unexpected() }
    return CaseItem(patterns: patterns, body: body)
  }

  // MARK: functions and coprocesses

  private mutating func parseFunctionKeyword() throws(UnsupportedSyntax) -> Command.Kind {
    skipBlanks()
    let start = position
    guard let word = try parseWord(), let name = word.plainBytes, word.literalBytes(dialect) != nil else {
      throw error("the function's name is not a plain word", at: start, to: position)
    }
    let nameSpan = word.span
    skipBlanks()
    if peek() == 0x28, byte(after: position) == 0x29 {
      advance()
      advance()
    }
    return try parseFunctionBody(ByteText.string(name), nameSpan)
  }

  mutating func parseFunctionBody(
    _ name: String, _ nameSpan: SourceSpan
  ) throws(UnsupportedSyntax) -> Command.Kind {
    try skipBlanksAndNewlines()
    let start = position
    let body = try parseCommand()
    if case .simple = body.kind, dialect == .bash {
      throw error("the body of function \(name) is not in braces", at: start, help: "write \(name)() { …; }")
    }
    return .function(name: name, nameSpan: nameSpan, body: body)
  }

  /// A name that is a word of its own; nothing is taken for good when none stands here.
  private mutating func takeName() -> [UInt8]? {
    var name: [UInt8] = []
    while let byte = peek(), ShellName.isPart(byte) {
      name.append(byte)
      position += 1
    }
    guard ShellName.isValid(name), let next = peek(), Self.isBreak(next) else { return nil }
    return name
  }

  /// `coproc compound`, `coproc NAME compound`, `coproc simple`.
  private mutating func parseCoprocess() throws(UnsupportedSyntax) -> Command.Kind {
    skipBlanks()
    if peek() == 0x28 || peekReserved().map({ $0 != .in }) == true {
      return .coprocess(name: nil, try parseCommand())
    }
    let saved = mark()
    if let name = takeName() {
      skipBlanks()
      if peek() == 0x28 || peekReserved().map({ $0 != .in && $0 != .bang && $0 != .time }) == true {
        return .coprocess(name: String(decoding: name, as: UTF8.self), try parseCommand())
      }
    }
    reset(to: saved)
    return .coprocess(name: nil, try parseCommand())
  }

  // MARK: [[ … ]]

  private mutating func parseTest() throws(UnsupportedSyntax) -> [TestPart] {
    var parts: [TestPart] = []
    var isRegex = false
    while true {
      try skipBlanksAndNewlines()
      guard let byte = peek() else { throw error("‘[[’ is not closed", at: bytes.count) }
      if let op = takeTestOperator(byte) {
        parts.append(.op(op))
        continue
      }
      let start = position
      guard let word = isRegex ? try parseRegexWord() : try parseWord(in: .test) else { throw unexpected() }
      isRegex = false
      let text = testText(word, from: start)
      if text == "]]" { return parts }
      if text == "=~" { isRegex = true }
      let isOperator =
        ["!", "=~", "==", "=", "!="].contains(text)
        || (text.hasPrefix("-") && text.count <= 3 && word.plainBytes != nil)
      parts.append(isOperator ? .op(text) : .word(word))
    }
  }

  /// A word of a test as its operators are recognised: unquoted, line continuations gone.
  private func testText(_ word: Word, from start: Int) -> String {
    if word.parts.count == 1, case .bare(let text) = word.parts[0].kind {
      return ByteText.string(text)
    }
    return ByteText.string(bytes[start..<position])
  }

  private mutating func takeTestOperator(_ byte: UInt8) -> String? {
    if take("&&") { return "&&" }
    if take("||") { return "||" }
    if dialect == .bash, byte == 0x3C || byte == 0x3E, self.byte(after: position) == 0x28 { return nil }
    switch byte {
    case 0x28, 0x29, 0x3C, 0x3E:
      position += 1
      return String(decoding: [byte], as: UTF8.self)
    default: return nil
    }
  }
}

/// Names of variables and functions.
enum ShellName {
  /// `[A-Za-z_][A-Za-z0-9_]*`
  static func isValid(_ text: some Collection<UInt8>) -> Bool {
    guard let first = text.first, isStart(first) else { return false }
    return text.allSatisfy(isPart)
  }

  static func isStart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x5F: return true
    default: return false
    }
  }

  static func isPart(_ byte: UInt8) -> Bool { isStart(byte) || (0x30...0x39).contains(byte) }
}
