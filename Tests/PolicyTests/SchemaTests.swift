import JSON
import Policy
import SourceText
import TestKit
import Testing

/// The published schema and our validator must agree on every structural case. The judge is python's jsonschema.
@Suite struct SchemaTests {
  static let good = [
    #"{"agents": {}}"#, #"{"agents": {"claude": {}}}"#,
    #"{"agents": {"my-agent-2": {"programs": ["x", "{repo}/bin/y"], "arguments": ["--yes"], "state": ["{home}/.x"], "protect": ["{home}/.x/hooks"], "read": ["/opt/x"], "env": ["X_*"], "hosts": ["api.x.org"], "set": {"A": "1"}}}}"#,
    #"{"default": {"watch": {}}}"#,
    #"{"default": {"watch": {"reverseShell": "kill", "upload": {"size": "50MiB", "action": "pause"}}}}"#,
    #"{"overrides": [{"runbook": "a", "watch": {"secretReads": {"count": 3, "within": "10s"}, "processes": "off"}}]}"#,
    "{}", "null", #"{"version": 1}"#, #"{"extends": "builtin"}"#, #"{"presets": []}"#,
    #"{"presets": ["read-tools", "build-tools"]}"#, #"{"default": {}}"#,
    #"{"default": {"mode": "prompted", "sandbox": "prefer", "gate": "live"}}"#,
    #"{"default": {"mode": "execute", "sandbox": "strict", "gate": "static"}}"#,
    #"{"default": {"mode": "deny", "sandbox": "off", "gate": "tree"}}"#,
    #"{"default": {"run": {}, "read": {}, "write": {}, "env": {}}}"#,
    #"{"default": {"run": {"allow": ["git", "npm run *", "{repo}/x/*.sh"], "deny": ["sudo"]}}}"#,
    #"{"default": {"read": {"allow": ["{repo}/**"], "deny": ["**/.env"]}, "write": {"allow": [], "deny": []}}}"#,
    #"{"default": {"env": {"allow": ["PATH", "npm_*"], "deny": ["*_TOKEN"]}}}"#,
    #"{"default": {"network": "deny"}}"#, #"{"default": {"network": "allow"}}"#,
    #"{"default": {"network": {}}}"#,
    #"{"default": {"network": {"mode": "proxied", "allow": ["a.org"], "deny": ["*.b.org"], "ports": [443, 1, 65535], "localhost": [5432], "private": ["in.example"]}}}"#,
    #"{"default": {"network": {"mode": "open"}}}"#,
    #"{"default": {"network": {"broker": []}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "API_TOKEN", "host": "api.example.com", "header": "Authorization", "upstream": "http://127.0.0.1:8080"}]}}}"#,
    #"{"overrides": [{"runbook": "a", "network": {"broker": [{"secret": "_t", "host": "api.example.com:8080", "header": "X-Api-Key", "upstream": "http://localhost"}]}}]}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "[fd00::2]:81", "header": "x", "upstream": "http://[fd00::1]:1"}, {"secret": "T", "host": "b", "header": "x", "upstream": "http://192.168.1.2"}]}}}"#,
    #"{"default": {"network": {"allowFiles": ["hosts.txt", "a b/c"], "denyFiles": ["/x", "{repo}/x", "{home}/x", "~/x"]}}}"#,
    #"{"default": {"limits": {"timeout": "10m", "processes": 512, "memory": "4GiB", "fileSize": "10MB", "cpu": "1h30m"}}}"#,
    #"{"default": {"limits": {}}}"#, #"{"default": {"protect": [".git/hooks"]}}"#,
    #"{"overrides": []}"#, #"{"overrides": [{"runbook": "a/*.md"}]}"#,
    #"{"overrides": [{"runbook": "a", "mode": "execute", "run": {"allow": ["x"], "deny": ["y"], "undeny": ["z"]}}]}"#,
    #"{"overrides": [{"runbook": "a", "env": {"undeny": ["X"]}, "network": {"allow": ["a.org"]}, "protect": ["x"]}]}"#,
    #"{"grants": [{"type": "run", "pattern": "x", "scope": "permanent"}, {"type": "net", "pattern": "a.org"}]}"#,
    #"{"grants": [{"type": "network", "pattern": "a.org", "scope": "session"}]}"#,
    #"{"grants": [{"type": "read", "pattern": "/x", "runbook": "a.md", "grantedAt": "2026-01-31T12:00:00Z"}]}"#,
    #"{"grants": [{"type": "env", "pattern": "X", "grantedAt": "2026-01-31T12:00:00.5+01:00"}]}"#,
    #"{"grants": [{"type": "write", "pattern": "x", "runbookDigest": "\#(String(repeating: "0a", count: 32))"}]}"#,
  ]

  static let bad = [
    #"{"default": {"watch": []}}"#, #"{"default": {"watch": {"shells": "kill"}}}"#,
    #"{"default": {"watch": {"upload": {"count": 3}}}}"#, #"{"default": {"watch": {"upload": {"size": 3}}}}"#,
    #"{"default": {"watch": {"processes": {"count": 0}}}}"#,
    #"{"default": {"watch": {"reverseShell": "end"}}}"#,
    "[]", "1", #""text""#, "true", #"{"verison": 1}"#, #"{"version": 2}"#, #"{"version": "1"}"#,
    #"{"extends": "builtins"}"#, #"{"extends": ["builtin"]}"#, #"{"extends": null}"#,
    #"{"presets": "read-tools"}"#,
    #"{"presets": ["nope"]}"#, #"{"presets": [1]}"#, #"{"default": null}"#, #"{"default": []}"#,
    #"{"default": {"modes": "deny"}}"#, #"{"default": {"mode": "sometimes"}}"#, #"{"default": {"mode": 1}}"#,
    #"{"default": {"mode": null}}"#, #"{"default": {"sandbox": true}}"#, #"{"default": {"gate": "dead"}}"#,
    #"{"default": {"run": null}}"#, #"{"default": {"run": []}}"#, #"{"default": {"run": "git"}}"#,
    #"{"default": {"run": {"allow": "git"}}}"#, #"{"default": {"run": {"allow": null}}}"#,
    #"{"default": {"run": {"allow": [1]}}}"#, #"{"default": {"run": {"allow": [true]}}}"#,
    #"{"default": {"run": {"allow": [null]}}}"#, #"{"default": {"run": {"allow": [["a"]]}}}"#,
    #"{"default": {"run": {"allow": [{"a": 1}]}}}"#, #"{"default": {"run": {"allow": [""]}}}"#,
    #"{"default": {"run": {"allow": ["a\nb"]}}}"#, #"{"default": {"run": {"allows": []}}}"#,
    #"{"default": {"run": {"undeny": ["x"]}}}"#, #"{"default": {"env": {"undeny": []}}}"#,
    #"{"default": {"env": {"allow": ["A=1"]}}}"#, #"{"default": {"env": {"allow": ["A B"]}}}"#,
    #"{"default": {"env": {"allow": [""]}}}"#, #"{"default": {"read": {"deny": [2]}}}"#,
    #"{"default": {"network": "open"}}"#, #"{"default": {"network": true}}"#,
    #"{"default": {"network": null}}"#,
    #"{"default": {"network": []}}"#, #"{"default": {"network": {"mode": "allow"}}}"#,
    #"{"default": {"network": {"allow": "a.org"}}}"#,
    #"{"default": {"network": {"broker": [{"host": "a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "1a", "host": "a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "a b", "host": "a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "", "host": "a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": 1, "host": "a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "*.a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org:443", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "https://a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "http://a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org/x", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org:0", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org:70000", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "u@a.org", "header": "X", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X:", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "A B", "upstream": "http://127.0.0.1:1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "https://127.0.0.1"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "http://a.org"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "http://8.8.8.8"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "http://169.254.169.254"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "127.0.0.1:80"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "http://127.0.0.1/x"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "http://127.0.0.1:"}]}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a.org", "header": "X", "upstream": "http://127.0.0.1:1", "upstreams": "x"}]}}}"#,
    #"{"default": {"network": {"broker": {}}}}"#, #"{"default": {"network": {"broker": ["T"]}}}"#,
    #"{"default": {"network": {"allowFiles": "x"}}}"#,
    #"{"default": {"network": {"allowFiles": ["*.txt"]}}}"#,
    #"{"default": {"network": {"denyFiles": ["{other}/x"]}}}"#,
    #"{"default": {"network": {"denyFiles": ["x/"]}}}"#,
    #"{"default": {"network": {"denyFiles": [""]}}}"#,
    #"{"default": {"network": {"allow": ["https://a.org"]}}}"#,
    #"{"default": {"network": {"allow": ["a b"]}}}"#, #"{"default": {"network": {"deny": ["u@a.org"]}}}"#,
    #"{"default": {"network": {"ports": [0]}}}"#, #"{"default": {"network": {"ports": [65536]}}}"#,
    #"{"default": {"network": {"ports": ["443"]}}}"#, #"{"default": {"network": {"ports": 443}}}"#,
    #"{"default": {"network": {"ports": [1.5]}}}"#, #"{"default": {"network": {"host": []}}}"#,
    #"{"agents": []}"#, #"{"agents": {"Claude": {}}}"#, #"{"agents": {"": {}}}"#, #"{"agents": {"ls": {}}}"#,
    #"{"agents": {"show": {}}}"#, #"{"agents": {"x": []}}"#,
    #"{"agents": {"x": {"program": ["x"]}}}"#, #"{"agents": {"x": {"programs": []}}}"#,
    #"{"agents": {"x": {"programs": "x"}}}"#, #"{"agents": {"x": {"set": ["A"]}}}"#,
    #"{"agents": {"x": {"set": {"A": 1}}}}"#, #"{"agents": {"x": {"hosts": ["a b"]}}}"#,
    #"{"agents": {"x": {"arguments": [1]}}}"#,
    #"{"default": {"limits": {"timeout": 10}}}"#, #"{"default": {"limits": {"timeout": "10"}}}"#,
    #"{"default": {"limits": {"timeout": "0s"}}}"#, #"{"default": {"limits": {"timeout": "1.5h"}}}"#,
    #"{"default": {"limits": {"timeout": "10 m"}}}"#, #"{"default": {"limits": {"timeout": ""}}}"#,
    #"{"default": {"limits": {"memory": "4"}}}"#, #"{"default": {"limits": {"memory": "4gb"}}}"#,
    #"{"default": {"limits": {"memory": "0B"}}}"#, #"{"default": {"limits": {"fileSize": 1024}}}"#,
    #"{"default": {"limits": {"processes": "512"}}}"#, #"{"default": {"limits": {"processes": 0}}}"#,
    #"{"default": {"limits": {"processes": 9999999}}}"#, #"{"default": {"limits": {"time": "1s"}}}"#,
    #"{"default": {"limits": null}}"#, #"{"default": {"protect": "x"}}"#, #"{"default": {"protect": [1]}}"#,
    #"{"default": {"runbook": "x"}}"#, #"{"overrides": {}}"#, #"{"overrides": null}"#,
    #"{"overrides": [{}]}"#,
    #"{"overrides": [{"mode": "deny"}]}"#, #"{"overrides": ["x"]}"#, #"{"overrides": [{"runbook": 1}]}"#,
    #"{"overrides": [{"runbook": ""}]}"#, #"{"overrides": [{"runbook": "/x"}]}"#,
    #"{"overrides": [{"runbook": "x", "grants": []}]}"#, #"{"grants": {}}"#, #"{"grants": [{}]}"#,
    #"{"grants": [{"type": "run"}]}"#, #"{"grants": [{"pattern": "x"}]}"#,
    #"{"grants": [{"type": "exec", "pattern": "x"}]}"#, #"{"grants": [{"type": "run", "pattern": 1}]}"#,
    #"{"grants": [{"type": "run", "pattern": "x", "scope": "ever"}]}"#,
    #"{"grants": [{"type": "run", "pattern": "x", "when": "now"}]}"#,
    #"{"grants": [{"type": "run", "pattern": "x", "grantedAt": "2026-01-31"}]}"#,
    #"{"grants": [{"type": "run", "pattern": "x", "grantedAt": "2026-13-31T12:00:00Z"}]}"#,
    #"{"grants": [{"type": "run", "pattern": "x", "runbookDigest": "ABC"}]}"#,
  ]

  @Test(arguments: good) func accepts(text: String) {
    let reading = read(text, name: ".rundownrc.json")
    #expect(reading.firstError == nil)
    // JSON is YAML: the same document is as good there.
    #expect(read(text, name: ".rundownrc.yaml").firstError == nil)
  }

  @Test(arguments: bad) func refuses(text: String) {
    #expect(read(text, name: ".rundownrc.json").document == nil)
  }

  private static let judge = SchemaJudge("policy")

  @Test(.enabled(if: SchemaJudge.isPossible, "python3 has no package jsonschema"))
  func theSchemaAgrees() throws {
    let texts = Self.good + Self.bad
    let verdicts = try #require(try Self.judge.verdicts(texts))
    for (text, verdict) in zip(texts, verdicts) {
      let ours = read(text, name: ".rundownrc.json").firstError == nil
      #expect(ours == verdict, "\(text): we say \(ours), the schema \(verdict)")
    }
  }

  @Test func theSchemaKnowsTheSameKeysAndPresets() throws {
    let schema = try JSONParser.parse(SourceFile(name: "schema", bytes: Self.judge.bytes))
    let presets = schema["properties"]?["presets"]?["items"]?["enum"]?.array?.compactMap(\.string) ?? []
    #expect(presets.sorted() == BuiltinPolicy.presets.keys.sorted())
    // What it describes, it describes: every property has a description or refers to one.
    func check(_ value: JSONValue, _ path: String) {
      for member in value["properties"]?.members ?? [] {
        let at = "\(path).\(member.name)"
        #expect(member.value["description"] != nil || member.value["$ref"] != nil, "\(at) has no description")
        check(member.value, at)
        if let items = member.value["items"] { check(items, at + "[]") }
      }
    }
    check(schema, "")
    for member in schema["$defs"]?.members ?? [] { check(member.value, member.name) }
  }
}

/// The same for the user's own configuration.
@Suite struct ConfigurationSchemaTests {
  static let good = [
    "null", "{}", #"{"version": 1, "trust": "required"}"#, #"{"trust": "ask", "default": {"mode": "deny"}}"#,
    #"{"default": {"run": {"deny": ["x"]}, "env": {"deny": ["X_*"]}, "network": {"mode": "deny", "deny": ["a.org"]}}}"#,
    #"{"default": {"limits": {"timeout": "1h"}, "protect": ["x"], "network": "deny", "gate": "tree"}}"#,
  ]
  static let bad = [
    "[]", #"{"trust": true}"#, #"{"trust": "never"}"#, #"{"version": 2}"#, #"{"overrides": []}"#,
    #"{"grants": []}"#,
    #"{"default": {"run": {"allow": ["x"]}}}"#, #"{"default": {"run": {"undeny": ["x"]}}}"#,
    #"{"default": {"network": {"allow": ["a.org"]}}}"#, #"{"default": {"network": {"ports": [1]}}}"#,
    #"{"default": {"modes": "deny"}}"#, #"{"default": {"watch": {}}}"#,
    #"{"default": {"network": {"broker": [{"secret": "T", "host": "a", "header": "X", "upstream": "http://localhost"}]}}}"#,
  ]
  private static let judge = SchemaJudge("config")

  @Test func itsShapeIsChecked() throws {
    for (texts, isGood) in [(Self.good, true), (Self.bad, false)] {
      for text in texts {
        let reading = UserConfiguration.read(SourceFile(name: "config.yaml", text: text))
        #expect((reading.configuration != nil) == isGood, "\(text): \(reading.diagnostics)")
      }
    }
  }

  @Test(.enabled(if: SchemaJudge.isPossible, "python3 has no package jsonschema"))
  func theSchemaAgrees() throws {
    let verdicts = try #require(try Self.judge.verdicts(Self.good + Self.bad))
    #expect(verdicts == Self.good.map { _ in true } + Self.bad.map { _ in false })
  }
}
