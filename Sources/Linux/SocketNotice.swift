internal import CLinux

/// A connect or listen that waits for an answer. It is not let go on but done here, on the caller's own socket: what the
/// caller changes meanwhile, in its memory or among its descriptors, changes nothing.
public struct SocketNotice: Sendable {
  /// What is to be done.
  public enum Call: Sendable, Equatable {
    /// A connection to an address of IPv4, in host order.
    case connect(address: UInt32, port: UInt16)
    /// A connection of another family.
    case connectElsewhere(family: Int32)
    /// Waiting for connections.
    case listen(backlog: Int32)
  }

  /// What is to be done.
  public let call: Call
  private let notice: ExecNotice

  init?(_ notice: ExecNotice) throws(Errno) {
    self.notice = notice
    switch notice.raw.files {
    case Int32(RD_GATE_LISTENS):
      call = .listen(backlog: Int32(truncatingIfNeeded: notice.raw.path))
    case Int32(RD_GATE_CONNECTS):
      var address: UInt32 = 0
      var port: UInt16 = 0
      let raw = notice.raw
      let family = try retrying {
        unsafe withUnsafePointer(to: raw) { unsafe rd_gate_target($0, &address, &port) }
      }
      call =
        family == 2 ? .connect(address: address, port: port) : .connectElsewhere(family: Int32(family))
    default: return nil
    }
  }

  /// The caller's socket. Whether the caller still waits is to be asked after it.
  public func takeSocket() throws(Errno) -> FileDescriptor {
    let raw = notice.raw
    return FileDescriptor(
      owning: try retrying { unsafe withUnsafePointer(to: raw) { unsafe rd_gate_take_socket($0) } })
  }
}

extension ExecNotice {
  /// Whether the call is about a socket.
  public var isAboutSocket: Bool {
    raw.files == Int32(RD_GATE_CONNECTS) || raw.files == Int32(RD_GATE_LISTENS)
  }

  /// The call about a socket; nil when it is none.
  public func socketNotice() throws(Errno) -> SocketNotice? { try SocketNotice(self) }
}

extension ExecListener {
  /// Says that the call was done.
  public borrowing func answerDone(_ notice: ExecNotice) { refuse(notice, Errno(rawValue: 0)) }
}

/// Sockets of other processes that are held here.
public enum BorrowedSocket {
  /// AF_UNIX.
  public static let localFamily: Int32 = 1
  /// AF_INET.
  public static let internetFamily: Int32 = 2

  /// The address family.
  public static func family(of socket: borrowing FileDescriptor) throws(Errno) -> Int32 {
    let number = socket.rawValue
    return try retrying { rd_socket_family(number) }
  }

  /// Waits for connections.
  public static func listen(_ socket: borrowing FileDescriptor, backlog: Int32) throws(Errno) {
    let number = socket.rawValue
    try retrying { rd_socket_listen(number, backlog) }
  }

  /// Gives it a port of its own at 127.0.0.1.
  public static func takePort(_ socket: borrowing FileDescriptor) throws(Errno) -> UInt16 {
    let number = socket.rawValue
    return UInt16(truncatingIfNeeded: try retrying { rd_tcp_take_port(number) })
  }

  /// Connects it to a port at 127.0.0.1.
  public static func connect(_ socket: borrowing FileDescriptor, port: UInt16) throws(Errno) {
    let number = socket.rawValue
    try retrying { rd_tcp_connect_here(number, port) }
  }
}

extension TCP {
  /// The port of the other end.
  public static func peerPort(of socket: borrowing FileDescriptor) throws(Errno) -> UInt16 {
    let number = socket.rawValue
    return UInt16(truncatingIfNeeded: try retrying { rd_tcp_peer_port(number) })
  }
}
