internal import SourceText

/// Where a word stands; it decides on extended globs.
enum WordContext {
  /// Among the words of a command.
  case command
  /// Behind `=`.
  case assignment
  /// In `[[ … ]]`, where extended globs need no option.
  case test
}

/// Collects the parts of a word: neighbouring characters of one kind become one part.
struct PartCollector {
  private(set) var parts: [WordPart] = []
  private let source: [UInt8]
  private var text: ArraySlice<UInt8> = []
  /// Whether `text` lies in the source as it is.
  private var isInSource = true
  private var isBare = true
  private var start = 0
  private var end = 0

  /// A collector for words of a text.
  init(_ source: [UInt8]) { self.source = source }

  /// Adds characters that do not stand in the source so.
  mutating func add(_ bytes: [UInt8], isBare: Bool, from start: Int, to end: Int) {
    begin(isBare, start)
    text.append(contentsOf: bytes)
    isInSource = false
    self.end = end
  }

  /// Adds bytes of the source.
  mutating func add(_ bytes: ArraySlice<UInt8>, isBare: Bool, from start: Int, to end: Int) {
    begin(isBare, start)
    if text.isEmpty {
      text = bytes
      isInSource = true
    } else if isInSource, text.endIndex == bytes.startIndex {
      text = source[text.startIndex..<bytes.endIndex]
    } else {
      text.append(contentsOf: bytes)
      isInSource = false
    }
    self.end = end
  }

  private mutating func begin(_ isBare: Bool, _ start: Int) {
    if !text.isEmpty, self.isBare != isBare { flush() }
    if text.isEmpty {
      self.start = start
      self.isBare = isBare
    }
  }

  /// An empty quotation is a part too: `""` is a word.
  mutating func addEmptyQuotation(at start: Int, to end: Int) {
    flush()
    parts.append(WordPart(kind: .quoted([]), isQuoted: true, span: SourceSpan(start, end)))
  }

  mutating func add(_ part: WordPart) {
    flush()
    parts.append(part)
  }

  mutating func flush() {
    guard !text.isEmpty else { return }
    parts.append(
      WordPart(kind: isBare ? .bare(text) : .quoted(text), isQuoted: !isBare, span: SourceSpan(start, end)))
    text = []
  }

  /// The last bare character, for extended globs.
  var lastBare: UInt8? { isBare ? text.last : nil }
}

extension Parser {
  /// The next word, or nil when none begins here.
  mutating func parseWord(in context: WordContext = .command) throws(UnsupportedSyntax) -> Word? {
    let start = position
    var parts = PartCollector(bytes)
    var globDepth = 0
    while let byte = peek() {
      if Self.isBreak(byte) {
        if dialect == .bash, byte == 0x3C || byte == 0x3E, self.byte(after: position) == 0x28 {
          parts.add(try parseProcess())
          continue
        }
        if context == .test, byte == 0x28, globDepth > 0 || parts.lastBare.map(Self.isGlobPrefix) == true {
          globDepth += 1
        } else if globDepth > 0, byte == 0x29 {
          globDepth -= 1
        } else if globDepth == 0 {
          break
        }
        parts.add(bytes[position...position], isBare: true, from: place(position), to: place(position + 1))
        position += 1
        continue
      }
      try parsePart(byte, into: &parts)
    }
    if globDepth > 0 { throw error("the pattern is not closed", at: start) }
    parts.flush()
    guard position > start, !parts.parts.isEmpty else { return nil }
    return Word(parts: parts.parts, span: span(start, position))
  }

  /// The operand of `=~`: parentheses and bars are part of it; inside parentheses blanks are too.
  mutating func parseRegexWord() throws(UnsupportedSyntax) -> Word? {
    let start = position
    var parts = PartCollector(bytes)
    var level = 0
    while let byte = peek() {
      switch byte {
      case 0x28: level += 1
      case 0x29:
        guard level > 0 else {
          parts.flush()
          return position > start ? Word(parts: parts.parts, span: span(start, position)) : nil
        }
        level -= 1
      case 0x7C: break
      case 0x20, 0x09, 0x0A:
        guard level > 0 else {
          parts.flush()
          return position > start ? Word(parts: parts.parts, span: span(start, position)) : nil
        }
      case 0x3C, 0x3E, 0x26, 0x3B:
        throw error(
          "‘\(String(decoding: [byte], as: UTF8.self))’ in a regular expression needs quotes", at: position)
      default:
        try parsePart(byte, into: &parts)
        continue
      }
      parts.add(bytes[position...position], isBare: true, from: place(position), to: place(position + 1))
      position += 1
    }
    throw error("‘[[’ is not closed", at: bytes.count)
  }

  private static func isGlobPrefix(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x3F, 0x2A, 0x2B, 0x40, 0x21: return true
    default: return false
    }
  }

  /// One part that is no break.
  private mutating func parsePart(_ byte: UInt8, into parts: inout PartCollector) throws(UnsupportedSyntax) {
    switch byte {
    case 0x5C: parseEscape(into: &parts)
    case 0x27: try parseSingleQuotes(into: &parts)
    case 0x22: try parseDoubleQuotes(into: &parts)
    case 0x24: try parseDollar(isQuoted: false, into: &parts)
    case 0x60: parts.add(try parseBackquotes(isQuoted: false))
    default: try takeBare(byte, into: &parts)
    }
  }

  /// A character without meaning of its own; one that cannot be seen is refused.
  mutating func takeBare(_ byte: UInt8, into parts: inout PartCollector) throws(UnsupportedSyntax) {
    if byte >= 0x20, byte < 0x7F {
      let start = position
      position += 1
      while position < bytes.count, Self.isOrdinary(bytes[position]) { position += 1 }
      parts.add(bytes[start..<position], isBare: true, from: place(start), to: place(position - 1) + 1)
      return
    }
    let length = scalarLength(byte)
    let end = min(bytes.count, position + length)
    if let scalar = String(decoding: bytes[position..<end], as: UTF8.self).unicodeScalars.first,
      let refusal = TextRules.refusal(of: scalar)
    {
      hidden.append(error(refusal.message, at: position, to: end, help: refusal.help))
    }
    parts.add(bytes[position..<end], isBare: true, from: place(position), to: place(end))
    position = end
  }

  /// Whether a byte has no meaning anywhere in a word, so that a run of such bytes is taken at once.
  @inline(__always)
  static func isOrdinary(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E, 0x2F, 0x2C, 0x25: return true
    default: return false
    }
  }

  func scalarLength(_ byte: UInt8) -> Int {
    switch byte {
    case 0xC0...0xDF: return 2
    case 0xE0...0xEF: return 3
    case 0xF0...0xFF: return 4
    default: return 1
    }
  }

  /// A backslash makes the next character literal; at the end of the text it is one itself.
  private mutating func parseEscape(into parts: inout PartCollector) {
    let start = position
    position += 1
    guard position < bytes.count else {
      parts.add([0x5C], isBare: false, from: place(start), to: place(position))
      return
    }
    let end = min(bytes.count, position + scalarLength(bytes[position]))
    parts.add(bytes[position..<end], isBare: false, from: place(start), to: place(end))
    position = end
  }

  mutating func parseSingleQuotes(into parts: inout PartCollector) throws(UnsupportedSyntax) {
    let start = position
    position += 1
    guard let end = bytes[position...].firstIndex(of: 0x27) else {
      throw error("the quote is not closed", at: start, help: "end it with '")
    }
    if end == position {
      parts.addEmptyQuotation(at: place(start), to: place(end + 1))
    } else {
      parts.add(bytes[position..<end], isBare: false, from: place(start), to: place(end + 1))
    }
    position = end + 1
  }

  /// `"…"`: expansions happen, their values are not split.
  mutating func parseDoubleQuotes(into parts: inout PartCollector) throws(UnsupportedSyntax) {
    let start = position
    position += 1
    var isEmpty = true
    while true {
      guard position < bytes.count else {
        throw error("the quote is not closed", at: start, help: "end it with \"")
      }
      let byte = bytes[position]
      if byte == 0x22 {
        position += 1
        if isEmpty { parts.addEmptyQuotation(at: place(start), to: place(position)) }
        return
      }
      isEmpty = false
      try parseQuotedCharacter(byte, escapes: [0x24, 0x60, 0x22, 0x5C], into: &parts)
    }
  }

  /// One character or expansion inside double quotes or a here-document.
  mutating func parseQuotedCharacter(
    _ byte: UInt8, escapes: [UInt8], into parts: inout PartCollector
  ) throws(UnsupportedSyntax) {
    switch byte {
    case 0x5C:
      let next = position + 1 < bytes.count ? bytes[position + 1] : nil
      if next == 0x0A {
        position += 2
      } else if let next, escapes.contains(next) {
        parts.add(
          bytes[(position + 1)..<(position + 2)], isBare: false, from: place(position),
          to: place(position + 2))
        position += 2
      } else {
        parts.add(bytes[position...position], isBare: false, from: place(position), to: place(position + 1))
        position += 1
      }
    case 0x24: try parseDollar(isQuoted: true, into: &parts)
    case 0x60: parts.add(try parseBackquotes(isQuoted: true))
    default:
      let start = position
      position += 1
      while position < bytes.count, Self.isOrdinary(bytes[position]) || bytes[position] == 0x20 {
        position += 1
      }
      parts.add(bytes[start..<position], isBare: false, from: place(start), to: place(position - 1) + 1)
    }
  }

  /// `$'…'`: escapes as in C; a NUL ends the string.
  mutating func parseANSIQuotes(into parts: inout PartCollector) throws(UnsupportedSyntax) {
    let start = position
    advance()
    advance()
    var decoder = ANSIQuoteDecoder()
    while true {
      guard position < bytes.count else {
        throw error("the quote is not closed", at: start, help: "end it with '")
      }
      let byte = bytes[position]
      position += 1
      if byte == 0x27 { break }
      if byte != 0x5C {
        decoder.add([byte])
        continue
      }
      let escape = position
      guard decoder.readEscape(bytes, &position) else {
        throw error("this escape is not understood", at: escape - 1, to: position)
      }
    }
    if decoder.bytes.isEmpty {
      parts.addEmptyQuotation(at: place(start), to: place(position))
    } else {
      parts.add(decoder.bytes, isBare: false, from: place(start), to: place(position))
    }
  }
}
