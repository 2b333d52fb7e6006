import Linux
import Proxy
import Synchronization
import Testing

/// Decides by a table, and records what happened.
final class StubAuthority: ConnectAuthority {
  let answers: [String: ConnectAnswer]
  let privateAddresses: Set<NetworkAddress>
  init(_ answers: [String: ConnectAnswer], privateAddresses: Set<NetworkAddress> = []) {
    self.answers = answers
    self.privateAddresses = privateAddresses
  }
  func decide(_ attempt: ConnectAttempt) -> ConnectAnswer {
    answers[attempt.host]
      ?? .refuse(
        ConnectRefusal(
          .blockedAllowlist, reason: "\(attempt.host):\(attempt.port) is not allowed",
          help: ["--allow-net \(attempt.host)"]))
  }
  func refusal(of address: NetworkAddress, for attempt: ConnectAttempt) -> ConnectRefusal? {
    privateAddresses.contains(address)
      ? ConnectRefusal(.blockedPrivateResolved, reason: "\(attempt.host) stands for \(address)") : nil
  }
}

final class Events: Sendable {
  private let list = Mutex<[ConnectionEvent]>([])
  func add(_ event: ConnectionEvent) { list.withLock { $0.append(event) } }
  var all: [ConnectionEvent] { list.withLock { $0 } }
  /// Waits until there are so many.
  func wait(for count: Int) -> [ConnectionEvent] {
    for _ in 0..<3000 {
      if all.count >= count { break }
      var poller = Poller()
      poller.add(-1, [])
      _ = try? poller.wait(for: .milliseconds(10))
    }
    return all
  }
}

struct Door: ~Copyable {
  let server: ProxyServer
  let listener: FileDescriptor
  let port: UInt16
  let events: Events

  init(
    _ authority: StubAuthority, limits: ProxyLimits = ProxyLimits(), forwardedPort: Int? = nil,
    resolver: @escaping @Sendable (String) -> [NetworkAddress] = { _ in [] }
  ) throws {
    let listener = try TCP.listen(at: .loopback4, port: 0, backlog: 512)
    let events = Events()
    let port = try TCP.port(of: listener.rawValue)
    let server = try ProxyServer(
      doors: [.init(listener: listener.rawValue, forwardedPort: forwardedPort)], authority: authority,
      limits: limits, resolver: resolver, observe: { events.add($0) })
    self.server = server
    self.port = port
    self.listener = listener
    self.events = events
  }

  func client() throws -> FileDescriptor { try Wire.connect(.loopback4, port) }

  func tunnel(_ host: String, _ port: UInt16, first: String = "") throws -> FileDescriptor {
    let client = try client()
    try Wire.send(client, "CONNECT \(host):\(port) HTTP/1.1\r\n\r\n" + first)
    let head = try Wire.receiveHead(client)
    #expect(head == "HTTP/1.1 200 Connection established\r\n\r\n")
    return client
  }

  /// The whole answer to a request.
  func answer(_ text: String) throws -> String {
    let client = try client()
    try Wire.send(client, text)
    return String(decoding: try Wire.receiveAll(client), as: UTF8.self)
  }
}

@Suite struct TunnelTests {
  private static let local = StubAuthority([
    "local": .dial([.loopback4], rule: "test"), "six": .dial([.loopback6], rule: "test"),
    "both": .dial([.loopback6, .loopback4], rule: "test"), "named": .resolve("named", rule: "test"),
  ])

  private static func echo(at address: NetworkAddress = .loopback4) throws -> TestServer {
    try TestServer(at: address) { client in
      while true {
        let bytes = try Wire.receive(client)
        if bytes.isEmpty { break }
        try Wire.send(client, bytes)
      }
      try TCP.endWriting(client)
    }
  }

  @Test(arguments: ["local", "both"])
  func `a tunnel carries both ways and half-closes`(_ host: String) throws {
    let echo = try Self.echo()
    let door = try Door(Self.local)
    let client = try door.tunnel(host, echo.port, first: "early ")
    try Wire.send(client, "late")
    try TCP.endWriting(client)
    #expect(String(decoding: try Wire.receiveAll(client), as: UTF8.self) == "early late")
    let event = try #require(door.events.wait(for: 1).first)
    #expect(event.status == .connected)
    #expect(event.uploaded == 10)
    #expect(event.downloaded == 10)
    #expect(event.address == .loopback4)
    #expect(event.reason == "test")
    door.server.stop()
  }

  @Test func `a tunnel over IPv6`() throws {
    let echo = try Self.echo(at: .loopback6)
    let door = try Door(Self.local)
    let client = try door.tunnel("six", echo.port)
    try Wire.send(client, "hello")
    #expect(String(decoding: try Wire.receive(client), as: UTF8.self) == "hello")
    door.server.stop()
    // Stopping breaks the tunnel off.
    #expect(((try? Wire.receive(client)) ?? []).isEmpty)
  }

  @Test func `the server may end first`() throws {
    let server = try TestServer { client in
      try Wire.send(client, "bye")
      try TCP.endWriting(client)
      let rest = try Wire.receiveAll(client)
      #expect(rest.count == 300_000)
    }
    let door = try Door(Self.local)
    let client = try door.tunnel("local", server.port)
    #expect(String(decoding: try Wire.receiveAll(client), as: UTF8.self) == "bye")
    try Wire.send(client, [UInt8](repeating: 1, count: 300_000))
    try TCP.endWriting(client)
    let event = try #require(door.events.wait(for: 1).first)
    #expect(event.uploaded == 300_000)
    door.server.stop()
  }

  private static func pattern(_ seed: Int, _ count: Int) -> [UInt8] {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
  }

  @Test func `many tunnels at once lose nothing`() throws {
    let echo = try Self.echo()
    let door = try Door(Self.local)
    let port = door.port
    let wrong = Counter()
    let right = Counter()
    let target = echo.port
    var threads = ThreadList()
    for index in 0..<200 {
      threads.add(
        try Thread {
          do {
            let client = try Wire.connect(.loopback4, port)
            try Wire.send(client, "CONNECT local:\(target) HTTP/1.1\r\n\r\n")
            _ = try Wire.receiveHead(client)
            let sent = Self.pattern(index, 20_000 + index)
            try Wire.send(client, sent)
            try TCP.endWriting(client)
            let got = try Wire.receiveAll(client)
            if got == sent { right.add() } else { wrong.add() }
          } catch { wrong.add() }
        })
    }
    threads.joinAll()
    #expect(right.value == 200)
    #expect(wrong.value == 0)
    #expect(door.events.wait(for: 200).allSatisfy { $0.status == .connected })
    door.server.stop()
  }

  @Test func `a slow reader holds the server back and gets all`() throws {
    let size = 8 << 20
    let all = Self.pattern(7, size)
    let server = try TestServer { client in
      try Wire.send(client, all)
      try TCP.endWriting(client)
      _ = try Wire.receiveAll(client)
    }
    let door = try Door(Self.local)
    let client = try door.tunnel("local", server.port)
    var got: [UInt8] = []
    while true {
      let some = try Wire.receive(client, upTo: got.count < 200_000 ? 1000 : 300_000)
      if some.isEmpty { break }
      got += some
    }
    #expect(got == all)
    try TCP.endWriting(client)
    #expect(door.events.wait(for: 1).first?.downloaded == UInt64(size))
    door.server.stop()
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", "400"), ("CONNECT h:443 HTTP/1.1\nA: b\n\r\n\r\n", "400"),
    ("connect h:443 HTTP/1.1\r\n\r\n", "405"), ("\u{16}\u{3}\u{1}", "400"), ("\u{5}\u{1}\u{0}", "400"),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"), ("CONNECT unknown:443 HTTP/1.1\r\n\r\n", "403"),
    ("POST http://local/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411"),
    ("CONNECT h:443 HTTP/1.1\r\nA: " + String(repeating: "x", count: 9000), "431"),
    ("CONNECT named:443 HTTP/1.1\r\n\r\n", "502"), ("CONNECT local:1 HTTP/1.1\r\n\r\n", "502"),
  ])
  func `answers to what is not carried`(_ text: String, _ code: String) throws {
    let door = try Door(Self.local)
    let answer = try door.answer(text)
    #expect(answer.hasPrefix("HTTP/1.1 \(code) "))
    #expect(answer.contains("\r\nX-Rundown-Reason: "))
    #expect(door.events.wait(for: 1).count == 1)
    door.server.stop()
  }

  @Test func `a refusal says how to allow it`() throws {
    let door = try Door(Self.local)
    let answer = try door.answer("CONNECT unknown:443 HTTP/1.1\r\n\r\nCONNECT local:1 HTTP/1.1\r\n\r\n")
    #expect(answer.contains("unknown:443 is not allowed"))
    #expect(answer.contains("--allow-net unknown"))
    #expect(answer.contains("X-Rundown-Status: BLOCKED-ALLOWLIST"))
    let events = door.events.wait(for: 1)
    #expect(events.map(\.status) == [.blockedAllowlist])
    door.server.stop()
  }

  @Test func `a head in pieces`() throws {
    let echo = try Self.echo()
    let door = try Door(Self.local)
    let client = try door.client()
    for byte in "CONNECT local:\(echo.port) HTTP/1.1\r\nA: b\r\n\r\nx".utf8 { try Wire.send(client, [byte]) }
    #expect(try Wire.receiveHead(client).hasPrefix("HTTP/1.1 200"))
    #expect(try Wire.receive(client) == Array("x".utf8))
    door.server.stop()
  }

  @Test func `a head that never comes ends, and others are served meanwhile`() throws {
    var limits = ProxyLimits()
    limits.head = .milliseconds(300)
    let echo = try Self.echo()
    let door = try Door(Self.local, limits: limits)
    let slow = try door.client()
    try Wire.send(slow, "CONNECT loc")
    let client = try door.tunnel("local", echo.port)
    try Wire.send(client, "x")
    #expect(try Wire.receive(client) == Array("x".utf8))
    #expect(String(decoding: try Wire.receiveAll(slow), as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
    door.server.stop()
  }

  @Test func `a resolver that hangs holds up nobody`() throws {
    var limits = ProxyLimits()
    limits.resolving = .milliseconds(400)
    let echo = try Self.echo()
    let gate = try Pipe()
    let number = gate.reader.rawValue
    let door = try Door(
      Self.local, limits: limits,
      resolver: { _ in
        try? Wire.wait(number, [.readable])
        return [.loopback4]
      })
    let stuck = try door.client()
    try Wire.send(stuck, "CONNECT named:443 HTTP/1.1\r\n\r\n")
    let client = try door.tunnel("local", echo.port)
    try Wire.send(client, "x")
    #expect(try Wire.receive(client) == Array("x".utf8))
    #expect(String(decoding: try Wire.receiveAll(stuck), as: UTF8.self).hasPrefix("HTTP/1.1 504 "))
    door.server.stop()
    try gate.writer.writeAll([1])
  }

  @Test func `resolved addresses are judged and dialled, once`() throws {
    let echo = try Self.echo()
    let hidden = try #require(NetworkAddress([127, 0, 0, 9]))
    let authority = StubAuthority(
      ["mixed": .resolve("mixed", rule: "r"), "inside": .resolve("inside", rule: "r")],
      privateAddresses: [hidden])
    let counts = Counter()
    let door = try Door(
      authority,
      resolver: { name in
        counts.add()
        return name == "mixed" ? [hidden, .loopback4] : [hidden]
      })
    let client = try door.tunnel("mixed", echo.port)
    #expect(counts.value == 1)
    #expect(
      try door.answer("CONNECT inside:\(echo.port) HTTP/1.1\r\n\r\n").contains("BLOCKED-PRIVATE-RESOLVED"))
    _ = consume client
    let events = door.events.wait(for: 2)
    #expect(Set(events.map(\.status)) == [.blockedPrivateResolved, .connected])
    #expect(events.first { $0.status == .connected }?.address == .loopback4)
    door.server.stop()
  }

  @Test func `too many connections are turned away`() throws {
    var limits = ProxyLimits()
    limits.connections = 2
    let echo = try Self.echo()
    let door = try Door(Self.local, limits: limits)
    let first = try door.tunnel("local", echo.port)
    let second = try door.tunnel("local", echo.port)
    let third = try door.client()
    #expect(String(decoding: try Wire.receiveAll(third), as: UTF8.self).hasPrefix("HTTP/1.1 503 "))
    _ = consume first
    _ = consume second
    #expect(door.events.wait(for: 3).map(\.status).contains(.limit))
    let again = try door.tunnel("local", echo.port)
    _ = consume again
    door.server.stop()
  }

  @Test func `a forwarded port needs no protocol`() throws {
    let echo = try Self.echo()
    let target = Int(echo.port)
    let door = try Door(
      StubAuthority(["localhost": .dial([.loopback4], rule: "localhost")]), forwardedPort: target)
    let client = try door.client()
    try Wire.send(client, "raw")
    #expect(try Wire.receive(client) == Array("raw".utf8))
    _ = consume client
    let event = try #require(door.events.wait(for: 1).first)
    #expect(event.way == .localhost)
    #expect(event.port == target)
    door.server.stop()
  }

  @Test func `plain requests go on, one a connection`() throws {
    let seen = Lines()
    let server = try TestServer { client in
      let head = try Wire.receiveHead(client)
      var body: [UInt8] = []
      while body.count < 4, head.hasPrefix("POST") { body += try Wire.receive(client) }
      seen.add(head + String(decoding: body, as: UTF8.self))
      try Wire.send(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let door = try Door(Self.local)
    let target = "http://local:\(server.port)/a?b"
    let answer = try door.answer(
      "POST \(target) HTTP/1.1\r\nHost: local:\(server.port)\r\nContent-Length: 4\r\nProxy-Connection: x\r\n\r\nbody"
        + "GET http://evil/ HTTP/1.1\r\n\r\n")
    #expect(answer == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    #expect(
      seen.all == [
        "POST /a?b HTTP/1.1\r\nHost: local:\(server.port)\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"
      ])
    #expect(try door.answer("GET \(target) HTTP/1.1\r\n\r\n").hasSuffix("ok"))
    door.server.stop()
  }
}

final class Counter: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}

final class Lines: Sendable {
  private let list = Mutex<[String]>([])
  func add(_ line: String) { list.withLock { $0.append(line) } }
  var all: [String] { list.withLock { $0 } }
}

/// Threads, joined together; an array cannot hold what cannot be copied.
struct ThreadList: ~Copyable {
  private var joiners: [Box] = []
  private final class Box {
    var thread: Thread?
    init(_ thread: consuming Thread) { self.thread = consume thread }
  }
  mutating func add(_ thread: consuming Thread) { joiners.append(Box(thread)) }
  mutating func joinAll() {
    for box in joiners {
      if let thread = box.thread.take() { thread.join() }
    }
    joiners = []
  }
}
