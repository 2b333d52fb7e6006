internal import SourceText

/// What ends a list.
enum ListEnd: Equatable {
  /// The end of the text.
  case end
  /// `)`
  case parenthesis
  /// One of these reserved words.
  case words(ReservedWord.Set)
  /// `;;` and its kin, or `esac`.
  case caseItem
}

extension Parser {
  // MARK: blanks

  /// Passes over blanks and comments, not over newlines.
  @inline(__always)
  mutating func skipBlanks() {
    guard position < bytes.count else { return }
    switch bytes[position] {
    case 0x20, 0x09, 0x23, 0x5C: passBlanks()
    default: break
    }
  }

  private mutating func passBlanks() {
    while let byte = peek() {
      if byte == 0x20 || byte == 0x09 {
        position = end(from: position + 1) { $0 == 0x20 }
      } else if byte == 0x23 {
        // It goes to the newline; a backslash before that joins nothing.
        position = end(from: position) { $0 != 0x0A }
      } else {
        return
      }
    }
  }

  /// Where the run of bytes of one kind ends that begins at `start`.
  @inline(__always)
  func end(from start: Int, _ isMember: (UInt8) -> Bool) -> Int {
    let bytes = bytes.span
    var index = start
    while index < bytes.count, isMember(bytes[index]) { index += 1 }
    return index
  }

  /// Takes a newline and the bodies of the here-documents that wait for it.
  mutating func takeNewline() throws(UnsupportedSyntax) {
    position += 1
    try readHereDocuments()
  }

  mutating func skipBlanksAndNewlines() throws(UnsupportedSyntax) {
    while true {
      skipBlanks()
      guard peek() == 0x0A else { return }
      try takeNewline()
    }
  }

  // MARK: lists

  /// Reads commands up to `end`, which is not taken.
  mutating func parseList(until end: ListEnd) throws(UnsupportedSyntax) -> Script {
    let start = position
    var items: [AndOr] = []
    try skipBlanksAndNewlines()
    while try !isAt(end) {
      if items.isEmpty { items.reserveCapacity(4) }
      items.append(try parseAndOr())
      skipBlanks()
      switch peek() {
      case 0x26 where byte(after: position) != 0x26:
        position += 1
        items[items.count - 1].isBackground = true
      case 0x3B where byte(after: position) != 0x3B && byte(after: position) != 0x26: position += 1
      case 0x0A, nil: break
      default:
        if try isAt(end) { return Script(items: items, span: span(start, position)) }
        throw unexpected()
      }
      try skipBlanksAndNewlines()
    }
    return Script(items: items, span: span(start, position))
  }

  private mutating func isAt(_ end: ListEnd) throws(UnsupportedSyntax) -> Bool {
    guard let byte = peek() else {
      if end == .end { return true }
      throw error("the text ends inside a command that is not closed", at: bytes.count)
    }
    switch end {
    case .end: return false
    case .parenthesis: return byte == 0x29
    case .words(let words): return peekReserved().map { words.contains($0) } ?? false
    case .caseItem:
      if byte == 0x3B, self.byte(after: position) == 0x3B || self.byte(after: position) == 0x26 {
        return true
      }
      return peekReserved() == .esac
    }
  }

  private mutating func parseAndOr() throws(UnsupportedSyntax) -> AndOr {
    var list = AndOr(first: try parsePipeline(), others: [], isBackground: false)
    while true {
      skipBlanks()
      guard let byte = peek(), byte == 0x26 || byte == 0x7C, self.byte(after: position) == byte else {
        return list
      }
      advance()
      advance()
      try skipBlanksAndNewlines()
      list.others.append(try parsePipeline())
    }
  }

  private mutating func parsePipeline() throws(UnsupportedSyntax) -> Pipeline {
    var isTimed = false
    var hasPrefix = false
    while let word = peekReserved(), word == .bang || word == .time {
      hasPrefix = true
      takeReserved(word)
      skipBlanks()
      if word == .time {
        isTimed = true
        try skipTimeOptions()
      }
    }
    // `!` and `time` may stand alone in bash.
    if hasPrefix, dialect == .bash, isAtSeparator() {
      return Pipeline(first: nil, others: [], isTimed: isTimed)
    }
    var pipeline = Pipeline(first: try parseCommand(), others: [], isTimed: isTimed)
    while true {
      skipBlanks()
      guard peek() == 0x7C, byte(after: position) != 0x7C else {
        return pipeline
      }
      position += 1
      if dialect == .bash, peek() == 0x26 { position += 1 }
      try skipBlanksAndNewlines()
      pipeline.others.append(try parseCommand())
    }
  }

  private mutating func isAtSeparator() -> Bool {
    switch peek() {
    case nil, 0x0A, 0x3B, 0x26, 0x29, 0x7C: return true
    default: return false
    }
  }

  /// `time -p` and `time --`: options of the keyword, not of a program.
  private mutating func skipTimeOptions() throws(UnsupportedSyntax) {
    for option: [UInt8] in [[0x2D, 0x70], [0x2D, 0x2D]] {
      let end = position + option.count
      guard end <= bytes.count, bytes[position..<end].elementsEqual(option),
        end == bytes.count || Self.isBreak(bytes[end])
      else { continue }
      position = end
      skipBlanks()
    }
  }

  // MARK: reserved words

  /// The reserved word that stands next, if one does.
  mutating func peekReserved() -> ReservedWord? {
    guard let first = peek(), ReservedWord.mayBegin(first) else { return nil }
    // Lists, pipelines and commands each ask at the same place.
    if lastReserved.position != position { lastReserved = readReserved() }
    return lastReserved.word
  }

  private func readReserved() -> (position: Int, word: ReservedWord?, end: Int) {
    let bytes = bytes.span
    var index = position
    // The bytes of the word, packed into a number.
    var packed: UInt64 = 0
    var end = position
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x5C, index + 1 < bytes.count, bytes[index + 1] == 0x0A {
        index += 2
        continue
      }
      if Self.isBreak(byte) { break }
      guard packed >> 56 == 0,
        (0x61...0x7A).contains(byte) || byte == 0x7B || byte == 0x7D || byte == 0x21 || byte == 0x5B
      else { return (position, nil, end) }
      packed = packed << 8 | UInt64(byte)
      index += 1
      end = index
    }
    guard let word = ReservedWord(packed: packed), dialect == .bash || !word.isBashOnly else {
      return (position, nil, end)
    }
    return (position, word, end)
  }

  /// Takes a reserved word that `peekReserved` gave.
  mutating func takeReserved(_ word: ReservedWord) {
    assert(lastReserved.position == position && lastReserved.word == word)
    position = lastReserved.end
  }

  /// Takes the reserved word that must stand here.
  mutating func expectReserved(_ word: ReservedWord) throws(UnsupportedSyntax) {
    try skipBlanksAndNewlines()
    guard peekReserved() == word else {
      throw error("‘\(word.text)’ is expected here", at: position)
    }
    takeReserved(word)
  }

  /// Whether a byte ends a word: a blank, a newline or an operator's (POSIX 2.3).
  static func isBreak(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x3B, 0x26, 0x7C, 0x28, 0x29, 0x3C, 0x3E: return true
    default: return false
    }
  }
}
