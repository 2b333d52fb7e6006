internal import SourceText

/// One thing that a policy document allows beyond the built-in policy.
public struct Widening: Hashable, Sendable {
  /// What: `run.allow: curl`.
  public var text: String
  /// The line in the document.
  public var line: Int
}

extension PolicyDocument {
  /// What this document allows beyond the built-in policy, in its order: what a person must know before it holds.
  public var widenings: [Widening] {
    var found: [Widening] = []
    func add(_ text: String, _ span: SourceSpan) {
      found.append(Widening(text: text, line: file.position(at: span.start).line))
    }
    if !presets.isEmpty { add("presets: \(presets.map(\.text).joined(separator: ", "))", presets[0].span) }
    for (name, sections) in [("", defaults)] + overrides.map({ ("for \($0.runbook.text): ", $0.sections) }) {
      for text in Self.widenings(of: sections) { add(name + text.text, text.span) }
    }
    let start = root["default"]?.span ?? root.span
    for kind in [AccessKind.run, .read, .write, .env] where defaults.has(kind) && !extendsBuiltin {
      let own = Set((defaults.lists(kind)?.deny ?? []).map(\.text))
      let dropped = BuiltinPolicy.patterns(kind, isDeny: true).filter { !own.contains($0) }
      let span = root["default"]?[kind.rawValue]?.span ?? start
      if !dropped.isEmpty { add("\(kind.rawValue): \(dropped.count) built-in denials do not hold", span) }
    }
    if let protect = defaults.protect, !extendsBuiltin {
      let own = Set(protect.map(\.text))
      let dropped = BuiltinPolicy.protect.filter { !own.contains($0) }
      if !dropped.isEmpty {
        add("not protected: \(dropped.joined(separator: ", "))", root["default"]?["protect"]?.span ?? start)
      }
    }
    for grant in grants where grant.isPermanent {
      add("grant: \(grant.kind.rawValue) \(grant.pattern.text)", grant.span)
    }
    for agent in agents { add("agent \(agent.name)", agent.span) }
    return found.sorted { $0.line < $1.line }
  }

  private static func widenings(of sections: PolicySections) -> [(text: String, span: SourceSpan)] {
    var found: [(text: String, span: SourceSpan)] = []
    if let mode = sections.mode, mode.value == .execute { found.append(("mode: execute", mode.span)) }
    if let sandbox = sections.sandbox, sandbox.value == .off { found.append(("sandbox: off", sandbox.span)) }
    if let gate = sections.gate, gate.value == .static { found.append(("gate: static", gate.span)) }
    for kind in [AccessKind.run, .read, .write, .env] {
      guard let lists = sections.lists(kind) else { continue }
      let builtin = Set(BuiltinPolicy.patterns(kind, isDeny: false))
      for entry in lists.allow where !builtin.contains(entry.text) {
        found.append(("\(kind.rawValue).allow: \(entry.text)", entry.span))
      }
      for entry in lists.undeny { found.append(("\(kind.rawValue).undeny: \(entry.text)", entry.span)) }
    }
    guard let network = sections.network, network.mode?.value != .deny else { return found }
    if let mode = network.mode, mode.value == .open { found.append(("network: open", mode.span)) }
    for entry in network.allowFiles { found.append(("network.allowFiles: \(entry.text)", entry.span)) }
    let isListed = network.listsAllowed
    for entry in network.allow ?? [] { found.append(("network.allow: \(entry.text)", entry.span)) }
    if !isListed, let mode = network.mode, mode.value == .proxied {
      found.append(("network: any public host", mode.span))
    }
    for entry in network.privateHosts { found.append(("network.private: \(entry.text)", entry.span)) }
    for entry in network.brokers { found.append(("network.broker: \(entry.rule.text)", entry.span)) }
    for port in network.localhost { found.append(("network.localhost: \(port.value)", port.span)) }
    return found
  }
}
