import Linux

/// Answers every HTTP request on 127.0.0.1 with one text until the test is over.
final class HTTPServer: Sendable {
  let port: UInt16
  private let stop: Pipe

  init(body: String) throws {
    let listener = try TCP.listen(at: .loopback4, port: 0)
    port = try TCP.port(of: listener.rawValue)
    let pipe = try Pipe()
    let number = try pipe.reader.duplicate()
    stop = pipe
    let answer = Array(
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)".utf8)
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
        let client = FileDescriptor(owning: number)
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
          var poller = Poller()
          poller.add(client.rawValue, [.readable])
          guard (try? poller.wait(for: .seconds(10))) == true, let some = try? client.read(upTo: 4096),
            !some.isEmpty
          else { break }
          head += some
        }
        try? client.writeAll(answer)
      }
    }
  }
}
