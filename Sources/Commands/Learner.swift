internal import Execution
internal import Gate
internal import Policy
internal import SourceText

/// Lets everything run that no rule denies, and remembers what it was: the material of `policy learn`.
final class Learner: Prompter, RunObserver {
  /// What was seen of one program.
  private struct Use {
    /// Rules for each argument vector that was seen, narrowest first; empty where none can be offered.
    var commands: [[RunCandidate]] = []
    var places: [String] = []
  }

  private var asked: [String: Use] = [:]
  private var allowed: [String: String] = [:]
  private var opaque: [String] = []
  private var denied: [String] = []
  private var hosts: [String: Set<Int>] = [:]
  /// Files that were refused because no rule lists them: kind and pattern, with the places.
  private var files: [(access: String, pattern: String, place: String)] = []

  // MARK: seeing

  func ask(_ question: Question, isOpen: () -> Bool) -> Answer? {
    for item in question.items {
      if item.candidates.isEmpty {
        if !opaque.contains(item.command) { opaque.append(item.command) }
        continue
      }
      let name = item.program.split(separator: "/").last.map(String.init) ?? item.program
      var use = asked[name] ?? Use()
      if !use.commands.contains(item.candidates) { use.commands.append(item.candidates) }
      if !use.places.contains(item.place) { use.places.append(item.place) }
      asked[name] = use
    }
    return .once
  }

  func tell(_ text: String) {}

  func observe(_ event: ProgressEvent) {
    switch event {
    case .commandChecked(let command) where command.decision == "allow":
      note(command.program, command.place)
    case .execDecided(let record) where record.decision == "deny": denied.append(record.reason)
    case .execDecided(let record):
      // What a person allowed came by the question.
      if !record.reason.hasSuffix("by a person"), !record.reason.hasSuffix("for this session") {
        note(record.program, record.place)
      }
    case .fileDenied(let denial):
      guard let pattern = denial.pattern else {
        denied.append("\(denial.access) \(denial.path): \(denial.reason)")
        return
      }
      if !files.contains(where: { $0.access == denial.access && $0.pattern == pattern }) {
        files.append((denial.access, pattern, denial.place))
      }
    case .refused(let refusals): denied += refusals.map(\.message)
    case .connectionDecided(let record) where record.isMade && record.way != "localhost":
      hosts[record.host, default: []].insert(record.port)
    default: break
    }
  }

  private func note(_ program: String, _ place: String) {
    let name = program.split(separator: "/").last.map(String.init) ?? program
    guard !name.contains(" "), !name.hasSuffix("="), allowed[name] == nil else { return }
    allowed[name] = place
  }

  // MARK: the policy

  /// The smallest policy that covers what was seen, as a document.
  func document(for runbook: String) -> String {
    var text =
      "# Learned from one run of \(DisplayText.visible(runbook)): look at it before it is used.\nversion: 1\ndefault:\n"
    var rules = asked.flatMap { name, use in
      patterns(use).map { (name, $0, use.places.joined(separator: ", ")) }
    }
    rules += allowed.filter { asked[$0.key] == nil }.map { ($0.key, Glob.escaped($0.key), $0.value) }
    text += "  run:\n    allow:\(rules.isEmpty ? " []" : "")\n"
    for (_, pattern, places) in rules.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      text += "      - \(RuleEditor.yamlScalar(pattern))   # \(DisplayText.visible(places))\n"
    }
    if !hosts.isEmpty {
      let ports = Set(hosts.values.joined()).sorted()
      text +=
        "  network:\n    mode: proxied\n    ports: [\(ports.map(String.init).joined(separator: ", "))]\n    allow:\n"
      for (host, ports) in hosts.sorted(by: { $0.key < $1.key }) {
        text +=
          "      - \(RuleEditor.yamlScalar(host))   # port \(ports.sorted().map(String.init).joined(separator: ", "))\n"
      }
    }
    if !files.isEmpty {
      text +=
        "# These files were refused: with them allowed, learn again to see what comes behind.\ngrants:\n"
    }
    for file in files.sorted(by: { ($0.access, $0.pattern) < ($1.access, $1.pattern) }) {
      text +=
        "  - {type: \(file.access), pattern: \(RuleEditor.yamlScalar(file.pattern)), scope: permanent}   # \(DisplayText.visible(file.place))\n"
    }
    for command in opaque {
      text += "# no rule can be offered for: \(DisplayText.visible(String(command.prefix(200))))\n"
    }
    for reason in denied { text += "# not learned, because it is denied: \(DisplayText.visible(reason))\n" }
    return text
  }

  /// A wildcard stands only for what was seen three times.
  private func patterns(_ use: Use) -> [String] {
    let exact = use.commands.compactMap(\.first?.pattern)
    guard exact.count >= 3 else { return exact }
    let words = Set(use.commands.map { $0.first { $0.width == .words }?.pattern })
    if words.count == 1, let only = words.first, let pattern = only { return [pattern] }
    let programs = Set(use.commands.map { $0.first { $0.width == .program }?.pattern })
    if programs.count == 1, let only = programs.first, let pattern = only { return [pattern] }
    return exact
  }
}
