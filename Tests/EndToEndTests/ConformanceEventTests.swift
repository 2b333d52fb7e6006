import Foundation
import TestKit
import Testing

/// The transitions that public scenarios expect, read from our events; the public language names the types otherwise.
@Suite struct ConformanceEventTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/conformance").standardizedFileURL.path

  struct Case: Sendable, CustomTestStringConvertible {
    var file: String
    var commands: [String]
    var steps: [[String: String]]
    var entered: [[String: String]]
    var testDescription: String { file }
  }

  private static let cases: [Case] = {
    guard let data = FileManager.default.contents(atPath: folder + "/cases.json"),
      let all = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let scenarios = all["scenarios"] as? [[String: Any]]
    else { return [] }
    func texts(_ value: Any?) -> [[String: String]] {
      (value as? [[String: Any]] ?? []).map { $0.mapValues { value in "\(value)" } }
    }
    return scenarios.compactMap { scenario in
      let (steps, entered) = (texts(scenario["steps"]), texts(scenario["entered"]))
      guard !steps.isEmpty || !entered.isEmpty, scenario["tier"] as? String != "delegation" else {
        return nil
      }
      return Case(
        file: scenario["file"] as? String ?? "", commands: scenario["commands"] as? [String] ?? [],
        steps: steps,
        entered: entered)
    }
  }()

  @Test(.enabled(if: !cases.isEmpty, "the public scenarios are not beside the project"), arguments: cases)
  func expected(_ item: Case) throws {
    let project = try TemporaryProject()
    let source = Self.folder + "/fixtures/" + (item.file as NSString).deletingLastPathComponent
    for name in try FileManager.default.contentsOfDirectory(atPath: source) {
      try FileManager.default.copyItem(atPath: source + "/" + name, toPath: project.root + "/" + name)
    }
    var events: [[String: Any]] = []
    for command in item.commands {
      let words = command.split(separator: " ").dropFirst().map(String.init) + ["--json"]
      for line in try project.rundown(words).output.split(separator: "\n") {
        if let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] {
          events.append(event)
        }
      }
    }
    let transitions = events.filter { $0["type"] as? String == "transition" }
    var rest = transitions[...]
    for wanted in item.steps {
      let found = rest.firstIndex { event in
        wanted.allSatisfy { key, value in
          switch key {
          case "runbook": (event["runbook"] as? String)?.hasSuffix(value) == true
          case "action": (event["action"] as? String)?.split(separator: " ").first.map(String.init) == value
          case "aggregated": event["aggregated"] as? Bool == (value == "1" || value == "true")
          default: event[key] as? String == value
          }
        }
      }
      let index = try #require(found, "\(wanted) in \(transitions)")
      rest = rest[(index + 1)...]
    }
    let steps = events.filter { $0["type"] as? String == "step_started" }.compactMap {
      $0["step"] as? [String: Any]
    }
    for wanted in item.entered {
      #expect(
        steps.contains {
          $0["id"] as? String == wanted["at"] && $0["title"] as? String == wanted["description"]
        },
        "\(wanted) in \(steps)")
    }
  }
}
