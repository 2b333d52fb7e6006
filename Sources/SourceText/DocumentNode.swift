/// How a scalar of a data document was written.
public enum ScalarStyle: Hashable, Sendable {
  /// YAML without quotes; the reader of the tree decides what it means.
  case plain
  /// In single quotes.
  case singleQuoted
  /// In double quotes; every JSON string.
  case doubleQuoted
  /// YAML `|`.
  case literal
  /// YAML `>`.
  case folded
  /// A JSON number, `true`, `false` or `null`: never a string.
  case jsonLiteral
}

/// A node of a data document (YAML or JSON): one tree for both, so that one validator serves both.
///
/// Nothing is typed implicitly: `yes`, `1.0` and `null` are texts until somebody asks for another type.
public struct DocumentNode: Hashable, Sendable {
  /// A key with its value.
  public struct Entry: Hashable, Sendable {
    /// The key: always a scalar.
    public var key: DocumentNode
    /// What it stands for.
    public var value: DocumentNode

    /// A pair.
    public init(key: DocumentNode, value: DocumentNode) {
      self.key = key
      self.value = value
    }

    /// The key's text.
    public var name: String { key.text ?? "" }
  }

  /// The three kinds of node.
  public enum Content: Hashable, Sendable {
    /// A text and how it was written.
    case scalar(String, ScalarStyle)
    /// A list.
    case sequence([DocumentNode])
    /// Keys in the order of the document, each at most once.
    case mapping([Entry])
  }

  /// What the node is.
  public var content: Content
  /// Where it stands; for an expanded alias, where the anchored node stands.
  public var span: SourceSpan
  /// Whether a list or mapping was written in brackets (all of JSON is).
  public var isFlow: Bool

  /// A node.
  public init(_ content: Content, at span: SourceSpan, isFlow: Bool = false) {
    self.content = content
    self.span = span
    self.isFlow = isFlow
  }

  /// The text of a scalar.
  public var text: String? {
    if case .scalar(let text, _) = content { return text }
    return nil
  }

  /// The items of a list.
  public var items: [DocumentNode]? {
    if case .sequence(let items) = content { return items }
    return nil
  }

  /// The pairs of a mapping.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// The value of a key, if this is a mapping that has it.
  public subscript(name: String) -> DocumentNode? {
    entries?.first { $0.name == name }?.value
  }

  /// Whether this is null: JSON's `null`, or YAML's nothing, `~` or `null` without quotes.
  public var isNull: Bool {
    switch content {
    case .scalar(let text, .plain): return ["", "~", "null", "Null", "NULL"].contains(text)
    case .scalar(let text, .jsonLiteral): return text == "null"
    case .scalar, .sequence, .mapping: return false
    }
  }

  /// The text of a scalar that may stand for a string: any YAML scalar but null, a JSON string.
  public var string: String? {
    switch content {
    case .scalar(_, .jsonLiteral): return nil
    case .scalar(let text, _): return isNull ? nil : text
    case .sequence, .mapping: return nil
    }
  }

  /// `true` or `false`, written without quotes (YAML 1.2 and JSON spellings only).
  public var bool: Bool? {
    guard case .scalar(let text, let style) = content, style == .plain || style == .jsonLiteral else {
      return nil
    }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return nil
    }
  }

  /// A decimal integer, written without quotes.
  public var int: Int? {
    guard case .scalar(let text, let style) = content, style == .plain || style == .jsonLiteral else {
      return nil
    }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }) else { return nil }
    return Int(text)
  }

  /// What kind of node this is, in words for a message.
  public var kindName: String {
    switch content {
    case .scalar(let text, .jsonLiteral):
      if text == "null" { return "null" }
      return text == "true" || text == "false" ? "true or false" : "a number"
    case .scalar: return isNull ? "nothing" : "a text"
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    }
  }
}
