public import SourceText

/// A text that is not understood. Nothing of it may run: a shell executes the commands before an error.
public struct UnsupportedSyntax: Error, Hashable, Sendable {
  /// The bytes that are not understood.
  public var span: SourceSpan
  /// What is wrong, as a clause.
  public var message: String
  /// How to mend it.
  public var help: String?

  /// A refusal.
  public init(_ message: String, at span: SourceSpan, help: String? = nil) {
    self.message = message
    self.span = span
    self.help = help
  }
}

/// How large and how deep a text may be. What exceeds a limit is refused.
public enum SyntaxLimits {
  /// Bytes of one text.
  public static let bytes = 1 << 20
  /// Levels of compound commands, substitutions and quotations inside one another.
  public static let depth = 64
  /// Here-documents of one text.
  public static let hereDocuments = 64
}
