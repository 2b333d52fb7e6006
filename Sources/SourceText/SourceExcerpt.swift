/// A line of a document with a mark under the bytes that are meant.
public enum SourceExcerpt {
  /// Columns shown of a long line at most, and how many of them before the mark.
  private static let width = 120
  private static let lead = 40

  /// The line and a row of carets, both made safe to show. Of a long line only the surroundings of the mark are shown.
  public static func caret(_ span: SourceSpan, in file: SourceFile) -> String {
    let start = file.position(at: span.start)
    let line = file.line(start.line)
    let lineStart = file.offset(ofLine: start.line)
    let from = line.startIndex + min(max(span.start - lineStart, 0), line.count)
    let to = line.startIndex + min(max(span.end - lineStart, from - line.startIndex), line.count)
    // Bytes are cut generously first, so that a line of megabytes is not made readable as a whole.
    let near = line[max(line.startIndex, from - 4 * lead)..<min(line.endIndex, from + 4 * width)]
    let isCutBefore = near.startIndex > line.startIndex
    var head = visible(near[..<from])
    if TextWidth.columns(head) > lead || isCutBefore {
      head = "…" + String(String.UnicodeScalarView(head.unicodeScalars.suffix(lead)))
    }
    let room = width - TextWidth.columns(head)
    let marked = TextWidth.cut(visible(near[from..<min(to, near.endIndex)]), to: room)
    let tail = TextWidth.cut(
      visible(near[min(to, near.endIndex)...]), to: max(0, room - TextWidth.columns(marked)))
    let number = "\(start.line)"
    let margin = String(repeating: " ", count: number.count)
    let carets = String(repeating: "^", count: max(1, TextWidth.columns(marked)))
    return "  \(number) | \(head)\(marked)\(tail)\n"
      + "  \(margin) | \(String(repeating: " ", count: TextWidth.columns(head)))\(carets)\n"
  }

  private static func visible(_ bytes: ArraySlice<UInt8>) -> String {
    DisplayText.visible(String(decoding: bytes, as: UTF8.self))
  }
}
