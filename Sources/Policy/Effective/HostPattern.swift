/// A pattern for hosts: a name with its subdomains, or an address.
struct HostPattern: Hashable, Sendable {
  private let glob: Glob
  private let isAddress: Bool
  private let port: Int?

  init(_ text: String) throws(GlobError) {
    var name = text
    var port: Int?
    if text.contains("://") || text.contains("@") {
      throw GlobError("write the host alone, without scheme, user or path", help: "for instance example.com")
    }
    // One colon separates a port; two or more are an IPv6 address.
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
      name = String(text[..<end].dropFirst())
      let rest = text[end...].dropFirst()
      if !rest.isEmpty { port = try Self.port(rest.hasPrefix(":") ? rest.dropFirst() : rest) }
    } else if parts.count == 2 {
      name = String(parts[0])
      port = try Self.port(parts[1])
    }
    self.port = port
    if name.contains("/") {
      throw GlobError("write the host alone, without scheme, user or path", help: "for instance example.com")
    }
    if name.isEmpty { throw GlobError("the host is missing") }
    guard let normal = HostName.normalized(name, allowing: "*?[]{},!") else {
      throw GlobError("this is no host name")
    }
    isAddress = HostName.isAddress(normal)
    glob = try Glob(isAddress ? Glob.escaped(normal) : normal, options: [.slashIsOrdinary, .ignoresCase])
  }

  private static func port(_ text: Substring) throws(GlobError) -> Int? {
    if text == "*" { return nil }
    guard let port = Int(text), (1...65_535).contains(port) else {
      throw GlobError("a port is a number from 1 to 65535")
    }
    return port
  }

  /// The host of a rule without wildcards.
  var literalName: String? { glob.isLiteral ? glob.literalPrefix : nil }

  /// Whether the rule names this port itself.
  var namesPort: Bool { port != nil }

  /// Whether the rule is for every host.
  var isForAll: Bool { glob.matchesEverything }

  func matches(host: String, port: Int) -> Bool {
    if let wanted = self.port, wanted != port { return false }
    guard let name = HostName.normalized(host) else { return false }
    if glob.matches(name) { return true }
    if isAddress || HostName.isAddress(name) { return false }
    // A name covers its subdomains.
    var rest = Substring(name)
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[dot...].dropFirst()
      if glob.matches(String(rest)) { return true }
    }
    return false
  }
}
