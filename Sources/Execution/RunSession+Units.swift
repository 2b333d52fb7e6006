internal import Run
internal import Runbook
internal import SourceText

/// What a unit is, and how it is called.
extension RunSession {
  func content(of unit: UnitPath) throws(RunFailure) -> Content {
    guard let step = settings.runbook.step(unit.step) else { throw .bug("there is no step \(unit)") }
    switch step.body {
    case .single(let content): return content
    case .substeps(let substeps):
      guard let name = unit.substep, let substep = substeps.first(where: { $0.name == name }) else {
        throw .bug("there is no substep \(unit)")
      }
      return substep.content
    }
  }

  /// How events name a unit.
  func place(_ unit: UnitPath) -> UnitPlace {
    let step = settings.runbook.step(unit.step)
    var title = step?.title ?? ""
    var span = step?.span ?? SourceSpan(0, 0)
    if let step, case .substeps(let substeps) = step.body, let name = unit.substep,
      let substep = substeps.first(where: { $0.name == name })
    {
      title = substep.title
      span = substep.span
    }
    return UnitPlace(
      unit: pathText(unit), title: Template.render(title, lookup: value),
      line: settings.runbook.file.position(at: span.start).line,
      value: state.loop.map { $0.values[$0.index] }, file: settings.runbook.file.name)
  }

  /// A unit inside other runbooks is named with the units that run them: `1.1/2`.
  func pathText(_ unit: UnitPath) -> String {
    (suspended.compactMap { $0.frame.state.unit.map { "\($0)" } } + ["\(unit)"]).joined(separator: "/")
  }

  /// How many tries a unit has at most.
  func attempts(of unit: UnitPath) -> Int {
    guard let step = settings.runbook.step(unit.step) else { return 1 }
    var handlers = step.handlers
    if case .substeps(let substeps) = step.body, let name = unit.substep,
      let substep = substeps.first(where: { $0.name == name })
    {
      handlers = substep.handlers
    }
    let limit = 1 + max(handlers.pass.retries, handlers.fail.retries)
    return state.attempt > 1 ? max(limit, state.attempt) : 1
  }
}
