/// Where the bytes of a derived text (a code block without its fence's indentation) stand in its document.
///
/// Each line of the derived text came whole from one place; offsets inside a line keep their distance.
public struct OriginMap: Hashable, Sendable {
  /// Offsets where the derived text's lines begin.
  private var derived: [Int]
  /// The same lines' offsets in the document.
  private var origin: [Int]

  /// The map of a text that stands in its document as it is, from `offset` on.
  public init(offset: Int = 0) {
    derived = [0]
    origin = [offset]
  }

  /// A map from (derived, origin) offsets of line starts, in ascending order.
  public init(lines: [(derived: Int, origin: Int)]) {
    derived = lines.map(\.derived)
    origin = lines.map(\.origin)
  }

  /// The document's offset of a derived offset.
  public func offset(_ offset: Int) -> Int {
    guard !derived.isEmpty else { return offset }
    var low = 0
    var high = derived.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if derived[middle] <= offset { low = middle } else { high = middle }
    }
    return origin[low] + (offset - derived[low])
  }

  /// The document's span of a derived span.
  public func span(_ span: SourceSpan) -> SourceSpan {
    SourceSpan(offset(span.start), offset(span.end))
  }
}
