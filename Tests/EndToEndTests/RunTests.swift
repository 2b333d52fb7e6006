import Foundation
import TestKit
import Testing

let allowing = "default:\n  mode: execute\n"

@Suite struct RunEndToEndTests {
  @Test func aRunbookRunsToItsEnd() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md",
      "# A\n\n## 1. One\n\n```bash\necho first\n```\n\n## 2. Two\n\n- PASS COMPLETE \"all good\"\n\n```sh\necho second >&2\n```\n"
    )
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("first\n") && result.output.contains("second\n"))
    #expect(result.output.contains("completed  2 passed"))
    #expect(result.output.contains("all good"))
    let status = try project.rundown("status", "--json")
    #expect(status.output.contains("\"status\":\"completed\""))
  }

  @Test func transitionsRetriesAndRecovery() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md",
      """
      ## 1. Flaky
      - FAIL RETRY 2 GOTO Fix

      ```sh
      test "$RD_ATTEMPT" = 9
      ```

      ## Fix
      - PASS STOP "given up"

      ```sh
      echo mending
      ```
      """)
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 1, "\(result.all)")
    #expect(result.output.contains("FAIL → try 3 of 3"))
    #expect(result.output.contains("FAIL → GOTO Fix"))
    #expect(result.output.contains("stopped") && result.output.contains("given up"))
  }

  @Test func manualStepsWaitForAnotherProcess() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md",
      "## 1. Ask\n\nIs it *ready*?\n\n## 2. Do\n\n```sh\necho done > out\n```\n\n## 3. Check\n\n- FAIL GOTO Lost\n\n## Lost\n"
    )
    let first = try project.rundown("run", "a.runbook.md")
    #expect(first.status == 75)
    #expect(first.output.contains("Is it *ready*?") && first.output.contains("rundown pass"))
    #expect(try project.rundown("status", "--json").output.contains("\"status\":\"waiting\",\"step\":\"1\""))
    #expect(try project.rundown("resume").status == 75)
    let second = try project.rundown("pass", "--allow-write", ".")
    #expect(second.status == 0, "\(second.all)")
    #expect(project.read("out") == "done\n")
    #expect(try project.rundown("fail").status == 0)
    #expect(try project.rundown("status", "--json").output.contains("\"step\":\"Lost\""))
    let wrong = try project.rundown("goto", "Lsot")
    #expect(wrong.status == 66 && wrong.errors.contains("did you mean Lost?"))
    #expect(try project.rundown("goto", "3").status == 0)
    #expect(try project.rundown("complete", "enough").status == 0)
    #expect(try project.rundown("status").output.contains("completed"))
    #expect(try project.rundown("pass").status == 66)
  }

  @Test func stopEndsARun() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", "## 1. Ask\n\nReady?\n")
    #expect(try project.rundown("run", "a.runbook.md").status == 75)
    #expect(try project.rundown("stop", "not today").status == 1)
    let status = try project.rundown("status", "--json")
    #expect(status.output.contains("\"status\":\"stopped\"") && status.output.contains("not today"))
  }

  @Test func promptedShowsInsteadOfRunning() throws {
    let project = try TemporaryProject()
    try project.write(
      "a.runbook.md", "## 1. A\n\n```sh\ntouch ran\n```\n\n## 2. B\n\n```sh\ntouch ran\n```\n")
    let first = try project.rundown("run", "--prompted", "a.runbook.md")
    #expect(first.status == 0 && first.output.contains("touch ran"))
    #expect(try project.rundown("pass").status == 0)
    #expect(try project.rundown("pass").status == 0)
    #expect(!project.exists("ran"))
    #expect(try project.rundown("status").output.contains("completed"))
  }

  @Test func variablesFillTemplatesAndTheEnvironment() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md",
      "---\ninputs: [who, where]\nrequired: [who]\n---\n## 1. Hello {{who}}\n\n```sh\necho \"{{ who }} $RD_VAR_who {{where}} {{.Names}}\"\n```\n"
    )
    let missing = try project.rundown("run", "a.runbook.md")
    #expect(missing.status == 2 && missing.errors.contains("--var who=VALUE"))
    let result = try project.rundown("run", "a.runbook.md", "--var", "who=a b")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("a b a b {{where}} {{.Names}}\n") && result.output.contains("Hello a b"))
    #expect(result.errors.contains("{{where}} has no value"))
    let byEnvironment = try project.rundown("run", "a.runbook.md", environment: ["RD_INPUT_WHO": "env"])
    #expect(byEnvironment.output.contains("env env"))
  }

  @Test func rangesLoop() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md", "## 1. L\n- FOR n IN 3 TO 1\n\n### 1.1 S\n\n```sh\necho \"n={{n}} i={{Index}}\"\n```\n")
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 0, "\(result.all)")
    for line in ["n=3 i=1", "n=2 i=2", "n=1 i=3"] { #expect(result.output.contains(line)) }
  }

  @Test func timeoutsEndAStepAndAllItStarted() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    // A number of its own: another suite may run on this machine.
    let mark = "8\(UInt32.random(in: 10_000_000..<99_999_999))"
    try project.write(
      "a.runbook.md",
      "## 1. Slow\n\n```sh timeout=1s\n(sleep \(mark)1 & sleep \(mark)2) & sleep \(mark)3\n```\n")
    let started = Date()
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 124, "\(result.all)")
    #expect(result.output.contains("time-out"))
    #expect(Date().timeIntervalSince(started) < 30)
    let left = try project.run(["/usr/bin/pgrep", "-f", "^sleep \(mark)"])
    #expect(left.status == 1, "processes were left: \(left.output)")
  }

  @Test func strictBlocksStopAtTheFirstFailure() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    let block = "false\necho went on\n"
    try project.write("a.runbook.md", "## 1. A\n\n```bash\n\(block)```\n")
    try project.write("b.runbook.md", "## 1. A\n\n```bash strict=true\n\(block)```\n")
    try project.write(
      "c.runbook.md", "---\nstrict: true\n---\n## 1. A\n\n```bash\nfalse | true\n\(block)```\n")
    #expect(try project.rundown("run", "a.runbook.md").output.contains("went on"))
    for name in ["b.runbook.md", "c.runbook.md"] {
      let result = try project.rundown("run", name)
      #expect(result.status == 1 && !result.output.contains("went on"), "\(result.all)")
    }
  }

  @Test func eventsAreJSONLines() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write("a.runbook.md", "## 1. A\n\n```sh\necho text\n```\n")
    let result = try project.rundown("run", "--json", "a.runbook.md")
    #expect(result.status == 0 && result.errors.contains("text\n"))
    let types = result.output.split(separator: "\n").compactMap { line -> String? in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["type"] as? String
    }
    #expect(types.first == "run_started" && types.last == "run_finished")
    #expect(types.contains("step_started") && types.contains("step_finished") && types.contains("transition"))
  }

  @Test func aFloodOfOutputIsCutInTheRecordNotInTheStream() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md",
      "## 1. A\n\n```sh\nhead -c 6000000 /dev/zero | tr '\\\\0' 'x' | fold -w 100; echo end\n```\n")
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 0)
    #expect(result.output.utf8.count > 6_000_000 && result.output.contains("end\n"))
    let size =
      try FileManager.default.attributesOfItem(atPath: project.root + "/.rundown/rundown.db")[.size] as? Int
    #expect((size ?? 0) < 3_000_000)
  }

  @Test func outputCannotDrawOverOurLines() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.runbook.md",
      "## 1. A\n\n```sh\nprintf 'a\\033[2J\\033]0;title\\007\\033[31mred\\033[0m\\rb\\n'\n```\n")
    let result = try project.rundown("run", "a.runbook.md")
    #expect(!result.output.contains("\u{1B}"))
    #expect(result.output.contains("ared") && result.output.contains("\nb\n"))
  }
}
