import Commands
import JSON
import Linux
import Policy
import SourceText
import Testing

private final class Project {
  let root: String

  init(_ policy: String? = nil) throws {
    root = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    if let policy { try write(".rundownrc.yaml", policy) }
  }

  deinit { try? FileSystem.removeTree(root) }

  func write(_ name: String, _ text: String) throws {
    try FileSystem.writeFileAtomically(root + "/" + name, Array(text.utf8), mode: 0o644)
  }

  var environment: Environment {
    Environment(variables: ["HOME": "/home/u", "TMPDIR": "/tmp", "PATH": "/usr/bin"])
  }

  func explain(
    asJSON: Bool = false, policy: String? = nil, options: PolicyOptions = PolicyOptions(),
    _ change: (inout PolicyQuestion) -> Void
  ) -> PolicyReport {
    var question = PolicyQuestion()
    change(&question)
    return PolicyReports.explain(
      question, policy: policy, runbook: nil, options: options, environment: environment, asJSON: asJSON,
      from: root
    ) { text, _, evaluator in
      if text == "(" { return .notUnderstood(message: "unclosed", help: "close it") }
      let programs = text.split(separator: "|").map { part -> ExplainedProgram in
        let words = part.split(separator: " ").map { Argument.literal(String($0)) }
        let request = ProgramRequest(program: words[0], arguments: Array(words.dropFirst()))
        return ExplainedProgram(command: part.trimmed, decision: evaluator.decide(.execute(request)), via: "")
      }
      return .programs(programs)
    }
  }
}

extension Substring {
  fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}

@Suite struct PolicyReportTests {
  @Test func checkFindsAllProblems() throws {
    let project = try Project("default:\n  mdoe: deny\n  run: {alow: [x]}\n")
    let report = PolicyReports.check([], asJSON: false, from: project.root)
    #expect(report.code == .invalidPolicy)
    #expect(
      report.errors == """
        .rundownrc.yaml:2:3: error: `default` has no key `mdoe` (PO002)
          help: did you mean `mode`?
        .rundownrc.yaml:3:9: error: `run` has no key `alow` (PO002)
          help: did you mean `allow`?

        """)
    let json = try JSONParser.parse(text: PolicyReports.check([], asJSON: true, from: project.root).output)
    #expect(json["valid"] == false)
    #expect(json["problems"]?.array?.count == 2)
    let file = project.root + "/.rundownrc.yaml"
    #expect(PolicyReports.check([file], asJSON: false).output.hasPrefix(file + ":2:3: error: "))
    let missing = PolicyReports.check([file, "/nowhere/x.yaml"], asJSON: false)
    #expect(missing.code == .invalidPolicy)
    #expect(missing.errors.contains("/nowhere/x.yaml: error: the policy cannot be read"))
    #expect(PolicyReports.check(["/nowhere/x.yaml"], asJSON: false).code == .notFound)
  }

  @Test func checkListsEveryUndeny() throws {
    let project = try Project(
      "default: {run: {deny: [rm]}}\noverrides:\n  - {runbook: \"x/**\", run: {undeny: [rm]}}\ngrants: []\n")
    let report = PolicyReports.check([], asJSON: false, from: project.root)
    #expect(report.code == .success)
    #expect(
      report.output == """
        .rundownrc.yaml:3:38: review: for `x/**` no run deny rule counts against `rm` (undeny)
        .rundownrc.yaml: ok, 2 rules, 1 override, 0 grants

        """)
    let json = try JSONParser.parse(text: PolicyReports.check([], asJSON: true, from: project.root).output)
    #expect(json["undeny"]?.array?.first?["pattern"] == "rm")
    #expect(
      PolicyReports.check([], asJSON: false, from: try Project().root).output.hasPrefix("no policy document"))
  }

  @Test func showNamesOrigins() throws {
    let project = try Project("default:\n  mode: deny\n  run: {allow: [\"a b\"]}\n  limits: {timeout: 90s}\n")
    func show(_ asJSON: Bool) -> PolicyReport {
      var options = PolicyOptions()
      options.allowRun = ["jq"]
      return PolicyReports.show(
        policy: nil, runbook: nil, options: options, environment: project.environment, asJSON: asJSON,
        from: project.root)
    }
    let text = show(false).output
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    for row in [
      "policy .rundownrc.yaml", "mode deny .rundownrc.yaml:2", "sandbox prefer built-in",
      "limits.timeout 1m30s .rundownrc.yaml:4", "run.allow", "jq --allow-run", "a b .rundownrc.yaml:3",
      "env.deny",
      "*_TOKEN built-in", "protect", ".git/hooks built-in",
    ] {
      #expect(rows.contains(row), "\(row)")
    }
    #expect(!rows.contains("git built-in"))
    let json = try JSONParser.parse(text: show(true).output)
    let rules = json["rules"]?.array ?? []
    #expect(
      rules.contains([
        "list": "run.allow", "pattern": "a b", "origin": "document", "file": ".rundownrc.yaml", "line": 3,
      ]))
    #expect(json["settings"]?["mode"]?["value"] == "deny")
  }

  @Test func explainDecidesWithoutRunning() throws {
    let project = try Project("default: {run: {allow: [cat], deny: [\"kubectl delete *\"]}}")
    let denied = project.explain { $0.command = "cat x | kubectl delete pod x | jq" }
    #expect(denied.code == .refused)
    #expect(
      denied.output == """
        1  cat x                  allow   run.allow "cat"   .rundownrc.yaml:1
               cat is allowed by "cat" (.rundownrc.yaml:1, run.allow)
        2  kubectl delete pod x   DENY    run.deny "kubectl delete *"   .rundownrc.yaml:1
               kubectl is denied by "kubectl delete *" (.rundownrc.yaml:1, run.deny)
          help: allow it for this run:   --allow-run kubectl
                or in .rundownrc.yaml:   overrides: [{runbook: NAME.runbook.md, run: {undeny: [kubectl], allow: [kubectl]}}]   (needs review)
        3  jq                     ask
               jq must be asked for (no rule lists it; mode prompted)
          help: allow it for this run:   --allow-run jq
                or in .rundownrc.yaml:   default.run.allow: [jq]
        verdict  DENY   it would be refused (exit 77)

        """)
    #expect(project.explain { $0.command = "cat x" }.code == .success)
    #expect(project.explain { $0.command = "jq" }.code == .success)
    var options = PolicyOptions()
    options.nonInteractive = true
    #expect(project.explain(options: options) { $0.command = "jq" }.code == .refused)
    let json = try JSONParser.parse(text: project.explain(asJSON: true) { $0.command = "jq" }.output)
    #expect(json["verdict"] == "ask")
    #expect(json["decisions"]?.array?.first?["remedies"]?.array?.first?["flag"] == "--allow-run jq")
    #expect(project.explain { $0.command = "(" }.errors.contains("unclosed"))
    #expect(project.explain { $0.command = "(" }.code == .refused)
  }

  @Test func explainOtherKinds() throws {
    let project = try Project()
    try project.write(".env", "")
    try FileSystem.makeDirectories(project.root + "/dist")
    try FileSystem.makeSymbolicLink(project.root + "/dist/link", to: "/etc")
    #expect(project.explain { $0.read = "sub/../.env" }.output.contains("denied by \"**/.env\""))
    #expect(project.explain { $0.read = "README.md" }.output.contains("verdict  allow"))
    #expect(project.explain { $0.write = "dist/new/file" }.code == .success)
    #expect(project.explain { $0.write = "dist/link/file" }.output.contains("write /etc/file"))
    #expect(project.explain { $0.env = "NPM_TOKEN" }.code == .refused)
    #expect(project.explain { $0.net = "example.com:443" }.output.contains("network mode deny"))
    #expect(project.explain { $0.net = "a b" }.code == .usage)
    #expect(project.explain { _ in }.code == .usage)
    var options = PolicyOptions()
    options.allowRun = ["a["]
    let bad = project.explain(options: options) { $0.command = "x" }
    #expect(bad.code == .usage)
    #expect(bad.errors.contains("`a[` (--allow-run): a `[` is not closed"))
    #expect(project.explain(policy: "none.yaml") { $0.command = "x" }.code == .invalidPolicy)
  }

  @Test func initWritesAGoodDocument() throws {
    let project = try Project()
    #expect(PolicyReports.makeDocument(asJSON: false, from: project.root).code == .success)
    #expect(PolicyReports.check([], asJSON: false, from: project.root).code == .success)
    #expect(project.explain { $0.command = "cat x | git status" }.code == .success)
    let again = PolicyReports.makeDocument(asJSON: false, from: project.root)
    #expect(again.code == .usage)
    #expect(again.errors.contains("there is a policy already"))
  }

  @Test func grantsAreListed() throws {
    let project = try Project(
      """
      grants:
        - {type: run, pattern: jq, scope: permanent, runbook: x.md, grantedAt: 2026-01-31T12:00:00Z}
        - {type: env, pattern: X}
      """)
    let report = PolicyReports.grants(policy: nil, asJSON: false, from: project.root)
    #expect(report.output.contains(".rundownrc.yaml:2  run  jq  for x.md  since 2026-01-31T12:00:00Z\n"))
    #expect(report.output.contains(".rundownrc.yaml:3  env  X  without effect: scope session\n"))
    let json = PolicyReports.grants(policy: nil, asJSON: true, from: project.root).output
    #expect(json.split(separator: "\n").count == 2)
    #expect(try JSONParser.parse(text: String(json.prefix { $0 != "\n" }))["pattern"] == "jq")
    #expect(
      PolicyReports.grants(policy: nil, asJSON: false, from: try Project().root).output.hasPrefix("no grants")
    )
  }
}
