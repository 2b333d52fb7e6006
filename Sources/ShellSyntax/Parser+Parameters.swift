internal import SourceText

extension Parser {
  /// `${…}` from the `$` to behind the brace.
  mutating func parseBraced(isQuoted: Bool) throws(UnsupportedSyntax) -> Parameter {
    let start = position
    advance()
    advance()
    if let length = try parseLength() { return length }
    let isIndirect = takeIndirection()
    if isIndirect, dialect == .sh { throw error("‘${!’ is not part of sh", at: start, to: position) }
    guard let name = takeBracedName() else {
      throw error("this parameter expansion is not understood", at: start, to: position + 1)
    }
    if isIndirect, let byte = peek(), byte == 0x2A || byte == 0x40, self.byte(after: position) == 0x7D {
      advance()
      advance()
      return Parameter(name: name, index: nil, operation: .names, isIndirect: false, operand: nil)
    }
    var index: Word?
    if dialect == .bash, peek() == 0x5B, name.utf8.first.map(ShellName.isStart) == true {
      index = try parseIndex(start)
    }
    guard let byte = peek() else { throw error("‘${’ is not closed", at: start) }
    if byte == 0x7D {
      position += 1
      guard isIndirect else {
        return Parameter(name: name, index: index, operation: .value, isIndirect: false, operand: nil)
      }
      let text = index?.plainBytes
      let operation: Parameter.Operation = text == [0x40] || text == [0x2A] ? .names : .indirect
      return Parameter(name: name, index: index, operation: operation, isIndirect: false, operand: nil)
    }
    let operation = try parseOperation(start)
    var operand: Word?
    if case .transform = operation {
    } else {
      operand = try parseOperand(isQuoted: isQuoted, operation: operation, from: start)
    }
    return Parameter(
      name: name, index: index, operation: operation, isIndirect: isIndirect, operand: operand)
  }

  /// A subscript in braces. bash ends the expansion at the first brace, whether a bracket is open or not.
  private mutating func parseIndex(_ start: Int) throws(UnsupportedSyntax) -> Word? {
    let index = try parseSubscript()
    for part in index?.parts ?? [] {
      if case .bare(let text) = part.kind, text.contains(0x7D) {
        throw error("a brace in a subscript", at: start, to: position)
      }
    }
    return index
  }

  /// `${#name}`; nil when `#` is the parameter itself.
  private mutating func parseLength() throws(UnsupportedSyntax) -> Parameter? {
    guard peek() == 0x23, byte(after: position) != 0x7D else { return nil }
    let saved = mark()
    advance()
    if let name = takeBracedName() {
      var index: Word?
      if dialect == .bash, peek() == 0x5B, name.utf8.first.map(ShellName.isStart) == true {
        index = try parseIndex(position)
      }
      if peek() == 0x7D {
        position += 1
        return Parameter(name: name, index: index, operation: .length, isIndirect: false, operand: nil)
      }
    }
    reset(to: saved)
    return nil
  }

  /// Whether `!` before a name stands next; it is taken then.
  private mutating func takeIndirection() -> Bool {
    guard peek() == 0x21, let next = byte(after: position) else { return false }
    let isName = ShellName.isPart(next) || next == 0x23 || next == 0x40 || next == 0x2A
    guard isName else { return false }
    // `${!#…}` with an operator behind is rare enough to be read as what it most often is: the last argument.
    advance()
    return true
  }

  private mutating func takeBracedName() -> String? {
    guard let first = peek() else { return nil }
    let start = position
    if ShellName.isStart(first) {
      while let byte = peek(), ShellName.isPart(byte) { position += 1 }
    } else if (0x30...0x39).contains(first) {
      while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
    } else if Self.isSpecialParameter(first) {
      position += 1
    } else {
      return nil
    }
    return name(start..<position)
  }

  private mutating func parseOperation(_ start: Int) throws(UnsupportedSyntax) -> Parameter.Operation {
    guard let byte = advance() else { throw error("‘${’ is not closed", at: start) }
    switch byte {
    case 0x3A:
      if let next = peek(), let operation = Self.valueOperation(next) {
        position += 1
        return operation
      }
      guard dialect == .bash else { throw error("‘${…:’ is not part of sh", at: start, to: position) }
      return .substring
    case 0x23, 0x25:
      if peek() == byte { position += 1 }
      return .trim
    case 0x2F where dialect == .bash:
      if let next = peek(), next == 0x2F || next == 0x23 || next == 0x25 { position += 1 }
      return .replace
    case 0x5E where dialect == .bash, 0x2C where dialect == .bash:
      if peek() == byte { position += 1 }
      return .changeCase
    case 0x40 where dialect == .bash:
      guard let letter = peek(), self.byte(after: position) == 0x7D else {
        throw error("this parameter expansion is not understood", at: start, to: position)
      }
      advance()
      advance()
      return .transform(letter)
    default:
      guard let operation = Self.valueOperation(byte) else {
        throw error("this parameter expansion is not understood", at: start, to: position)
      }
      return operation
    }
  }

  private static func valueOperation(_ byte: UInt8) -> Parameter.Operation? {
    switch byte {
    case 0x2D: return .defaultValue
    case 0x3D: return .assignDefault
    case 0x3F: return .orError
    case 0x2B: return .alternative
    default: return nil
    }
  }

  /// The operand up to the closing brace.
  private mutating func parseOperand(
    isQuoted: Bool, operation: Parameter.Operation, from start: Int
  ) throws(UnsupportedSyntax) -> Word {
    let begin = position
    var parts = PartCollector()
    var hasInnerQuotes = false
    while true {
      guard let byte = peek() else { throw error("‘${’ is not closed", at: start) }
      switch byte {
      case 0x7D:
        let end = position
        position += 1
        parts.flush(of: bytes)
        let all = parts.takeParts()
        if isQuoted, dialect == .bash { try checkInnerQuotes(all, hasInnerQuotes, from: start) }
        return Word(parts: all, span: span(begin, end))
      case 0x27: try parseOperandQuote(isQuoted: isQuoted, operation: operation, into: &parts)
      case 0x22:
        hasInnerQuotes = true
        try parseDoubleQuotes(into: &parts)
      case 0x5C where isQuoted: try parseQuotedOperandEscape(into: &parts)
      case 0x5C:
        let end = min(
          bytes.count, position + 1 + (position + 1 < bytes.count ? scalarLength(bytes[position + 1]) : 0))
        parts.add((position + 1)..<end, of: bytes, isBare: false, from: place(position), to: place(end))
        position = end
      case 0x24:
        if isQuoted, dialect == .bash, self.byte(after: position) == 0x27 {
          try checkQuotedANSI(operation)
          try parseANSIQuotes(into: &parts)
          continue
        }
        try parseDollar(isQuoted: isQuoted, into: &parts)
      case 0x60: parts.add(try parseBackquotes(isQuoted: isQuoted), of: bytes)
      case 0x3C, 0x3E:
        if !isQuoted, dialect == .bash, self.byte(after: position) == 0x28 {
          parts.add(try parseProcess(), of: bytes)
        } else {
          takeOperandByte(isQuoted, into: &parts)
        }
      case 0x0A, 0x09: takeOperandByte(isQuoted, into: &parts)
      default:
        if isQuoted { takeOperandByte(true, into: &parts) } else { try takeBare(byte, into: &parts) }
      }
    }
  }

  /// `"${x:-"$"(rm y)}"`: bash removes the inner quotes and the backslashes in them, and reads what is left once more, so
  /// that a dollar sign that stood alone may begin an expansion after all.
  private func checkInnerQuotes(
    _ parts: [WordPart], _ hasInnerQuotes: Bool, from start: Int
  ) throws(UnsupportedSyntax) {
    func has(_ byte: UInt8) -> Bool {
      parts.contains { part in
        if case .quoted(let text) = part.kind { return text.contains(byte) }
        return false
      }
    }
    guard has(0x24), hasInnerQuotes || has(0x22) else { return }
    throw error(
      "a dollar sign beside quotes inside ‘\"${…}\"’, which bash reads twice", at: start, to: position,
      help: "put the text into a variable first")
  }

  /// `"${x//$'\n'/ }"`: in patterns bash reads `$'…'` as a quotation, elsewhere it does not. Only what cannot be read in
  /// another way is accepted.
  private func checkQuotedANSI(_ operation: Parameter.Operation) throws(UnsupportedSyntax) {
    let refusal = error("‘$'’ inside ‘\"${…}\"’", at: position, help: "take it out of the double quotes")
    switch operation {
    case .trim, .replace, .changeCase: break
    case .value, .length, .indirect, .names, .defaultValue, .assignDefault, .orError, .alternative,
      .substring,
      .transform:
      throw refusal
    }
    var index = position + 2
    while index < bytes.count, bytes[index] != 0x27 {
      if [0x22, 0x24, 0x60, 0x7B, 0x7D].contains(bytes[index]) { throw refusal }
      if bytes[index] == 0x5C, index + 1 < bytes.count, bytes[index + 1] == 0x27 { throw refusal }
      index += 1
    }
  }

  /// A backslash in double quotes. One that quotes nothing stays, and the byte behind it opens no quotation either.
  private mutating func parseQuotedOperandEscape(into parts: inout PartCollector) throws(UnsupportedSyntax) {
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0x0A
    switch next {
    case 0x24, 0x60, 0x22, 0x5C, 0x7D, 0x0A:
      try parseQuotedCharacter(0x5C, escapes: [0x24, 0x60, 0x22, 0x5C, 0x7D], into: &parts)
    default:
      takeOperandByte(true, into: &parts)
      takeOperandByte(true, into: &parts)
    }
  }

  private mutating func takeOperandByte(_ isQuoted: Bool, into parts: inout PartCollector) {
    parts.add(
      position..<position + 1, of: bytes, isBare: !isQuoted, from: place(position), to: place(position + 1))
    position += 1
  }

  /// A single quote in an operand. Inside double quotes POSIX gives it no meaning; bash pairs it, and for `:-` and its
  /// kin still expands what stands between.
  private mutating func parseOperandQuote(
    isQuoted: Bool, operation: Parameter.Operation, into parts: inout PartCollector
  ) throws(UnsupportedSyntax) {
    guard isQuoted else { return try parseSingleQuotes(into: &parts) }
    switch operation {
    case .trim, .replace, .changeCase: return try parseSingleQuotes(into: &parts)
    case .value, .length, .indirect, .names, .defaultValue, .assignDefault, .orError, .alternative,
      .substring,
      .transform:
      break
    }
    guard dialect == .bash else { return takeOperandByte(true, into: &parts) }
    let start = position
    guard let end = bytes[(start + 1)...].firstIndex(of: 0x27) else {
      throw error("the quote is not closed", at: start, help: "end it with '")
    }
    let inner = Array(bytes[(start + 1)..<end])
    parts.add(start..<start + 1, of: bytes, isBare: false, from: place(start), to: place(start + 1))
    try parseHereText(inner, .table(((start + 1)...end).map(place)), into: &parts)
    parts.add(end..<end + 1, of: bytes, isBare: false, from: place(end), to: place(end + 1))
    position = end + 1
  }

  /// A text in which only `$`, backquotes and backslashes have a meaning: the body of a here-document.
  mutating func parseHereText(
    _ text: [UInt8], _ textPlaces: Places, into parts: inout PartCollector
  ) throws(UnsupportedSyntax) {
    guard text.contains(where: { $0 == 0x24 || $0 == 0x60 || $0 == 0x5C }) else {
      guard !text.isEmpty else { return }
      let first = textPlaces.place(0)
      parts.add(text, of: bytes, isBare: false, from: first, to: first + text.count)
      return
    }
    let collected = try nested { parser throws(UnsupportedSyntax) -> [WordPart] in
      var sub = Parser(text, dialect: parser.dialect, places: textPlaces, depth: parser.depth)
      sub.hereDocumentCount = parser.hereDocumentCount
      var inner = PartCollector()
      while sub.position < sub.bytes.count {
        try sub.parseQuotedCharacter(sub.bytes[sub.position], escapes: [0x24, 0x60, 0x5C], into: &inner)
      }
      parser.hereDocumentCount = sub.hereDocumentCount
      parser.hidden += sub.hidden
      inner.flush(of: sub.bytes)
      return inner.takeParts()
    }
    for part in collected { parts.add(part, of: bytes) }
  }
}
