internal import JSON
internal import Linux
internal import Runbook
internal import Secrets
internal import SourceText

/// The secrets that a runbook's steps would be given, and whether they are there.
struct PlannedSecrets {
  /// Names, and why one is not to be had; nil when it is set.
  private(set) var items: [(name: String, problem: String?)] = []

  init(_ runbook: Runbook, root: String) {
    var names: Set<String> = Set(runbook.frontmatter.secrets.map(\.name))
    for case .command(let block) in runbook.units.map(\.content) {
      names.formUnion(block.options.secrets.map(\.name))
    }
    guard !names.isEmpty else { return }
    let known: Set<String>
    do throws(SecretError) {
      known = Set(try SecretStore(root: root, environment: .current).entries().map(\.name))
    } catch {
      items = names.sorted().map { ($0, error.message) }
      return
    }
    items = names.sorted().map { ($0, known.contains($0) ? nil : "not set: rundown secret set \($0)") }
  }

  /// Whether a step would be refused.
  var isLacking: Bool { items.contains { $0.problem != nil } }

  /// Lines for people; empty without secrets.
  var text: String {
    guard !items.isEmpty else { return "" }
    let lines = items.map { "\($0.name)  \($0.problem.map { DisplayText.visible($0) } ?? "set")" }
    return "\nsecrets  " + lines.joined(separator: "\n         ") + "\n"
  }

  var json: JSONValue {
    .array(items.map { .object(["name": .string($0.name), "set": .bool($0.problem == nil)]) })
  }
}
