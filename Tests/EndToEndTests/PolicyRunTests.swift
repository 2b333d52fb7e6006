import Foundation
import TestKit
import Testing

/// Which commands run under which policy and options, and which program a rule's name stands for.
@Suite struct PolicyRunTests {
  struct Case: CustomTestStringConvertible {
    var policy: String?
    var options: [String]
    var status: Int32
    var testDescription: String {
      "\((policy ?? "built-in").debugDescription) \(options.joined(separator: " "))"
    }

    init(_ policy: String?, _ options: [String], _ status: Int32) {
      self.policy = policy
      self.options = options
      self.status = status
    }
  }

  private static let prompted = "default: {mode: prompted, run: {allow: [tr]}}\n"
  private static let execute = "default: {mode: execute, run: {allow: [tr]}}\n"
  private static let deny = "default: {mode: deny, run: {allow: [tr]}}\n"
  private static let listed = "default: {mode: prompted, run: {allow: [expr]}}\n"
  private static let forbidden = "default: {mode: execute, run: {allow: [tr], deny: [expr]}}\n"

  /// The step starts `expr`.
  @Test(arguments: [
    Case(nil, [], 77), Case(nil, ["--yes"], 0), Case(nil, ["--allow-run", "expr"], 0),
    Case(nil, ["--allow-run=tr,expr"], 0), Case(nil, ["--allow-run", "tr", "--allow-run", "expr"], 0),
    Case(nil, ["--allow-run", "tr"], 77), Case(nil, ["--allow-all"], 0),
    Case(prompted, [], 77), Case(prompted, ["--yes"], 0), Case(prompted, ["--yes", "--non-interactive"], 77),
    Case(prompted, ["--non-interactive"], 77), Case(prompted, ["--deny-all"], 77),
    Case(prompted, ["--deny-all", "--yes"], 77), Case(prompted, ["--deny-all", "--allow-all"], 77),
    Case(prompted, ["--deny-all", "--allow-run", "expr"], 0),
    Case(execute, [], 0), Case(execute, ["--non-interactive"], 0), Case(execute, ["--deny-all"], 77),
    Case(deny, [], 77), Case(deny, ["--yes"], 77), Case(deny, ["--allow-run", "expr"], 0),
    Case(deny, ["--allow-all"], 0),
    Case(listed, [], 0), Case(listed, ["--deny-all"], 0),
    Case(forbidden, [], 77), Case(forbidden, ["--yes"], 77), Case(forbidden, ["--allow-run", "expr"], 0),
    Case(forbidden, ["--allow-all"], 0),
    Case("extends: builtin\ndefault: {run: {allow: [expr]}}\n", [], 0),
    Case("default: {mode: execute, run: {deny: [\"expr 1 +*\"]}}\n", [], 77),
    Case("default: {mode: execute, run: {deny: [\"expr 2 *\"]}}\n", [], 0),
    Case("presets: [read-tools]\n", [], 77), Case("presets: [read-tools]\ndefault: {mode: execute}\n", [], 0),
    Case("overrides: [{runbook: \"*.runbook.md\", run: {allow: [expr]}}]\n", [], 0),
    Case("overrides: [{runbook: \"other/*\", run: {allow: [expr]}}]\n", [], 77),
    Case("overrides: [{runbook: \"a.*\", mode: execute}]\n", [], 0),
    Case(
      "default: {run: {deny: [expr]}}\noverrides: [{runbook: \"a.*\", run: {undeny: [expr], allow: [expr]}}]\n",
      [], 0),
    Case("default: {run: {deny: [expr]}}\noverrides: [{runbook: \"a.*\", run: {allow: [expr]}}]\n", [], 77),
    Case(
      "grants: [{type: run, pattern: expr, scope: permanent, runbook: a.runbook.md, grantedAt: 2026-01-01T00:00:00Z}]\n",
      [], 0),
    Case(
      "grants: [{type: run, pattern: expr, scope: permanent, runbook: b.runbook.md, grantedAt: 2026-01-01T00:00:00Z}]\n",
      [], 77),
  ])
  func modesAndOptions(_ item: Case) throws {
    let project = try TemporaryProject()
    if let policy = item.policy { try project.write(".rundownrc.yaml", policy) }
    try project.write("a.runbook.md", runbook("echo begun\nexpr 1 + 2"))
    let result = try project.rundown(["run", "a.runbook.md"] + item.options)
    #expect(result.status == item.status, "\(result.all)")
    #expect(result.output.contains("\n3\n") == (item.status == 0), "\(result.all)")
    #expect(result.output.contains("begun\n") == (item.status == 0), "a refused step has not begun")
    #expect(result.errors.contains("refused: expr") == (item.status == 77), "\(result.errors)")
  }

  @Test func aRefusalCannotBeRoutedAround() throws {
    let project = try TemporaryProject()
    try project.write(
      "a.md",
      "## 1. A\n\n- FAIL RETRY 3 GOTO Other\n\n```sh\nexpr 1\n```\n\n## Other\n\n```sh\necho other\n```\n")
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 77 && !result.output.contains("other") && !result.output.contains("try 2"))
    let status = try project.rundown("status")
    #expect(
      status.output.contains("refused") && status.output.contains("expr is not allowed"), "\(status.all)")
    #expect(try project.rundown("resume").status == 66, "a refused run is over")
  }

  @Test func thePolicyOfTheFlagIsTheOnlyOne() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", Self.forbidden)
    try project.write("other/p.json", "{\"default\": {\"mode\": \"execute\"}}")
    try project.write("a.md", runbook("expr 1 + 2"))
    #expect(try project.rundown("run", "a.md").status == 77)
    let result = try project.rundown("run", "--policy", "other/p.json", "a.md")
    #expect(result.status == 0 && result.output.contains("policy other/p.json (execute)"), "\(result.all)")
    // A manual step that goes on in another process needs the flag again, and gets it.
    try project.write("b.md", "## 1. Ask\n\nReady?\n\n## 2. Do\n\n```sh\nexpr 1 + 2\n```\n")
    #expect(try project.rundown("run", "--policy", "other/p.json", "b.md").status == 75)
    #expect(try project.rundown("pass", "--policy", "other/p.json").status == 0)
  }

  @Test func flagsContradict() throws {
    let project = try TemporaryProject()
    try project.write("a.md", runbook("true"))
    let result = try project.rundown("run", "--no-sandbox", "--sandbox-strict", "a.md")
    #expect(result.status == 2 && result.errors.contains("--no-sandbox"), "\(result.errors)")
  }

  // MARK: which file a name stands for

  @Test func aProgramInTheProjectDoesNotRunUnderAnotherOnesRule() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", "default: {mode: prompted, run: {allow: [expr, tool]}}\n")
    let planted = "#!/bin/sh\necho planted\n"
    for name in ["expr", "bin/expr", "node_modules/.bin/expr", "bin/tool"] {
      try project.write(name, planted, mode: 0o755)
    }
    // The project's folders stand first in the user's PATH, and the working directory too.
    let path = ":.:\(project.root)/bin:\(project.root)/node_modules/.bin:/usr/bin:/bin"
    try project.write("a.md", runbook("expr 1 + 2\ncommand -v expr"))
    let result = try project.rundown(["run", "a.md"], environment: ["PATH": path])
    #expect(result.status == 0 && result.output.contains("3\n"), "\(result.all)")
    #expect(!result.output.contains("planted") && result.output.contains("/usr/bin/expr"), "\(result.all)")
    // By its path it is another program, which no rule lists.
    for text in ["./expr 1", "bin/expr 1", "\(project.root)/bin/expr", "PATH=\(project.root)/bin expr 1"] {
      try project.write("b.md", runbook(text))
      let other = try project.rundown(["run", "b.md"], environment: ["PATH": path])
      #expect(!other.output.contains("planted"), "\(text): \(other.all)")
      #expect(other.status != 0, "\(text): \(other.all)")
    }
  }

  // MARK: the environment

  @Test func theStepSeesWhatThePolicyLetsThrough() throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, env: {allow: [PATH, \"APP_*\", LITERAL, LD_PRELOAD_X], deny: [\"*_TOKEN\"]}}\n"
    )
    try project.write("a.md", runbook("env | sort"))
    let given = [
      "APP_NAME": "app", "APP_TOKEN": "secret1", "OTHER": "secret2", "AWS_SECRET_ACCESS_KEY": "secret3",
      "BASH_ENV": "/tmp/x", "LD_PRELOAD": "", "PS4": "$(id)", "LITERAL": "line\nTWO=2",
      "BASH_FUNC_ls%%": "() { :; }",
      "LANG": "C.UTF-8",
    ]
    let result = try project.rundown(["run", "a.md"], environment: given)
    #expect(result.status == 0, "\(result.all)")
    let lines = Set(result.output.split(separator: "\n").map(String.init))
    #expect(lines.contains("APP_NAME=app") && lines.contains("LITERAL=line"))
    for name in [
      "APP_TOKEN", "OTHER", "AWS_", "BASH_ENV", "LD_PRELOAD", "PS4", "BASH_FUNC", "HOME", "LANG", "secret",
    ] {
      #expect(!lines.contains { $0.hasPrefix(name) || $0.contains("secret") }, "\(name): \(result.output)")
    }
    #expect(lines.contains("RD_STEP=1") && lines.contains { $0.hasPrefix("RD_RUN_ID=r-") })
    let more = try project.rundown(
      ["run", "--allow-env", "APP_TOKEN,OTHER", "a.md"], environment: given)
    #expect(
      more.output.contains("APP_TOKEN=***\n") && more.output.contains("OTHER=secret2\n"), "\(more.all)")
    let all = try project.rundown(["run", "--allow-all", "a.md"], environment: given)
    #expect(all.output.contains("AWS_SECRET_ACCESS_KEY=***\n"), "\(all.all)")
  }

  @Test func theBuiltInPolicyKeepsSecretsAway() throws {
    let project = try TemporaryProject()
    try project.write("a.md", runbook("env"))
    let given = [
      "GITHUB_TOKEN": "t", "SSH_AUTH_SOCK": "/s", "NODE_ENV": "test", "npm_config_x": "1", "GIT_DIR": "/x",
    ]
    let result = try project.rundown(["run", "--allow-run", "env", "a.md"], environment: given)
    #expect(
      result.output.contains("NODE_ENV=test") && result.output.contains("npm_config_x=1"), "\(result.all)")
    for name in ["GITHUB_TOKEN", "SSH_AUTH_SOCK", "GIT_DIR"] { #expect(!result.output.contains(name)) }
  }
}
