public import Policy
public import ShellSyntax
public import SourceText

/// One program of a script with what policy says about it.
public struct JudgedInvocation: Sendable {
  /// What was asked.
  public let request: ProgramRequest
  /// Where it stands in the text.
  public let span: SourceSpan
  /// Through what it is started: `sudo`, `sh -c`, `$( )`.
  public let via: [String]
  /// Whether the program is given code that nobody here reads (`python -c`), so that no lasting rule is offered.
  public let isOpaque: Bool
  /// Why it cannot be known, or what it changes; nil for plain programs.
  public let remark: String?
  /// The answer.
  public let decision: Decision
  /// Whether the live gate decides when it starts, because only the run knows what it is: the answer here counts for
  /// nothing then.
  public let isDecidedLive: Bool
}

/// A script that was analysed and judged: the only way to a `ClearedCommand`.
public struct JudgedScript: Sendable {
  /// The text that was judged, and that runs if it is cleared.
  public let text: [UInt8]
  /// The dialect that it was judged for.
  public let dialect: Dialect
  /// Every program that it can start.
  public let invocations: [JudgedInvocation]
  /// Why the text is not understood; then nothing of it may run.
  public let refusal: UnsupportedSyntax?
  /// The words of the text when it is exactly one simple command of literal words.
  public let soleCommand: [String]?

  init(
    text: [UInt8], dialect: Dialect, invocations: [JudgedInvocation], refusal: UnsupportedSyntax?,
    soleCommand: [String]? = nil
  ) {
    self.soleCommand = soleCommand
    self.text = text
    self.dialect = dialect
    self.invocations = invocations
    self.refusal = refusal
  }

  /// What policy denies.
  public var denied: [JudgedInvocation] {
    invocations.filter { $0.decision.verdict == .deny && !$0.isDecidedLive }
  }

  /// What must be asked for. It is looked at only when nothing is denied, so that no answer carries a denied name along.
  public var asked: [JudgedInvocation] {
    invocations.filter { $0.decision.verdict == .ask && !$0.isDecidedLive }
  }

  /// The witness that the text may run: when all of it is allowed, or the rest was approved by a person.
  public func cleared(approved: Bool = false) -> ClearedCommand? {
    guard refusal == nil, denied.isEmpty, asked.isEmpty || approved else { return nil }
    return ClearedCommand(text: text, dialect: dialect)
  }
}

/// A text that policy, or a person, allowed to run. Only the gate makes it; launching uses it up.
public struct ClearedCommand: ~Copyable, Sendable {
  /// The text: the very bytes that were judged.
  public let text: [UInt8]
  /// The shell that it was judged for.
  public let dialect: Dialect

  init(text: [UInt8], dialect: Dialect) {
    self.text = text
    self.dialect = dialect
  }
}
