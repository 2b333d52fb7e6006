public import SourceText

/// A text with its templates filled.
public struct RenderedText: Sendable {
  /// A filled template: its name and where its value stands in the rendered text.
  public struct Substitution: Hashable, Sendable {
    /// The variable.
    public let name: String
    /// The value's place in the rendered text.
    public let span: SourceSpan
  }

  /// The text.
  public let bytes: [UInt8]
  /// From offsets in `bytes` to offsets in the document.
  public let origin: OriginMap
  /// The values that were put in.
  public let substitutions: [Substitution]
  /// Names that have no value; they stay as they are.
  public let unknown: [Substitution]
}

/// `{{ name }}` and `{{ a.b }}`: values put into text. There is no other logic.
public enum Template {
  /// Fills the templates of `text`, whose offsets `origin` leads to the document.
  public static func render(
    _ text: [UInt8], origin: OriginMap, lookup: (String) -> String?
  ) -> RenderedText {
    guard hasTemplate(text) else {
      return RenderedText(bytes: text, origin: origin, substitutions: [], unknown: [])
    }
    var out: [UInt8] = []
    var lines: [(derived: Int, origin: Int)] = []
    var substitutions: [RenderedText.Substitution] = []
    var unknown: [RenderedText.Substitution] = []
    out.reserveCapacity(text.count)
    lines.append((0, origin.offset(0)))
    var index = 0
    while index < text.count {
      if let (name, end) = template(in: text, at: index) {
        let start = out.count
        if let value = lookup(name) {
          out += Array(value.utf8)
          substitutions.append(.init(name: name, span: SourceSpan(start, out.count)))
          lines.append((out.count, origin.offset(end)))
        } else {
          out += text[index..<end]
          unknown.append(.init(name: name, span: SourceSpan(start, out.count)))
        }
        index = end
      } else {
        out.append(text[index])
        index += 1
        if out.last == 0x0A { lines.append((out.count, origin.offset(index))) }
      }
    }
    return RenderedText(
      bytes: out, origin: OriginMap(lines: lines), substitutions: substitutions, unknown: unknown)
  }

  /// Fills the templates of a text that needs no positions.
  public static func render(_ text: String, lookup: (String) -> String?) -> String {
    String(decoding: render(Array(text.utf8), origin: OriginMap(), lookup: lookup).bytes, as: UTF8.self)
  }

  /// Whether two braces stand side by side: most blocks have no template, and need no copy.
  private static func hasTemplate(_ text: [UInt8]) -> Bool {
    var index = 0
    while let brace = text[index...].firstIndex(of: 0x7B) {
      if brace + 1 < text.count, text[brace + 1] == 0x7B { return true }
      index = brace + 1
    }
    return false
  }

  /// A template at `index`: its dotted name and where it ends.
  private static func template(in text: [UInt8], at index: Int) -> (name: String, end: Int)? {
    guard index + 4 <= text.count, text[index] == 0x7B, text[index + 1] == 0x7B else { return nil }
    var at = index + 2
    while at < text.count, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
    let start = at
    while at < text.count, Identifier.isPart(text[at]) || text[at] == 0x2E { at += 1 }
    let name = String(decoding: text[start..<at], as: UTF8.self)
    while at < text.count, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
    guard at + 1 < text.count, text[at] == 0x7D, text[at + 1] == 0x7D else { return nil }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = parts.first, Identifier.isValid(first),
      parts.dropFirst().allSatisfy({ !$0.isEmpty })
    else { return nil }
    return (name, at + 2)
  }
}

extension Template {
  /// The templates of a text, with their places in it.
  public static func places(in text: [UInt8]) -> [RenderedText.Substitution] {
    hasTemplate(text) ? render(text, origin: OriginMap()) { _ in nil }.unknown : []
  }
}
