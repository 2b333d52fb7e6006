/// An answer of the proxy itself, with a text for people.
struct Reply: Error, Hashable {
  /// The status line behind `HTTP/1.1 `.
  let line: String
  let status: ConnectionStatus
  let reason: String
  let help: [String]

  static let established = Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)

  init(_ line: String, _ status: ConnectionStatus, _ reason: String, help: [String] = []) {
    self.line = line
    self.status = status
    self.reason = reason
    self.help = help
  }

  init(_ refusal: ConnectRefusal) {
    let line =
      switch refusal.status {
      case .unsupported: "400 Bad Request"
      case .dnsFail, .connectFail: "502 Bad Gateway"
      case .limit: "503 Service Unavailable"
      case .connected, .blocked, .blockedAllowlist, .blockedPort, .blockedPrivate, .blockedPrivateResolved:
        "403 Forbidden"
      }
    self.init(line, refusal.status, refusal.reason, help: refusal.help)
  }

  init(_ error: RequestError) {
    switch error {
    case .tooLarge:
      self.init(
        "431 Request Header Fields Too Large", .unsupported,
        "the request's head is larger than \(RequestHead.limit) bytes")
    case .malformed(let what): self.init("400 Bad Request", .unsupported, what)
    case .method(let name):
      self.init("405 Method Not Allowed", .unsupported, "the method \(name) is not passed on")
    case .lengthRequired:
      self.init(
        "411 Length Required", .unsupported, "a body sent in chunks is not passed on",
        help: ["send a Content-Length, or use https"])
    }
  }

  /// The whole answer. Nothing in it can begin a line of its own.
  var bytes: [UInt8] {
    var text = "rundown: \(Self.plain(reason))\n"
    for line in help { text += "  \(Self.plain(line))\n" }
    var head = "HTTP/1.1 \(line)\r\nX-Rundown-Status: \(status.rawValue)\r\n"
    head += "X-Rundown-Reason: \(Self.plain(reason))\r\n"
    if line.hasPrefix("405") { head += "Allow: CONNECT, GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n" }
    head += "Content-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count)\r\n"
    return Array((head + "Connection: close\r\n\r\n" + text).utf8)
  }

  /// Text of one line that a header field may hold.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
  }
}
