public import Linux

/// What a step wants to reach.
public struct ConnectAttempt: Hashable, Sendable {
  /// How it asked.
  public enum Way: String, Hashable, Sendable {
    /// A tunnel through the proxy.
    case connect
    /// A plain HTTP request through the proxy.
    case http
    /// A port of the step's own loopback that stands for one of the host's.
    case localhost
  }

  /// How it asked.
  public var way: Way
  /// The host as it was written.
  public var host: String
  /// The port.
  public var port: Int

  /// An attempt.
  public init(way: Way, host: String, port: Int) {
    self.way = way
    self.host = host
    self.port = port
  }
}

/// Why a connection is not made.
public struct ConnectRefusal: Hashable, Sendable {
  /// The status word.
  public var status: ConnectionStatus
  /// What was refused and why, in one line.
  public var reason: String
  /// How to allow it, line by line.
  public var help: [String]

  /// A refusal.
  public init(_ status: ConnectionStatus, reason: String, help: [String] = []) {
    self.status = status
    self.reason = reason
    self.help = help
  }
}

/// The answer to an attempt.
public enum ConnectAnswer: Sendable {
  /// Exactly these addresses may be dialled; `rule` says why.
  case dial([NetworkAddress], rule: String)
  /// The name is to be resolved, once, and each address judged.
  case resolve(String, rule: String)
  /// A plain request goes elsewhere, with values put into it; no answer to another way of asking.
  case broker(Brokering)
  /// It is not made.
  case refuse(ConnectRefusal)
}

/// Somebody who decides what may be reached. Asked from several threads at once.
public protocol ConnectAuthority: Sendable {
  /// Decides on a host as it was named.
  func decide(_ attempt: ConnectAttempt) -> ConnectAnswer
  /// Decides on what a name was resolved to: nil when the address may be dialled.
  func refusal(of address: NetworkAddress, for attempt: ConnectAttempt) -> ConnectRefusal?
}

/// How a connection came out, in one word.
public enum ConnectionStatus: String, Hashable, Sendable, CaseIterable {
  /// It was made.
  case connected = "CONNECTED"
  /// A deny rule, or the network's mode, forbids it.
  case blocked = "BLOCKED"
  /// No rule lists the host.
  case blockedAllowlist = "BLOCKED-ALLOWLIST"
  /// The host may be reached, but not at this port.
  case blockedPort = "BLOCKED-PORT"
  /// The host is an address that is not public, or this machine.
  case blockedPrivate = "BLOCKED-PRIVATE"
  /// The name stands for addresses that are not public.
  case blockedPrivateResolved = "BLOCKED-PRIVATE-RESOLVED"
  /// The name stands for nothing.
  case dnsFail = "DNS-FAIL"
  /// No address answered.
  case connectFail = "CONNECT-FAIL"
  /// The request is none that a proxy can fulfil.
  case unsupported = "UNSUPPORTED"
  /// There are too many connections.
  case limit = "LIMIT"
}

/// What became of one connection, told when it has ended, or was refused.
public struct ConnectionEvent: Sendable {
  /// How it was asked for; nil when the request was not understood.
  public var way: ConnectAttempt.Way?
  /// The host as it was written; empty when the request was not understood.
  public var host: String
  /// The port, or 0.
  public var port: Int
  /// The address that was dialled.
  public var address: NetworkAddress?
  /// The status word.
  public var status: ConnectionStatus
  /// The rule that allowed it, or why it was refused or failed.
  public var reason: String
  /// How to allow it.
  public var help: [String]
  /// Bytes from the step.
  public var uploaded: UInt64
  /// Bytes to the step.
  public var downloaded: UInt64
  /// From the first byte to the end.
  public var nanoseconds: Int64
  /// The port at which the step's end of a connection that was not made is; nil when it is not known.
  public var clientPort: UInt16?
  /// What counted its bytes meanwhile.
  public var meter: TransferMeter?
}
