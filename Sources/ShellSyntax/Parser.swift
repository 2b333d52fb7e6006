internal import SourceText

/// Reads shell text by recursive descent over its bytes: no regular expressions, no guesses, no repairs.
///
/// What it does not understand is an `UnsupportedSyntax` with the place. Its recursion is counted, so no text can
/// exhaust the machine's stack, and each byte is read once per level of quotation.
public struct Parser {
  let bytes: [UInt8]
  let dialect: Dialect
  /// Where `bytes` lie in the outermost text.
  let places: Places
  var position = 0
  var depth: Int
  var hereDocuments: [PendingHereDocument] = []
  var hereDocumentCount = 0

  /// Where `((` was found to be no arithmetic, so that texts inside one another are not read again and again.
  var notArithmetic: Set<Int> = []
  /// Where a reserved word was looked for last, which one stands there, and where it ends. A text does not change.
  var lastReserved: (position: Int, word: ReservedWord?, end: Int) = (-1, nil, 0)
  /// Bytes that were read as arithmetic in vain.
  private var readInVain = 0

  /// Goes back to where `((` stands, which begins no arithmetic.
  mutating func abandonArithmetic(at start: Int, _ saved: Mark) throws(UnsupportedSyntax) {
    readInVain += position - start
    guard readInVain <= 4 * bytes.count + 4096 else {
      throw error("‘((’ is not closed by ‘))’ too often", at: start, help: "for a subshell write ( (")
    }
    reset(to: saved)
    notArithmetic.insert(start)
  }

  /// A here-document whose body has not begun yet.
  struct PendingHereDocument {
    var delimiter: [UInt8]
    var isQuoted: Bool
    var stripsTabs: Bool
    var span: SourceSpan
    var slot: Int
  }

  /// Bodies of here-documents by slot, filled at the newline behind their operators.
  var bodies: [Word] = []
  /// Characters that cannot be seen, outside quotes.
  var hidden: [UnsupportedSyntax] = []

  /// Offsets of bytes in the outermost text.
  enum Places {
    /// As they are, from this one on.
    case from(Int)
    /// One for each byte, and one for the end.
    case table([Int])

    @inline(__always)
    func place(_ position: Int) -> Int {
      switch self {
      case .from(let start): return start + position
      case .table(let table): return position < table.count ? table[position] : (table.last ?? -1) + 1
      }
    }
  }

  init(_ bytes: [UInt8], dialect: Dialect, places: Places = .from(0), depth: Int = 0) {
    self.bytes = bytes
    self.dialect = dialect
    self.places = places
    self.depth = depth
  }

  /// Reads a text whole.
  public static func parse(_ bytes: [UInt8], dialect: Dialect) throws(UnsupportedSyntax) -> Script {
    guard bytes.count <= SyntaxLimits.bytes else {
      throw UnsupportedSyntax(
        "the text is longer than \(SyntaxLimits.bytes) bytes", at: SourceSpan(0, 0), help: "split the step")
    }
    try TextRules.check(bytes)
    var parser = Parser(bytes, dialect: dialect)
    return try parser.parseWhole()
  }

  /// Reads to the end of the bytes.
  mutating func parseWhole() throws(UnsupportedSyntax) -> Script {
    var script = try parseList(until: .end)
    if position < bytes.count { throw unexpected() }
    try requireNoPendingHereDocuments()
    script.hereDocuments = bodies
    script.hidden = hidden
    return script
  }

  // MARK: bytes

  /// The place of a position in the outermost text.
  @inline(__always)
  func place(_ position: Int) -> Int { places.place(position) }

  @inline(__always)
  func span(_ start: Int, _ end: Int) -> SourceSpan { SourceSpan(place(start), place(end)) }

  /// Passes over line continuations: a backslash and a newline are removed before anything is recognised (POSIX 2.2.1).
  @inline(__always)
  mutating func skipContinuations() {
    guard position < bytes.count, bytes[position] == 0x5C else { return }
    while position + 1 < bytes.count, bytes[position] == 0x5C, bytes[position + 1] == 0x0A { position += 2 }
  }

  /// The next byte that counts, nil at the end.
  @inline(__always)
  mutating func peek() -> UInt8? {
    skipContinuations()
    return position < bytes.count ? bytes[position] : nil
  }

  /// The byte behind the next one.
  mutating func peekSecond() -> UInt8? {
    skipContinuations()
    return byte(after: position)
  }

  /// The byte that counts behind a position.
  func byte(after start: Int) -> UInt8? {
    var index = start + 1
    while index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x0A { index += 2 }
    return index < bytes.count ? bytes[index] : nil
  }

  /// Takes the next byte.
  @discardableResult
  mutating func advance() -> UInt8? {
    guard let byte = peek() else { return nil }
    position += 1
    return byte
  }

  /// Takes the next bytes if they are these.
  mutating func take(_ text: StaticString) -> Bool {
    let saved = position
    for index in 0..<text.utf8CodeUnitCount {
      let wanted = unsafe text.utf8Start[index]
      guard peek() == wanted else {
        position = saved
        return false
      }
      position += 1
    }
    return true
  }

  // MARK: errors

  func error(_ message: String, at start: Int, to end: Int? = nil, help: String? = nil) -> UnsupportedSyntax {
    UnsupportedSyntax(message, at: span(start, max(start + 1, end ?? start + 1)), help: help)
  }

  mutating func unexpected() -> UnsupportedSyntax {
    guard let byte = peek() else { return error("the text ends too early", at: bytes.count) }
    let text = byte == 0x0A ? "the end of the line" : "‘\(String(decoding: [byte], as: UTF8.self))’"
    return error("\(text) is not expected here", at: position)
  }

  /// Goes one level deeper for the time of `body`.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(UnsupportedSyntax) -> Result
  ) throws(UnsupportedSyntax) -> Result {
    guard depth < SyntaxLimits.depth else {
      throw error(
        "the text nests deeper than \(SyntaxLimits.depth) levels", at: position,
        help: "write it in a simpler form")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }
}
