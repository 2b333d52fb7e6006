/// A line of a document with a mark under the bytes that are meant.
public enum SourceExcerpt {
  /// The line and a row of carets, both made safe to show.
  public static func caret(_ span: SourceSpan, in file: SourceFile) -> String {
    let start = file.position(at: span.start)
    let line = file.line(start.line)
    let lineStart = file.offset(ofLine: start.line)
    let from = min(max(span.start - lineStart, 0), line.count)
    let to = min(max(span.end - lineStart, from), line.count)
    let head = DisplayText.visible(String(decoding: line.prefix(from), as: UTF8.self))
    let marked = DisplayText.visible(String(decoding: line.dropFirst(from).prefix(to - from), as: UTF8.self))
    let tail = DisplayText.visible(String(decoding: line.dropFirst(to), as: UTF8.self))
    let number = "\(start.line)"
    let margin = String(repeating: " ", count: number.count)
    let carets = String(repeating: "^", count: max(1, TextWidth.columns(marked)))
    return "  \(number) | \(head)\(marked)\(tail)\n"
      + "  \(margin) | \(String(repeating: " ", count: TextWidth.columns(head)))\(carets)\n"
  }
}
