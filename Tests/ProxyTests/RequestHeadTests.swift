import Proxy
import Testing

@Suite struct RequestHeadTests {
  private func parse(_ text: String) throws -> RequestHead { try RequestHead(Array(text.utf8)) }

  @Test(arguments: [
    ("CONNECT example.com:443 HTTP/1.1\r\n\r\n", "example.com", 443),
    ("CONNECT example.com:443 HTTP/1.0\r\nHost: evil.example\r\n\r\n", "example.com", 443),
    ("CONNECT EXAMPLE.com.:1 HTTP/1.1\r\nA: b\r\n\r\n", "EXAMPLE.com.", 1),
    ("CONNECT [::1]:65535 HTTP/1.1\r\n\r\n", "::1", 65535),
    ("CONNECT [64:ff9b::1.2.3.4]:443 HTTP/1.1\r\n\r\n", "64:ff9b::1.2.3.4", 443),
    (
      "CONNECT 10.0.0.1:443 HTTP/1.1\r\nUser-Agent: x y\r\nProxy-Connection: Keep-Alive\r\n\r\n", "10.0.0.1",
      443
    ),
    ("CONNECT 1x.example:443 HTTP/1.1\r\n\r\n", "1x.example", 443),
    ("CONNECT xn--bcher-kva.example:443 HTTP/1.1\r\n\r\n", "xn--bcher-kva.example", 443),
  ])
  func `tunnels`(_ text: String, _ host: String, _ port: Int) throws {
    let head = try parse(text)
    #expect(head.kind == .connect)
    #expect(head.host == host)
    #expect(head.port == port)
  }

  @Test(arguments: [
    "CONNECT example.com:443 HTTP/1.1\n\n", "CONNECT example.com:443 HTTP/1.1\r\r\n\r\n",
    "CONNECT example.com:443 HTTP/1.1\r\nA: b\n\r\n\r\n",
    "CONNECT example.com:443 HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    "CONNECT example.com:443 HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", "CONNECT\texample.com:443\tHTTP/1.1\r\n\r\n",
    "CONNECT  example.com:443 HTTP/1.1\r\n\r\n", "CONNECT example.com:443 x HTTP/1.1\r\n\r\n",
    "CONNECT example.com:443\r\n\r\n", "CONNECT example.com:443 HTTP/9.9\r\n\r\n",
    "CONNECT example.com:443 http/1.1\r\n\r\n", "CONNECT example.com HTTP/1.1\r\n\r\n",
    "CONNECT example.com: HTTP/1.1\r\n\r\n", "CONNECT example.com:0 HTTP/1.1\r\n\r\n",
    "CONNECT example.com:65536 HTTP/1.1\r\n\r\n", "CONNECT example.com:+44 HTTP/1.1\r\n\r\n",
    "CONNECT example.com:443a HTTP/1.1\r\n\r\n", "CONNECT :443 HTTP/1.1\r\n\r\n",
    "CONNECT a@b:443 HTTP/1.1\r\n\r\n", "CONNECT http://h:443 HTTP/1.1\r\n\r\n",
    "CONNECT [::1 HTTP/1.1\r\n\r\n", "CONNECT [::1]443 HTTP/1.1\r\n\r\n", "CONNECT a:b:443 HTTP/1.1\r\n\r\n",
    "CONNECT ::1:443 HTTP/1.1\r\n\r\n", "CONNECT [fe80::1%25eth0]:443 HTTP/1.1\r\n\r\n",
    "CONNECT [example.com]:443 HTTP/1.1\r\n\r\n", "CONNECT ex%61mple.com:443 HTTP/1.1\r\n\r\n",
    "CONNECT ex\u{0}ample.com:443 HTTP/1.1\r\n\r\n", "CONNECT b\u{FC}cher.example:443 HTTP/1.1\r\n\r\n",
    "CONNECT 2130706433:443 HTTP/1.1\r\n\r\n", "CONNECT 0x7f000001:443 HTTP/1.1\r\n\r\n",
    "CONNECT 0x7f.0.0.1:443 HTTP/1.1\r\n\r\n", "CONNECT 0177.0.0.1:443 HTTP/1.1\r\n\r\n",
    "CONNECT 127.1:443 HTTP/1.1\r\n\r\n", "CONNECT 127.0.0.1.:443 HTTP/1.1\r\n\r\n",
    "CONNECT 256.1.1.1:443 HTTP/1.1\r\n\r\n", "CONNECT 127.0.0.0x1:443 HTTP/1.1\r\n\r\n",
    "CONNECT h:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\n",
    "CONNECT h:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "CONNECT h:443 HTTP/1.1\r\nHost : x\r\n\r\n", "CONNECT h:443 HTTP/1.1\r\n: x\r\n\r\n",
    "CONNECT h:443 HTTP/1.1\r\nnothing\r\n\r\n", "CONNECT h:443 HTTP/1.1\r\nA: \u{1B}]0;x\u{7}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET https://h/ HTTP/1.1\r\n\r\n", "GET ftp://h/ HTTP/1.1\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\n\r\n", "GET http:///x HTTP/1.1\r\n\r\n", "GET http://u:p@h/ HTTP/1.1\r\n\r\n",
    "GET http://h/#f HTTP/1.1\r\n\r\n", "GET http://h/ HTTP/1.1\r\nHost: other\r\n\r\n",
    "GET http://h/ HTTP/1.1\r\nHost: h:81\r\n\r\n", "GET http://h/ HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n\r\n",
    "POST http://h/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "\r\n\r\n", " \r\n\r\n", "GET\r\n\r\n", "",
  ])
  func `malformed heads`(_ text: String) {
    #expect {
      try parse(text)
    } throws: { error in
      if case .malformed = error as? RequestError { return true }
      return false
    }
  }

  @Test(arguments: [
    "connect h:443", "TRACE http://h/", "PRI http://h/", "get http://h/", "M-SEARCH http://h/",
  ])
  func `methods that are not passed on`(_ line: String) {
    #expect {
      try parse("\(line) HTTP/1.1\r\n\r\n")
    } throws: { error in
      if case .method = error as? RequestError { return true }
      return false
    }
  }

  @Test func `chunks need a length`() {
    #expect(throws: RequestError.lengthRequired) {
      try parse("POST http://h/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    }
  }

  @Test func `the head has a limit`() throws {
    let base = "CONNECT h:443 HTTP/1.1\r\nA: "
    let fits = base + String(repeating: "x", count: RequestHead.limit - base.utf8.count - 4) + "\r\n\r\n"
    #expect(try parse(fits).host == "h")
    #expect(throws: RequestError.tooLarge) { try parse(fits.replacing("A: ", with: "A: x")) }
  }

  @Test(arguments: [
    ("GET http://h HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
    ("GET http://h?a=b HTTP/1.1\r\n\r\n", "GET /?a=b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
    (
      "GET HTTP://h:8080/a/b HTTP/1.0\r\nHost: H:8080\r\nAccept: */*\r\n\r\n",
      "GET /a/b HTTP/1.1\r\nHost: h:8080\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    ),
    (
      "GET http://h/ HTTP/1.1\r\nConnection: keep-alive, X-Secret\r\nX-Secret: 1\r\nProxy-Authorization: Basic x\r\n"
        + "Upgrade: h2c\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\nX:  y \r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nX: y\r\nConnection: close\r\n\r\n"
    ),
    (
      "GET http://[2001:db8::1]/ HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: [2001:db8::1]\r\nConnection: close\r\n\r\n"
    ),
  ])
  func `requests are rewritten`(_ text: String, _ expected: String) throws {
    guard case .forward(let request) = try parse(text).kind else {
      Issue.record("no forwarded request")
      return
    }
    #expect(String(decoding: request.head, as: UTF8.self) == expected)
    #expect(request.bodyLength == 0)
  }

  @Test func `connection cannot take the length away`() throws {
    let text = "POST http://h/ HTTP/1.1\r\nConnection: content-length\r\nContent-Length: 5\r\n\r\n"
    guard case .forward(let request) = try parse(text).kind else {
      Issue.record("no forwarded request")
      return
    }
    #expect(request.bodyLength == 5)
    #expect(String(decoding: request.head, as: UTF8.self).contains("Content-Length: 5\r\n"))
  }

  @Test func `the end of a head`() {
    #expect(RequestHead.end(in: Array("a\r\n\r\nrest".utf8)) == 5)
    #expect(RequestHead.end(in: Array("a\r\n\r".utf8)) == nil)
    #expect(RequestHead.end(in: Array("\r\n\r\n".utf8)) == 4)
    #expect(RequestHead.end(in: Array("a\n\n\r\n\r\n".utf8)) == 7)
    #expect(RequestHead.end(in: []) == nil)
  }

  @Test(arguments: [
    ("CONNECT a:1 HTTP/1.1\n", true), ("CONNECT a:1 HTTP/1.1\r\nA: b\n", true), ("\n", true),
    ("GET\r\n\n", true),
    ("CONNECT a:1 HTTP/1.1\r\nA: b\r", false), ("CONNECT a:1", false), ("", false),
  ])
  func `a head that can become none is not waited for`(_ text: String, _ isSpoilt: Bool) {
    #expect(RequestHead.isSpoilt(Array(text.utf8)) == isSpoilt)
  }

  @Test func `any bytes are read without a trap`() {
    var generator = SystemRandomNumberGenerator()
    let seeds = [
      "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST http://[::1]:80/x?y HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 5\r\n\r\n",
    ]
    let interesting: [UInt8] = [0, 9, 10, 13, 32, 58, 91, 93, 46, 47, 48, 127, 128, 255]
    for round in 0..<20_000 {
      var bytes = Array(seeds[round % seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = interesting.randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: index)
        default: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        }
      }
      _ = RequestHead.end(in: bytes)
      let head = try? RequestHead(bytes)
      if let head { #expect((1...65535).contains(head.port) && !head.host.isEmpty) }
    }
  }
}
