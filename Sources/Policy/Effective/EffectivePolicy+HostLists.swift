/// Where a list of hosts from a file stands in a policy.
struct HostListUse: Hashable, Sendable {
  /// How the document names the file.
  var file: String
  var isDeny: Bool
  /// The override that names it.
  var runbook: String?

  func rules(_ list: HostList, _ context: PolicyContext) throws(GlobError) -> [Rule] {
    var rules: [Rule] = []
    for entry in list.entries {
      let pattern = try RulePattern(entry.text, kind: .network, isDeny: isDeny, context: context)
      let origin: RuleOrigin =
        if let runbook { .override(file: list.name, line: entry.line, runbook: runbook) } else {
          .document(file: list.name, line: entry.line)
        }
      let name = isDeny ? "network.deny" : "network.allow"
      rules.append(
        Rule(reference: RuleReference(list: name, text: entry.text, origin: origin), pattern: pattern))
    }
    return rules
  }
}

extension EffectivePolicy {
  /// The files of hosts that this policy uses, as its document names them.
  public var hostFiles: Set<String> { Set(hostListUses.map(\.file)) }

  /// Exchanges the hosts of a file for what the file says now.
  mutating func replace(_ file: String, by list: HostList) throws(GlobError) {
    for use in hostListUses where use.file == file {
      let added = try use.rules(list, context)
      let isOld = { (rule: Rule) in rule.reference.origin.place?.file == list.name }
      if use.isDeny {
        rules[.network]?.deny.removeAll(where: isOld)
        rules[.network]?.deny += added
      } else {
        rules[.network]?.allow.removeAll(where: isOld)
        rules[.network]?.allow += added
      }
    }
  }
}

extension Evaluator {
  /// Exchanges the hosts of a file for what the file says now.
  public mutating func replace(_ file: String, by list: HostList) throws(GlobError) {
    var changed = policy
    try changed.replace(file, by: list)
    policy = changed
  }
}
