public import Runbook

/// The state machine of a run: a pure function from a state and an event to the next state.
///
/// It starts no process and reads no clock. What is to be done in a state follows from `state.standing` alone.
public struct Machine: Sendable {
  /// The runbook.
  public let runbook: Runbook
  /// A run is stopped after this many transitions: a GOTO that never ends is found by counting.
  public let transitionLimit: Int

  /// A machine for one runbook.
  public init(_ runbook: Runbook, transitionLimit: Int = 10_000) {
    self.runbook = runbook
    self.transitionLimit = transitionLimit
  }

  /// The state of a run before its first step, or before the unit that it is to start at.
  public func start(
    at unit: UnitPath? = nil, selection: Selection = Selection()
  ) throws(RunEventError) -> RunState {
    var state = RunState(standing: .finished(.completed(message: nil)))
    state.selection = selection
    if let unit = unit ?? selection.first(of: runbook).map({ UnitPath($0.name) }) {
      try enter(unit, at: nil, &state)
    }
    return state
  }

  /// The state after an event, and what was done.
  public func apply(
    _ event: RunEvent, to old: RunState
  ) throws(RunEventError) -> (state: RunState, transition: Transition) {
    guard let unit = old.unit else { throw .alreadyFinished }
    var state = old
    state.transitions += 1
    var transition = Transition(from: unit, to: old.standing)
    if state.transitions > transitionLimit {
      finish(
        .stopped(message: "the run made \(transitionLimit) transitions; does a GOTO lead in circles?"), &state
      )
      transition.to = state.standing
      return (state, transition)
    }
    switch event {
    case .verdict(let verdict): try decide(verdict, unit, &state, &transition)
    case .loopValues(let values, let origin): try enterLoop(values, origin, &state)
    case .loopFailed:
      switch state.standing {
      case .enteringLoop: break
      case .at: guard state.loop != nil else { throw .unexpected }
      case .promptedLoop, .finished: throw .unexpected
      }
      record(.fail, unit, &state)
      try conclude(step(unit.step), .fail, isAggregated: false, &state, &transition)
    case .skipped:
      transition.action = .continue
      try skip(unit, &state, &transition)
    case .goto(let target):
      transition.action = .goto(target, at: nil)
      try enter(target, at: nil, &state)
    case .stop(let message):
      transition.action = .stop(message: message)
      finish(.stopped(message: message), &state)
    case .complete(let message):
      transition.action = .complete(message: message)
      finish(.completed(message: message), &state)
    case .refused(let reason): finish(.refused(reason: reason), &state)
    }
    transition.to = state.standing
    return (state, transition)
  }

  // MARK: entering

  func step(_ name: UnitName) throws(RunEventError) -> Step {
    guard let step = runbook.step(name) else { throw .noSuchUnit(UnitPath(name)) }
    return step
  }

  /// Goes to a unit afresh: counters at zero, substeps open again.
  func enter(_ target: UnitPath, at value: String?, _ state: inout RunState) throws(RunEventError) {
    let step = try step(target.step)
    state.unitRetries = 0
    state.stepRetries = 0
    try open(step, substep: target.substep, at: value, &state)
  }

  /// Opens a step, its retry counter kept.
  private func open(
    _ step: Step, substep: UnitName?, at value: String?, _ state: inout RunState
  ) throws(RunEventError) {
    state.deferred = []
    state.loop = nil
    if step.loop != nil {
      if let substep { _ = try unit(substep, in: step) }
      state.standing = .enteringLoop(step.name, substep: substep, at: value)
      return
    }
    switch step.body {
    case .single:
      guard substep == nil else { throw .noSuchUnit(UnitPath(step.name, substep)) }
      state.standing = .at(UnitPath(step.name))
    case .substeps(let substeps):
      let name =
        try substep.map { name throws(RunEventError) in try unit(name, in: step).name } ?? substeps[0].name
      state.standing = .at(UnitPath(step.name, name))
    }
  }

  func unit(_ name: UnitName, in step: Step) throws(RunEventError) -> Substep {
    guard case .substeps(let substeps) = step.body, let found = substeps.first(where: { $0.name == name })
    else {
      throw .noSuchUnit(UnitPath(step.name, name))
    }
    return found
  }

  // MARK: deciding

  private func decide(
    _ verdict: Verdict, _ unit: UnitPath, _ state: inout RunState, _ transition: inout Transition
  ) throws(RunEventError) {
    let step = try step(unit.step)
    transition.verdict = verdict
    record(verdict, unit, &state)
    switch state.standing {
    case .enteringLoop: throw .unexpected
    case .promptedLoop: try conclude(step, verdict, isAggregated: false, &state, &transition)
    case .at:
      guard let name = unit.substep else {
        return try conclude(step, verdict, isAggregated: false, &state, &transition)
      }
      try decide(verdict, substep: self.unit(name, in: step), of: step, &state, &transition)
    case .finished: throw .alreadyFinished
    }
  }

  /// Goes on behind a unit.
  private func skip(
    _ unit: UnitPath, _ state: inout RunState, _ transition: inout Transition
  ) throws(RunEventError) {
    let step = try step(unit.step)
    guard case .at = state.standing, let name = unit.substep else {
      return try leave(step, by: .continue, &state)
    }
    try advance(past: self.unit(name, in: step), of: step, &state, &transition)
  }

  private func record(_ verdict: Verdict, _ unit: UnitPath, _ state: inout RunState) {
    if let index = state.decided.firstIndex(where: { $0.unit == unit }) {
      state.decided[index].verdict = verdict
    } else {
      state.decided.append(DecidedUnit(unit: unit, verdict: verdict))
    }
  }

  private func decide(
    _ verdict: Verdict, substep: Substep, of step: Step, _ state: inout RunState,
    _ transition: inout Transition
  ) throws(RunEventError) {
    let handler = substep.handlers[verdict]
    if state.unitRetries < handler.retries {
      state.unitRetries += 1
      transition.retry = Transition.Retry(attempt: state.unitRetries + 1, limit: handler.retries + 1)
      return
    }
    transition.action = handler.action
    switch handler.action {
    case .continue: try advance(past: substep, of: step, &state, &transition)
    case .deferred:
      state.deferred.append(verdict)
      try advance(past: substep, of: step, &state, &transition)
    case .next: try endIteration(of: step, left: .next, &state, &transition)
    case .break: try endIteration(of: step, left: .break, &state, &transition)
    case .stop, .complete, .goto: try leave(step, by: handler.action, &state)
    }
  }

  private func advance(
    past substep: Substep, of step: Step, _ state: inout RunState, _ transition: inout Transition
  ) throws(RunEventError) {
    state.unitRetries = 0
    guard case .substeps(let substeps) = step.body,
      let index = substeps.firstIndex(where: { $0.name == substep.name })
    else { throw .unexpected }
    if index + 1 < substeps.count {
      state.standing = .at(UnitPath(step.name, substeps[index + 1].name))
    } else if step.loop != nil {
      try endIteration(of: step, left: nil, &state, &transition)
    } else {
      let verdict = Self.sum(state.deferred, by: step.aggregation ?? .all)
      try conclude(step, verdict, isAggregated: true, &state, &transition)
    }
  }

  /// The verdict of several: ALL passes without a fail, ANY with a pass; nothing to count passes.
  static func sum(_ verdicts: [Verdict], by aggregation: Aggregation) -> Verdict {
    switch aggregation {
    case .all: return verdicts.contains(.fail) ? .fail : .pass
    case .any: return verdicts.isEmpty || verdicts.contains(.pass) ? .pass : .fail
    }
  }

  /// Applies a step's own handler to its verdict.
  func conclude(
    _ step: Step, _ verdict: Verdict, isAggregated: Bool, _ state: inout RunState,
    _ transition: inout Transition
  ) throws(RunEventError) {
    let handler = step.handlers[verdict]
    transition.verdict = verdict
    transition.isAggregated = isAggregated
    if isAggregated { record(verdict, UnitPath(step.name), &state) }
    if state.stepRetries < handler.retries {
      state.stepRetries += 1
      state.unitRetries = 0
      transition.action = nil
      transition.retry = Transition.Retry(attempt: state.stepRetries + 1, limit: handler.retries + 1)
      return try open(step, substep: nil, at: nil, &state)
    }
    transition.action = handler.action
    try leave(step, by: handler.action, &state)
  }

  /// Leaves a step by an action that ends it.
  func leave(_ step: Step, by action: Action, _ state: inout RunState) throws(RunEventError) {
    switch action {
    case .continue, .deferred, .next, .break:
      state.loop = nil
      if let next = state.selection.step(after: step.name, in: runbook) {
        try enter(UnitPath(next.name), at: nil, &state)
      } else {
        finish(.completed(message: nil), &state)
      }
    case .stop(let message): finish(.stopped(message: message), &state)
    case .complete(let message): finish(.completed(message: message), &state)
    case .goto(let target, let at):
      if target.step == step.name, let name = target.substep, state.loop != nil {
        // Inside a loop a jump to a sibling stays in the iteration.
        try enterSubstep(unit(name, in: step), of: step, &state)
      } else {
        try enter(target, at: at, &state)
      }
    }
  }

  /// Stands at a substep afresh.
  func enterSubstep(_ substep: Substep, of step: Step, _ state: inout RunState) {
    state.deferred = []
    state.unitRetries = 0
    state.standing = .at(UnitPath(step.name, substep.name))
  }

  private func finish(_ result: RunResult, _ state: inout RunState) {
    state.loop = nil
    state.standing = .finished(result)
  }
}
