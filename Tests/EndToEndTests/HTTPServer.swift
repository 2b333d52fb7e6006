import Linux

/// A server on 127.0.0.1 that handles one connection after another until the test is over.
final class HTTPServer: Sendable {
  let port: UInt16
  private let stop: Pipe

  init(handle: @escaping @Sendable (borrowing FileDescriptor) throws -> Void) throws {
    let listener = try TCP.listen(at: .loopback4, port: 0)
    port = try TCP.port(of: listener.rawValue)
    let pipe = try Pipe()
    let number = try pipe.reader.duplicate()
    stop = pipe
    let socket = listener.release()
    let bell = number.release()
    _ = try Thread {
      let listener = FileDescriptor(owning: socket)
      let bell = FileDescriptor(owning: bell)
      while true {
        var poller = Poller()
        poller.add(listener.rawValue, [.readable])
        let end = poller.add(bell.rawValue, [.readable])
        guard (try? poller.wait(for: nil)) != nil, poller.seen(end).isEmpty else { return }
        guard let number = try? TCP.accept(listener.rawValue).release() else { continue }
        try? handle(FileDescriptor(owning: number))
      }
    }
  }

  /// Answers every HTTP request with one text.
  convenience init(body: String) throws {
    let answer = Array(
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)".utf8)
    try self.init { client in
      _ = try Self.head(client)
      try client.writeAll(answer)
    }
  }

  /// The head of a request.
  static func head(_ client: borrowing FileDescriptor) throws -> String {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let some = try read(client)
      if some.isEmpty { break }
      head += some
    }
    return String(decoding: head, as: UTF8.self)
  }

  /// What a client sends next; empty at its end.
  static func read(_ client: borrowing FileDescriptor) throws -> [UInt8] {
    var poller = Poller()
    poller.add(client.rawValue, [.readable])
    guard try poller.wait(for: .seconds(10)) else { throw Errno.timedOut }
    return try client.read(upTo: 65536)
  }
}
