/// The head of a request to a proxy: `CONNECT host:port`, or a request with an absolute `http://` target.
///
/// It is read strictly, so that nobody behind this proxy can read it otherwise: one line is one line, nothing is
/// folded, blanks stand where they must.
public struct RequestHead: Hashable, Sendable {
  /// What is asked of the proxy.
  public enum Kind: Hashable, Sendable {
    /// A tunnel.
    case connect
    /// One request, to be passed on.
    case forward(ForwardedRequest)
  }

  /// The most bytes that a head may have, its empty line included.
  public static let limit = 8192

  /// Tunnel or request.
  public var kind: Kind
  /// The host as it was written, without the brackets of an IPv6 address.
  public var host: String
  /// The port.
  public var port: Int

  /// Where the head in `bytes` ends: behind its empty line; nil when that has not come yet.
  public static func end(in bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    var index = 3
    while index < bytes.count {
      switch bytes[index] {
      case 0x0A:
        if bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A, bytes[index - 3] == 0x0D { return index + 1 }
        index += 1
      case 0x0D: index += 1
      default: index += 1
      }
    }
    return nil
  }

  /// Whether a head that has not ended yet can become none any more: a line feed stands alone in it. Who waits for the empty
  /// line of such a head waits for ever.
  public static func isSpoilt(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0] == 0x0A && ($0 == 0 || bytes[$0 - 1] != 0x0D) }
  }

  /// Reads a whole head, its empty line included.
  public init(_ bytes: [UInt8]) throws(RequestError) {
    if bytes.count > Self.limit { throw .tooLarge }
    guard Self.end(in: bytes) == bytes.count else {
      throw .malformed("the head does not end with an empty line")
    }
    var lines = try Self.lines(bytes.dropLast(2))
    let first = lines.removeFirst()
    let words = first.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 3 else { throw .malformed("the request line must have three words") }
    let method = String(decoding: words[0], as: UTF8.self)
    guard !words[0].isEmpty, words[0].allSatisfy(Self.isTokenByte) else {
      throw .malformed("this is no HTTP method")
    }
    let version = String(decoding: words[2], as: UTF8.self)
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw .malformed("only HTTP/1 is spoken here")
    }
    var fields: [HeaderField] = []
    for line in lines { fields.append(try HeaderField(line)) }
    let target = String(decoding: words[1], as: UTF8.self)
    if method == "CONNECT" {
      (host, port) = try Self.authority(target, defaultPort: nil)
      // A body would be bytes that the other side reads as the tunnel's.
      if fields.contains(where: { $0.lowered == "content-length" || $0.lowered == "transfer-encoding" }) {
        throw .malformed("CONNECT has no body")
      }
      kind = .connect
      return
    }
    guard words[0].allSatisfy({ (0x41...0x5A).contains($0) }), !["TRACE", "TRACK", "PRI"].contains(method)
    else {
      throw .method(method)
    }
    let scheme = "http://"
    guard target.utf8.count > scheme.utf8.count, target.prefix(7).lowercased() == scheme else {
      if target.lowercased().hasPrefix("https://") {
        throw .malformed("https is reached with CONNECT, not with an https:// target")
      }
      throw .malformed("a proxy needs CONNECT host:port or an http:// target")
    }
    let rest = target.dropFirst(7)
    let stop = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    (host, port) = try Self.authority(String(rest[..<stop]), defaultPort: 80)
    if rest.contains("#") { throw .malformed("a target has no fragment") }
    var path = String(rest[stop...])
    if !path.hasPrefix("/") { path = "/" + path }
    kind = .forward(
      try ForwardedRequest(method: method, path: path, host: host, port: port, fields: fields))
  }

  // MARK: Parts

  /// The lines of a head. Each ends with CR LF; neither stands anywhere else, nor does any other control character.
  private static func lines(_ bytes: ArraySlice<UInt8>) throws(RequestError) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var index = start
    while index < bytes.endIndex {
      switch bytes[index] {
      case 0x0D:
        guard index + 1 < bytes.endIndex, bytes[index + 1] == 0x0A else {
          throw .malformed("a carriage return stands alone")
        }
        lines.append(bytes[start..<index])
        start = index + 2
        index = start
      case 0x0A: throw .malformed("a line feed stands alone")
      case 0...0x1F, 0x7F...: throw .malformed("the head holds a control character, or is not ASCII")
      default: index += 1
      }
    }
    guard start == bytes.endIndex, !lines.isEmpty else { throw .malformed("a line does not end") }
    return lines
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool { HeaderField.isTokenByte(byte) }

  /// `host:port`, `[v6]:port`; the port may only be missing where there is one for that.
  static func authority(_ text: String, defaultPort: Int?) throws(RequestError) -> (host: String, port: Int) {
    var host: Substring
    var rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else {
        throw .malformed("the bracket of the address is not closed")
      }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      guard host.contains(":"), host.utf8.allSatisfy({ isAddressByte($0) }) else {
        throw .malformed("this is no IPv6 address")
      }
    } else {
      let end = text.firstIndex(of: ":") ?? text.endIndex
      host = text[..<end]
      rest = text[end...]
      guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isNameByte) else {
        throw .malformed("this is no host name")
      }
      guard !isOddNumber(host) else {
        throw .malformed("an IPv4 address is written as four decimal numbers")
      }
    }
    if rest.isEmpty {
      guard let defaultPort else { throw .malformed("the port is missing") }
      return (String(host), defaultPort)
    }
    guard rest.first == ":" else { throw .malformed("a port stands behind a colon") }
    rest = rest.dropFirst()
    guard (1...5).contains(rest.utf8.count),
      rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(rest), (1...65_535).contains(port)
    else { throw .malformed("the port must be a number from 1 to 65535") }
    return (String(host), port)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x46, 0x61...0x66, 0x2E: true
    default: false
    }
  }

  /// Whether a host is a number in a notation that resolvers read as an address: `127.1`, `0x7f000001`, `0177.0.0.1`.
  private static func isOddNumber(_ host: Substring) -> Bool {
    var parts = host.split(separator: ".", omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    guard let last = parts.last, let first = last.utf8.first, (0x30...0x39).contains(first) else {
      return false
    }
    let isNumber =
      last.utf8.allSatisfy { (0x30...0x39).contains($0) }
      || last.lowercased().hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit)
    guard isNumber else { return false }
    return parts.count != 4 || host.hasSuffix(".")
      || !parts.allSatisfy { part in
        guard let value = UInt8(part), String(value) == part else { return false }
        return true
      }
  }
}

/// Why a head is refused before anything is decided.
public enum RequestError: Error, Hashable, Sendable {
  /// More than `RequestHead.limit` bytes.
  case tooLarge
  /// Not what it should be; the text says what.
  case malformed(String)
  /// A method that this proxy does not pass on.
  case method(String)
  /// The length of the body is not given.
  case lengthRequired
}
