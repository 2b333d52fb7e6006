/// How long and how much, at most.
public struct ProxyLimits: Hashable, Sendable {
  /// Connections at a time.
  public var connections = 256
  /// The time for a whole head.
  public var head: Duration = .seconds(10)
  /// The time for a name.
  public var resolving: Duration = .seconds(10)
  /// The time for dialling, all addresses together.
  public var dialling: Duration = .seconds(10)
  /// How long the next address waits for the one before.
  public var nextAddress: Duration = .milliseconds(250)
  /// How long a tunnel may be silent.
  public var idle: Duration = .seconds(3600)

  /// The usual limits.
  public init() {}
}
