import Linux
import Policy
import Proxy
import Testing

@testable import Execution

@Suite struct ProxyAuthorityTests {
  private static let document = """
    version: 1
    default:
      network:
        mode: proxied
        allow: [github.com, "*", "10.9.8.7"]
        deny: [pastebin.com]
        ports: [443]
        localhost: [5432]
        private: [intern.example, 10.1.1.1]

    """

  private func authority(
    _ text: String = document, own: [NetworkAddress] = [], _ change: (inout PolicyOptions) -> Void = { _ in }
  ) throws -> ProxyAuthority {
    var options = PolicyOptions()
    change(&options)
    return ProxyAuthority(Evaluator(policy: try policy(text, options: options)), own: own, desk: nil)
  }

  private func answer(
    _ authority: ProxyAuthority, _ host: String, _ port: Int, _ way: ConnectAttempt.Way = .connect
  ) -> String {
    switch authority.decide(ConnectAttempt(way: way, host: host, port: port)) {
    case .dial(let list, _): return list.map { "\($0)" }.joined(separator: " ")
    case .resolve(let name, _): return "resolve \(name)"
    case .broker(let brokering):
      return "broker \(brokering.addresses.map { "\($0)" }.joined(separator: " ")):\(brokering.port)"
    case .refuse(let refusal): return refusal.status.rawValue
    }
  }

  private static let notPublic = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.1.2.3", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:198.18.0.1",
    "::ffff:240.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::",
    "2002:a00:1::", "2001::1", "2001:0:1:2::3", "2001:db8::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fec0::1", "168.63.129.16", "64:ff9b::168.63.129.16",
    "ff02::1", "3fff::1",
  ]

  /// The list allows every host, and the mode is to execute what is unlisted: an address must still be public.
  @Test(arguments: notPublic)
  func addressesThatAreNotPublicAreNeverDialled(_ address: String) throws {
    for text in [
      Self.document, "default: {mode: execute, network: {mode: proxied}}\n",
      "default: {mode: execute, network: {mode: proxied, allow: [nothing.example]}}\n",
    ] {
      let authority = try authority(text)
      #expect(answer(authority, address, 443) == "BLOCKED-PRIVATE", "\(text)")
      let bytes = try #require(AddressGuard.bytes(address))
      let resolved = try #require(NetworkAddress(bytes))
      let refusal = authority.refusal(
        of: resolved, for: ConnectAttempt(way: .connect, host: "github.com", port: 443))
      #expect(refusal?.status == .blockedPrivateResolved)
    }
  }

  @Test(arguments: [
    ("github.com", 443, "resolve github.com"), ("GitHub.COM.", 443, "resolve github.com"),
    ("pastebin.com", 443, "BLOCKED"), ("x.PASTEBIN.com.", 443, "BLOCKED"),
    ("notpastebin.com", 443, "resolve notpastebin.com"), ("github.com", 22, "BLOCKED-PORT"),
    ("93.184.215.14", 443, "93.184.215.14"), ("2606:2800:21f:cb07::1", 443, "2606:2800:21f:cb07:0:0:0:1"),
    ("localhost", 5432, "127.0.0.1 0:0:0:0:0:0:0:1"), ("127.0.0.1", 5432, "127.0.0.1"),
    ("localhost", 443, "BLOCKED-PRIVATE"), ("x.localhost", 443, "BLOCKED-PRIVATE"),
    ("127.0.0.1", 443, "BLOCKED-PRIVATE"), ("10.9.8.7", 443, "10.9.8.7"),
    ("10.9.8.8", 443, "BLOCKED-PRIVATE"),
    ("10.1.1.1", 443, "10.1.1.1"), ("a..b", 443, "UNSUPPORTED"),
    ("intern.example", 443, "resolve intern.example"),
  ])
  func hostsAreDecidedByTheRules(_ host: String, _ port: Int, _ expected: String) throws {
    #expect(answer(try authority(), host, port) == expected)
  }

  @Test(arguments: [
    ("localhost:8080", "localhost", 8080, "127.0.0.1 0:0:0:0:0:0:0:1"),
    ("127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1"), ("10.0.0.1", "10.0.0.1", 443, "10.0.0.1"),
    ("10.0.0.1:8080", "10.0.0.1", 8080, "10.0.0.1"), ("[::1]:8080", "::1", 8080, "0:0:0:0:0:0:0:1"),
    ("10.0.0.1", "10.0.0.2", 443, "BLOCKED-PRIVATE"),
    ("localhost:8080", "localhost", 8081, "BLOCKED-PRIVATE"),
    ("*", "10.0.0.1", 443, "BLOCKED-PRIVATE"), ("10.*", "10.0.0.1", 443, "BLOCKED-PRIVATE"),
    ("example.com", "example.com", 443, "resolve example.com"),
    ("example.com", "other.com", 443, "BLOCKED-ALLOWLIST"),
    ("example.com:8443", "example.com", 8443, "resolve example.com"),
    ("example.com:8443", "example.com", 443, "BLOCKED-ALLOWLIST"),
    ("224.0.0.1", "224.0.0.1", 443, "BLOCKED-PRIVATE"), ("0.0.0.0", "0.0.0.0", 443, "BLOCKED-PRIVATE"),
  ])
  func theCommandLineNamesHosts(_ flag: String, _ host: String, _ port: Int, _ expected: String) throws {
    let authority = try authority("version: 1\n") { $0.allowNet = [flag] }
    #expect(answer(authority, host, port) == expected)
  }

  @Test(arguments: [
    ("intern.example", "10.2.3.4", true), ("db.intern.example", "192.168.0.1", true),
    ("intern.example", "fd00::1", true), ("github.com", "10.2.3.4", false),
    ("intern.example", "127.0.0.1", false), ("intern.example", "::1", false),
    ("intern.example", "169.254.169.254", false), ("intern.example", "0.0.0.0", false),
    ("intern.example", "::ffff:127.0.0.1", false), ("intern.example", "224.0.0.1", false),
    ("github.com", "140.82.121.4", true), ("github.com", "8.8.4.4", false),
  ])
  func privateNamesMayStandForPrivateAddresses(_ host: String, _ address: String, _ isOpen: Bool) throws {
    let mine = try #require(NetworkAddress([8, 8, 4, 4]))
    let resolved = try #require(AddressGuard.bytes(address).flatMap { NetworkAddress($0) })
    let refusal = try authority(own: [mine]).refusal(
      of: resolved, for: ConnectAttempt(way: .connect, host: host, port: 443))
    #expect((refusal == nil) == isOpen)
  }

  /// A denied address is not reached by another name or form either; of the built-in ones a rule that names the host says
  /// otherwise.
  @Test(arguments: [
    ("evil.example", "1.1.1.1", true), ("evil.example", "64:ff9b::1.1.1.1", true),
    ("evil.example", "93.184.215.14", true), ("evil.example", "64:ff9b::93.184.215.14", true),
    ("evil.example", "93.184.215.15", false), ("named.example", "1.1.1.1", false),
    ("named.example", "93.184.215.14", true), ("named.example", "2606:2800:21f::5", true),
    ("in.named.example", "1.1.1.1", true), ("intern.example", "10.6.6.6", true),
    ("intern.example", "10.6.6.7", false),
  ])
  func aDeniedAddressIsDeniedByAnyName(_ host: String, _ address: String, _ isDenied: Bool) throws {
    let authority = try authority(
      "default: {mode: execute, network: {allow: [\"*\", named.example], private: [intern.example], "
        + "deny: [93.184.215.14, \"2606:2800:21f::5\", 10.6.6.6]}}\n")
    let resolved = try #require(AddressGuard.bytes(address).flatMap { NetworkAddress($0) })
    let attempt = ConnectAttempt(way: .connect, host: host, port: 443)
    #expect((authority.refusal(of: resolved, for: attempt)?.status == .blocked) == isDenied)
    if isDenied, AddressGuard.isPublic(resolved.bytes) {
      #expect(answer(authority, address, 443) == "BLOCKED", "and as it is")
    }
  }

  @Test func whatNoRuleOpensIsNotOffered() throws {
    let mine = try #require(NetworkAddress([45, 33, 32, 1]))
    let strict = try authority("default: {mode: execute, network: {allow: [x.org]}}\n")
    guard case .refuse(let unlisted) = strict.decide(ConnectAttempt(way: .connect, host: "::", port: 443))
    else {
      Issue.record("not refused")
      return
    }
    #expect(unlisted.help.isEmpty)
    let authority = try authority(own: [mine])
    for (host, text, isOffered) in [
      ("0.0.0.0", "no public address", false), ("::", "no public address", false),
      ("ff02::1", "no public address", false), ("10.0.0.9", "no public address", true),
      ("45.33.32.1", "this machine", true), ("127.0.0.9", "this machine", true),
    ] {
      guard case .refuse(let refusal) = authority.decide(ConnectAttempt(way: .connect, host: host, port: 443))
      else {
        Issue.record("\(host) is not refused")
        continue
      }
      #expect(refusal.reason.contains(text) && refusal.help.isEmpty != isOffered, "\(refusal)")
    }
  }

  @Test func onlyAllowedPlainRequestsForExactlyTheHostAreBrokered() throws {
    func policy(_ allow: String, _ host: String = "api.example", _ upstream: String = "http://127.0.0.1:81")
      -> String
    {
      "default: {network: {mode: proxied, allow: [\(allow)], broker: [{secret: T, host: \"\(host)\", header: X, "
        + "upstream: \"\(upstream)\"}]}}\n"
    }
    func answer(_ text: String, _ host: String, _ port: Int, _ way: ConnectAttempt.Way = .http) throws
      -> String
    {
      let authority = try authority(text)
      return self.answer(authority, host, port, way)
    }
    let all = policy("\"*\", \"10.9.8.7\"")
    #expect(try answer(all, "api.example", 80) == "broker 127.0.0.1:81")
    #expect(try answer(all, "API.example.", 80) == "broker 127.0.0.1:81")
    #expect(try answer(all, "x.api.example", 80) == "resolve x.api.example")
    #expect(try answer(all, "api.example", 443) == "resolve api.example")
    #expect(try answer(all, "api.example", 80, .connect) == "resolve api.example")
    #expect(try answer(policy("other.example"), "api.example", 80) == "BLOCKED-ALLOWLIST")
    #expect(try answer(policy("api.example", "api.example:81"), "api.example", 81) == "BLOCKED-PORT")
    #expect(
      try answer(policy("api.example", "api.example", "http://localhost"), "api.example", 80)
        == "broker 127.0.0.1 0:0:0:0:0:0:0:1:80")
    #expect(
      try answer(policy("api.example", "api.example", "http://[fd00::5]:7"), "api.example", 80)
        == "broker fd00:0:0:0:0:0:0:5:7")
  }

  @Test func refusalsSayHowToAllow() throws {
    let authority = try authority("default: {network: {mode: proxied, allow: [github.com]}}\n")
    guard
      case .refuse(let refusal) = authority.decide(ConnectAttempt(way: .connect, host: "x.org", port: 443))
    else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.reason.hasPrefix("x.org:443 must be asked for"))
    #expect(refusal.reason.contains("nobody can be asked"))
    #expect(refusal.help.contains { $0.contains("--allow-net x.org") })
    #expect(refusal.help.contains { $0.contains("default.network.allow") })
  }
}
