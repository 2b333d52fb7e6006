import Policy
import SourceText
import Testing

@Suite struct ValidationTests {
  static let everything = """
    version: 1
    extends: builtin
    presets: [read-tools, build-tools]
    default:
      mode: prompted
      sandbox: strict
      gate: tree
      run:     { allow: [git, "npm run *", "{repo}/scripts/*.sh", yes, 1.0], deny: [sudo, "git push --force*"] }
      read:    { allow: ["{repo}/**", "{tmp}/**"], deny: ["**/.env"] }
      write:   { allow: ["{repo}/dist/**"],        deny: ["**/.env"] }
      env:     { allow: [PATH, HOME, "npm_*"],     deny: ["*_TOKEN", "AWS_*"] }
      network:
        mode: proxied
        allow: [github.com, "*.npmjs.org"]
        deny:  [pastebin.com]
        ports: [443]
        localhost: [5432]
        private: [intern.example.com]
        broker: [{ secret: T, host: api.example.com, header: Authorization, upstream: "http://127.0.0.1:8900" }]
      limits:  { timeout: 10m, processes: 512, memory: 4GiB, fileSize: 1GiB, cpu: 5m }
      protect: [".git/hooks", ".git/config"]
    overrides:
      - runbook: "deploy/*.runbook.md"
        mode: execute
        run: { allow: [docker, kubectl], undeny: ["git push --force-with-lease *"] }
        network: deny
    grants:
      - { type: run, pattern: curl, scope: permanent, runbook: "x.runbook.md", grantedAt: 2026-01-01T00:00:00Z }
    """

  @Test func acceptsEveryKey() throws {
    let reading = read(Self.everything)
    #expect(reading.diagnostics == [])
    let document = try #require(reading.document)
    #expect(
      document.defaults.run?.allow.map(\.text) == ["git", "npm run *", "{repo}/scripts/*.sh", "yes", "1.0"])
    #expect(document.defaults.limits?.timeout?.value == .seconds(600))
    #expect(document.defaults.limits?.memory?.value == 4 << 30)
    #expect(document.defaults.network?.ports?.map(\.value) == [443])
    #expect(document.overrides.first?.sections.network?.mode?.value == .deny)
    #expect(document.overrides.first?.sections.run?.undeny.count == 1)
    #expect(document.defaults.network?.brokers.first?.rule.upstreamPort == 8900)
    #expect(document.grants.first?.kind == .run)
    #expect(document.extendsBuiltin)
  }

  struct Bad: CustomTestStringConvertible {
    var text: String
    var found: [String]
    var help: String?
    var testDescription: String { text.debugDescription }

    /// `found`: code and place of each problem.
    init(_ text: String, _ found: String..., help: String? = nil) {
      self.text = text
      self.found = found
      self.help = help
    }
  }

  @Test(arguments: [
    Bad("[]", "PO001 1:1"),
    Bad("text", "PO001 1:1"),
    Bad("defualt: {}", "PO002 1:1", help: "did you mean `default`?"),
    Bad("default:\n  runs: {}\n  mdoe: deny", "PO002 2:3", "PO002 3:3", help: "did you mean `run`?"),
    Bad("default: {run: {alow: [x]}}", "PO002 1:17", help: "did you mean `allow`?"),
    Bad("default: {run: {undeny: [x]}}", "PO002 1:25"),
    Bad("version: 2", "PO003 1:10"),
    Bad("version: one", "PO003 1:10"),
    Bad("extends: built-in", "PO006 1:10", help: "did you mean `builtin`?"),
    Bad("presets: [read-tool]", "PO017 1:11", help: "did you mean `read-tools`?"),
    Bad("default: {mode: sometimes}", "PO006 1:17"),
    Bad("default: {mode: excute}", "PO006 1:17", help: "did you mean `execute`?"),
    Bad("default: {mode: [deny]}", "PO004 1:17"),
    Bad("default: {sandbox: on}", "PO006 1:20"),
    Bad("default: {run: git}", "PO001 1:16"),
    Bad("default: {run: [git]}", "PO001 1:16"),
    Bad("default: {run: {allow: git}}", "PO005 1:24", help: "write it in brackets: [...]"),
    Bad("default: {run: {allow: }}", "PO005 1:24", help: "write [] for an empty list"),
    Bad("default: {run: {allow: [[git]]}}", "PO004 1:25"),
    Bad("default: {run: {allow: [a, ~]}}", "PO004 1:28"),
    Bad("default: {run: {allow: [\"\"]}}", "PO007 1:25"),
    Bad("default: {run: {allow: [\"a[\", \"b\", \"{c,\"]}}", "PO007 1:25", "PO007 1:36"),
    Bad("default: {run: {allow: [\"{rep}/x\"]}}", "PO007 1:25", help: "did you mean {repo}?"),
    Bad("default: {run: {allow: [\"{repo}\"]}}", "PO007 1:25"),
    Bad("default: {read: {allow: [\"../x\"]}}", "PO007 1:26"),
    Bad("default: {env: {allow: [\"A=1\", \"B C\", \"\"]}}", "PO007 1:25", "PO007 1:32", "PO007 1:39"),
    Bad("default: {network: allowed}", "PO006 1:20", help: "did you mean `allow`?"),
    Bad(
      "default: {network: {allow: [\"https://x.org\", \"a b\", \"u@h\", \"x:99999\"]}}",
      "PO007 1:29", "PO007 1:46", "PO007 1:53", "PO007 1:60"),
    Bad("default: {network: {ports: [0, 65536, x, 80]}}", "PO013 1:29", "PO013 1:32", "PO013 1:39"),
    Bad("default: {network: {ports: 80}}", "PO005 1:28"),
    Bad("default: {network: {brokers: []}}", "PO002 1:21", help: "did you mean `broker`?"),
    Bad(
      "default: {network: {broker: [{secret: T, host: a, header: X, upstrem: x}]}}", "PO010 1:30",
      "PO002 1:62",
      help: "did you mean `upstream`?"),
    Bad(
      "default: {network: {broker: [{secret: T, host: a, header: X, upstream: \"https://127.0.0.1\"}]}}",
      "PO024 1:72",
      help: "name a server of this machine that does (stunnel, envoy, caddy): http://127.0.0.1:PORT"),
    Bad(
      "default: {network: {broker: [{secret: T, host: \"https://a\", header: Host, upstream: \"http://8.8.8.8\"}]}}",
      "PO024 1:48", "PO024 1:69", "PO024 1:85"),
    Bad(
      "default:\n  network:\n    broker:\n      - {secret: T, host: a, header: X, upstream: \"http://127.0.0.1\"}\n"
        + "      - {secret: U, host: A., header: Y, upstream: \"http://127.0.0.1:81\"}", "PO024 5:9"),
    Bad(
      "default: {limits: {timeout: 10, memory: 4Gigs, processes: many, cpu: 0s}}",
      "PO009 1:29", "PO009 1:41", "PO009 1:59", "PO009 1:70"),
    Bad("default: {limits: {time: 10m}}", "PO002 1:20"),
    Bad("default: {protect: [\"a[\"]}", "PO007 1:21"),
    Bad("overrides: [{mode: deny}]", "PO010 1:13"),
    Bad("overrides: {runbook: x}", "PO005 1:12"),
    Bad("overrides: [x]", "PO001 1:13"),
    Bad("overrides: [{runbook: /x.md}]", "PO007 1:23"),
    Bad("overrides: [{runbok: x}]", "PO002 1:14", "PO010 1:13"),
    Bad("grants: [{type: run}]", "PO010 1:10"),
    Bad("grants: [{type: exec, pattern: x, scope: permanent}]", "PO006 1:17"),
    Bad("grants: [{type: run, pattern: x, scope: for ever}]", "PO006 1:41", "PO015 1:10"),
    Bad("grants: [{type: run, pattern: x, scope: permanent, grantedAt: yesterday}]", "PO014 1:63"),
    Bad("grants: [{type: run, pattern: x, scope: permanent, runbookDigest: abc}]", "PO014 1:67"),
    Bad("a: &a [*a]", "YA008 1:8"),
  ])
  func refuses(_ bad: Bad) {
    let reading = read(bad.text)
    let file = SourceFile(name: "p", text: bad.text)
    #expect(reading.document == nil)
    let found = reading.diagnostics.map { problem in
      let place = file.position(at: problem.span.start)
      return "\(problem.code) \(place.line):\(place.column)"
    }
    #expect(Set(found) == Set(bad.found))
    if let help = bad.help { #expect(reading.diagnostics.contains { $0.help == help }) }
  }

  @Test func warnsWithoutRefusing() {
    let cases = [
      ("", "PO021"), ("# nothing\n", "PO021"), ("default: {run: {allow: [a], deny: [a]}}", "PO016"),
      ("grants: [{type: env, pattern: X}]", "PO015"),
    ]
    for (text, code) in cases {
      let reading = read(text)
      #expect(reading.document != nil)
      #expect(reading.diagnostics.map(\.code) == [code])
      #expect(reading.firstError == nil)
    }
  }

  @Test func jsonGivesTheSameProblems() {
    let yaml = "default:\n  mdoe: deny\n  run: {allow: [\"a[\"]}\n"
    let json = "{\"default\": {\"mdoe\": \"deny\", \"run\": {\"allow\": [\"a[\"]}}}"
    let first = read(yaml).diagnostics.map { [$0.code, $0.message, $0.help ?? ""] }
    let second = read(json, name: ".rundownrc.json").diagnostics.map { [$0.code, $0.message, $0.help ?? ""] }
    #expect(first == second)
    #expect(first.count == 2)
    // In JSON a number or true is no text; in YAML every plain word is.
    #expect(read("{\"default\": {\"run\": {\"allow\": [true, 1]}}}", name: "x.json").diagnostics.count == 2)
    #expect(read("default: {run: {allow: [true, 1]}}").diagnostics.isEmpty)
  }

  @Test func formats() throws {
    let package = "{\"name\": \"x\", \"rundown\": {\"default\": {\"mode\": \"deny\"}}}"
    #expect(read(package, name: "package.json").document?.defaults.mode?.value == .deny)
    let none = read("{\"name\": \"x\"}", name: "package.json")
    #expect(none.document == nil && none.diagnostics.isEmpty)
    #expect(read("{\"default\": {\"mode\": \"deny\"}}", name: ".rundownrc").document != nil)
    #expect(read("{default: {mode: deny}}", name: ".rundownrc").document != nil)
    #expect(read("default: {mode: deny}", name: ".rundownrc").document != nil)
    #expect(read("{\"default\": ", name: ".rundownrc").firstError?.code.hasPrefix("JS") == true)
    #expect(read("{\"default\": {}, \"default\": {}}", name: ".rundownrc.json").firstError?.code == "JS006")
  }

  @Test func mergesWork() throws {
    let text = """
      default:
        run: &run {allow: [git]}
        read: {<<: *run, deny: [x]}
      """
    let document = try #require(read(text).document)
    #expect(document.defaults.read?.allow.map(\.text) == ["git"])
    #expect(document.defaults.read?.deny.map(\.text) == ["x"])
  }

  @Test(arguments: [
    ("10m", 600_000), ("1h30m", 5_400_000), ("90s", 90_000), ("500ms", 500), ("2d", 172_800_000),
  ])
  func durations(text: String, milliseconds: Int) {
    #expect(Quantity.duration(text) == .milliseconds(milliseconds))
    #expect(Quantity.duration(Quantity.text(.milliseconds(milliseconds))) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "10", "m", "0s", "-1s", "1.5h", "10 m", "10m ", "1w", "99999999999999999999s", "4000d", "１s",
  ])
  func noDurations(text: String) { #expect(Quantity.duration(text) == nil) }

  @Test func sizes() {
    #expect(Quantity.size("4GiB") == 4 << 30)
    #expect(Quantity.size("500MB") == 500_000_000)
    #expect(Quantity.size("64k") == 65_536)
    #expect(Quantity.size("512B") == 512)
    for text in ["", "4", "GiB", "0B", "-1B", "4 GiB", "99999999999TiB", "1.5GiB", "4gib"] {
      #expect(Quantity.size(text) == nil)
    }
    #expect(Quantity.text(bytes: 4 << 30) == "4GiB")
    #expect(Quantity.text(bytes: 1000) == "1000B")
  }
}
