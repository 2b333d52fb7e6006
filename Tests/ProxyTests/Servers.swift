import Linux
import Synchronization

/// Blocking helpers over non-blocking sockets, for tests.
enum Wire {
  static func wait(_ number: Int32, _ events: PollEvents) throws {
    var poller = Poller()
    poller.add(number, events)
    guard try poller.wait(for: .seconds(30)) else { throw Errno.timedOut }
  }

  static func connect(_ address: NetworkAddress, _ port: UInt16) throws -> FileDescriptor {
    let socket = try TCP.connect(to: address, port: port)
    try wait(socket.rawValue, [.writable])
    try TCP.result(of: socket)
    return socket
  }

  static func send(_ socket: borrowing FileDescriptor, _ bytes: [UInt8]) throws { try socket.writeAll(bytes) }
  static func send(_ socket: borrowing FileDescriptor, _ text: String) throws {
    try socket.writeAll(Array(text.utf8))
  }

  /// Some bytes; empty at the end.
  static func receive(_ socket: borrowing FileDescriptor, upTo limit: Int = 65536) throws -> [UInt8] {
    while true {
      do throws(Errno) { return try socket.read(upTo: limit) } catch .wouldBlock {
        try wait(socket.rawValue, [.readable])
      } catch { throw error }
    }
  }

  static func receiveAll(_ socket: borrowing FileDescriptor) throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let some = try receive(socket)
      if some.isEmpty { return all }
      all += some
    }
  }

  static func receiveHead(_ socket: borrowing FileDescriptor) throws -> String {
    var all: [UInt8] = []
    while !all.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let byte = try receive(socket, upTo: 1)
      if byte.isEmpty { break }
      all += byte
    }
    return String(decoding: all, as: UTF8.self)
  }
}

/// A server that handles each connection with a closure in a thread of its own, until it is stopped.
final class TestServer: Sendable {
  let port: UInt16
  private let listener: FileDescriptor
  private let stopper: Mutex<Bool>

  init(
    at address: NetworkAddress = .loopback4,
    handle: @escaping @Sendable (borrowing FileDescriptor) throws -> Void
  )
    throws
  {
    let listener = try TCP.listen(at: address, port: 0, backlog: 512)
    port = try TCP.port(of: listener.rawValue)
    let own = try listener.duplicate()
    self.listener = listener
    stopper = Mutex(false)
    _ = try Thread { [stopper = Weak(self)] in
      while stopper.isWanted {
        var poller = Poller()
        poller.add(own.rawValue, [.readable])
        guard (try? poller.wait(for: .milliseconds(50))) == true else { continue }
        guard let number = try? TCP.accept(own.rawValue).release() else { continue }
        _ = try? Thread {
          let client = FileDescriptor(owning: number)
          try? handle(client)
        }
      }
    }
  }

  /// Serves as long as its server lives.
  private struct Weak: Sendable {
    weak let server: TestServer?
    init(_ server: TestServer) { self.server = server }
    var isWanted: Bool { server != nil }
  }
}
