internal import Linux
internal import Run
internal import RunStore
internal import Runbook
internal import Sandbox
internal import Supervisor

extension RunSession {
  func end(_ result: RunResult) throws(RunFailure) -> RunEnd {
    let status: RunStatus
    let ending: RunEnd.Status
    var message: String?
    switch result {
    case .completed(let text): (status, ending, message) = (.completed, .completed, text)
    case .stopped(let text): (status, ending, message) = (.stopped, .stopped, text)
    case .refused: (status, ending) = (.refused, .refused)
    }
    return try finish(ending, status: status, message: message.map { Template.render($0, lookup: value) })
  }

  /// Leaves the run as it stands, for another process to go on with.
  func rest(_ ending: RunEnd.Status, unit: String, signal: Int? = nil) throws(RunFailure) -> RunEnd {
    try finish(ending, status: ending == .waiting ? .waiting : .interrupted, unit: unit, signal: signal)
  }

  func interrupt(by signal: Signal) throws(RunFailure) -> RunEnd {
    endLanes()
    return try rest(.interrupted, unit: state.unit.map(pathText) ?? "", signal: Int(signal.rawValue))
  }

  private func finish(
    _ ending: RunEnd.Status, status: RunStatus, message: String? = nil, unit: String? = nil,
    signal: Int? = nil
  ) throws(RunFailure) -> RunEnd {
    let leaves = leafUnits
    let units = frames[0].state.decided.filter { leaves.contains($0.unit) }
    let end = RunEnd(
      id: id, status: ending, message: message, passed: units.count { $0.verdict == .pass },
      failed: units.count { $0.verdict == .fail }, nanoseconds: began.nanoseconds,
      signal: signal, isTimeout: hasTimedOut && ending == .stopped, unit: unit,
      outputs: ending == .completed || ending == .stopped ? outputValues : [:])
    endLanes()
    stopNetwork()
    launcher?.launcher.beginEnd()
    if let document, document.hasChanged {
      tell(
        .warning(
          "\(document.path) has changed since the run began; what ran is the text that was checked then",
          help: "look at what has changed it: ‘rundown check’ and ‘rundown plan’ show the new text"))
    }
    tell(.runFinished(end))
    try stored { () throws(StoreError) in
      try store.release(id, status: status, events: journal.take())
    }
    return end
  }

  /// Units that are decided themselves, not by their substeps.
  private var leafUnits: Set<UnitPath> {
    var units: Set<UnitPath> = []
    for step in frames[0].machine.runbook.steps {
      switch step.body {
      case .single: units.insert(UnitPath(step.name))
      case .substeps(let substeps):
        for substep in substeps { units.insert(UnitPath(step.name, substep.name)) }
      }
    }
    return units
  }
}
