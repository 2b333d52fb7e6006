/// How serious a diagnostic is.
public enum Severity: String, Hashable, Sendable {
  /// The document cannot be used.
  case error
  /// It can, but probably not as meant.
  case warning
}

/// One thing to say about a place in a document: what, where, and how to mend it.
public struct Diagnostic: Error, Hashable, Sendable {
  /// Error or warning.
  public var severity: Severity
  /// A stable code such as `RB101`, listed in Docs/.
  public var code: String
  /// What is wrong, as a clause without a final stop.
  public var message: String
  /// Where, in bytes of the document.
  public var span: SourceSpan
  /// How to mend it, when that is known.
  public var help: String?

  /// A diagnostic; `severity` is error unless said.
  public init(
    _ code: String, _ message: String, at span: SourceSpan, severity: Severity = .error, help: String? = nil
  ) {
    self.code = code
    self.message = message
    self.span = span
    self.severity = severity
    self.help = help
  }

  /// `file:line:column: error: what (code)` and, if there is one, a second line `  help: how`.
  ///
  /// Control and bidirectional characters of the document are made visible, so that a hostile document
  /// cannot draw over the message.
  public func rendered(in file: SourceFile) -> String {
    let place = file.position(at: span.start)
    let name = DisplayText.visible(file.name)
    var text =
      "\(name):\(place.line):\(place.column): \(severity.rawValue): \(DisplayText.visible(message)) (\(code))"
    if let help { text += "\n  help: \(DisplayText.visible(help, keepingNewlines: true))" }
    return text
  }
}
