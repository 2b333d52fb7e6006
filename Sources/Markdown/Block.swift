public import SourceText

/// A block of a CommonMark document with the bytes that it stands in.
public struct Block: Sendable {
  /// What kind of block it is, with its content.
  public enum Kind: Sendable {
    /// A heading: level 1 to 6 and its text without markup.
    case heading(level: Int, text: String)
    /// A paragraph; its text is the source under the span.
    case paragraph
    /// A bullet or numbered list.
    case list([ListItem])
    /// A code block, fenced or indented.
    case code(CodeBlock)
    /// A block quotation.
    case quote([Block])
    /// HTML, shown as it is.
    case html
    /// A thematic break.
    case thematicBreak
  }

  /// The content.
  public let kind: Kind
  /// The bytes of the document from its first line's first to its last line's last.
  public let span: SourceSpan
}

/// One item of a list.
public struct ListItem: Sendable {
  /// Its blocks; the first is a paragraph in ordinary items.
  public let blocks: [Block]
  /// Its bytes, the bullet included.
  public let span: SourceSpan
  /// Whether the list is a bullet list (`-`, `*`, `+`), not a numbered one.
  public let isBullet: Bool
}

/// A code block: what it says and where each of its lines stands.
public struct CodeBlock: Sendable {
  /// The info string behind the opening fence, trimmed; empty when there is none.
  public let info: String
  /// Where the info string stands; empty span at the fence's end when there is none.
  public let infoSpan: SourceSpan
  /// The code, without the fence's indentation.
  public let text: [UInt8]
  /// From offsets in `text` to offsets in the document.
  public let origin: OriginMap
  /// False for a block made by indentation alone.
  public let isFenced: Bool
  /// Whether a closing fence ends it; otherwise the document's or the container's end did.
  public let isClosed: Bool
}
