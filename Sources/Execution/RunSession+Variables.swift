internal import JSON
internal import Run
internal import Runbook
internal import SourceText

extension RunSession {
  /// The text of a template's name; nil when it has no value.
  func value(_ name: String) -> String? { typedValue(name)?.templateText }

  /// The value of a template's dotted name. What the run itself knows cannot be overridden.
  func typedValue(_ name: String) -> JSONValue? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let head = parts.first else { return nil }
    let rest = parts.dropFirst()
    switch head {
    case "Step", "step": return state.unit.map { JSONValue.string("\($0)") }?.descend(rest)
    case "RunId", "ContextId": return JSONValue.string(id).descend(rest)
    case "RunbookRef": return JSONValue.string(settings.runbook.file.name).descend(rest)
    case "Index", "index": return state.loop.map { JSONValue.int($0.index + 1) }?.descend(rest)
    case "context": return context(Array(rest))
    default: break
    }
    if let loop = state.loop, let unit = state.unit, settings.runbook.step(unit.step)?.loop?.variable == head
    {
      return Self.item(loop.values[loop.index], rest)
    }
    return VariableScope(variables: variables, root: settings.root).value(name)
  }

  /// A loop's value, or a field of it: lists and mappings are kept as JSON text.
  private static func item(_ text: String, _ path: ArraySlice<String>) -> JSONValue? {
    guard !path.isEmpty else { return .string(text) }
    do throws(Diagnostic) {
      return try JSONParser.parse(text: text).descend(path)
    } catch {
      return nil
    }
  }

  /// `context.current.step`, `.substep`, `.at`, `.index`, `.runbook`; `context.vars.NAME`.
  private func context(_ path: [String]) -> JSONValue? {
    guard let part = path.first else { return nil }
    let rest = path.dropFirst()
    switch part {
    case "current": return (frames.last.flatMap(place(of:)))?.descend(rest)
    case "vars":
      guard let name = rest.first else { return nil }
      return variables[name]?.descend(rest.dropFirst())
    case "parent": return suspended.last.flatMap { place(of: $0.frame) }?.descend(rest)
    case "ancestors":
      guard let number = rest.first.flatMap({ Int($0) }), suspended.indices.contains(number) else {
        return nil
      }
      return place(of: suspended[suspended.count - 1 - number].frame)?.descend(rest.dropFirst())
    default: return nil
    }
  }

  /// Where a state stands, with the number of the iteration: `1.2.1`; empty at its end.
  func position(of state: RunState) -> String {
    guard let unit = state.unit else { return "" }
    let parts = ["\(unit.step)", state.loop.map { String($0.index + 1) }, unit.substep.map { "\($0)" }]
    return parts.compactMap { $0 }.joined(separator: ".")
  }

  /// Where a state stands, as an object for templates.
  private func place(of frame: RunFrame) -> JSONValue? {
    let state = frame.state
    guard let unit = state.unit else { return nil }
    return .object([
      "step": .string("\(unit.step)"), "substep": unit.substep.map { .string("\($0)") },
      "at": .string(position(of: state)), "index": state.loop.map { .int($0.index + 1) },
      "runbook": .string(frame.machine.runbook.file.name), "run": .string(id),
    ])
  }
}
