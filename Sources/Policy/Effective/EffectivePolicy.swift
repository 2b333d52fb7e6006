public import SourceText

/// The policy of one run: every rule compiled, each with its origin.
public struct EffectivePolicy: Sendable {
  /// Where the run takes place.
  public private(set) var context: PolicyContext
  /// What the command line said.
  public private(set) var options: PolicyOptions
  /// The document's name; nil for the built-in policy.
  public private(set) var documentName: String?
  /// Whether the document's lists are appended to the built-in ones.
  public private(set) var extendsBuiltin: Bool
  /// Which of the kinds the document's `default` has a section for.
  public private(set) var sectionsPresent: Set<AccessKind>
  /// What happens to unlisted operations.
  public internal(set) var mode: PolicySetting<PolicyMode>
  /// What a missing sandbox means.
  public internal(set) var sandbox: PolicySetting<SandboxMode>
  /// Which program starts are decided on.
  public internal(set) var gate: PolicySetting<GateMode>
  /// What a step reaches of the network.
  public internal(set) var network: PolicySetting<NetworkMode>
  /// The longest time of a step.
  public internal(set) var timeout: PolicySetting<Duration>?
  /// The most processes.
  public internal(set) var processes: PolicySetting<Int>?
  /// The most memory in bytes.
  public internal(set) var memory: PolicySetting<Int>?
  /// The largest file in bytes.
  public internal(set) var fileSize: PolicySetting<Int>?
  /// The most processor time.
  public internal(set) var cpu: PolicySetting<Duration>?
  /// What of a step's conduct is watched.
  public internal(set) var watch: [WatchKind: PolicySetting<WatchRule>] = [:]
  /// Ports that may be dialled.
  public internal(set) var ports: [PolicySetting<Int>]
  /// The host's own ports that a step may reach at its localhost.
  public internal(set) var localhostPorts: [PolicySetting<Int>] = []
  /// Secrets that the proxy puts into requests, so that steps need not have them.
  public internal(set) var brokers: [PolicySetting<BrokerRule>] = []
  /// Whether any public host may be reached when the network is proxied.
  public internal(set) var allowsAnyHost = false
  /// The agent that the step hands its work to.
  public private(set) var agent: AgentUse?

  var rules: [AccessKind: RuleSet] = [:]
  var protected: [Rule] = []
  var privateHosts: [Rule] = []
  /// Where lists of hosts from files have gone.
  var hostListUses: [HostListUse] = []

  /// The policy of a run: built-in or document, then each override that matches the runbook, grants, command line.
  ///
  /// A pattern of the command line that is faulty throws; its span lies in no document.
  ///
  /// - Parameters:
  ///   - agent: the agent of a step: its profile is added, and gate and sandbox are as strict as they can be.
  ///   - user: the user's own configuration, which narrows all but the command line.
  public init(
    document: PolicyDocument?, context: PolicyContext, options: PolicyOptions = PolicyOptions(),
    agent: AgentUse? = nil, user: UserConfiguration? = nil
  ) throws(Diagnostic) {
    self.agent = agent
    self.context = context
    self.options = options
    documentName = document?.file.name
    extendsBuiltin = document?.extendsBuiltin ?? false
    sectionsPresent = Set(AccessKind.allCases.filter { document?.defaults.has($0) ?? false })
    mode = PolicySetting(.prompted, from: .builtin)
    sandbox = PolicySetting(.prefer, from: .builtin)
    gate = PolicySetting(.live, from: .builtin)
    network = PolicySetting(.deny, from: .builtin)
    ports = BuiltinPolicy.ports.map { PolicySetting($0, from: .builtin) }
    var assembly = PolicyAssembly(document: document, policy: self, user: user)
    try assembly.assemble()
    self = assembly.policy
  }

  /// Says which file a program's bare name stands for on the run's PATH.
  mutating func bind(_ name: String, to path: String) { context.programs[name] = path }

  /// All rules of a kind in the order in which they are looked at, for showing.
  public func references(_ kind: AccessKind) -> [RuleReference] {
    guard let set = rules[kind] else { return [] }
    return (set.flags + set.deny + set.undeny + set.allow).map(\.reference)
  }

  /// The programs that the documents' own allow rules name without wildcards and slashes, in their order.
  public var namedPrograms: [String] {
    var seen: Set<String> = []
    return (rules[.run]?.allow ?? []).compactMap { rule in
      switch rule.reference.origin {
      case .document, .override, .grant: break
      case .builtin, .user, .riskyHosts, .preset, .agent, .flag, .session: return nil
      }
      guard case .run(let pattern) = rule.pattern, let name = pattern.literalName else { return nil }
      return seen.insert(name).inserted ? name : nil
    }
  }

  /// Files that are never written.
  public var protectReferences: [RuleReference] { protected.map(\.reference) }

  /// Whether a document wants refused reads to be counted as the kernel tells them, not only by the words of commands:
  /// each call on a file is looked at then.
  public var watchesFiles: Bool {
    guard let rule = watch[.secretReads], rule.value.action != .off else { return false }
    if case .agent = rule.origin { return false }
    return true
  }

  /// Names that may resolve to private addresses.
  public var privateHostReferences: [RuleReference] { privateHosts.map(\.reference) }

  /// Whether a host may resolve to a private address.
  public func allowsPrivateAddress(host: String, port: Int) -> Bool {
    privateHosts.contains { rule in
      if case .host(let pattern) = rule.pattern { return pattern.matches(host: host, port: port) }
      return false
    }
  }
}
