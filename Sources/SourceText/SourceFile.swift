/// A place for a person: line and column, both from 1. The column counts Unicode scalars, as editors do.
public struct SourcePosition: Hashable, Sendable {
  /// The line, from 1.
  public var line: Int
  /// The column in Unicode scalars, from 1.
  public var column: Int

  /// A position; both numbers count from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// The bytes of one document, its name in messages, and where its lines begin.
///
/// Lines end at LF; a CR before it belongs to the line's text.
public struct SourceFile: Sendable {
  /// The name that messages use: the path as the person gave it.
  public let name: String
  /// The document, unchanged.
  public let bytes: [UInt8]
  private let lineStarts: [Int]

  /// Keeps `bytes` and finds the line starts once.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      starts.append(index + 1)
    }
    lineStarts = starts
  }

  /// A document from text.
  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// How many lines there are; a final LF does not begin another one.
  public var lineCount: Int {
    lineStarts.count > 1 && lineStarts.last == bytes.count ? lineStarts.count - 1 : lineStarts.count
  }

  /// Line and column of a byte offset; an offset past the end is the end.
  public func position(at offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let index = lineIndex(of: offset)
    let column = bytes[lineStarts[index]..<offset].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return SourcePosition(line: index + 1, column: column)
  }

  /// The byte offset where a line (from 1) begins; past the last line, the end of the document.
  public func offset(ofLine line: Int) -> Int {
    guard line >= 1 else { return 0 }
    return line <= lineStarts.count ? lineStarts[line - 1] : bytes.count
  }

  /// The bytes of a line (from 1) without its line end.
  public func line(_ line: Int) -> ArraySlice<UInt8> {
    let start = offset(ofLine: line)
    var end = offset(ofLine: line + 1)
    if end > start, bytes[end - 1] == 0x0A { end -= 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<end]
  }

  /// The text of a span; invalid UTF-8 is repaired, so this is for showing only.
  public func text(_ span: SourceSpan) -> String {
    String(decoding: bytes[max(0, span.start)..<min(bytes.count, span.end)], as: UTF8.self)
  }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
