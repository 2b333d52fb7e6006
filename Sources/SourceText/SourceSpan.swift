/// A half-open range of byte offsets `[start, end)` in one source text.
public struct SourceSpan: Hashable, Sendable {
  // Every word of a text has one: half the size is half of what is copied. No text that is read is near 4 GiB.
  private var first: UInt32
  private var behind: UInt32

  /// Offset of the first byte.
  public var start: Int {
    get { Int(first) }
    set { first = UInt32(clamping: newValue) }
  }

  /// Offset just behind the last byte; never less than `start`.
  public var end: Int {
    get { Int(behind) }
    set { behind = UInt32(clamping: newValue) }
  }

  /// A span from `start` up to, not including, `end`.
  public init(_ start: Int, _ end: Int) {
    first = UInt32(clamping: start)
    behind = UInt32(clamping: max(start, end))
  }

  /// The smallest span that covers both.
  public func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(min(start, other.start), max(end, other.end))
  }
}
