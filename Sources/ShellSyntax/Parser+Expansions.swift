internal import SourceText

extension Parser {
  /// What begins with `$`; a `$` before anything else is a character.
  mutating func parseDollar(isQuoted: Bool, into parts: inout PartCollector) throws(UnsupportedSyntax) {
    let start = position
    guard let next = byte(after: position) else { return takeDollar(isQuoted, into: &parts) }
    switch next {
    case 0x28: parts.add(try parseParenthesis(isQuoted: isQuoted), of: bytes)
    case 0x7B:
      let parameter = try nested { parser throws(UnsupportedSyntax) in
        try parser.parseBraced(isQuoted: isQuoted)
      }
      parts.add(
        WordPart(kind: .parameter(parameter), isQuoted: isQuoted, span: span(start, position)), of: bytes)
    case 0x5B where dialect == .bash:
      advance()
      advance()
      guard
        let word = try nested({ parser throws(UnsupportedSyntax) in
          try parser.parseBracketed(from: start, close: 0x5D)
        })
      else { throw error("‘$[’ is not closed", at: start) }
      parts.add(WordPart(kind: .arithmetic(word), isQuoted: isQuoted, span: span(start, position)), of: bytes)
    case 0x27 where dialect == .bash && !isQuoted: try parseANSIQuotes(into: &parts)
    case 0x22 where dialect == .bash && !isQuoted:
      advance()
      try parseDoubleQuotes(into: &parts)
    default:
      guard let name = takeParameterName() else { return takeDollar(isQuoted, into: &parts) }
      let kind: WordPart.Kind = .parameter(
        Parameter(name: name, index: nil, operation: .value, isIndirect: false, operand: nil))
      parts.add(WordPart(kind: kind, isQuoted: isQuoted, span: span(start, position)), of: bytes)
    }
  }

  private mutating func takeDollar(_ isQuoted: Bool, into parts: inout PartCollector) {
    parts.add(
      position..<position + 1, of: bytes, isBare: !isQuoted, from: place(position), to: place(position + 1))
    position += 1
  }

  /// `$name`, `$1`, `$?`: the name, with `$` taken; nil when none follows.
  private mutating func takeParameterName() -> String? {
    guard let first = byte(after: position) else { return nil }
    if ShellName.isStart(first) {
      advance()
      // Inside double quotes a line continuation is part of the quotation, yet it joins a name all the same.
      skipContinuations()
      let start = position
      position = end(from: start, ShellName.isPart)
      while let byte = peek(), ShellName.isPart(byte) { position += 1 }
      return name(start..<position)
    }
    guard (0x30...0x39).contains(first) || Self.isSpecialParameter(first) else { return nil }
    advance()
    advance()
    return String(decoding: [first], as: UTF8.self)
  }

  static func isSpecialParameter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x40, 0x2A, 0x23, 0x3F, 0x2D, 0x24, 0x21: return true
    default: return false
    }
  }

  // MARK: $( … ), <( … ), ` … `

  private mutating func parseParenthesis(isQuoted: Bool) throws(UnsupportedSyntax) -> WordPart {
    let start = position
    advance()
    if byte(after: position) == 0x28, !notArithmetic.contains(start) {
      let saved = mark()
      advance()
      advance()
      if let word = try parseArithmetic() {
        return WordPart(kind: .arithmetic(word), isQuoted: isQuoted, span: span(start, position))
      }
      guard dialect == .bash else {
        throw error("‘$((’ is not closed by ‘))’", at: start, help: "for a subshell write $( (")
      }
      try abandonArithmetic(at: start, saved)
    }
    let script = try parseSubstitution()
    return WordPart(
      kind: .command(script, isBackquote: false), isQuoted: isQuoted, span: span(start, position))
  }

  mutating func parseProcess() throws(UnsupportedSyntax) -> WordPart {
    let start = position
    advance()
    let script = try parseSubstitution()
    return WordPart(kind: .process(script), isQuoted: false, span: span(start, position))
  }

  /// From `(` to the `)` that a real parser finds. Its here-documents are its own.
  private mutating func parseSubstitution() throws(UnsupportedSyntax) -> Script {
    try nested { parser throws(UnsupportedSyntax) in
      parser.advance()
      let outer = (parser.hereDocuments, parser.bodies)
      parser.hereDocuments = []
      parser.bodies = []
      var script = try parser.parseList(until: .parenthesis)
      try parser.requireNoPendingHereDocuments()
      script.hereDocuments = parser.bodies
      (parser.hereDocuments, parser.bodies) = outer
      parser.advance()
      return script
    }
  }

  /// The text between backquotes is unescaped, then read as a text of its own (POSIX 2.6.3).
  mutating func parseBackquotes(isQuoted: Bool) throws(UnsupportedSyntax) -> WordPart {
    let start = position
    position += 1
    // Most have nothing to unescape.
    let end = end(from: position) { $0 != 0x60 && $0 != 0x5C }
    if case .from = places, end < bytes.count, bytes[end] == 0x60 {
      let script = try parseInner(Array(bytes[position..<end]), .from(place(position)), behind: end + 1)
      return WordPart(
        kind: .command(script, isBackquote: true), isQuoted: isQuoted, span: span(start, position))
    }
    var inner: [UInt8] = []
    var innerPlaces: [Int] = []
    while true {
      guard position < bytes.count else { throw error("the backquote is not closed", at: start) }
      let byte = bytes[position]
      if byte == 0x60 { break }
      if byte == 0x5C, position + 1 < bytes.count {
        if bytes[position + 1] == 0x0A {
          // Shells join the lines while they look for the closing backquote, even inside quotes.
          position += 2
          continue
        }
        if Self.isBackquoteEscape(bytes[position + 1], isQuoted) {
          position += 1
        } else {
          // The byte behind an ordinary backslash comes along, so that it is not looked at again.
          inner.append(byte)
          innerPlaces.append(place(position))
          position += 1
        }
      }
      inner.append(bytes[position])
      innerPlaces.append(place(position))
      position += 1
    }
    innerPlaces.append(place(position))
    let script = try parseInner(inner, .table(innerPlaces), behind: position + 1)
    return WordPart(
      kind: .command(script, isBackquote: true), isQuoted: isQuoted, span: span(start, position))
  }

  /// Reads a text inside this one, and goes on behind it.
  private mutating func parseInner(
    _ text: [UInt8], _ places: Places, behind end: Int
  ) throws(UnsupportedSyntax) -> Script {
    position = end
    return try nested { parser throws(UnsupportedSyntax) in
      var sub = Parser(text, dialect: parser.dialect, places: places, depth: parser.depth)
      sub.hereDocumentCount = parser.hereDocumentCount
      let script = try sub.parseWhole()
      parser.hereDocumentCount = sub.hereDocumentCount
      parser.hidden += sub.hidden
      return script
    }
  }

  private static func isBackquoteEscape(_ byte: UInt8, _ isQuoted: Bool) -> Bool {
    byte == 0x24 || byte == 0x60 || byte == 0x5C || (isQuoted && byte == 0x22)
  }

  // MARK: arithmetic

  /// `((` at the beginning of a command, if `))` closes it; nil when it is a subshell in a subshell.
  mutating func parseArithmeticCommand() throws(UnsupportedSyntax) -> Word? {
    guard byte(after: position) == 0x28, !notArithmetic.contains(position) else { return nil }
    let (start, saved) = (position, mark())
    advance()
    advance()
    if let word = try parseArithmetic() { return word }
    try abandonArithmetic(at: start, saved)
    return nil
  }

  /// `for ((a; b; c))`
  mutating func parseArithmeticFor() throws(UnsupportedSyntax) -> Command.Kind {
    let start = position
    advance()
    advance()
    guard let word = try parseArithmetic() else { throw error("‘((’ is not closed by ‘))’", at: start) }
    skipBlanks()
    if peek() == 0x3B { position += 1 }
    try skipBlanksAndNewlines()
    let body: Script
    if peekReserved() == .leftBrace {
      guard case .group(let script) = try parseCommand().kind else { throw unexpected() }
      body = script
    } else {
      try expectReserved(.do)
      body = try parseList(until: .words([.done]))
      takeReserved(.done)
    }
    return .arithmeticFor([word], body: body)
  }

  /// From behind `((` to behind `))`; nil when a single `)` closes it, so that it is no arithmetic.
  private mutating func parseArithmetic() throws(UnsupportedSyntax) -> Word? {
    try nested { parser throws(UnsupportedSyntax) in
      let start = parser.position
      var parts = PartCollector()
      var level = 0
      while let byte = parser.peek() {
        if byte == 0x29, level == 0 {
          guard parser.byte(after: parser.position) == 0x29 else { return nil }
          let end = parser.position
          parser.advance()
          parser.advance()
          parts.flush(of: parser.bytes)
          try parser.checkBalance(start, end)
          return Word(parts: parts.takeParts(), span: parser.span(start, end))
        }
        if byte == 0x28 { level += 1 }
        if byte == 0x29 { level -= 1 }
        try parser.parseExpressionCharacter(byte, into: &parts)
      }
      return nil
    }
  }

  /// bash counts parentheses once more, without an eye for what stands between; when they do not match it takes
  /// the text for commands.
  private func checkBalance(_ start: Int, _ end: Int) throws(UnsupportedSyntax) {
    var level = 0
    var index = start
    while index < end, level >= 0 {
      switch bytes[index] {
      case 0x28: level += 1
      case 0x29: level -= 1
      case 0x5C: index += 1
      case 0x27, 0x22:
        let mark = bytes[index]
        index += 1
        while index < end, bytes[index] != mark { index += bytes[index] == 0x5C && mark == 0x22 ? 2 : 1 }
      default: break
      }
      index += 1
    }
    guard level == 0 else {
      throw error(
        "‘((’ with parentheses that do not match, which shells read in two ways", at: start, to: end,
        help: "take the command out of the expression")
    }
  }

  /// From behind `[` to behind the matching `]`; nil when the text ends before.
  mutating func parseBracketed(from start: Int, close: UInt8) throws(UnsupportedSyntax) -> Word? {
    let begin = position
    var parts = PartCollector()
    var level = 0
    while let byte = peek() {
      if byte == close, level == 0 {
        let end = position
        position += 1
        parts.flush(of: bytes)
        return Word(parts: parts.takeParts(), span: span(begin, end))
      }
      if byte == 0x5B { level += 1 }
      if byte == close { level -= 1 }
      try parseExpressionCharacter(byte, into: &parts)
    }
    throw error("‘[’ is not closed", at: start)
  }

  /// One character, quotation or expansion of an arithmetic expression or a subscript.
  private mutating func parseExpressionCharacter(
    _ byte: UInt8, into parts: inout PartCollector
  ) throws(UnsupportedSyntax) {
    switch byte {
    case 0x24: try parseDollar(isQuoted: true, into: &parts)
    case 0x60: parts.add(try parseBackquotes(isQuoted: true), of: bytes)
    case 0x22:
      let start = position
      try parseDoubleQuotes(into: &parts)
      if dialect == .sh, bytes[start..<position].contains(where: { $0 == 0x28 || $0 == 0x29 }) {
        throw error(
          "a parenthesis in quotes in an expression, which shells read in two ways", at: start, to: position)
      }
    case 0x27 where dialect == .sh:
      throw error("a single quote in an expression, which shells read in two ways", at: position)
    case 0x27:
      let start = position
      try parseSingleQuotes(into: &parts)
      // Whether bash expands what stands between depends on where the expression is used.
      if bytes[start..<position].contains(where: { $0 == 0x24 || $0 == 0x60 }) {
        throw error("single quotes around an expansion in an expression", at: start, to: position)
      }
    case 0x5C:
      parts.add(
        position..<min(bytes.count, position + 2), of: bytes, isBare: false, from: place(position),
        to: place(position + 2))
      position = min(bytes.count, position + 2)
    case 0x0A:
      parts.add(
        position..<position + 1, of: bytes, isBare: true, from: place(position), to: place(position + 1))
      position += 1
    default: try takeBare(byte, into: &parts)
    }
  }

  // MARK: going back

  /// Where the parser stands, with what it has collected.
  struct Mark {
    var position: Int
    var pending: Int
    var count: Int
    var bodies: Int
    var hidden: Int
  }

  func mark() -> Mark {
    Mark(
      position: position, pending: hereDocuments.count, count: hereDocumentCount, bodies: bodies.count,
      hidden: hidden.count)
  }

  mutating func reset(to mark: Mark) {
    position = mark.position
    hereDocuments.removeLast(max(0, hereDocuments.count - mark.pending))
    hereDocumentCount = mark.count
    bodies.removeLast(max(0, bodies.count - mark.bodies))
    hidden.removeLast(max(0, hidden.count - mark.hidden))
  }
}
