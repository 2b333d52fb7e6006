public import SourceText

/// What a unit without substeps does.
public enum Content: Sendable {
  /// Nothing by itself: a person decides.
  case manual
  /// Runs a block.
  case command(CommandBlock)
  /// Shows a block; a person decides.
  case display(DisplayBlock)
  /// Runs another runbook.
  case runbook(RunbookReference)

  /// Whether a person decides about the unit.
  public var isManual: Bool {
    switch self {
    case .manual, .display: return true
    case .command, .runbook: return false
    }
  }
}

/// An alias and a file name of an ARTIFACTS list.
public struct Artifact: Hashable, Sendable {
  /// The alias, if one is given.
  public let alias: String?
  /// The file's name.
  public let name: String
}

/// A substep: an H3.
public struct Substep: Sendable {
  /// Its name inside the step.
  public let name: UnitName
  /// Its title, never empty.
  public let title: String
  /// Where its heading (or its list item) stands.
  public let span: SourceSpan
  /// Its prompt text, block by block.
  public let prompt: [SourceSpan]
  /// Names of the variables that it produces.
  public let outputs: [String]
  /// Its artifacts.
  public let artifacts: [Artifact]
  /// Whether it is to be delegated to another agent.
  public let isDelegated: Bool
  /// What it does about its verdict.
  public let handlers: Handlers
  /// What it does.
  public let content: Content
}

/// A bound of a FOR range.
public enum LoopBound: Hashable, Sendable {
  /// A number.
  case number(Int)
  /// A template that gives one.
  case template(String)
}

/// A range of numbers or positions, both ends included, descending when the first is larger.
public struct LoopRange: Hashable, Sendable {
  /// Where it begins.
  public var first: LoopBound
  /// Where it ends.
  public var last: LoopBound
}

/// Where a loop's values come from.
public enum LoopSource: Hashable, Sendable {
  /// Numbers.
  case range(LoopRange)
  /// The items of a list; `window` limits them by position.
  case items(template: String, window: LoopRange?)
}

/// A FOR clause.
public struct Loop: Hashable, Sendable {
  /// The loop variable, if one is named.
  public let variable: String?
  /// Where the values come from.
  public let source: LoopSource
  /// The transitions nested under it, defaults filled in; nil when there are none.
  public let handlers: Handlers?
  /// How an iteration counts its substeps; nil when nothing says so.
  public let aggregation: Aggregation?
  /// The clause as written.
  public let text: String
  /// Where it stands.
  public let span: SourceSpan
}

/// What a step consists of.
public enum Body: Sendable {
  /// One thing.
  case single(Content)
  /// Substeps, at least one.
  case substeps([Substep])
}

/// A step: an H2.
public struct Step: Sendable {
  /// Its name in the runbook.
  public let name: UnitName
  /// Its title, never empty.
  public let title: String
  /// Where its heading stands.
  public let span: SourceSpan
  /// Its prompt text, block by block.
  public let prompt: [SourceSpan]
  /// Names of the variables that it produces.
  public let outputs: [String]
  /// Its artifacts.
  public let artifacts: [Artifact]
  /// Whether it is to be delegated to another agent.
  public let isDelegated: Bool
  /// Its loop, if it has one.
  public let loop: Loop?
  /// How it counts its substeps' deferred results; nil when it does not say.
  public let aggregation: Aggregation?
  /// What it does about its verdict.
  public let handlers: Handlers
  /// What it consists of.
  public let body: Body
}
