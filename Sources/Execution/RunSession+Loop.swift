internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import SourceText

extension RunSession {
  /// Finds the values of the loop that the run stands before.
  func enterLoop(_ name: UnitName) throws(RunFailure) {
    guard let loop = settings.runbook.step(name)?.loop else { throw .bug("step \(name) has no loop") }
    switch loop.source {
    case .range(let range): try apply(.loopValues(LoopValues.numbers(range, lookup: value)))
    case .items(let template, let window): try enterItems(name, template, window)
    }
  }

  private func enterItems(_ step: UnitName, _ template: String, _ window: LoopRange?) throws(RunFailure) {
    guard let name = Template.places(in: Array(template.utf8)).first?.name, let value = typedValue(name)
    else {
      return try failLoop(step, "\(template) has no value")
    }
    let content: DataSource.Content
    do throws(DataSource.Problem) {
      content = try DataSource(root: settings.root, evaluator: evaluator).items(value)
    } catch {
      return try failLoop(step, "\(template) cannot be gone through: \(error.message)")
    }
    if content.isCut {
      tell(
        .warning(
          "step \(step): \(template) has more than \(DataSource.itemLimit) items; the rest is left out",
          help: "split it into several lists"))
    }
    guard let window else { return try apply(.loopValues(content.items, origin: content.mark)) }
    guard let positions = LoopValues.numbers(window, lookup: self.value) else {
      return try apply(.loopValues(nil))
    }
    let chosen = positions.compactMap { Int($0) }.map { $0 - 1 }.filter(content.items.indices.contains)
    let items = chosen.map { content.items[$0] }
    try apply(.loopValues(items, origin: content.mark))
  }

  private func failLoop(_ step: UnitName, _ why: String) throws(RunFailure) {
    tell(.warning("step \(step): \(why)", help: "the step fails; give a list: --var-json NAME='[...]'"))
    try apply(.loopFailed)
  }

  /// Whether the file that the loop goes through changed since it was read; then the step has failed.
  func stopsAtDrift(_ unit: UnitPath) throws(RunFailure) -> Bool {
    guard let mark = state.loop?.origin,
      case .substeps(let substeps) = settings.runbook.step(unit.step)?.body,
      unit.substep == substeps.first?.name,
      !DataSource(root: settings.root, evaluator: evaluator).isUnchanged(mark)
    else { return false }
    let path = mark.split(separator: "\n").last.map(String.init) ?? ""
    tell(
      .warning(
        "step \(unit.step): \(path) changed while the loop goes through it, so the loop ends here",
        help: "let steps write to another file; the step has failed"))
    try apply(.loopFailed)
    return true
  }
}
