public import SourceText

/// A pattern or a value where a document has it.
public struct PolicyEntry: Hashable, Sendable {
  /// The text.
  public var text: String
  /// Where it stands.
  public var span: SourceSpan

  /// An entry.
  public init(_ text: String, at span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

/// A setting where a document has it.
public struct Placed<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value.
  public var value: Value
  /// Where it stands.
  public var span: SourceSpan
}

/// A `run`, `read`, `write` or `env` section.
public struct AccessSection: Hashable, Sendable {
  /// Patterns that are allowed.
  public var allow: [PolicyEntry] = []
  /// Patterns that are denied.
  public var deny: [PolicyEntry] = []
  /// In an override: patterns for which no deny list counts.
  public var undeny: [PolicyEntry] = []
}

/// A `network` section.
public struct NetworkSection: Hashable, Sendable {
  /// The mode, if it is named.
  public var mode: Placed<NetworkMode>?
  /// Hosts that are allowed; nil: any public host.
  public var allow: [PolicyEntry]?
  /// Hosts that are denied.
  public var deny: [PolicyEntry] = []
  /// Files with hosts that are allowed. With one, only listed hosts are.
  public var allowFiles: [PolicyEntry] = []
  /// Files with hosts that are denied.
  public var denyFiles: [PolicyEntry] = []
  /// Ports that may be dialled; nil: the usual ones.
  public var ports: [Placed<Int>]?
  /// The host's own ports that a step may reach at its localhost.
  public var localhost: [Placed<Int>] = []
  /// Names that may resolve to private addresses.
  public var privateHosts: [PolicyEntry] = []
  /// Secrets that the proxy puts into requests.
  public var brokers: [BrokerEntry] = []

  /// Whether it lists what is allowed, be the list empty.
  var listsAllowed: Bool { allow != nil || !allowFiles.isEmpty }
}

/// A `limits` section.
public struct LimitsSection: Hashable, Sendable {
  /// The longest time of a step.
  public var timeout: Placed<Duration>?
  /// The most processes at a time.
  public var processes: Placed<Int>?
  /// The most memory, in bytes.
  public var memory: Placed<Int>?
  /// The largest file that may be written, in bytes.
  public var fileSize: Placed<Int>?
  /// The most processor time.
  public var cpu: Placed<Duration>?
}

/// What `default` and each override may hold. A section that is nil is not in the document.
public struct PolicySections: Hashable, Sendable {
  /// What happens to unlisted operations.
  public var mode: Placed<PolicyMode>?
  /// What a missing sandbox means.
  public var sandbox: Placed<SandboxMode>?
  /// Which program starts are decided on.
  public var gate: Placed<GateMode>?
  /// Programs.
  public var run: AccessSection?
  /// Files to read.
  public var read: AccessSection?
  /// Files to write.
  public var write: AccessSection?
  /// Environment variables.
  public var env: AccessSection?
  /// Hosts.
  public var network: NetworkSection?
  /// Limits.
  public var limits: LimitsSection?
  /// Files that are never written.
  public var protect: [PolicyEntry]?
  /// What of a step's conduct is watched.
  public var watch: [WatchKind: WatchEntry] = [:]

  /// The lists of a kind; nil for the network and for an absent section.
  public func lists(_ kind: AccessKind) -> AccessSection? {
    switch kind {
    case .run: run
    case .read: read
    case .write: write
    case .env: env
    case .network: nil
    }
  }

  /// Whether the section of a kind is there.
  public func has(_ kind: AccessKind) -> Bool {
    kind == .network ? network != nil : lists(kind) != nil
  }
}

/// Rules for some runbooks only.
public struct PolicyOverride: Hashable, Sendable {
  /// A pattern for the runbook's path relative to the project root.
  public var runbook: PolicyEntry
  /// What it changes.
  public var sections: PolicySections
  /// Where it stands.
  public var span: SourceSpan
}

/// A permission that somebody gave and had saved.
public struct PolicyGrant: Hashable, Sendable {
  /// What kind of operation.
  public var kind: AccessKind
  /// For what.
  public var pattern: PolicyEntry
  /// Whether it outlives a run. A grant that doesn't has no effect in a file.
  public var isPermanent: Bool
  /// For which runbooks; nil: all.
  public var runbook: PolicyEntry?
  /// SHA-256 of the runbook that it was given for, in hexadecimal: it holds for no other text.
  public var runbookDigest: PolicyEntry?
  /// When it was given (RFC 3339).
  public var grantedAt: String?
  /// Where it stands.
  public var span: SourceSpan
}

/// A checked policy document.
public struct PolicyDocument: Sendable {
  /// The document's text and name.
  public var file: SourceFile
  /// The mapping that holds the policy: the whole tree, or the value of `rundown` in a package.json.
  public var root: DocumentNode
  /// Whether its lists are appended to the built-in ones.
  public var extendsBuiltin = false
  /// Named lists that it adds.
  public var presets: [PolicyEntry] = []
  /// The `default` part.
  public var defaults = PolicySections()
  /// Rules for some runbooks.
  public var overrides: [PolicyOverride] = []
  /// Saved permissions.
  public var grants: [PolicyGrant] = []
  /// Corrections of agents' profiles, and profiles of its own.
  public var agents: [AgentSection] = []

  init(file: SourceFile, root: DocumentNode) {
    self.file = file
    self.root = root
  }
}
