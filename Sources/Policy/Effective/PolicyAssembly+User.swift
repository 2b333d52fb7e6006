internal import SourceText

extension PolicyAssembly {
  /// Narrows by the user's own configuration: of each setting the stricter one holds, and its denials are lifted by
  /// nothing that a repository says.
  mutating func narrow(_ user: UserConfiguration) throws(Diagnostic) {
    let sections = user.sections
    func origin(_ span: SourceSpan) -> RuleOrigin {
      .user(file: user.file.name, line: user.file.position(at: span.start).line)
    }
    func stricter<Value>(
      _ own: Placed<Value>?, _ setting: PolicySetting<Value>, _ order: [Value]
    ) -> PolicySetting<Value> {
      guard let own, let wanted = order.firstIndex(of: own.value),
        let held = order.firstIndex(of: setting.value), wanted > held
      else { return setting }
      return PolicySetting(own.value, from: origin(own.span))
    }
    func smaller<Value: Comparable>(
      _ own: Placed<Value>?, _ setting: PolicySetting<Value>?
    ) -> PolicySetting<Value>? {
      guard let own else { return setting }
      if let setting, setting.value <= own.value { return setting }
      return PolicySetting(own.value, from: origin(own.span))
    }
    policy.mode = stricter(sections.mode, policy.mode, [.execute, .prompted, .deny])
    policy.sandbox = stricter(sections.sandbox, policy.sandbox, [.off, .prefer, .strict])
    policy.gate = stricter(sections.gate, policy.gate, [.static, .live, .tree])
    policy.network = stricter(sections.network?.mode, policy.network, [.open, .proxied, .deny])
    if let limits = sections.limits {
      policy.timeout = smaller(limits.timeout, policy.timeout)
      policy.processes = smaller(limits.processes, policy.processes)
      policy.memory = smaller(limits.memory, policy.memory)
      policy.fileSize = smaller(limits.fileSize, policy.fileSize)
      policy.cpu = smaller(limits.cpu, policy.cpu)
    }
    for kind in AccessKind.allCases {
      let denied = kind == .network ? sections.network?.deny : sections.lists(kind)?.deny
      var rules: [Rule] = []
      for entry in denied ?? [] {
        rules.append(try rule(entry.text, kind, "deny", origin(entry.span), at: entry.span))
      }
      policy.rules[kind]?.deny.insert(contentsOf: rules, at: 0)
    }
    for entry in sections.protect ?? [] {
      policy.protected.append(try protectRule(entry.text, origin(entry.span), at: entry.span))
    }
  }
}
