internal import Execution
internal import JSON
package import Linux
package import Policy
internal import SourceText

extension PolicyReports {
  /// The policy in force, each entry with its origin.
  package static func show(
    policy: String?, runbook: String?, options: PolicyOptions, environment: Environment, asJSON: Bool,
    from directory: String? = nil
  ) -> PolicyReport {
    switch effective(
      policy: policy, runbook: runbook, options: options, environment: environment, from: directory)
    {
    case .failure(let failure): return failure.report
    case .success(let (loaded, policy)):
      var report = PolicyReport(errors: loaded.warnings.joined())
      report.output = asJSON ? json(loaded, policy).encoded(pretty: true) + "\n" : text(loaded, policy)
      return report
    }
  }

  private struct Line {
    var name: String
    var value: String
    var origin: RuleOrigin
  }

  /// The settings that are not lists of rules.
  private static func settings(_ policy: EffectivePolicy) -> [Line] {
    var lines = [
      Line(name: "mode", value: policy.mode.value.rawValue, origin: policy.mode.origin),
      Line(name: "sandbox", value: policy.sandbox.value.rawValue, origin: policy.sandbox.origin),
      Line(name: "gate", value: policy.gate.value.rawValue, origin: policy.gate.origin),
      Line(name: "network", value: policy.network.value.rawValue, origin: policy.network.origin),
    ]
    func add(_ name: String, _ value: String, _ origin: RuleOrigin) {
      lines.append(Line(name: "limits.\(name)", value: value, origin: origin))
    }
    if let limit = policy.timeout { add("timeout", Quantity.text(limit.value), limit.origin) }
    if let limit = policy.processes { add("processes", "\(limit.value)", limit.origin) }
    if let limit = policy.memory { add("memory", Quantity.text(bytes: limit.value), limit.origin) }
    if let limit = policy.fileSize { add("fileSize", Quantity.text(bytes: limit.value), limit.origin) }
    for kind in WatchKind.allCases {
      guard let rule = policy.watch[kind] else { continue }
      let text =
        switch kind {
        case .reverseShell: rule.value.action.rawValue
        case .upload: "\(Quantity.text(bytes: rule.value.limit)) \(rule.value.action.rawValue)"
        case .secretReads, .processes:
          "\(rule.value.limit) in \(Quantity.text(rule.value.within)) \(rule.value.action.rawValue)"
        }
      lines.append(Line(name: "watch.\(kind.rawValue)", value: text, origin: rule.origin))
    }
    if let limit = policy.cpu { add("cpu", Quantity.text(limit.value), limit.origin) }
    return lines
  }

  /// The lists of rules, in the order of this report.
  private static func lists(_ policy: EffectivePolicy) -> [(list: String, rules: [RuleReference])] {
    var out: [(list: String, rules: [RuleReference])] = []
    for kind in AccessKind.allCases {
      let all = policy.references(kind)
      for list in ["allow", "deny", "undeny"] {
        out.append(("\(kind.rawValue).\(list)", all.filter { $0.list == "\(kind.rawValue).\(list)" }))
      }
    }
    if policy.network.value == .proxied {
      let ports = policy.ports.map {
        RuleReference(list: "network.ports", text: "\($0.value)", origin: $0.origin)
      }
      let local = policy.localhostPorts.map {
        RuleReference(list: "network.localhost", text: "\($0.value)", origin: $0.origin)
      }
      let brokers = policy.brokers.map {
        RuleReference(list: "network.broker", text: $0.value.text, origin: $0.origin)
      }
      out += [
        ("network.ports", ports), ("network.localhost", local),
        ("network.private", policy.privateHostReferences), ("network.broker", brokers),
      ]
    }
    out.append(("protect", policy.protectReferences))
    return out
  }

  private static func text(_ loaded: LoadedPolicy, _ policy: EffectivePolicy) -> String {
    var head = "policy   \(DisplayText.visible(loaded.name))"
    if loaded.document != nil { head += policy.extendsBuiltin ? "   (extends the built-in policy)" : "" }
    head += "\nproject  \(DisplayText.visible(loaded.root))\n"
    if let runbook = policy.context.runbook { head += "runbook  \(DisplayText.visible(runbook))\n" }
    let settings = settings(policy)
    let lists = lists(policy).filter { !$0.rules.isEmpty }
    let texts = settings.map { "\($0.name)  \($0.value)" } + lists.flatMap { $0.rules.map { "  \($0.text)" } }
    let width = min(48, texts.map { DisplayText.visible($0).unicodeScalars.count }.max() ?? 0) + 3
    func row(_ text: String, _ origin: RuleOrigin) -> String {
      let shown = DisplayText.visible(text)
      let gap = String(repeating: " ", count: max(2, width - shown.unicodeScalars.count))
      return shown + gap + DisplayText.visible(origin.text) + "\n"
    }
    let names = settings.map(\.name.unicodeScalars.count).max() ?? 0
    var out = head + "\n"
    for line in settings {
      let pad = String(repeating: " ", count: names - line.name.unicodeScalars.count)
      out += row("\(line.name)\(pad)  \(line.value)", line.origin)
    }
    for (list, rules) in lists {
      out += "\n\(list)\n"
      for (rule, count) in condensed(rules) {
        out += row(count == 1 ? "  \(rule.text)" : "  \(rule.text) and \(count - 1) more", rule.origin)
      }
    }
    if policy.allowsAnyHost { out += "\nnetwork.allow\n  any public host\n" }
    if policy.options.allowAll, !policy.options.denyAll {
      out += "\n--allow-all: none of these rules holds\n"
    }
    return out
  }

  /// The rules, a category of the built-in list as its first one with how many there are.
  private static func condensed(_ rules: [RuleReference]) -> [(rule: RuleReference, count: Int)] {
    var out: [(rule: RuleReference, count: Int)] = []
    for rule in rules {
      if case .riskyHosts = rule.origin, out.last?.rule.origin == rule.origin {
        out[out.count - 1].count += 1
      } else {
        out.append((rule, 1))
      }
    }
    return out
  }

  static func json(_ origin: RuleOrigin) -> [JSONValue.Member] {
    var members = [JSONValue.Member("origin", .string(origin.layer))]
    if let place = origin.place {
      members.append(.init("file", .string(place.file)))
      members.append(.init("line", .int(place.line)))
    }
    switch origin {
    case .override(_, _, let runbook): members.append(.init("runbook", .string(runbook)))
    case .preset(let name), .agent(let name), .flag(let name): members.append(.init("name", .string(name)))
    case .riskyHosts(let category): members.append(.init("category", .string(category)))
    case .builtin, .user, .document, .grant, .session: break
    }
    return members
  }

  private static func json(_ loaded: LoadedPolicy, _ policy: EffectivePolicy) -> JSONValue {
    var rules: [JSONValue] = []
    for (_, list) in lists(policy) {
      for rule in list {
        rules.append(
          .object(
            [.init("list", .string(rule.list)), .init("pattern", .string(rule.text))] + json(rule.origin)))
      }
    }
    let settings = settings(policy).map { line in
      JSONValue.Member(line.name, .object([.init("value", .string(line.value))] + json(line.origin)))
    }
    return .object([
      "document": loaded.path.map { .string($0) } ?? .null, "extendsBuiltin": .bool(policy.extendsBuiltin),
      "root": .string(loaded.root), "runbook": policy.context.runbook.map { .string($0) } ?? .null,
      "settings": .object(settings), "anyPublicHost": .bool(policy.allowsAnyHost), "rules": .array(rules),
    ])
  }
}
