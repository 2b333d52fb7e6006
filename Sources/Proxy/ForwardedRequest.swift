/// A plain HTTP request that is passed on to its server.
public struct ForwardedRequest: Hashable, Sendable {
  /// The request line and the host, as the server gets them.
  private let start: String
  /// What else the head has, nothing that is meant for proxies.
  private let fields: [HeaderField]
  /// Whether the answer to it has no body.
  let isHead: Bool
  /// How many bytes of body follow.
  public var bodyLength: Int

  /// Fields that are meant for this connection only, or for this proxy.
  private static let dropped: Set<String> = [
    "connection", "proxy-connection", "proxy-authorization", "proxy-authenticate", "keep-alive", "te",
    "trailer",
    "upgrade", "host",
  ]

  init(method: String, path: String, host: String, port: Int, fields: [HeaderField]) throws(RequestError) {
    let bracketed = host.contains(":") ? "[\(host)]" : host
    let name = port == 80 ? bracketed : "\(bracketed):\(port)"
    isHead = method == "HEAD"
    bodyLength = try Self.bodyLength(fields)
    let hosts = fields.filter { $0.lowered == "host" }
    guard hosts.count <= 1 else { throw .malformed("there is more than one Host field") }
    if let given = hosts.first {
      let written = try RequestHead.authority(given.value, defaultPort: 80)
      guard written.host.lowercased() == host.lowercased(), written.port == port else {
        throw .malformed("the Host field names another host than the target")
      }
    }
    var named = Self.dropped
    for field in fields where field.lowered == "connection" {
      for token in field.value.split(separator: ",") {
        let name = token.split(separator: " ").joined().lowercased()
        // What frames the body is not for a client to take away.
        if name != "content-length" { named.insert(name) }
      }
    }
    start = "\(method) \(path) HTTP/1.1\r\nHost: \(name)\r\n"
    self.fields = fields.filter { !named.contains($0.lowered) }
  }

  /// The head for the server, with its empty line.
  public var head: [UInt8] { head(fields.map { ($0.name, $0.value) }) }

  private func head(_ fields: [(name: String, value: String)]) -> [UInt8] {
    let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
    return Array((start + lines + "Connection: close\r\n\r\n").utf8)
  }

  /// Fields by which a step could have the answer in a form, or in pieces, in which a value is not recognised.
  private static let formats: Set<String> = ["accept-encoding", "range", "if-range"]

  /// The head with values in the place of placeholders, each in its own header alone, and what was put in.
  func head(putting values: [BrokeredField]) -> (bytes: [UInt8], put: [String]) {
    var put: [String] = []
    var made: [(name: String, value: String)] = []
    for field in fields where !Self.formats.contains(field.lowered) {
      var value = field.value
      for brokered in values
      where brokered.name.lowercased() == field.lowered && value.contains(brokered.placeholder) {
        value = value.replacing(brokered.placeholder, with: brokered.value)
        put.append("\(brokered.title) was put into \(field.name)")
      }
      made.append((field.name, value))
    }
    return (head(made + [("Accept-Encoding", "identity")]), put)
  }

  /// The body's length by Content-Length. Chunks are refused: where they end is what two servers may disagree on.
  private static func bodyLength(_ fields: [HeaderField]) throws(RequestError) -> Int {
    let hasChunks = fields.contains { $0.lowered == "transfer-encoding" }
    let lengths = fields.filter { $0.lowered == "content-length" }
    if hasChunks, !lengths.isEmpty {
      throw .malformed("Content-Length and Transfer-Encoding exclude each other")
    }
    if hasChunks { throw .lengthRequired }
    guard let first = lengths.first else { return 0 }
    guard lengths.count == 1, (1...18).contains(first.value.utf8.count),
      first.value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(first.value)
    else { throw .malformed("Content-Length must be one number") }
    return length
  }
}

/// One field of a head.
struct HeaderField: Hashable, Sendable {
  let name: String
  let lowered: String
  /// Without blanks around it.
  let value: String

  init(_ line: ArraySlice<UInt8>) throws(RequestError) {
    if line.first == 0x20 { throw .malformed("a field is folded over two lines") }
    guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
      line[..<colon].allSatisfy(Self.isTokenByte)
    else { throw .malformed("a line is no field: a name, a colon, a value") }
    name = String(decoding: line[..<colon], as: UTF8.self)
    lowered = name.lowercased()
    var rest = line[(colon + 1)...]
    while rest.first == 0x20 { rest = rest.dropFirst() }
    while rest.last == 0x20 { rest = rest.dropLast() }
    value = String(decoding: rest, as: UTF8.self)
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}
