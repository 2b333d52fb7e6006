import Foundation
import TestKit
import Testing

/// What only the run knows is decided when it starts, by the rules that the text is judged by.
@Suite(.enabled(if: LiveGate.isThere, "no gate on program starts here")) struct LiveGateTests {
  static let policy = """
    version: 1
    default:
      mode: prompted
      run:
        allow: [echo, cat, xargs, find, env, sh, bash, make, expr, cp, ln, mkdir, chmod, base64, nice, "{repo}/tool"]
        deny: [id, "expr 9 *"]
      write: {allow: ["{repo}/w/**"]}
    """

  private func project(_ policy: String = LiveGateTests.policy) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", policy)
    try project.write("w/keep", "")
    return project
  }

  private func run(
    _ text: String, _ policy: String = LiveGateTests.policy, shell: String = "sh", _ options: String...
  )
    throws -> ProgramResult
  {
    let project = try project(policy)
    try project.write("tool", "#!/bin/sh\nid -u\n", mode: 0o755)
    try project.write("lib", "X=$(echo id); $X -u\n")
    try project.write("Makefile", "all:\n\t@id -u\n")
    try project.write("a.runbook.md", runbook(text, shell: shell))
    return try project.rundown(["run", "a.runbook.md"] + options)
  }

  static let hidden: [String] = [
    "X=$(echo id); $X -u", "eval \"$(echo aWQgLXU= | base64 -d)\"", ". ./lib",
    "X=$(echo id); echo x | xargs $X",
    "f() { \"$@\"; }; f id -u", "X=$(echo id); find . -maxdepth 0 -exec $X -u ';'", "X=$(echo id); env $X -u",
    "X=$(echo id); nice $X -u",
    "echo 'id -u' > w/s; sh w/s", "X=$(echo id -u); sh -c \"$X\"",
    "ln -s /usr/bin/id w/l; X=$(echo w/l); $X",
    "ln /usr/bin/id w/h || cp /usr/bin/id w/h; X=$(echo w/h); $X", "X=$(printf '\\151d'); $X",
    "X=$(echo expr); $X 9 + 1",
    "X=$(echo /usr/bin/id); $X", "X=$(echo /usr/bin/../bin/id); cd /; $X",
  ]

  @Test(arguments: hidden)
  func whatIsHiddenIsRefused(_ text: String) throws {
    let result = try run(text + "\necho AFTER")
    #expect(result.status == 77, "\(result.all)")
    #expect(!result.output.contains("AFTER"), "\(result.all)")
    #expect(result.errors.contains("refused:"), "\(result.all)")
    #expect(result.errors.contains("about to start it: sh > "), "\(result.all)")
  }

  @Test func theRefusalNamesTheChainAndTheWayOut() throws {
    let result = try run("X=$(echo id); echo -u | xargs env $X", Self.policy)
    #expect(result.status == 77)
    #expect(result.errors.contains("a.runbook.md:4: refused: id is denied by \"id\""), "\(result.all)")
    #expect(result.errors.contains("sh > xargs > env > id"), "\(result.all)")
    #expect(result.errors.contains("--allow-run id"), "\(result.all)")
  }

  @Test(arguments: [
    "X=$(echo echo); $X done", "eval \"$(echo echo done)\"", "echo done | xargs echo", "./tool", "make",
    "X=$(echo expr); $X 8 + 1",
    "X=$(echo cat); $X w/keep", "Y=w/keep; cat \"$Y\"",
  ])
  func whatIsAllowedRunsWithoutAQuestion(_ text: String) throws {
    let result = try run(text, Self.policy, "--non-interactive")
    #expect(result.status == 0, "\(result.all)")
  }

  @Test func noTransitionRoutesAroundIt() throws {
    let project = try project()
    try project.write(
      "a.runbook.md",
      "## 1. One\n\n- FAIL GOTO 2\n\n```sh\nX=$(echo id); $X || true\n```\n\n## 2. Two\n\n```sh\necho TWO\n```\n"
    )
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 77, "\(result.all)")
    #expect(!result.output.contains("TWO"), "\(result.all)")
  }

  @Test func treeAsksAboutEverything() throws {
    let tree = Self.policy.replacingOccurrences(of: "mode: prompted", with: "mode: prompted\n  gate: tree")
    for text in ["make", "./tool"] {
      #expect(try run(text).status == 0)
      let result = try run(text, tree)
      #expect(result.status == 77, "\(result.all)")
      #expect(result.errors.contains("> id"), "\(result.all)")
    }
  }

  @Test func staticAsksAboutTheText() throws {
    let text = Self.policy.replacingOccurrences(of: "mode: prompted", with: "mode: prompted\n  gate: static")
    let result = try run("X=$(echo echo); $X done", text, "--non-interactive")
    #expect(result.status == 77, "\(result.all)")
    #expect(result.errors.contains("only the run knows"), "\(result.all)")
    #expect(try run("X=$(echo echo); $X done", Self.policy, "--non-interactive").status == 0)
  }

  /// A mode that allows what no rule lists still refuses what a rule denies, under any name.
  @Test(arguments: [
    "X=$(echo id); $X", "cp /usr/bin/expr w/id; X=$(echo w/id); $X 1",
    "ln /usr/bin/id w/other || exit 9; X=$(echo w/other); $X",
    "X=$(echo /lib64/ld-linux-x86-64.so.2); $X /usr/bin/id",
    "printf '#!/bin/sh\\nid\\n' > w/s; chmod +x w/s; X=$(echo w/s); $X",
    "printf '#!/usr/bin/id\\n' > w/s; chmod +x w/s; X=$(echo w/s); $X", "perl -e 'exec(\"i\".\"d\")'",
    "perl -e 'system(\"i\".\"d; true\")'", "awk 'BEGIN { system(\"i\" \"d\") }'",
  ])
  func otherNamesOfADeniedProgram(_ text: String) throws {
    let open = Self.policy.replacingOccurrences(of: "mode: prompted", with: "mode: execute")
    let result = try run(text, open)
    #expect(result.status == 77 || result.status == 1 && result.output.contains("exit 9"), "\(result.all)")
    #expect(!result.output.contains("uid="), "\(result.all)")
  }

  /// A rule by name means the file that PATH gives, and no other that has its name.
  @Test func aPlantedProgramIsAnother() throws {
    let result = try run(
      "cp /usr/bin/env w/expr; PATH=w:$PATH; X=$(echo expr); $X", Self.policy, "--allow-run", "PATH=")
    #expect(result.status == 77, "\(result.all)")
    #expect(result.errors.contains("w/expr"), "\(result.all)")
  }

  @Test func variablesThatSteerProgramsAreSeen() throws {
    let result = try run("X='LD_PRELOAD=w/x.so expr 1'; eval \"$X\"")
    #expect(result.status == 77, "\(result.all)")
    #expect(result.errors.contains("LD_PRELOAD="), "\(result.all)")
  }

  @Test func eventsTellWhatStarted() throws {
    let result = try run("X=$(echo expr); $X 1; X=$(echo id); $X", Self.policy, "--json")
    #expect(result.status == 77, "\(result.all)")
    let lines = result.output.split(separator: "\n").filter { $0.contains("\"exec_decided\"") }
    #expect(
      lines.contains { $0.contains("\"allow\"") && $0.contains("\"chain\":[\"sh\",\"expr\"]") },
      "\(result.all)")
    #expect(
      lines.contains { $0.contains("\"deny\"") && $0.contains("\"chain\":[\"sh\",\"id\"]") }, "\(result.all)")
  }

  @Test func thePlanSaysWhatIsDecidedLive() throws {
    let project = try project()
    try project.write("a.runbook.md", runbook("X=$(echo echo); $X done"))
    let result = try project.rundown("plan", "a.runbook.md")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("LIVE"), "\(result.all)")
  }

  /// A program is kept on one processor until it is held; of that it sees nothing, however busy the machine is.
  @Test func theProcessorsOfAProgramAreItsOwn() throws {
    let text =
      "X=$(echo cat); for i in 1 2 3 4; do (for j in 1 2 3 4 5 6 7 8 9; do $X /proc/self/status; done) & done; wait"
    let result = try run(text)
    let seen = result.output.split(separator: "\n").filter { $0.contains("Cpus_allowed:") }
      .compactMap { $0.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " }).last }
    let own = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
      .first { $0.hasPrefix("Cpus_allowed:") }?.split(separator: "\t").last
    #expect(result.status == 0 && seen.count == 36, "\(result.all)")
    #expect(Set(seen) == [try #require(own)], "\(result.all)")
  }

  @Test(arguments: [("y\r", 0), ("s\r", 0), ("n\r", 77)] as [(String, Int32)])
  func aPersonIsAsked(_ keys: String, _ status: Int32) throws {
    let project = try project()
    try project.write("a.runbook.md", runbook("X=$(echo uname); $X; $X; echo END"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    #expect(session.text.contains("uname") && session.text.contains("about to start"), "\(session.text)")
    session.type(keys, after: 0.4)
    #expect(session.finish() == status, "\(session.text)")
  }
}

/// Questions that are answered elsewhere, withdrawn, or learned from.
@Suite(.enabled(if: LiveGate.isThere, "no gate on program starts here")) struct ApprovalTests {
  private func project(_ text: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", LiveGateTests.policy)
    try project.write("a.runbook.md", runbook(text))
    return project
  }

  private func pending(_ project: TemporaryProject) throws -> [[String: Any]] {
    let result = try project.rundown("approve", "--json")
    return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]] ?? []
  }

  @Test(arguments: [("once", 0), ("session", 0), ("deny", 77), ("stop", 130)] as [(String, Int32)])
  func anAnswerFromElsewhere(_ word: String, _ status: Int32) throws {
    let project = try project("X=$(echo uname); $X; echo END > w/end || true")
    let process = try project.start("run", "--approve-within", "30s", "a.runbook.md")
    defer { process.terminate() }
    #expect(try eventually { try !pending(project).isEmpty })
    let question = try #require(try pending(project).first)
    let id = try #require(question["id"] as? String)
    #expect(question["commands"] as? [String] == ["uname"])
    let shown = try project.rundown("approve", id)
    #expect(shown.output.contains("program   uname") && shown.output.contains("via       sh"), "\(shown.all)")
    #expect(try project.rundown("approve", id, "perhaps").status == 2)
    #expect(try project.rundown("approve", "123456", "once").status == 66)
    #expect(try project.rundown("approve", id, word).status == 0)
    process.waitUntilExit()
    #expect(process.terminationStatus == status)
    #expect(try project.rundown("approve").output == "nothing waits for an answer\n")
  }

  @Test func anAnswerNeedsItsToken() throws {
    let project = try project("X=$(echo uname); $X")
    #expect(try project.rundown("run", "--approve-token", "a.runbook.md").status == 2)
    let session = try project.terminal(
      "run", "--approve-within", "30s", "--approve-token", "a.runbook.md", columns: 200)
    try #require(session.wait(for: "approve --token "), "\(session.text)")
    let token = try #require(
      session.text.components(separatedBy: "approve --token ").last.map { String($0.prefix(32)) })
    let question = try #require(try pending(project).first)
    let id = try #require(question["id"] as? String)
    #expect(!"\(question)".contains(token), "the token itself is stored")
    let refused = try project.rundown("approve", id, "once")
    #expect(refused.status == 77 && refused.errors.contains("with its token alone"), "\(refused.all)")
    #expect(try project.rundown("approve", "--token", String(token.reversed()), "once").status == 66)
    // Who writes the answer itself, without the token, is not heard.
    try project.write(".rundown/approvals/\(id).answer", "once\nroot\n\n", mode: 0o600)
    try #require(session.wait(for: "without its token does not count"), "\(session.text)")
    #expect(try project.rundown("approve", "--token", "-", "once", input: token + "\n").status == 0)
    #expect(session.finish() == 0, "\(session.text)")
    #expect(session.text.contains("completed  1 passed"), "\(session.text)")
  }

  @Test func anAnswerThatDoesNotComeIsNo() throws {
    let project = try project("X=$(echo uname); $X")
    let result = try project.rundown("run", "--approve-within", "1s", "a.runbook.md")
    #expect(result.status == 77, "\(result.all)")
    #expect(result.errors.contains("not answered in time"), "\(result.all)")
  }

  @Test func theTextIsAskedAboutElsewhereToo() throws {
    let project = try project("uname")
    let process = try project.start("run", "--approve-within", "30s", "a.runbook.md")
    defer { process.terminate() }
    #expect(try eventually { try !pending(project).isEmpty })
    let id = try #require(try pending(project).first?["id"] as? String)
    #expect(try project.rundown("approve", id, "once").status == 0)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func aQuestionIsWithdrawnWhenWhoAskedHasGone() throws {
    let project = try project(
      "( X=$(echo uname); exec $X ) & A=$!; echo | { read -r x; }; timeout 1.5 cat /dev/zero > /dev/null; kill -9 $A; echo END"
    )
    try project.write(
      ".rundownrc.yaml",
      LiveGateTests.policy.replacingOccurrences(of: "[echo,", with: "[timeout, kill, echo,"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    #expect(session.wait(for: "withdrawn"), "\(session.text)")
    #expect(session.finish() == 0, "\(session.text)")
  }

  @Test func aShellGoesOnAfterARefusal() throws {
    let project = try project("true")
    let session = try project.terminal("shell")
    session.type("uname -s\r", after: 1)
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    session.type("n\r", after: 0.4)
    #expect(session.wait(for: "refused: bash > uname"), "\(session.text)")
    session.type("id -u\r", after: 0.3)
    #expect(session.wait(for: "refused: bash > id"), "\(session.text)")
    session.type("echo ST''ILL; exit 3\r", after: 0.3)
    #expect(session.wait(for: "STILL"), "\(session.text)")
    #expect(session.finish() == 3, "\(session.text)")
  }

  @Test func whatARunNeedsIsLearned() throws {
    let project = try project(
      "X=$(echo uname); $X -s; echo 1; tr a b < w/x; tr c d < w/x; tr e f < w/x; basename /a")
    try project.write("w/x", "x")
    let result = try project.rundown("policy", "learn", "a.runbook.md", "--write", "learned.yaml")
    #expect(result.status == 0, "\(result.all)")
    for line in ["- \"uname -s\"", "- tr ", "- \"basename /a\""] {
      #expect(result.output.contains(line), "\(line): \(result.all)")
    }
    #expect(try project.rundown("policy", "check", "learned.yaml").status == 0)
    let again = try project.rundown("run", "--policy", "learned.yaml", "--non-interactive", "a.runbook.md")
    #expect(again.status == 0, "\(again.all)")
    // Files are refused still, and told as grants that make the run go on; what a rule denies is not among them.
    let files = try self.project("cat key.pem; cat ~/notes; echo x > made")
    try files.write("key.pem", "k")
    try Data("n\n".utf8).write(to: URL(fileURLWithPath: files.home + "/notes"))
    let learned = try files.rundown("policy", "learn", "a.runbook.md")
    #expect(
      learned.output.contains("{type: write, pattern: \"{repo}/made\", scope: permanent}"), "\(learned.all)")
    #expect(learned.output.contains("# not learned, because it is denied: read \(files.root)/key.pem"))
    #expect(!learned.output.contains("pattern: \"{repo}/key.pem"))
    // What is denied is not learned.
    let other = try self.project("id")
    let denied = try other.rundown("policy", "learn", "a.runbook.md")
    #expect(denied.status == 77 && denied.output.contains("# not learned"), "\(denied.all)")
  }
}

/// Whether this machine has the gate.
enum LiveGate {
  static let isThere: Bool = {
    guard let project = try? TemporaryProject() else { return false }
    _ = try? project.write("a.runbook.md", runbook("X=$(echo id); $X"))
    _ = try? project.write(".rundownrc.yaml", LiveGateTests.policy)
    return (try? project.rundown("plan", "a.runbook.md"))?.output.contains("LIVE") ?? false
  }()
}
