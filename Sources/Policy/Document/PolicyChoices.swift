/// What happens to an operation that no rule lists.
public enum PolicyMode: String, Hashable, Sendable, CaseIterable {
  /// A person is asked.
  case prompted
  /// It is allowed.
  case execute
  /// It is denied.
  case deny
}

/// What happens when the kernel can't confine a step as the policy wants.
public enum SandboxMode: String, Hashable, Sendable, CaseIterable {
  /// A warning, and the run goes on.
  case prefer
  /// The run is refused.
  case strict
  /// Nothing is confined, and that was asked for.
  case off
}

/// Which program starts are decided on.
public enum GateMode: String, Hashable, Sendable, CaseIterable {
  /// Those that the step's text shows.
  case `static`
  /// Also those that the step's own shells and wrappers start.
  case live
  /// Every program start of every descendant.
  case tree
}

/// What a step reaches of the network.
public enum NetworkMode: String, Hashable, Sendable, CaseIterable {
  /// Hosts that rules allow, through our proxy only.
  case proxied
  /// Nothing but its own loopback.
  case deny
  /// The host's network as it is.
  case open
}

/// The five kinds of operation.
public enum AccessKind: String, Hashable, Sendable, CaseIterable {
  /// Start a program.
  case run
  /// Read a file.
  case read
  /// Write a file.
  case write
  /// Pass an environment variable on.
  case env
  /// Connect to a host.
  case network

  /// The command line's option that grants it.
  public var flag: String {
    switch self {
    case .run: "--allow-run"
    case .read: "--allow-read"
    case .write: "--allow-write"
    case .env: "--allow-env"
    case .network: "--allow-net"
    }
  }

  /// The kind that a grant's `type` names.
  public init?(grantType: String) {
    if grantType == "net" {
      self = .network
    } else {
      self.init(rawValue: grantType)
    }
  }
}
