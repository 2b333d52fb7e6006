import Foundation
import TestKit
import Testing

/// Steps that hand their work to an agent: a stand-in that does what agents do, and what they should not.
@Suite struct AgentLeashTests {
  /// A project with an agent `fake` whose program is a script.
  private func project(_ script: String, policy: String = "") throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("fake-agent", "#!/bin/sh\n\(script)\n")
    #expect(try project.run(["/bin/chmod", "755", "fake-agent"]).status == 0)
    try project.write(
      ".rundownrc.yaml",
      """
      default:
        run: { allow: [cat, ls, id, bash, env, git, grep, sleep, mkdir, "true"] }
        read: { allow: ["{repo}/**"], deny: ["**/.env"] }
        write: { allow: ["{repo}/dist/**"] }
      \(policy)
      agents:
        fake: { programs: ["{repo}/fake-agent"], env: [FAKE_KEY], set: { FAKE_MODE: on } }
      """)
    try project.write(".env", "SECRET=canary-4711\n")
    return project
  }

  @Test func itsCommandsAreDecidedOnOneByOneAndItGoesOn() throws {
    let project = try project(
      """
      echo "agent $RUNDOWN_AGENT $* $FAKE_MODE"
      c=cu; bash -c "${c}rl --version"; echo "curl $?"
      ls fake-agent; cat .env; echo "secret $?"
      """)
    let result = try project.rundown("agent", "fake", "--", "do", "it's")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.hasPrefix("agent fake do it's on\n"), "\(result.output)")
    #expect(result.output.contains("curl 126\nfake-agent\nsecret 1\n") && !result.all.contains("canary-4711"))
    // The agent is told on its own stderr, the person by a warning with the chain.
    #expect(result.errors.contains("rundown: refused: curl is not allowed"), "\(result.errors)")
    #expect(result.errors.contains("> bash > curl") && result.errors.contains("--allow-run curl"))
    let journal = try project.rundown("audit", "show").output
    #expect(
      journal.split(separator: "\n").contains { $0.contains("exec_decided") && $0.contains("\"deny\"") })
    #expect(try project.rundown("audit", "verify").status == 0)
  }

  @Test func accessDecidesWhatIsWritten() throws {
    let project = try project(
      """
      mkdir -p dist; echo x > dist/a; echo "dist $?"
      echo x > made; echo "made $?"
      echo x > .git/hooks/pre-commit; echo "hook $?"
      echo x > .env; echo "env $?"
      echo x > "$TMPDIR/t" && echo "tmp ok"
      """)
    #expect(try project.run(["/usr/bin/git", "init", "-q"]).status == 0)
    let reading = try project.rundown("agent", "fake")
    #expect(reading.output == "dist 2\nmade 2\nhook 2\nenv 2\ntmp ok\n", "\(reading.all)")
    #expect(project.read("made") == nil)
    let writing = try project.rundown("agent", "fake", "--access", "write")
    #expect(writing.output == "dist 0\nmade 0\nhook 2\nenv 2\ntmp ok\n", "\(writing.all)")
    #expect(project.read("made") == "x\n" && project.read(".env") == "SECRET=canary-4711\n")
  }

  /// Its hooks and settings run when it is started the next time, without rundown.
  @Test func protectedPartsOfItsOwnFoldersStayAsTheyAre() throws {
    let project = try project(
      """
      echo x > ~/.fake/state && echo state
      echo x > ~/.fake/settings.json || echo settings; mkdir ~/.fake/hooks && echo x > ~/.fake/hooks/start
      echo x > ~/.fake/settings.local.json; ln -s /tmp ~/.fake/plugins; echo x > ~/.fake-state
      """)
    let policy = try #require(project.read(".rundownrc.yaml"))
    try project.write(
      ".rundownrc.yaml",
      policy.replacingOccurrences(
        of: "env: [FAKE_KEY]",
        with: """
          state: ["{home}/.fake", "{home}/.fake-state"], protect: ["{home}/.fake/settings*.json", \
          "{home}/.fake/hooks", "{home}/.fake/plugins"], env: [FAKE_KEY]
          """
      ).replacingOccurrences(of: "allow: [cat,", with: "allow: [ln, cat,"))
    try FileManager.default.createDirectory(
      atPath: project.home + "/.fake", withIntermediateDirectories: true)
    for (name, text) in [("/.fake/settings.json", "{}"), ("/.fake-state", "old")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: project.home + name))
    }
    let result = try project.rundown("agent", "fake")
    #expect(result.output == "state\nsettings\n", "\(result.all)")
    #expect(
      result.status == 77 && result.errors.contains("made \(project.home)/.fake/hooks"), "\(result.all)")
    let left = try FileManager.default.contentsOfDirectory(atPath: project.home + "/.fake").sorted()
    #expect(left == ["settings.json", "state"])
    #expect(try String(contentsOfFile: project.home + "/.fake-state", encoding: .utf8) == "x\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: project.root + "/.rundown/kept").count == 3)
  }

  @Test func itKnowsItsLimitsAndIsHardened() throws {
    let project = try project(
      """
      grep -c . "$RUNDOWN_CONTEXT" >/dev/null && grep -q 'cannot write anything' "$RUNDOWN_CONTEXT" && echo told
      env | grep -E '^(npm_config_ignore_scripts|GIT_TERMINAL_PROMPT|FAKE_KEY|AWS_KEY|https_proxy)=' | grep -c .
      git config commit.gpgsign
      """)
    let result = try project.rundown(
      ["agent", "fake"], environment: ["FAKE_KEY": "k", "AWS_KEY": "canary-4712"])
    #expect(result.output == "told\n4\nfalse\n", "\(result.all)")
  }

  @Test func anAgentStartsNoOther() throws {
    let project = try project("true")
    let result = try project.rundown(["agent", "fake"], environment: ["RUNDOWN_AGENT": "outer"])
    #expect(result.status == 77 && result.errors.contains("no other agent"), "\(result.all)")
  }

  @Test func aStepOfARunbookHasTheLeashAndTheNextOneNot() throws {
    let project = try project(
      "echo x > made; echo \"made $?\"; bash -c 'true; id -u' >/dev/null; echo \"id $?\"")
    try project.write(
      "a.md",
      """
      ## 1. Before

      ```sh
      mkdir -p dist && echo 1 > dist/before
      ```

      ## 2. Agent

      ```sh agent=fake
      ./fake-agent
      ```

      ## 3. After

      ```sh
      echo 3 > dist/after; echo "gate ${RUNDOWN_AGENT:-none}"
      ```
      """)
    let result = try project.rundown("run", "a.md", "--verbose")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("made 2") && result.output.contains("id 0"))
    #expect(result.output.contains("gate none") && project.read("dist/after") == "3\n")
    #expect(project.read("made") == nil)
  }

  @Test(
    arguments: [
      (["agent", "nobody"], 2, "there is no agent"), (["agent", "fake", "--allow-all"], 77, "--allow-all"),
      (["agent", "show", "nobody"], 66, "there is no agent"),
      (["agent", "show"], 2, "name is missing"), (["agent", "fake", "--access", "all"], 2, "--access"),
    ] as [([String], Int32, String)])
  func mistakesAreTold(_ words: [String], _ code: Int32, _ text: String) throws {
    let result = try project("true").rundown(words)
    #expect(result.status == code && result.errors.contains(text), "\(result.all)")
  }

  @Test func aPlanJudgesByTheAgentsOwnPolicy() throws {
    let project = try project("true")
    let blocks = ["sh agent=fake", "sh", "sh agent=nobody"]
    try project.write(
      "a.md",
      blocks.enumerated().map { "## \($0 + 1). S\n\n```\($1)\n./fake-agent\n```\n" }.joined(separator: "\n"))
    let result = try project.rundown("plan", "a.md", "--json")
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let rows = (json?["rows"] as? [[String: Any]] ?? []).map {
      ($0["decision"] as? String, $0["reason"] as? String)
    }
    // Its profile alone allows its program.
    try #require(rows.count == 3, "\(result.all)")
    #expect(rows[0].0 == "allow" && rows[0].1?.contains("fake") == true, "\(rows)")
    #expect(rows[1].0 == "ask", "\(rows)")
    #expect(rows[2].0 == "deny" && rows[2].1?.contains("no profile for the agent") == true, "\(rows)")
    #expect(try project.rundown("plan", "a.md").output.contains("agents   step 1 under the policy of fake"))
    let trusting = try project.rundown("plan", "a.md", "--allow-all")
    #expect(trusting.status == 77 && trusting.output.contains("whatever --allow-all says"), "\(trusting.all)")
  }

  @Test func aDocumentsAgentIsListedAndShown() throws {
    let project = try project("true", policy: "")
    let list = try project.rundown("agent", "ls").output
    #expect(list.contains("claude") && list.contains("fake") && list.contains("changed by the policy"))
    let shown = try project.rundown("agent", "show", "fake").output
    try project.write("copy.yaml", shown)
    #expect(try project.rundown("policy", "check", "copy.yaml").status == 0, "\(shown)")
  }

  @Test func answersEndWithTheStep() throws {
    let project = try project(
      "bash -c 'curl --version' | grep -o libcurl; bash -c 'curl --version' | grep -c libcurl")
    let session = try project.terminal("agent", "fake")
    #expect(session.wait(for: "no rule lists"), "\(session.text)")
    #expect(session.text.contains("fake-agent"), "the chain is shown")
    session.type("s\r")
    #expect(session.finish() == 0, "\(session.text)")
    #expect(session.text.contains("libcurl"))
  }
}
