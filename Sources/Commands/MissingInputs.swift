internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import SourceText

/// The inputs that a run needs and nobody has given: asked for at a terminal, told otherwise.
struct MissingInputs {
  let console: Console
  let runbook: Runbook

  /// Those of the runbook; of a document those of the steps that the run goes through.
  func names(_ variables: [String: JSONValue], from unit: UnitPath?, _ selection: Selection) -> [String] {
    guard runbook.isGuide else { return runbook.frontmatter.required.filter { variables[$0] == nil } }
    var names: [String] = []
    for unit in units(from: unit, selection) {
      guard case .command(let block) = unit.content else { continue }
      for placeholder in block.placeholders
      where variables[placeholder.name] == nil && !names.contains(placeholder.name) {
        names.append(placeholder.name)
      }
    }
    return names
  }

  private func units(from start: UnitPath?, _ selection: Selection) -> [Runbook.Unit] {
    let all = runbook.units.filter { selection.includes($0.path.step, in: runbook) }
    guard let start else { return all }
    let first = all.firstIndex { $0.path == start || (start.substep == nil && $0.path.step == start.step) }
    return first.map { Array(all[$0...]) } ?? all
  }

  /// Asks for each; nil when the person does not answer.
  func ask(_ names: [String], _ policy: (String) -> Bool) -> [String: JSONValue]? {
    var values: [String: JSONValue] = [:]
    for name in names {
      console.tell(" \(DisplayText.visible(name)): ")
      guard let line = TerminalLine.read(isHidden: policy(name)), !line.isEmpty else {
        console.tell("\n")
        return nil
      }
      if policy(name) { console.tell("\n") }
      values[name] = .string(line)
    }
    return values
  }

  /// Tells what is missing.
  func tell(_ names: [String]) {
    console.fail(
      "\(runbook.isGuide ? "the document" : "the runbook") needs \(names.joined(separator: ", "))",
      help: "give \(names.count == 1 ? "it" : "them"): "
        + names.map { "--var \($0)=VALUE" }.joined(separator: " "))
  }
}
