public import SourceText

/// What a step's command, or the person at a manual step, said.
public enum Verdict: String, Hashable, Sendable {
  /// Exit status 0, or `rundown pass`.
  case pass
  /// Any other exit status, or `rundown fail`.
  case fail
}

/// What happens after a verdict.
public enum Action: Hashable, Sendable {
  /// Go on with the next unit; under FOR, leave the loop.
  case `continue`
  /// Hand the result to the parent's aggregation.
  case deferred
  /// The next iteration of the loop around; the result is not counted.
  case next
  /// Leave the loop around; the result is not counted.
  case `break`
  /// End the run as failed.
  case stop(message: String?)
  /// End the run as succeeded.
  case complete(message: String?)
  /// Go to a step or substep; `at` is the loop value to enter at.
  case goto(UnitPath, at: String?)

  /// As it is written in a runbook.
  public var description: String {
    switch self {
    case .continue: return "CONTINUE"
    case .deferred: return "DEFER"
    case .next: return "NEXT"
    case .break: return "BREAK"
    case .stop(let message): return "STOP" + (message.map { " \"\($0)\"" } ?? "")
    case .complete(let message): return "COMPLETE" + (message.map { " \"\($0)\"" } ?? "")
    case .goto(let target, let at): return "GOTO \(target)" + (at.map { " AT \($0)" } ?? "")
    }
  }
}

/// What a unit does about one verdict: up to `retries` more tries, then the action.
public struct Handler: Hashable, Sendable {
  /// Further tries before the action; 0 for none.
  public var retries: Int
  /// The action.
  public var action: Action
  /// Where it is written; nil for a default.
  public var span: SourceSpan?

  /// A handler.
  public init(_ action: Action, retries: Int = 0, span: SourceSpan? = nil) {
    self.action = action
    self.retries = retries
    self.span = span
  }
}

/// Both handlers of a unit, defaults filled in.
public struct Handlers: Hashable, Sendable {
  /// For a pass.
  public var pass: Handler
  /// For a fail.
  public var fail: Handler

  /// Handlers.
  public init(pass: Handler, fail: Handler) {
    self.pass = pass
    self.fail = fail
  }

  /// What a unit does when nothing is written.
  public static let standard = Handlers(pass: Handler(.continue), fail: Handler(.stop(message: nil)))
  /// What a substep does under aggregation when nothing is written.
  public static let deferring = Handlers(pass: Handler(.deferred), fail: Handler(.deferred))

  /// The handler of a verdict.
  public subscript(verdict: Verdict) -> Handler { verdict == .pass ? pass : fail }
}

/// How a parent counts deferred results.
public enum Aggregation: String, Hashable, Sendable {
  /// PASS ALL with FAIL ANY: one fail fails.
  case all
  /// PASS ANY with FAIL ALL: one pass passes.
  case any
}
