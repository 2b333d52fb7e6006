internal import Linux

/// The one address that a step without a network namespace can connect to: the proxy's, on the machine's loopback. Every
/// connect and listen of the step comes here, and is done here or not at all.
public struct SocketDoor: Sendable {
  /// The proxy's port at 127.0.0.1.
  public var port: UInt16
  /// Told the port at which a connection will come, before it comes: nobody else's is taken.
  public var admit: @Sendable (UInt16) -> Void

  /// A door.
  public init(port: UInt16, admit: @escaping @Sendable (UInt16) -> Void) {
    self.port = port
    self.admit = admit
  }

  private static let loopback: UInt32 = 0x7F00_0001

  /// Answers one call. Without a door everything is refused.
  static func answer(
    _ notice: ExecNotice, _ listener: borrowing ExecListener, _ door: SocketDoor?
  ) {
    do throws(Errno) {
      guard let door, let call = try notice.socketNotice() else { throw .notPermitted }
      let socket = try call.takeSocket()
      guard listener.isWaiting(notice) else { return }
      let family = try BorrowedSocket.family(of: socket)
      switch call.call {
      case .listen(let backlog):
        // It would be a port of the machine.
        guard family == BorrowedSocket.localFamily else { throw .notPermitted }
        try BorrowedSocket.listen(socket, backlog: backlog)
      case .connectElsewhere(let other):
        // It goes on by itself, and may have become another call by then: Landlock refuses TCP, and the filter of
        // calls every other way out.
        guard other == BorrowedSocket.localFamily, family == other else { throw .notPermitted }
        return listener.allow(notice)
      case .connect(let address, let port):
        guard family == BorrowedSocket.internetFamily else { throw .notPermitted }
        guard address == loopback, port == door.port else {
          throw address >> 24 == 127 ? .connectionRefused : .networkUnreachable
        }
        door.admit(try BorrowedSocket.takePort(socket))
        try BorrowedSocket.connect(socket, port: port)
      }
      listener.answerDone(notice)
    } catch {
      listener.refuse(notice, error)
    }
  }
}
