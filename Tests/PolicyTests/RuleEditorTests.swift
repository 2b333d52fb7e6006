import Policy
import SourceText
import Testing

@Suite struct RuleEditorTests {
  private func add(
    _ pattern: String, _ kind: AccessKind = .run, to text: String?, name: String = ".rundownrc.yaml",
    target: RuleTarget = .allRunbooks
  ) throws(Diagnostic) -> PolicyEdit {
    try RuleEditor.adding(
      pattern, kind: kind, for: target, to: text.map { SourceFile(name: name, text: $0) },
      format: PolicyFormat(fileName: name), name: name)
  }

  struct Case: CustomTestStringConvertible {
    var before: String?
    var after: String
    var line: Int
    var name: String
    var testDescription: String { before.debugDescription }

    init(_ before: String?, _ after: String, line: Int, name: String = ".rundownrc.yaml") {
      self.before = before
      self.after = after
      self.line = line
      self.name = name
    }
  }

  @Test(arguments: [
    Case(
      nil,
      "# What runbooks of this project may do; `rundown policy show` prints all of it.\nversion: 1\nextends: builtin\ndefault:\n  run:\n    allow:\n      - jq\n",
      line: 7),
    Case(
      "# mine\n", "# mine\nversion: 1\nextends: builtin\ndefault:\n  run:\n    allow:\n      - jq\n", line: 7),
    Case(
      "default:\n  run: # r\n    allow: [a, b] # tools\n    deny: [x]\n",
      "default:\n  run: # r\n    allow: [a, b, jq] # tools\n    deny: [x]\n", line: 3),
    Case(
      "default:\n  run:\n    allow:\n      - a   # one\n      # two\n      - \"b c\"   # three\n\n    deny: [x]\n",
      "default:\n  run:\n    allow:\n      - a   # one\n      # two\n      - \"b c\"   # three\n      - jq\n\n    deny: [x]\n",
      line: 7),
    Case(
      "default:\n  run:\n    allow:\n    - a", "default:\n  run:\n    allow:\n    - a\n    - jq\n", line: 5),
    Case(
      "default:\r\n  run:\r\n    allow:\r\n    - a\r\n",
      "default:\r\n  run:\r\n    allow:\r\n    - a\r\n    - jq\r\n", line: 5),
    Case("default: {run: {allow: []}}", "default: {run: {allow: [jq]}}", line: 1),
    Case("default: {run: {allow: [a,b,]}}", "default: {run: {allow: [a,b,jq,]}}", line: 1),
    Case(
      "default:\n  run:\n    allow: [\n      a, # one\n      b # two\n    ]\n",
      "default:\n  run:\n    allow: [\n      a, # one\n      b, jq # two\n    ]\n", line: 5),
    Case(
      "default:\n  run:\n    allow: [\n      a,\n      b\n    ]\n",
      "default:\n  run:\n    allow: [\n      a,\n      b,\n      jq\n    ]\n", line: 6),
    Case(
      "default:\n  run:\n    deny: [x]  # no\nversion: 1\n",
      "default:\n  run:\n    deny: [x]  # no\n    allow: [jq]\nversion: 1\n", line: 4),
    Case("default: {run: {}}", "default: {run: {allow: [jq]}}", line: 1),
    Case("default: {run: {deny: [x]}}", "default: {run: {deny: [x], allow: [jq]}}", line: 1),
    // The section is missing: a new one would drop the built-in rules.
    Case(
      "version: 1\ndefault:\n  mode: deny   # strict\n",
      "version: 1\ndefault:\n  mode: deny   # strict\ngrants:\n  - {type: run, pattern: jq, scope: permanent}\n",
      line: 5),
    Case(
      "grants:\n  - {type: env, pattern: X, scope: permanent}\nversion: 1\n",
      "grants:\n  - {type: env, pattern: X, scope: permanent}\n  - {type: run, pattern: jq, scope: permanent}\nversion: 1\n",
      line: 3),
    Case(
      "grants:\n  - type: env\n    pattern: X\n    scope: permanent\n",
      "grants:\n  - type: env\n    pattern: X\n    scope: permanent\n  - {type: run, pattern: jq, scope: permanent}\n",
      line: 5),
    Case("{version: 1}", "{version: 1, grants: [{type: run, pattern: jq, scope: permanent}]}", line: 1),
    // An alias is not changed: others use it too.
    Case(
      "default:\n  run: {allow: &list [a]}\n  read: {allow: [\"{repo}/**\"]}\n  env: {allow: [PATH]}\n",
      "default:\n  run: {allow: &list [a, jq]}\n  read: {allow: [\"{repo}/**\"]}\n  env: {allow: [PATH]}\n",
      line: 2),
    Case(
      "default:\n  env: {allow: &list [a]}\n  run: {allow: *list}\n",
      "default:\n  env: {allow: &list [a]}\n  run: {allow: *list}\ngrants:\n  - {type: run, pattern: jq, scope: permanent}\n",
      line: 5),
    // JSON
    Case(
      "{\"default\": {\"run\": {\"allow\": [\"a\"]}}}",
      "{\"default\": {\"run\": {\"allow\": [\"a\", \"jq\"]}}}", line: 1,
      name: ".rundownrc.json"),
    Case(
      "{\n  \"default\": {\n    \"run\": {\n      \"allow\": [\n        \"a\"\n      ]\n    }\n  }\n}\n",
      "{\n  \"default\": {\n    \"run\": {\n      \"allow\": [\n        \"a\",\n        \"jq\"\n      ]\n    }\n  }\n}\n",
      line: 6,
      name: ".rundownrc"),
    Case(
      "{\n  \"version\": 1\n}\n",
      "{\n  \"version\": 1,\n  \"grants\": [{\"type\": \"run\", \"pattern\": \"jq\", \"scope\": \"permanent\"}]\n}\n",
      line: 3,
      name: ".rundownrc.json"),
    Case(
      "{\n  \"name\": \"x\",\n  \"rundown\": {\"default\": {\"mode\": \"deny\"}},\n  \"z\": 1\n}\n",
      "{\n  \"name\": \"x\",\n  \"rundown\": {\"default\": {\"mode\": \"deny\"}, \"grants\": [{\"type\": \"run\", \"pattern\": \"jq\", \"scope\": \"permanent\"}]},\n  \"z\": 1\n}\n",
      line: 3, name: "package.json"),
    Case(
      "{\n  \"name\": \"x\"\n}\n",
      "{\n  \"name\": \"x\",\n  \"rundown\": {\"version\": 1, \"extends\": \"builtin\", \"default\": {\"run\": {\"allow\": [\"jq\"]}}}\n}\n",
      line: 3, name: "package.json"),
    Case(
      nil, "{\"version\": 1, \"extends\": \"builtin\", \"default\": {\"run\": {\"allow\": [\"jq\"]}}}\n",
      line: 1,
      name: ".rundownrc.json"),
  ])
  func addsOneRule(_ test: Case) throws {
    let edit = try add("jq", to: test.before, name: test.name)
    #expect(edit.text == test.after)
    #expect(edit.line == test.line)
    #expect(try RuleEditor.proves(edit, request: run("jq -r x"), context: context))
  }

  @Test func oddPatternsComeBackAsTheyWere() throws {
    for pattern in [
      "git commit -m 'a b: # c'", "a\\*b", "yes", "null", "1.0", "- x", "x: y", "{repo}/x", "*", "é ü",
      "a\"b\\\"", "#x",
    ] {
      for before in [
        "default:\n  run:\n    allow:\n      - a\n", "default: {run: {allow: [a]}}", "version: 1\n", "",
      ] {
        do throws(Diagnostic) {
          let edit = try add(pattern, to: before)
          let found = edit.document.defaults.run?.allow.last?.text ?? edit.document.grants.last?.pattern.text
          #expect(found == pattern)
        } catch {
          // Only what is no pattern may be refused, and then wholly.
          #expect(pattern == "a\"b\\\"", "\(error)")
        }
      }
    }
  }

  @Test func boundToARunbook() throws {
    let digest = String(repeating: "a", count: 64)
    let edit = try RuleEditor.adding(
      "curl -fsSL *", kind: .run, for: .runbook(path: "deploy/prod.runbook.md", digest: digest),
      to: SourceFile(name: "p.yaml", text: "version: 1\n"), format: .yaml, name: "p.yaml",
      grantedAt: "2026-01-31T12:00:00Z")
    #expect(edit.list == "grants")
    let expected =
      "version: 1\ngrants:\n  - {type: run, pattern: \"curl -fsSL *\", scope: permanent, "
      + "runbook: deploy/prod.runbook.md, runbookDigest: \"\(digest)\", grantedAt: 2026-01-31T12:00:00Z}\n"
    #expect(
      edit.text.replacing("\"\(digest)\"", with: digest) == expected.replacing("\"\(digest)\"", with: digest))
    #expect(try RuleEditor.proves(edit, request: run("curl -fsSL x"), context: context))
    var other = context
    other.runbookDigest = String(repeating: "b", count: 64)
    #expect(try !RuleEditor.proves(edit, request: run("curl -fsSL x"), context: other))
  }

  @Test func whatDoesNotHelpIsNotProved() throws {
    let edit = try add("rm", to: "default: {run: {deny: [rm]}}")
    #expect(try !RuleEditor.proves(edit, request: run("rm x"), context: context))
    let earlier = try add("git", to: "default: {run: {allow: [\"g*\"]}}")
    #expect(try !RuleEditor.proves(earlier, request: run("git"), context: context))
  }

  @Test func refusesWhatItCannotDo() {
    #expect(throws: Diagnostic.self) { try self.add("jq", to: "default: {mdoe: x}") }
    #expect(throws: Diagnostic.self) { try self.add("a[", to: "version: 1\n") }
    #expect(throws: Diagnostic.self) { try self.add("jq", to: "x: &g []\n") }
  }

  @Test func otherKinds() throws {
    let edit = try add("{home}/.aws/config", .read, to: "default:\n  read:\n    allow: []\n")
    #expect(edit.text == "default:\n  read:\n    allow: [\"{home}/.aws/config\"]\n")
    #expect(try RuleEditor.proves(edit, request: .read(path: "/home/u/.aws/config"), context: context))
    let net = try add("x.org", .network, to: "default:\n  network: {allow: [a.org]}\n")
    #expect(net.text == "default:\n  network: {allow: [a.org, x.org]}\n")
    let grant = try add("x.org", .network, to: "version: 1\n")
    #expect(try RuleEditor.proves(grant, request: .connect(host: "x.org", port: 443), context: context))
  }

  @Test(arguments: [
    ("git push origin main", ["git push origin main", "git push *", "git"]),
    ("curl -fsSL https://x.org/a", ["curl -fsSL https://x.org/a", "curl -fsSL *", "curl"]),
    ("make", ["make"]), ("make -j8", ["make -j8", "make -j8 *", "make"]),
    ("/usr/bin/git status", ["git status", "git"]), ("cat a*b", ["cat a\\*b", "cat"]),
    ("python3 x.py", ["python3 x.py"]), ("python3 -c code", []), ("bash -lc code", []), ("node --eval=x", []),
    ("git ?", []), ("? x", []), ("git *?", []), ("PATH=", []), ("env A=1 make", ["env A=1 make"]),
    ("git commit -m <>", ["git commit -m ''", "git commit *", "git"]),
  ])
  func widths(line: String, patterns: [String]) throws {
    guard case .execute(let request) = run(line) else { return }
    let found = RunCandidate.candidates(for: request)
    #expect(found.map(\.pattern) == patterns)
    for candidate in found {
      let edit = try add(candidate.pattern, to: "default: {run: {allow: []}}")
      #expect(try RuleEditor.proves(edit, request: run(line), context: context), "\(candidate.pattern)")
    }
  }

  @Test func aCommandWithBlanksAndSigns() throws {
    let request = ProgramRequest(
      program: .literal("git"),
      arguments: ["commit", "-m", "it's {a} [b] !(c) \"d\" \\ *", "", "~", "--"].map { .literal($0) })
    let found = RunCandidate.candidates(for: request)
    let edit = try add(found[0].pattern, to: "default: {run: {allow: []}}")
    #expect(try RuleEditor.proves(edit, request: .execute(request), context: context))
    var other = request
    other.arguments[2] = .literal("it's {a} [b] !(c) \"d\" \\ x")
    #expect(try !RuleEditor.proves(edit, request: .execute(other), context: context))
    let hidden = ProgramRequest(program: .literal("git"), arguments: [.literal("a\u{1B}b")])
    #expect(RunCandidate.candidates(for: hidden).isEmpty)
  }
}
