internal import Linux
internal import Run
internal import Runbook
internal import SourceText

extension RunSession {
  /// The prompt text of a unit.
  func promptSpans(of unit: UnitPath) -> [SourceSpan] {
    guard let step = settings.runbook.step(unit.step) else { return [] }
    guard case .substeps(let substeps) = step.body, let name = unit.substep else { return step.prompt }
    return substeps.first { $0.name == name }?.prompt ?? []
  }

  func askPerson(_ unit: UnitPath, content: Content) throws(RunFailure) -> RunEnd? {
    let place = place(unit)
    tell(.stepStarted(place, .manual, attempt: state.attempt, attempts: attempts(of: unit)))
    showText(of: unit, content: content)
    let began = Stopwatch()
    let answer = settings.isPrompted ? .later : decider?.decide(place) ?? .later
    let user = ThisProcess.userName
    switch answer {
    case .pass: try settle(.verdict(.pass), place: place, outcome: .pass, began: began, by: user)
    case .fail: try settle(.verdict(.fail), place: place, outcome: .fail(code: nil), began: began, by: user)
    case .skip(let reason):
      try settle(
        .skipped, place: place, outcome: .skipped(reason: reason), began: began,
        output: secrets.masked(Array(reason.utf8)), by: user)
    case .stop:
      leaveAllChildren()
      try settle(.stop(message: nil), place: place, outcome: .interrupted, began: began, by: user)
    case .later:
      if let signal = try pendingStop() { return try interrupt(by: signal) }
      tell(.waiting(place))
      return try rest(.waiting, unit: place.unit)
    }
    return nil
  }

  private func showText(of unit: UnitPath, content: Content) {
    var parts = promptSpans(of: unit).map { Template.render(settings.runbook.file.text($0), lookup: value) }
    switch content {
    case .command(let block):
      parts.append(Template.render(String(decoding: block.text, as: UTF8.self), lookup: value))
    case .display(let block): parts.append(Template.render(block.text, lookup: value))
    case .manual, .runbook: break
    }
    if !parts.isEmpty { tell(.shown(parts.joined(separator: "\n\n"))) }
  }
}
