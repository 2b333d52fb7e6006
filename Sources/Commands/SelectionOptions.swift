internal import Arguments
internal import Run
internal import Runbook
internal import SourceText

/// `--from`, `--only`, `--skip`, `--until`: where a run begins and what it goes through.
struct SelectionOptions {
  let console: Console
  let runbook: Runbook

  /// The unit to begin at, if one is given, and the selection; nil when a step is not found, which is told.
  func read(_ arguments: ParsedArguments) -> (start: UnitPath?, selection: Selection)? {
    var selection = Selection()
    for text in arguments.all("only") {
      guard let names = names(text) else { return nil }
      selection.only += names
    }
    for text in arguments.all("skip") {
      guard let names = names(text) else { return nil }
      selection.skipped += names
    }
    if let text = arguments.value("until") {
      guard let name = name(text) else { return nil }
      selection.last = name
    }
    guard let text = arguments.value("from") else { return (nil, selection) }
    if let unit = UnitPath(text), exists(unit) { return (unit, selection) }
    guard let name = titled(text) else {
      tell(text)
      return nil
    }
    return (UnitPath(name), selection)
  }

  private func exists(_ unit: UnitPath) -> Bool {
    guard let step = runbook.step(unit.step) else { return false }
    guard let name = unit.substep else { return true }
    if case .substeps(let substeps) = step.body { return substeps.contains { $0.name == name } }
    return false
  }

  /// Steps and ranges of numbers, separated by commas: `1,3`, `2-4`, `5-`, `Recover`.
  private func names(_ text: String) -> [UnitName]? {
    // A heading of a document may hold a comma.
    if let name = titled(text) { return [name] }
    var found: [UnitName] = []
    for part in text.split(separator: ",").map(String.init) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if ends.count == 2, let first = Int(ends[0]), let last = ends[1].isEmpty ? Int.max : Int(ends[1]) {
        let steps = runbook.steps.map(\.name).filter { name in
          if case .number(let number) = name { return number >= first && number <= last }
          return false
        }
        guard !steps.isEmpty else {
          tell(part)
          return nil
        }
        found += steps
      } else {
        guard let name = name(part) else { return nil }
        found.append(name)
      }
    }
    return found
  }

  private func name(_ text: String) -> UnitName? {
    if let name = UnitName(text), runbook.step(name) != nil { return name }
    if let name = titled(text) { return name }
    tell(text)
    return nil
  }

  /// The step of a document whose heading is this text, in any case.
  private func titled(_ text: String) -> UnitName? {
    guard runbook.isGuide else { return nil }
    return runbook.steps.first { $0.title.lowercased() == text.lowercased() }?.name
  }

  private func tell(_ text: String) {
    let names = runbook.steps.map { runbook.isGuide ? "\($0.name) “\($0.title)”" : "\($0.name)" }
    console.fail(
      "there is no step ‘\(text)’ in \(runbook.file.name)",
      help: Suggestion.nearest(to: text, in: runbook.isGuide ? runbook.steps.map(\.title) : names).map {
        "did you mean \($0)?"
      }
        ?? "the steps are \(names.joined(separator: ", "))")
  }
}
