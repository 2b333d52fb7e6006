import Foundation
import TestKit
import Testing

/// Secrets are given to the steps that declare them, and shown nowhere.
@Suite struct SecretTests {
  private static let canary = "canary/4711+x=y"

  private func project(_ text: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default:\n  run: { allow: [cat, env, grep, base64, printenv] }\n  write: { allow: [\"{repo}/out/**\"] }\n"
    )
    try project.write("a.runbook.md", text)
    #expect(
      try project.run([Built.rundown, "secret", "set", "DEPLOY_PASS"], input: Self.canary + "\n").status == 0)
    return project
  }

  /// All that a run has printed, reported and stored.
  private func everything(_ project: TemporaryProject, _ result: ProgramResult) throws -> String {
    var text = result.all + (project.read("report.md") ?? "") + (project.read("report.xml") ?? "")
    text += project.read("events.jsonl") ?? ""
    for words in [["audit", "show"], ["history"], ["status", "--json"]] {
      text += try project.rundown(words).all
    }
    let id = try #require(try project.status("run"))
    text += try project.rundown("logs", id).all + project.rundown("show", id, "--json").all
    for name in try FileManager.default.contentsOfDirectory(atPath: project.root + "/.rundown") {
      let bytes = FileManager.default.contents(atPath: project.root + "/.rundown/" + name) ?? Data()
      text += String(decoding: bytes, as: UTF8.self)
    }
    return text
  }

  @Test func onlyTheStepThatDeclaresItHasItAndItIsMaskedEverywhere() throws {
    let project = try project(
      """
      ## 1. With

      - OUTPUTS
        - Leak

      ```sh secrets=DEPLOY_PASS
      echo "plain $DEPLOY_PASS end"; printf %s "$DEPLOY_PASS" | base64; echo "${#DEPLOY_PASS}"
      echo "canary%2F""4711%2Bx%3Dy"; printf %s "$DEPLOY_PASS" > "$RD_OUTPUTS_Leak"
      test "$DEPLOY_PASS" = 'canary/4711+x=y' || exit 9
      ```

      ## 2. Without

      ```sh
      echo "without ${DEPLOY_PASS:-nothing}"
      ```

      ## 3. File

      ```sh secrets=file:DEPLOY_PASS
      cat "$DEPLOY_PASS_FILE"; echo "var ${DEPLOY_PASS:-none}"; echo "$DEPLOY_PASS_FILE" > out/where
      ```
      """.replacingOccurrences(of: "test \"$DEPLOY_PASS\" = 'canary/4711+x=y' || exit 9\n", with: ""))
    try FileManager.default.createDirectory(atPath: project.root + "/out", withIntermediateDirectories: true)
    let result = try project.rundown(
      "run", "a.runbook.md", "--verbose", "--report", "markdown=report.md", "--report", "junit=report.xml",
      "--events", "events.jsonl")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("plain *** end") && result.output.contains("\(Self.canary.utf8.count)\n"))
    #expect(result.output.contains("without nothing") && result.output.contains("var none"))
    let text = try everything(project, result)
    for form in [
      Self.canary, Data(Self.canary.utf8).base64EncodedString().dropLast(4).description, "canary%2F4711",
    ] {
      #expect(!text.contains(form), "\(form)")
    }
    #expect(text.contains("secrets_given") && text.contains("DEPLOY_PASS"))
  }

  @Test func theFrontmatterGivesThemToEachStep() throws {
    let project = try project(
      "---\nsecrets: [DEPLOY_PASS]\n---\n\n"
        + runbook("echo ${#DEPLOY_PASS}", "echo $((${#DEPLOY_PASS} + 1))"))
    let result = try project.rundown("run", "a.runbook.md", "--verbose")
    #expect(
      result.status == 0 && result.output.contains("15\n") && result.output.contains("16\n"), "\(result.all)")
  }

  @Test func whatIsMissingOrForOthersRefusesTheStep() throws {
    let project = try project(runbook("touch ran; true", options: "secrets=OTHER_PASS"))
    let plan = try project.rundown("plan", "a.runbook.md")
    #expect(plan.status == 77 && plan.output.contains("OTHER_PASS  not set"), "\(plan.all)")
    let missing = try project.rundown("run", "a.runbook.md")
    #expect(
      missing.status == 77 && missing.errors.contains("rundown secret set OTHER_PASS"), "\(missing.all)")
    let words = [Built.rundown, "secret", "set", "OTHER_PASS", "--runbook", "deploy/*.runbook.md"]
    #expect(try project.run(words, input: "other-value").status == 0)
    let others = try project.rundown("run", "a.runbook.md")
    #expect(others.status == 77 && others.errors.contains("deploy/*.runbook.md only"), "\(others.all)")
    try project.write("deploy/b.runbook.md", runbook("echo ${#OTHER_PASS}", options: "secrets=OTHER_PASS"))
    #expect(try project.rundown("run", "deploy/b.runbook.md").output.contains("11"))
    #expect(!project.exists("ran"))
  }

  @Test func theKeyReachesNoStep() throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default:\n  run: { allow: [printenv] }\n  env: { allow: [\"*\", RUNDOWN_SECRET_KEY] }\n")
    try project.write("a.runbook.md", runbook("printenv RUNDOWN_SECRET_KEY && exit 0; echo absent"))
    let key = String(repeating: "ab", count: 32)
    let result = try project.rundown(["run", "a.runbook.md"], environment: ["RUNDOWN_SECRET_KEY": key])
    #expect(result.output.contains("absent") && !result.all.contains(key), "\(result.all)")
    let all = try project.rundown(
      ["run", "a.runbook.md", "--allow-all"], environment: ["RUNDOWN_SECRET_KEY": key])
    #expect(all.output.contains("absent"), "\(all.all)")
  }

  @Test func atATerminalItIsTypedUnseen() throws {
    let project = try TemporaryProject()
    let session = try project.terminal("secret", "set", "TYPED")
    #expect(session.wait(for: "it is not shown"))
    session.type("typed-canary\r")
    #expect(session.finish() == 0 && !session.text.contains("typed-canary"), "\(session.text)")
    #expect(try project.rundown("secret", "ls").output.contains("TYPED"))
    #expect(try project.rundown("secret", "rm", "TYPED").status == 0)
    #expect(try project.rundown("secret", "ls").output == "no secrets here\n")
  }

  @Test(arguments: [
    (["secret", "set", "PATH"], "cannot be the name"), (["secret", "set", "A", "value"], "value"),
    (["secret", "set", "SHORT"], "6 bytes"), (["secret", "rm", "NONE"], "no secret"),
  ])
  func mistakesAreTold(_ words: [String], _ text: String) throws {
    let project = try TemporaryProject()
    let result = try project.run([Built.rundown] + words, input: "abc\n")
    #expect(result.status != 0 && result.errors.contains(text), "\(result.all)")
  }
}
