public import Runbook

/// Which steps a run goes through in its sequence. Jumps go where the runbook says, whatever is selected.
public struct Selection: Hashable, Sendable {
  /// These and no others, named steps too; empty: all numbered steps.
  public var only: [UnitName]
  /// Steps that are passed over.
  public var skipped: [UnitName]
  /// The step after which the run completes.
  public var last: UnitName?

  /// A selection; without arguments the whole sequence.
  public init(only: [UnitName] = [], skipped: [UnitName] = [], last: UnitName? = nil) {
    self.only = only
    self.skipped = skipped
    self.last = last
  }

  /// Whether the sequence has a step of this name.
  public func includes(_ name: UnitName, in runbook: Runbook) -> Bool {
    guard let index = runbook.steps.firstIndex(where: { $0.name == name }) else { return false }
    if let last, let end = runbook.steps.firstIndex(where: { $0.name == last }), index > end { return false }
    return includes(runbook.steps[index])
  }

  private func includes(_ step: Step) -> Bool {
    (only.isEmpty ? step.isNumbered : only.contains(step.name)) && !skipped.contains(step.name)
  }

  /// The first step of the sequence.
  func first(of runbook: Runbook) -> Step? {
    if self == Selection() { return runbook.firstStep }
    return runbook.steps.first(where: includes)
  }

  /// The step that follows another one.
  func step(after name: UnitName, in runbook: Runbook) -> Step? {
    if name == last { return nil }
    guard let index = runbook.steps.firstIndex(where: { $0.name == name }) else { return nil }
    return runbook.steps[(index + 1)...].first(where: includes)
  }
}
