public import Runbook

/// What happens to a run from outside.
public enum RunEvent: Hashable, Sendable {
  /// The current unit passed or failed.
  case verdict(Verdict)
  /// The values of the loop to be entered; nil when its bounds or its source could not be resolved yet.
  /// `origin` is kept with them: how the file that they come from looked.
  case loopValues([String]?, origin: String? = nil)
  /// The source of the loop to be entered cannot be read, or changed under the loop: the step fails.
  case loopFailed
  /// A person leaves the current unit out: the run goes on behind it, and nothing is counted.
  case skipped
  /// A person sends the run to a unit.
  case goto(UnitPath)
  /// A person ends the run as failed.
  case stop(message: String?)
  /// A person ends the run as succeeded.
  case complete(message: String?)
  /// Policy refused the current unit.
  case refused(reason: String)
}

/// Why an event cannot be applied.
public enum RunEventError: Error, Hashable, Sendable {
  /// The run has ended.
  case alreadyFinished
  /// There is no such unit in the runbook.
  case noSuchUnit(UnitPath)
  /// The event does not fit where the run stands: a bug of the caller.
  case unexpected
}

/// A transition: what a run did after an event. Data for people and logs; the state says where the run is.
public struct Transition: Hashable, Sendable {
  /// The unit it left.
  public var from: UnitPath?
  /// The verdict that led to it; nil when a person or policy did.
  public var verdict: Verdict?
  /// The action that was taken; nil for a plain try again.
  public var action: Action?
  /// The try that follows and how many there are, when the unit is tried again.
  public var retry: Retry?
  /// Whether the verdict is the sum of several.
  public var isAggregated = false
  /// Where the run stands now.
  public var to: Standing

  /// A transition that leads to a standing.
  public init(from unit: UnitPath? = nil, to standing: Standing) {
    from = unit
    to = standing
  }

  /// A try out of several.
  public struct Retry: Hashable, Sendable {
    /// The try that begins now, from 2.
    public var attempt: Int
    /// How many tries there are.
    public var limit: Int

    /// A try.
    public init(attempt: Int, limit: Int) {
      self.attempt = attempt
      self.limit = limit
    }
  }
}
