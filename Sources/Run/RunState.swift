public import Runbook

/// How a run ended.
public enum RunResult: Hashable, Sendable {
  /// COMPLETE, or the last step was passed.
  case completed(message: String?)
  /// STOP.
  case stopped(message: String?)
  /// Policy refused a step; nothing of the runbook can catch that.
  case refused(reason: String)
}

/// One value of a loop, as templates see it.
public struct LoopFrame: Hashable, Sendable {
  /// The values, each as text (JSON for lists and mappings).
  public var values: [String]
  /// Which of them is current, from 0.
  public var index: Int
  /// Further tries of this iteration that were used up.
  public var retries = 0
  /// The verdicts of finished iterations that count.
  public var counted: [Verdict] = []
  /// How the file that the values come from looked when they were read; nil for other values.
  public var origin: String?

  /// A loop at its value number `index`.
  public init(values: [String], index: Int = 0) {
    self.values = values
    self.index = index
  }
}

/// Where a run stands.
public enum Standing: Hashable, Sendable {
  /// At a unit whose command is to run, or whose person is to decide.
  case at(UnitPath)
  /// Before a loop whose values are not known yet; a GOTO may enter it at a substep and at a value.
  case enteringLoop(UnitName, substep: UnitName?, at: String?)
  /// At a loop step whose bounds could not be resolved: a person decides about the whole step.
  case promptedLoop(UnitName)
  /// At its end.
  case finished(RunResult)
}

/// Everything about a run that the machine decides by: a plain value, stored after each transition.
public struct RunState: Hashable, Sendable {
  /// Where it stands.
  public var standing: Standing
  /// The loop that it is in.
  public var loop: LoopFrame?
  /// Further tries of the current unit that were used up.
  public var unitRetries = 0
  /// Further tries of the current step as a whole (its substeps or its loop) that were used up.
  public var stepRetries = 0
  /// The verdicts that substeps handed to the step, or to the iteration.
  public var deferred: [Verdict] = []
  /// Transitions so far.
  public var transitions = 0
  /// Units that were decided, with their latest verdict, in the order of their first decision.
  public var decided: [DecidedUnit] = []

  /// Which steps it goes through.
  public var selection = Selection()

  /// A run that stands somewhere.
  public init(standing: Standing) {
    self.standing = standing
  }

  /// The try of the current unit, from 1.
  public var attempt: Int { 1 + unitRetries + stepRetries + (loop?.retries ?? 0) }

  /// The unit it stands at; nil when it has ended.
  public var unit: UnitPath? {
    switch standing {
    case .at(let unit): return unit
    case .enteringLoop(let step, _, _), .promptedLoop(let step): return UnitPath(step)
    case .finished: return nil
    }
  }

  /// How it ended; nil while it goes on.
  public var result: RunResult? {
    switch standing {
    case .finished(let result): return result
    case .at, .enteringLoop, .promptedLoop: return nil
    }
  }
}

/// A unit and what was decided about it last.
public struct DecidedUnit: Hashable, Sendable {
  /// The unit.
  public var unit: UnitPath
  /// Its verdict.
  public var verdict: Verdict

  /// A decision.
  public init(unit: UnitPath, verdict: Verdict) {
    self.unit = unit
    self.verdict = verdict
  }
}
