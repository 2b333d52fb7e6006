/// A half-open range of byte offsets `[start, end)` in one source text.
public struct SourceSpan: Hashable, Sendable {
  /// Offset of the first byte.
  public var start: Int
  /// Offset just behind the last byte; never less than `start`.
  public var end: Int

  /// A span from `start` up to, not including, `end`.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = max(start, end)
  }

  /// The smallest span that covers both.
  public func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(min(start, other.start), max(end, other.end))
  }
}
