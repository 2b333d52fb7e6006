internal import SourceText

extension PolicyValidator {
  static let brokerKeys = ["secret", "host", "header", "upstream"]

  /// Fields that frame a message, or that belong to this connection or this proxy: a secret is none of their values.
  private static let framingHeaders: Set<String> = [
    "host", "content-length", "transfer-encoding", "connection", "proxy-connection", "keep-alive", "te",
    "trailer", "upgrade", "proxy-authorization", "proxy-authenticate", "expect", "range", "if-range",
    "accept-encoding",
  ]

  /// Reads `network.broker`: secrets that the proxy puts into requests.
  mutating func brokers(_ node: DocumentNode) -> [BrokerEntry] {
    var found: [BrokerEntry] = []
    for item in list(node, "network.broker", of: "mappings with \(Self.brokerKeys.joined(separator: ", "))") {
      guard let entry = broker(item) else { continue }
      if let other = found.first(where: { $0.rule.host == entry.rule.host && $0.rule.port == entry.rule.port }
      ),
        other.rule.upstream != entry.rule.upstream || other.rule.upstreamPort != entry.rule.upstreamPort
      {
        report(
          "PO024", "requests for \(entry.rule.url) are sent to \(other.rule.upstreamURL) by another entry",
          at: item.span, help: "all entries for one host and port name the same upstream")
        continue
      }
      found.append(entry)
    }
    return found
  }

  private mutating func broker(_ item: DocumentNode) -> BrokerEntry? {
    let known = entries(of: item, in: "an entry of `network.broker`", keys: Self.brokerKeys)
    guard item.entries != nil else { return nil }
    for key in Self.brokerKeys where item[key] == nil {
      report("PO010", "this entry of `network.broker` has no `\(key)`", at: item.span)
    }
    var rule = BrokerRule(secret: "", host: "", port: 0, header: "", upstream: "", upstreamPort: 0)
    var good = 0
    for entry in known {
      let value = entry.value
      guard let text = string(value, entry.name) else { continue }
      switch entry.name {
      case "secret":
        guard isSecret(text, value) else { continue }
        rule.secret = text
      case "host":
        guard let (host, port) = namedHost(text, value) else { continue }
        (rule.host, rule.port) = (host, port)
      case "header":
        guard isHeader(text, value) else { continue }
        rule.header = text
      default:
        guard let (host, port) = upstream(text, value) else { continue }
        (rule.upstream, rule.upstreamPort) = (host, port)
      }
      good += 1
    }
    return good == Self.brokerKeys.count ? BrokerEntry(rule: rule, span: item.span) : nil
  }

  private mutating func isSecret(_ text: String, _ node: DocumentNode) -> Bool {
    let isName =
      text.utf8.first.map { !(0x30...0x39).contains($0) } == true
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
      }
    if !isName {
      report(
        "PO024", "`\(text)` is not the name of a secret", at: node.span,
        help: "write the name that `rundown secret set` was given, not the value")
    }
    return isName
  }

  private mutating func isHeader(_ text: String, _ node: DocumentNode) -> Bool {
    let signs = Set("!#$%&'*+-.^_`|~".utf8)
    let isToken =
      !text.isEmpty && text.utf8.count <= 100
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || signs.contains($0)
      }
    guard isToken else {
      report(
        "PO024", "`\(text)` is not the name of a header", at: node.span, help: "write it like Authorization")
      return false
    }
    guard !Self.framingHeaders.contains(text.lowercased()) else {
      report("PO024", "`\(text)` is a header that the proxy itself decides on", at: node.span)
      return false
    }
    return true
  }

  /// One host that a step names: no pattern, since a value is for one server.
  private mutating func namedHost(_ text: String, _ node: DocumentNode) -> (String, Int)? {
    if text.lowercased().hasPrefix("https://") || text.hasSuffix(":443") {
      report(
        "PO024", "TLS goes from end to end, so the proxy cannot put a value into it", at: node.span,
        help: "write the host that steps name in http:// requests; an upstream can speak TLS further on")
      return nil
    }
    guard let parts = hostAndPort(text, defaultPort: 80) else {
      report(
        "PO024", "`\(text)` is not one host", at: node.span,
        help: "write the host alone or with a port, like api.example.com or api.example.com:8080")
      return nil
    }
    return parts
  }

  /// Where a value may be sent in plain text: this machine, or an address that does not leave the private network.
  private mutating func upstream(_ text: String, _ node: DocumentNode) -> (String, Int)? {
    if text.lowercased().hasPrefix("https://") {
      report(
        "PO024", "the proxy speaks no TLS of its own", at: node.span,
        help: "name a server of this machine that does (stunnel, envoy, caddy): http://127.0.0.1:PORT")
      return nil
    }
    guard text.hasPrefix("http://"),
      let (host, port) = hostAndPort(String(text.dropFirst(7)), defaultPort: 80)
    else {
      report(
        "PO024", "`\(text)` is not an upstream", at: node.span,
        help: "write it like http://127.0.0.1:8080, without a path")
      return nil
    }
    guard host == "localhost" || AddressGuard.bytes(host).map(Self.isNear) == true else {
      report(
        "PO024",
        "an upstream is localhost, or a loopback or private address: the value goes there in plain text",
        at: node.span, help: "write it like http://127.0.0.1:8080")
      return nil
    }
    return (host, port)
  }

  /// Loopback (127/8, ::1), private (RFC 1918) and unique local (RFC 4193) addresses.
  private static func isNear(_ bytes: [UInt8]) -> Bool {
    if bytes.count == 16 {
      return bytes[0] & 0xFE == 0xFC || bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }
    switch (bytes[0], bytes[1]) {
    case (127, _), (10, _), (172, 16...31), (192, 168): return true
    default: return false
    }
  }

  private func hostAndPort(_ text: String, defaultPort: Int) -> (String, Int)? {
    var host = text[...]
    var port = defaultPort
    let isBracketed = text.hasPrefix("[")
    let end = isBracketed ? text.lastIndex(of: "]").map { text.index(after: $0) } : text.firstIndex(of: ":")
    if let end, end < text.endIndex {
      guard text[end] == ":", let number = Int(text[end...].dropFirst()), (1...65_535).contains(number),
        text[end...].dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      (host, port) = (text[..<end], number)
    }
    guard isBracketed == host.contains(":"), let name = HostName.normalized(String(host)) else { return nil }
    return (name, port)
  }
}
