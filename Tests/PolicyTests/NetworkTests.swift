import Policy
import SourceText
import Testing

@Suite struct NetworkTests {
  private func verdict(
    _ text: String?, _ host: String, _ port: Int = 443, _ change: (inout PolicyOptions) -> Void = { _ in }
  )
    throws -> Verdict
  {
    try evaluator(text, change).decide(.connect(host: host, port: port)).verdict
  }

  static let listed = """
    default:
      network: {allow: [github.com, "*.npmjs.org", "odd.org:8080", "1.2.3.4", "[2606::1]"], deny: [gist.github.com], ports: [443]}
    """

  @Test(arguments: [
    ("github.com", 443, Verdict.allow), ("GitHub.COM.", 443, .allow), ("api.github.com", 443, .allow),
    ("gist.github.com", 443, .deny), ("x.gist.github.com", 443, .deny), ("notgithub.com", 443, .ask),
    ("github.com.evil.org", 443, .ask), ("npmjs.org", 443, .ask), ("registry.npmjs.org", 443, .allow),
    ("a.b.npmjs.org", 443, .allow), ("github.com", 22, .ask), ("odd.org", 8080, .allow),
    ("odd.org", 443, .ask),
    ("1.2.3.4", 443, .allow), ("x.1.2.3.4", 443, .ask), ("2606:0::0001", 443, .allow), ("2606::2", 443, .ask),
    ("127.0.0.1", 443, .ask), ("", 443, .ask), ("a b", 443, .ask),
  ])
  func lists(host: String, port: Int, expected: Verdict) throws {
    #expect(try verdict(Self.listed, host, port) == expected)
  }

  @Test func riskyHostsAreDeniedUntilARuleNamesOne() throws {
    let any = "default: {network: {mode: proxied}}"
    for category in RiskyHosts.categories {
      for host in category.hosts {
        let decision = try evaluator(any).decide(.connect(host: host, port: 443))
        #expect(decision.verdict == .deny && decision.summary.contains(category.name), "\(decision.summary)")
        #expect(decision.help?.contains("--allow-net \(host)") == true, "\(decision.help ?? "")")
        let grant = "\(any)\ngrants: [{type: net, pattern: \"\(host)\", scope: permanent}]"
        #expect(try verdict(grant, host) == .allow)
        #expect(try verdict(grant, "other.org") == .allow, "any public host is allowed still")
      }
    }
    #expect(try verdict(any, "x.Pastebin.com.") == .deny)
    #expect(try verdict(any, "notpastebin.com") == .allow)
    #expect(try verdict(any, "pastebin.com") { $0.allowNet = ["pastebin.com"] } == .allow)
    #expect(try verdict("default: {network: {allow: [pastebin.com]}}", "pastebin.com") == .allow)
    #expect(try verdict("default: {network: {allow: [pastebin.com]}}", "rentry.co") == .deny)
    // A wildcard names nobody.
    #expect(try verdict("default: {network: {allow: [\"*.com\"]}}", "pastebin.com") == .deny)
    #expect(
      try verdict("default: {network: {allow: [a.org], deny: [pastebin.com]}}", "pastebin.com") == .deny)
    #expect(
      try verdict("default: {network: allow}", "pastebin.com") == .allow, "an open network is not looked at")
    #expect(try verdict(any, "pastebin.com") { $0.yes = true } == .deny)
  }

  @Test func modes() throws {
    #expect(try verdict(nil, "github.com") == .deny)
    #expect(try verdict("default: {network: deny}", "github.com") == .deny)
    #expect(try verdict("default: {network: allow}", "10.0.0.1", 22) == .allow)
    #expect(try verdict("default: {network: {mode: open, deny: [x.org]}}", "x.org") == .deny)
    #expect(try verdict("default: {network: {}}", "any.org") == .allow)
    #expect(try verdict("default: {network: {mode: proxied}}", "any.org", 8080) == .ask)
    #expect(try verdict("default: {network: {mode: proxied}}", "10.0.0.1") == .ask)
    #expect(try verdict("default: {network: {mode: proxied}}", "localhost") == .ask)
    #expect(try verdict("default: {network: {localhost: [5432]}}", "localhost", 5432) == .allow)
    #expect(try verdict("default: {network: {localhost: [5432]}}", "127.0.0.1", 5432) == .allow)
    #expect(try verdict("default: {network: {allow: []}}", "any.org") == .ask)
    #expect(try verdict(nil, "x.org") { $0.allowNet = ["x.org"] } == .allow)
    #expect(try verdict(nil, "x.org", 99) { $0.allowNet = ["x.org:99"] } == .allow)
    #expect(try verdict(nil, "y.org") { $0.allowNet = ["x.org"] } == .ask)
    #expect(try verdict("overrides: [{runbook: \"**\", network: {allow: [x.org]}}]", "x.org") == .allow)
    #expect(try verdict("overrides: [{runbook: \"**\", network: {allow: [x.org]}}]", "y.org") == .ask)
    #expect(
      try verdict(
        "default: {network: {mode: proxied}}\noverrides: [{runbook: \"**\", network: {allow: [x.org]}}]",
        "y.org")
        == .allow)
    #expect(
      try verdict(
        "default: {network: {allow: [a.org]}}\noverrides: [{runbook: \"**\", network: {allow: [x.org]}}]",
        "x.org")
        == .allow)
    #expect(try verdict("grants: [{type: net, pattern: x.org, scope: permanent}]", "x.org") == .allow)
    #expect(try verdict("grants: [{type: net, pattern: x.org, scope: permanent}]", "y.org") == .ask)
    // No mode opens what the lists of hosts and ports leave out.
    #expect(try verdict("default: {mode: execute, network: {allow: [a.org]}}", "a.org") == .allow)
    #expect(try verdict("default: {mode: execute, network: {allow: [a.org]}}", "y.org") == .deny)
    #expect(try verdict("default: {mode: execute, network: {allow: [a.org]}}", "a.org", 22) == .deny)
    #expect(try verdict("default: {mode: execute, network: {allow: []}}", "y.org") == .deny)
    #expect(try verdict("default: {mode: execute, network: {}}", "y.org") == .allow)
    #expect(try verdict("default: {mode: execute, network: {}}", "y.org", 22) == .deny)
    #expect(try verdict("default: {mode: execute, network: {}}", "10.0.0.1") == .deny)
    #expect(try verdict("default: {network: allow}", "x.org") { $0.denyAll = true } == .deny)
    #expect(try verdict("default: {network: {}}", "x.org") { $0.denyAll = true } == .deny)
    #expect(try verdict("default: {network: {allow: [x.org]}}", "x.org") { $0.denyAll = true } == .allow)
    let policy = try evaluator("default: {network: {private: [in.example]}}").policy
    #expect(policy.allowsPrivateAddress(host: "db.in.example", port: 443))
    #expect(!policy.allowsPrivateAddress(host: "x.example", port: 443))
  }

  @Test(arguments: [
    ("bücher.example", "xn--bcher-kva.example"), ("BÜCHER.example", "xn--bcher-kva.example"),
    ("例え.テスト", "xn--r8jz45g.xn--zckzah"), ("a。b", "a.b"), ("Ex.COM.", "ex.com"),
    ("[::1]", "::1"), ("2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:1.2.3.4", "::ffff:102:304"),
    ("0:0:0:0:0:0:0:0", "::"), ("münchen.de", "xn--mnchen-3ya.de"),
  ])
  func oneForm(text: String, form: String) { #expect(HostName.normalized(text) == form) }

  @Test(arguments: [
    "", ".", "a..b", "a b", "a/b", "a\u{0}b", "::g", "1::2::3", "fe80::1%eth0",
    String(repeating: "a", count: 64), "1:2",
  ])
  func noHosts(text: String) { #expect(HostName.normalized(text) == nil) }

  @Test func addresses() {
    let notPublic = [
      "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1",
      "0.0.0.0",
      "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1",
      "ff02::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::", "2001::1",
      "2001:db8::1", "168.63.129.16", "64:ff9b::168.63.129.16",
    ]
    for text in notPublic {
      #expect(AddressGuard.bytes(text).map(AddressGuard.isPublic) == false, "\(text)")
    }
    for text in [
      "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "2001:4860::1",
    ] {
      #expect(AddressGuard.bytes(text).map(AddressGuard.isPublic) == true, "\(text)")
    }
    #expect(AddressGuard.bytes("example.com") == nil)
    #expect(!AddressGuard.isPublic([1, 2, 3]))
  }
}
