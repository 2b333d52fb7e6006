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
///
/// It does not hold the text whose characters it collects: each word would keep and release it.
struct PartCollector {
  /// The first part; most words have no other.
  private var first: WordPart?
  /// All parts, when there are several.
  private var several: [WordPart] = []
  /// Where the characters of the next part lie in the text.
  private var run: Range<Int> = 0..<0
  /// The characters, when they do not stand in the text so.
  private var made: [UInt8]?
  private var isBare = true
  private var start = 0
  private var end = 0

  /// Whether no part is begun.
  private var isEmpty: Bool { made == nil ? run.isEmpty : false }

  /// Gives the parts that are finished away.
  mutating func takeParts() -> [WordPart] {
    if let first = first.take() { return [first] }
    return several
  }

  private mutating func finish(_ part: consuming WordPart) {
    if let first = first.take() {
      several = [first, part]
    } else if several.isEmpty {
      first = .some(part)
    } else {
      several.append(part)
    }
  }

  /// Adds characters that do not stand in the text so.
  mutating func add(_ new: [UInt8], of bytes: [UInt8], isBare: Bool, from start: Int, to end: Int) {
    begin(isBare, start, bytes)
    append(new[...], bytes)
    self.end = end
  }

  /// Adds bytes of the text.
  mutating func add(_ new: Range<Int>, of bytes: [UInt8], isBare: Bool, from start: Int, to end: Int) {
    begin(isBare, start, bytes)
    if isEmpty {
      run = new
    } else if made == nil, run.upperBound == new.lowerBound {
      run = run.lowerBound..<new.upperBound
    } else {
      append(bytes[new], bytes)
    }
    self.end = end
  }

  private mutating func append(_ new: ArraySlice<UInt8>, _ bytes: [UInt8]) {
    guard !new.isEmpty else { return }
    var text = made ?? Array(bytes[run])
    made = nil
    text += new
    made = text
  }

  private mutating func begin(_ isBare: Bool, _ start: Int, _ bytes: [UInt8]) {
    if self.isBare != isBare { flush(of: bytes) }
    if isEmpty {
      self.start = start
      self.isBare = isBare
    }
  }

  /// An empty quotation is a part too: `""` is a word.
  mutating func addEmptyQuotation(of bytes: [UInt8], at start: Int, to end: Int) {
    flush(of: bytes)
    finish(WordPart(kind: .quoted([]), isQuoted: true, span: SourceSpan(start, end)))
  }

  mutating func add(_ part: consuming WordPart, of bytes: [UInt8]) {
    flush(of: bytes)
    finish(part)
  }

  mutating func flush(of bytes: [UInt8]) {
    guard !isEmpty else { return }
    let text = made?[...] ?? bytes[run]
    finish(
      WordPart(kind: isBare ? .bare(text) : .quoted(text), isQuoted: !isBare, span: SourceSpan(start, end)))
    run = 0..<0
    made = nil
  }

  /// The last bare character, for extended globs.
  func lastBare(of bytes: [UInt8]) -> UInt8? {
    guard isBare, !isEmpty else { return nil }
    return made?.last ?? bytes[run.upperBound - 1]
  }
}

extension Parser {
  /// The next word, or nil when none begins here.
  mutating func parseWord(in context: WordContext = .command) throws(UnsupportedSyntax) -> Word? {
    if let word = takePlainWord(in: context) { return word }
    let start = position
    var parts = PartCollector()
    var globDepth = 0
    while let byte = peek() {
      if Self.isBreak(byte) {
        if dialect == .bash, byte == 0x3C || byte == 0x3E, self.byte(after: position) == 0x28 {
          parts.add(try parseProcess(), of: bytes)
          continue
        }
        if context == .test, byte == 0x28,
          globDepth > 0 || parts.lastBare(of: bytes).map(Self.isGlobPrefix) == true
        {
          globDepth += 1
        } else if globDepth > 0, byte == 0x29 {
          globDepth -= 1
        } else if globDepth == 0 {
          break
        }
        parts.add(
          position..<position + 1, of: bytes, isBare: true, from: place(position), to: place(position + 1))
        position += 1
        continue
      }
      try parsePart(byte, into: &parts)
    }
    if globDepth > 0 { throw error("the pattern is not closed", at: start) }
    parts.flush(of: bytes)
    let all = parts.takeParts()
    guard position > start, !all.isEmpty else { return nil }
    return Word(parts: all, span: span(start, position))
  }

  /// A word of bare characters alone, as most are; nothing is taken when another stands here.
  private mutating func takePlainWord(in context: WordContext) -> Word? {
    let start = position
    let end = end(from: start, Self.isBareCharacter)
    guard end > start else { return nil }
    if end < bytes.count {
      // A parenthesis may go on with the word.
      let next = bytes[end]
      guard Self.isBreak(next), next != 0x28 else { return nil }
      if next == 0x3C || next == 0x3E, dialect == .bash { return nil }
    }
    position = end
    let span = SourceSpan(place(start), place(end - 1) + 1)
    return Word(
      text: WordPart(kind: .bare(bytes[start..<end]), isQuoted: false, span: span),
      span: self.span(start, end))
  }

  /// Whether a byte is a character of its own outside quotes: neither a break nor the beginning of a quotation or an
  /// expansion, and one that can be seen.
  @inline(__always)
  private static func isBareCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x24, 0x26...0x29, 0x3B, 0x3C, 0x3E, 0x5C, 0x60, 0x7C: return false
    default: return byte > 0x20 && byte < 0x7F
    }
  }

  /// The operand of `=~`: parentheses and bars are part of it; inside parentheses blanks are too.
  mutating func parseRegexWord() throws(UnsupportedSyntax) -> Word? {
    let start = position
    var parts = PartCollector()
    var level = 0
    while let byte = peek() {
      switch byte {
      case 0x28: level += 1
      case 0x29:
        guard level > 0 else {
          parts.flush(of: bytes)
          return position > start ? Word(parts: parts.takeParts(), span: span(start, position)) : nil
        }
        level -= 1
      case 0x7C: break
      case 0x20, 0x09, 0x0A:
        guard level > 0 else {
          parts.flush(of: bytes)
          return position > start ? Word(parts: parts.takeParts(), span: span(start, position)) : nil
        }
      case 0x3C, 0x3E, 0x26, 0x3B:
        throw error(
          "‘\(String(decoding: [byte], as: UTF8.self))’ in a regular expression needs quotes", at: position)
      default:
        try parsePart(byte, into: &parts)
        continue
      }
      parts.add(
        position..<position + 1, of: bytes, isBare: true, from: place(position), to: place(position + 1))
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
    case 0x60: parts.add(try parseBackquotes(isQuoted: false), of: bytes)
    default: try takeBare(byte, into: &parts)
    }
  }

  /// A character without meaning of its own; one that cannot be seen is refused.
  mutating func takeBare(_ byte: UInt8, into parts: inout PartCollector) throws(UnsupportedSyntax) {
    if byte >= 0x20, byte < 0x7F {
      let start = position
      position = end(from: position + 1, Self.isOrdinary)
      parts.add(start..<position, of: bytes, isBare: true, from: place(start), to: place(position - 1) + 1)
      return
    }
    let length = scalarLength(byte)
    let end = min(bytes.count, position + length)
    if let scalar = String(decoding: bytes[position..<end], as: UTF8.self).unicodeScalars.first,
      let refusal = TextRules.refusal(of: scalar)
    {
      hidden.append(error(refusal.message, at: position, to: end, help: refusal.help))
    }
    parts.add(position..<end, of: bytes, isBare: true, from: place(position), to: place(end))
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
      parts.add(start..<position, of: bytes, isBare: false, from: place(start), to: place(position))
      return
    }
    let end = min(bytes.count, position + scalarLength(bytes[position]))
    parts.add(position..<end, of: bytes, isBare: false, from: place(start), to: place(end))
    position = end
  }

  mutating func parseSingleQuotes(into parts: inout PartCollector) throws(UnsupportedSyntax) {
    let start = position
    position += 1
    guard let end = bytes[position...].firstIndex(of: 0x27) else {
      throw error("the quote is not closed", at: start, help: "end it with '")
    }
    if end == position {
      parts.addEmptyQuotation(of: bytes, at: place(start), to: place(end + 1))
    } else {
      parts.add(position..<end, of: bytes, isBare: false, from: place(start), to: place(end + 1))
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
        if isEmpty { parts.addEmptyQuotation(of: bytes, at: place(start), to: place(position)) }
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
          (position + 1)..<(position + 2), of: bytes, isBare: false, from: place(position),
          to: place(position + 2))
        position += 2
      } else {
        parts.add(
          position..<position + 1, of: bytes, isBare: false, from: place(position), to: place(position + 1))
        position += 1
      }
    case 0x24: try parseDollar(isQuoted: true, into: &parts)
    case 0x60: parts.add(try parseBackquotes(isQuoted: true), of: bytes)
    default:
      let start = position
      position = end(from: position + 1) { !Self.isQuotedSpecial($0) }
      parts.add(start..<position, of: bytes, isBare: false, from: place(start), to: place(position - 1) + 1)
    }
  }

  /// Whether a byte may end a quotation or begin something inside it.
  @inline(__always)
  private static func isQuotedSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x24, 0x5C, 0x60: return true
    default: return false
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
      parts.addEmptyQuotation(of: bytes, at: place(start), to: place(position))
    } else {
      parts.add(decoder.bytes, of: bytes, isBare: false, from: place(start), to: place(position))
    }
  }
}
