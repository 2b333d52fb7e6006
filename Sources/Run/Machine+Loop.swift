internal import Runbook

/// How a substep left its iteration before the end.
enum IterationExit {
  case next
  case `break`
}

extension Machine {
  /// Enters the loop that the state stands before.
  func enterLoop(_ values: [String]?, _ origin: String?, _ state: inout RunState) throws(RunEventError) {
    guard case .enteringLoop(let name, let substep, let at) = state.standing else { throw .unexpected }
    let step = try step(name)
    guard let values else {
      state.standing = .promptedLoop(name)
      return
    }
    guard !values.isEmpty else {
      // Nothing to repeat: the step's verdict is that of an empty set.
      var transition = Transition(to: state.standing)
      return try conclude(step, .pass, isAggregated: true, &state, &transition)
    }
    state.loop = LoopFrame(values: values, index: at.flatMap { values.firstIndex(of: $0) } ?? 0)
    state.loop?.origin = origin
    guard let substep else { return try enterFirstSubstep(of: step, &state) }
    try enterSubstep(unit(substep, in: step), of: step, &state)
  }

  private func enterFirstSubstep(of step: Step, _ state: inout RunState) throws(RunEventError) {
    guard case .substeps(let substeps) = step.body else { throw .unexpected }
    enterSubstep(substeps[0], of: step, &state)
  }

  /// The end of an iteration. The order of the rules is the language's: the iteration's RETRY, then a substep's
  /// BREAK, its NEXT, then what the iteration's own transition says.
  func endIteration(
    of step: Step, left exit: IterationExit?, _ state: inout RunState, _ transition: inout Transition
  ) throws(RunEventError) {
    guard let loop = step.loop, let frame = state.loop else { throw .unexpected }
    let isCounting = loop.handlers != nil || loop.aggregation != nil || step.aggregation != nil
    guard isCounting else {
      if exit == .break { return try leaveLoop(step, &state, &transition) }
      return try nextIteration(of: step, &state, &transition)
    }
    let verdict = Self.sum(state.deferred, by: loop.aggregation ?? .all)
    let handler = (loop.handlers ?? .deferring)[verdict]
    if frame.retries < handler.retries {
      state.loop?.retries += 1
      transition.retry = Transition.Retry(attempt: frame.retries + 2, limit: handler.retries + 1)
      return try enterFirstSubstep(of: step, &state)
    }
    switch exit {
    case .break?: return try leaveLoop(step, &state, &transition)
    case .next?: return try nextIteration(of: step, &state, &transition)
    case nil: break
    }
    switch handler.action {
    case .stop, .complete, .goto:
      transition.action = handler.action
      transition.verdict = verdict
      transition.isAggregated = true
      try leave(step, by: handler.action, &state)
    case .continue, .break: try leaveLoop(step, &state, &transition)
    case .deferred:
      state.loop?.counted.append(verdict)
      try nextIteration(of: step, &state, &transition)
    case .next: try nextIteration(of: step, &state, &transition)
    }
  }

  private func nextIteration(
    of step: Step, _ state: inout RunState, _ transition: inout Transition
  ) throws(RunEventError) {
    guard let frame = state.loop else { throw .unexpected }
    guard frame.index + 1 < frame.values.count else { return try leaveLoop(step, &state, &transition) }
    state.loop?.index += 1
    state.loop?.retries = 0
    try enterFirstSubstep(of: step, &state)
  }

  private func leaveLoop(
    _ step: Step, _ state: inout RunState, _ transition: inout Transition
  ) throws(RunEventError) {
    let verdict = Self.sum(state.loop?.counted ?? [], by: step.aggregation ?? .all)
    try conclude(step, verdict, isAggregated: true, &state, &transition)
  }
}
