internal import Linux

/// A listener on the steps' own loopback that this process takes connections from. It was made inside their network, so
/// that no port of the machine leads to it.
public struct NetworkDoor: Hashable, Sendable {
  /// The descriptor; the launcher owns it.
  public let listener: Int32
  /// The port at which a step finds it.
  public let port: UInt16
  /// Whether it stands for the machine's service of the same port, and is not the proxy's own.
  public let isForward: Bool

  /// The first is the proxy's, at a port that the kernel chooses; the others come in pairs, IPv4 and IPv6.
  static func listeners(for network: SandboxProfile.Network) -> [InnerListener] {
    guard case .proxied(let ports) = network else { return [] }
    return [InnerListener(port: 0, isV6: false)]
      + ports.prefix((InnerListener.limit - 1) / 2).flatMap {
        [InnerListener(port: $0, isV6: false), InnerListener(port: $0, isV6: true)]
      }
  }

  static func open(_ listeners: [OpenListener]) -> [NetworkDoor] {
    listeners.enumerated().compactMap { index, listener in
      guard case .success(let number) = listener.descriptor else { return nil }
      return NetworkDoor(listener: number, port: listener.wanted.port, isForward: index > 0)
    }
  }

  /// Tells what is missing. A machine may be without IPv6.
  static func judge(_ listeners: [OpenListener], _ gaps: inout [Gap]) {
    guard let first = listeners.first else {
      gaps.append(.proxy("no network namespace"))
      return
    }
    if case .failure(let error) = first.descriptor { gaps.append(.proxy(error.description)) }
    for listener in listeners.dropFirst() where !listener.wanted.isV6 {
      if case .failure(let error) = listener.descriptor {
        gaps.append(.localPort(listener.wanted.port, error.description))
      }
    }
  }
}
