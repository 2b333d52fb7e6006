internal import SourceText

/// Puts an effective policy together, layer by layer.
struct PolicyAssembly {
  let document: PolicyDocument?
  var policy: EffectivePolicy
  /// Nil until a section lists hosts: then any public host is meant.
  private var hosts: [Rule]?
  private var sawHostList = false

  /// The user's own configuration.
  private let user: UserConfiguration?

  init(document: PolicyDocument?, policy: EffectivePolicy, user: UserConfiguration?) {
    self.document = document
    self.user = user
    self.policy = policy
  }

  mutating func assemble() throws(Diagnostic) {
    if let agent = policy.agent {
      policy.watch = WatchRule.ofAgents.mapValues { PolicySetting($0, from: .agent(agent.profile.name)) }
    }
    for kind in AccessKind.allCases { policy.rules[kind] = try base(kind) }
    if let document {
      try apply(document.defaults, override: nil)
      for override in document.overrides {
        if let runbook = policy.context.runbook, try matches(override.runbook, runbook) {
          try apply(override.sections, override: override)
        }
      }
      if !policy.options.denyAll { for grant in document.grants { try apply(grant) } }
    }
    if let agent = policy.agent { try apply(agent) }
    try protect()
    if let user { try narrow(user) }
    try applyFlags()
    if let agent = policy.agent { tighten(agent) }
    policy.rules[.network]?.allow += hosts ?? []
    policy.allowsAnyHost = policy.network.value == .proxied && hosts == nil
    if policy.network.value == .proxied { try denyRiskyHosts() }
    if policy.options.denyAll { denyAll() }
  }

  private mutating func denyRiskyHosts() throws(Diagnostic) {
    for category in RiskyHosts.categories {
      for host in category.hosts {
        let rule = try rule(host, .network, "deny", .riskyHosts(category.name), at: nil)
        policy.rules[.network]?.deny.append(rule)
      }
    }
  }

  /// `--deny-all`: only what is named holds; "any host" and "the host's network" name nothing.
  private mutating func denyAll() {
    policy.mode = PolicySetting(.deny, from: .flag("--deny-all"))
    policy.allowsAnyHost = false
    if policy.network.value == .open, policy.options.network == nil {
      policy.network = PolicySetting(.deny, from: .flag("--deny-all"))
    }
  }

  // MARK: Base

  private func base(_ kind: AccessKind) throws(Diagnostic) -> RuleSet {
    var set = RuleSet()
    if policy.extendsBuiltin || !policy.sectionsPresent.contains(kind) {
      for text in BuiltinPolicy.patterns(kind, isDeny: false) {
        set.allow.append(try rule(text, kind, "allow", .builtin, at: nil))
      }
      for text in BuiltinPolicy.patterns(kind, isDeny: true) {
        set.deny.append(try rule(text, kind, "deny", .builtin, at: nil))
      }
    }
    if kind == .run {
      for preset in document?.presets ?? [] {
        for text in BuiltinPolicy.presets[preset.text] ?? [] {
          set.allow.append(try rule(text, kind, "allow", .preset(preset.text), at: preset.span))
        }
      }
    }
    return set
  }

  func rule(
    _ text: String, _ kind: AccessKind, _ list: String, _ origin: RuleOrigin, at span: SourceSpan?,
    base: String? = nil
  ) throws(Diagnostic) -> Rule {
    do throws(GlobError) {
      let pattern = try RulePattern(
        text, kind: kind, isDeny: list == "deny", context: policy.context, base: base)
      let name = "\(kind.rawValue).\(list)"
      return Rule(reference: RuleReference(list: name, text: text, origin: origin), pattern: pattern)
    } catch {
      let place = span ?? SourceSpan(0, 0)
      throw Diagnostic("PO007", "`\(text)` (\(origin.text)): \(error.message)", at: place, help: error.help)
    }
  }

  private func matches(_ pattern: PolicyEntry, _ runbook: String) throws(Diagnostic) -> Bool {
    do throws(GlobError) {
      return try Glob(pattern.text).matches(runbook)
    } catch {
      throw Diagnostic("PO007", "`\(pattern.text)`: \(error.message)", at: pattern.span, help: error.help)
    }
  }

  // MARK: Document

  private func origin(_ span: SourceSpan, _ override: PolicyOverride?) -> RuleOrigin {
    guard let file = document?.file else { return .builtin }
    let line = file.position(at: span.start).line
    if let override { return .override(file: file.name, line: line, runbook: override.runbook.text) }
    return .document(file: file.name, line: line)
  }

  private func set<Value>(_ placed: Placed<Value>, _ override: PolicyOverride?) -> PolicySetting<Value> {
    PolicySetting(placed.value, from: origin(placed.span, override))
  }

  private mutating func apply(_ sections: PolicySections, override: PolicyOverride?) throws(Diagnostic) {
    if let mode = sections.mode { policy.mode = set(mode, override) }
    if let sandbox = sections.sandbox { policy.sandbox = set(sandbox, override) }
    if let gate = sections.gate { policy.gate = set(gate, override) }
    if let limits = sections.limits {
      if let value = limits.timeout { policy.timeout = set(value, override) }
      if let value = limits.processes { policy.processes = set(value, override) }
      if let value = limits.memory { policy.memory = set(value, override) }
      if let value = limits.fileSize { policy.fileSize = set(value, override) }
      if let value = limits.cpu { policy.cpu = set(value, override) }
    }
    for kind in AccessKind.allCases {
      guard let lists = sections.lists(kind) else { continue }
      var added = RuleSet()
      added.allow = try rules(lists.allow, kind, "allow", override)
      added.deny = try rules(lists.deny, kind, "deny", override)
      added.undeny = try rules(lists.undeny, kind, "undeny", override)
      append(added, kind)
    }
    if let network = sections.network { try apply(network, override) }
    for (kind, entry) in sections.watch {
      var rule = policy.watch[kind]?.value ?? WatchRule.ofAgents[kind] ?? WatchRule(.warn)
      rule.action = entry.action ?? rule.action
      rule.limit = entry.limit ?? rule.limit
      rule.within = entry.within ?? rule.within
      policy.watch[kind] = PolicySetting(rule, from: origin(entry.span, override))
    }
  }

  private func rules(
    _ entries: [PolicyEntry], _ kind: AccessKind, _ list: String, _ override: PolicyOverride?
  ) throws(Diagnostic) -> [Rule] {
    var out: [Rule] = []
    for entry in entries {
      out.append(try rule(entry.text, kind, list, origin(entry.span, override), at: entry.span))
    }
    return out
  }

  private mutating func append(_ added: RuleSet, _ kind: AccessKind) {
    policy.rules[kind]?.allow += added.allow
    policy.rules[kind]?.deny += added.deny
    policy.rules[kind]?.undeny += added.undeny
  }

  private mutating func apply(_ network: NetworkSection, _ override: PolicyOverride?) throws(Diagnostic) {
    if let mode = network.mode {
      policy.network = set(mode, override)
    } else if override == nil, let file = document?.file {
      // A section that lists hosts and names no mode means that they are reached through the proxy.
      let line = file.position(at: document?.root["default"]?["network"]?.span.start ?? 0).line
      policy.network = PolicySetting(.proxied, from: .document(file: file.name, line: line))
    } else if network.listsAllowed, policy.network.value == .deny, let override {
      policy.network = PolicySetting(.proxied, from: origin(override.span, override))
    }
    if network.listsAllowed {
      // An override's hosts are added to a list; where `default` allows any public host, they add nothing.
      if hosts != nil || override == nil || !sawHostList {
        var listed = try rules(network.allow ?? [], .network, "allow", override)
        listed += try rules(network.allowFiles, isDeny: false, override)
        hosts = (hosts ?? []) + listed
      }
    }
    if network.listsAllowed || (override == nil && policy.network.value == .proxied) { sawHostList = true }
    var deny = try rules(network.deny, .network, "deny", override)
    deny += try rules(network.denyFiles, isDeny: true, override)
    policy.rules[.network]?.deny += deny
    for entry in network.privateHosts {
      policy.privateHosts.append(
        try rule(entry.text, .network, "private", origin(entry.span, override), at: entry.span))
    }
    if let ports = network.ports {
      let added = ports.map { set($0, override) }
      policy.ports = override == nil && !policy.extendsBuiltin ? added : policy.ports + added
    }
    policy.localhostPorts += network.localhost.map { set($0, override) }
    for entry in network.brokers { try add(entry, override) }
  }

  /// A value is sent to one place: an override cannot send what is for a host elsewhere.
  private mutating func add(_ entry: BrokerEntry, _ override: PolicyOverride?) throws(Diagnostic) {
    let rule = entry.rule
    for other in policy.brokers.map(\.value) where other.host == rule.host && other.port == rule.port {
      if other.upstream == rule.upstream, other.upstreamPort == rule.upstreamPort { continue }
      throw Diagnostic(
        "PO024", "requests for \(rule.url) are sent to \(other.upstreamURL) by another entry", at: entry.span,
        help: "all entries for one host and port name the same upstream")
    }
    policy.brokers.append(PolicySetting(rule, from: origin(entry.span, override)))
  }

  /// The rules of files of hosts. A file that was not read makes no policy: nothing may be missing from a deny list.
  private mutating func rules(
    _ files: [PolicyEntry], isDeny: Bool, _ override: PolicyOverride?
  ) throws(Diagnostic) -> [Rule] {
    var out: [Rule] = []
    for file in files {
      let use = HostListUse(file: file.text, isDeny: isDeny, runbook: override?.runbook.text)
      guard let list = policy.context.hostLists[file.text] else {
        throw Diagnostic("PO019", "`\(file.text)`: this list of hosts was not read", at: file.span)
      }
      do throws(GlobError) { out += try use.rules(list, policy.context) } catch {
        throw Diagnostic("PO007", "`\(file.text)`: \(error.message)", at: file.span, help: error.help)
      }
      policy.hostListUses.append(use)
    }
    return out
  }

  private mutating func apply(_ grant: PolicyGrant) throws(Diagnostic) {
    guard grant.isPermanent else { return }
    if let pattern = grant.runbook {
      guard let runbook = policy.context.runbook, try matches(pattern, runbook) else { return }
    }
    if let digest = grant.runbookDigest, digest.text != policy.context.runbookDigest { return }
    let line = document?.file.position(at: grant.span.start).line ?? 0
    let origin = RuleOrigin.grant(file: document?.file.name ?? "", line: line)
    let rule = try rule(grant.pattern.text, grant.kind, "allow", origin, at: grant.pattern.span)
    if grant.kind == .network {
      // Where any public host is allowed, a grant for one lifts what the built-in list has against it, and that is all.
      if hosts != nil || policy.network.value != .proxied {
        hosts = (hosts ?? []) + [rule]
      } else {
        policy.rules[.network]?.allow.append(rule)
      }
      if policy.network.value == .deny { policy.network = PolicySetting(.proxied, from: origin) }
    } else {
      policy.rules[grant.kind]?.allow.append(rule)
    }
  }

  private mutating func protect() throws(Diagnostic) {
    let own = document?.defaults.protect
    if own == nil || policy.extendsBuiltin {
      for text in BuiltinPolicy.protect { policy.protected.append(try protectRule(text, .builtin, at: nil)) }
    }
    for entry in own ?? [] {
      policy.protected.append(try protectRule(entry.text, origin(entry.span, nil), at: entry.span))
    }
    for override in document?.overrides ?? [] {
      guard let runbook = policy.context.runbook, try matches(override.runbook, runbook) else { continue }
      for entry in override.sections.protect ?? [] {
        policy.protected.append(try protectRule(entry.text, origin(entry.span, override), at: entry.span))
      }
    }
  }

  func protectRule(
    _ text: String, _ origin: RuleOrigin, at span: SourceSpan?
  ) throws(Diagnostic) -> Rule {
    var rule = try rule(text, .write, "deny", origin, at: span)
    rule.reference.list = "protect"
    return rule
  }

  // MARK: Agents

  private mutating func apply(_ agent: AgentUse) throws(Diagnostic) {
    let origin = RuleOrigin.agent(agent.profile.name)
    func rules(_ entries: [PolicyEntry], _ kind: AccessKind, _ list: String = "allow") throws(Diagnostic)
      -> [Rule]
    {
      var out: [Rule] = []
      for entry in entries { out.append(try rule(entry.text, kind, list, origin, at: entry.span)) }
      return out
    }
    let profile = agent.profile
    append(RuleSet(allow: try rules(profile.programs, .run)), .run)
    append(RuleSet(allow: try rules(profile.state + profile.read, .read)), .read)
    append(RuleSet(allow: try rules(profile.env, .env)), .env)
    append(RuleSet(allow: try rules(profile.state, .write)), .write)
    let project = PolicyEntry(Glob.escaped(policy.context.repo), at: SourceSpan(0, 0))
    switch agent.access {
    case .read:
      // Rules inside the project hold no more, and wider ones not for the project.
      policy.rules[.write]?.allow.removeAll { $0.isInside(policy.context.repo) }
      append(RuleSet(deny: try rules([project], .write, "deny")), .write)
    case .write: append(RuleSet(allow: try rules([project], .write)), .write)
    }
    if let worktree = agent.worktree {
      let folders = worktree.gitFolders.map { PolicyEntry(Glob.escaped($0), at: SourceSpan(0, 0)) }
      append(RuleSet(allow: try rules(folders, .read)), .read)
      // Who replaces it decides which configuration git obeys there.
      policy.protected.append(try protectRule(Glob.escaped(worktree.path + "/.git"), origin, at: nil))
    }
    for entry in profile.protect {
      policy.protected.append(try protectRule(entry.text, origin, at: entry.span))
    }
    if policy.network.value != .proxied { policy.network = PolicySetting(.proxied, from: origin) }
    hosts = (hosts ?? []) + (try rules(profile.hosts, .network))
  }

  /// What no document and no option loosens for an agent.
  private mutating func tighten(_ agent: AgentUse) {
    let origin = RuleOrigin.agent(agent.profile.name)
    if policy.sandbox.value != .strict { policy.sandbox = PolicySetting(.strict, from: origin) }
    if policy.gate.value != .tree { policy.gate = PolicySetting(.tree, from: origin) }
    if policy.network.value == .open { policy.network = PolicySetting(.proxied, from: origin) }
  }

  // MARK: Command line

  private mutating func applyFlags() throws(Diagnostic) {
    let options = policy.options
    for kind in AccessKind.allCases {
      for text in options.grants(kind) {
        // What a person types is relative to where they stand.
        let rule = try rule(text, kind, "allow", .flag(kind.flag), at: nil, base: policy.context.cwd)
        policy.rules[kind]?.flags.append(rule)
      }
    }
    if let sandbox = options.sandbox { policy.sandbox = PolicySetting(sandbox, from: .flag("--sandbox")) }
    if let gate = options.gate { policy.gate = PolicySetting(gate, from: .flag("--gate")) }
    if let network = options.network {
      policy.network = PolicySetting(network, from: .flag("--network"))
    } else if !options.allowNet.isEmpty, policy.network.value == .deny {
      policy.network = PolicySetting(.proxied, from: .flag("--allow-net"))
      hosts = hosts ?? []
    }
  }
}
