import Foundation
import TestKit
import Testing

/// Units of a step that run at the same time. That they do is shown by units that wait for one another, not by the clock.
@Suite struct JobsTests {
  /// Waits until as many files as `$1` stand in `w`, for at most 20 seconds.
  private static let meet =
    "n=0; until [ \"$(ls w | grep -c ^met)\" -ge 3 ] || [ $n -gt 200 ]; do sleep 0.1; n=$((n+1)); done"

  private func project(_ sandbox: Bool = true) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      """
      version: 1
      default:
        mode: execute
        run: { deny: [id] }
        write: { allow: ["{repo}/w/**"] }
        sandbox: \(sandbox ? "prefer" : "off")
      """)
    try project.write("w/keep", "")
    return project
  }

  private func loop(_ body: String, _ options: String = " jobs=3", to count: Int = 3, fail: String = "DEFER")
    -> String
  {
    """
    ## 1. All

    - FOR x IN 1 TO \(count)

    ### 1.1 Work

    - FAIL \(fail)

    ```sh\(options)
    \(body)
    ```

    ## 2. End

    ```sh
    echo the end
    ```
    """
  }

  private func position(_ text: String, _ word: String) throws -> String.Index {
    try #require(text.range(of: word), "no \(word) in \(text)").lowerBound
  }

  @Test(arguments: [true, false]) func iterationsMeetAndTellInOrder(_ sandbox: Bool) throws {
    let project = try project(sandbox)
    // The last one to begin speaks first.
    try project.write(
      "a.md", loop("echo begin {{x}}; touch w/met{{x}}; \(Self.meet); test $n -le 200; echo end {{x}}"))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0, "\(result.all)")
    let words = ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "the end"]
    let found = try words.map { try position(result.output, $0) }
    #expect(found == found.sorted(), "\(result.output)")
  }

  @Test func substepsMeetWithTheOptionOfTheCommandLine() throws {
    let project = try project()
    let body = "touch w/met$RD_STEP; \(Self.meet); test $n -le 200"
    try project.write(
      "a.md",
      "## 1. S\n\n"
        + ["a", "b", "c"].map {
          "### 1.\($0) S\($0)\n\n- FAIL DEFER\n\n```sh\ntouch w/met\($0); \(body)\n```\n\n"
        }.joined())
    let result = try project.rundown("run", "a.md", "--jobs", "3")
    #expect(result.status == 0, "\(result.all)")
    #expect(try project.rundown("run", "a.md", "--jobs", "0").status == 2)
    #expect(try project.rundown("run", "a.md", "--jobs", "many").errors.contains("a number from 1 to 64"))
  }

  @Test func oneAtATimeWithoutTheOption() throws {
    let project = try project()
    try project.write(
      "a.md", loop("test ! -e w/busy; touch w/busy; sleep 0.2; rm w/busy", "", to: 3, fail: "STOP"))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0, "\(result.all)")
  }

  @Test func resultsAggregateInOrder() throws {
    let project = try project()
    try project.write(
      "a.md",
      loop("sleep 0.$((4 - {{x}})); test {{x}} != 2").replacingOccurrences(
        of: "TO 3\n", with: "TO 3\n- PASS ALL CONTINUE\n- FAIL ANY STOP \"one failed\"\n"))
    let result = try project.rundown("run", "a.md", "--json")
    #expect(result.status == 1, "\(result.all)")
    let finished = result.output.split(separator: "\n").filter { $0.contains("\"step_finished\"") }
    let outcomes = finished.map { $0.contains("\"pass\"") ? "pass" : "fail" }
    #expect(outcomes == ["pass", "fail", "pass"], "\(result.output)")
    #expect(result.all.contains("one failed"))
  }

  @Test func aRetryRunsInItsTurn() throws {
    let project = try project()
    try project.write(
      "a.md",
      loop(
        "echo try {{x}}; test {{x}} != 1 || test -e w/second || { touch w/second; exit 1; }",
        fail: "RETRY 2 STOP"))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.components(separatedBy: "\ntry 1\n").count == 3)
    #expect(result.output.components(separatedBy: "\ntry 2\n").count == 2)
  }

  @Test func aUnitWhoseTurnNeverComesIsEnded() throws {
    let project = try project()
    let mark = "6\(UInt32.random(in: 100_000_000..<999_999_999))"
    try project.write(
      "a.md",
      loop(
        "test {{x}} != 1 || { until test -e w/met2; do sleep 0.05; done; exit 3; }; touch w/met{{x}}; sleep \(mark)",
        fail: "STOP"))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 1, "\(result.all)")
    #expect(result.output.contains("interrupted") || result.errors.contains("interrupted"), "\(result.all)")
    #expect(try project.processes("^sleep \(mark)").isEmpty)
  }

  @Test func whatIsRefusedOrAskedForWaitsForItsTurn() throws {
    let project = try project()
    try project.write(
      "a.md",
      """
      ## 1. S

      ### 1.1 A

      - FAIL DEFER

      ```sh jobs=3
      sleep 0.3; test ! -e w/b; echo A
      ```

      ### 1.2 B

      - FAIL DEFER

      ```sh
      touch w/b; id
      ```
      """)
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 77, "\(result.all)")
    #expect(result.output.contains("A"))
    #expect(!project.exists("w/b"), "a refused text ran")
  }

  @Test(.enabled(if: LiveGate.isThere, "no gate on program starts here"))
  func theLiveGateGuardsEachOfThem() throws {
    let project = try project()
    try project.write(
      "a.md", loop("echo unit {{x}}; X=$(echo id); test {{x}} != 2 || $X -u", fail: "DEFER"))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 77, "\(result.all)")
    #expect(result.output.contains("unit 1") && !result.output.contains("unit 3"), "\(result.all)")
    let refused = try #require(result.errors.range(of: "refused:"))
    #expect(result.errors[refused.lowerBound...].contains("id"))
  }

  @Test func outputsAreHandedOnAndSoRunAlone() throws {
    let project = try project()
    try project.write(
      "a.md",
      """
      ## 1. S

      ### 1.1 A

      - OUTPUTS
        - name

      ```sh jobs=4
      sleep 0.2; echo from-a > "$RD_OUTPUTS_name"
      ```

      ### 1.2 B

      ```sh
      echo got {{name}}
      ```
      """)
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("got from-a"))
  }

  @Test func aKilledRunGoesOn() throws {
    let project = try project()
    let mark = "6\(UInt32.random(in: 100_000_000..<999_999_999))"
    try project.write(
      "a.md", loop("echo {{x}} >> w/log; test {{x}} = 1 || test -e w/go || sleep \(mark)", fail: "DEFER"))
    let process = try project.start("run", "a.md")
    #expect(eventually { project.read("w/log")?.split(separator: "\n").count == 3 })
    #expect(try eventually { try project.status("step") != nil })
    Thread.sleep(forTimeInterval: 0.2)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try eventually(seconds: 5) { try project.processes("^sleep \(mark)").isEmpty })
    try project.write("w/go", "")
    let result = try project.rundown("resume")
    #expect(result.status == 0, "\(result.all)")
    let log = (project.read("w/log") ?? "").split(separator: "\n").map(String.init)
    #expect(
      log.count { $0 == "1" } == 1 && log.count { $0 == "2" } == 2 && log.count { $0 == "3" } == 2, "\(log)")
  }

  @Test func aFloodWaitsInsteadOfFillingMemory() throws {
    let project = try project()
    try project.write(
      "a.md",
      loop(
        "test {{x}} = 1 && sleep 1 || { head -c 20000000 /dev/zero | tr '\\0' x; touch w/done{{x}}; }; test {{x}} != 1 || test ! -e w/done2"
      ))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0)
    #expect(result.output.utf8.count > 40_000_000)
    #expect(!result.output.contains("FAIL"))
  }

  @Test func wrongNumbersAreTold() throws {
    let project = try project()
    try project.write("a.md", loop("true", " jobs=none"))
    let result = try project.rundown("check", "a.md")
    #expect(result.status == 65)
    #expect(result.all.contains("jobs=none is not a number from 1 to 64"), "\(result.all)")
    #expect(result.all.contains("RB407"))
  }

  @Test func aTerminalShowsAllThatRun() throws {
    let project = try project()
    try project.write("a.md", loop("echo line of {{x}}; until test -e w/go; do sleep 0.1; done"))
    let session = try project.terminal("run", "--trust", "a.md")
    try #require(session.wait(for: "line of 3"), "\(session.text)")
    for text in ["Work [1]", "Work [2]", "Work [3]", "line of 1", "line of 2"] {
      #expect(session.text.contains(text), "\(text): \(session.text)")
    }
    try project.write("w/go", "")
    #expect(session.finish() == 0, "\(session.text)")
  }

  @Test(.enabled(if: LiveGate.isThere, "no gate on program starts here"))
  func anAnswerForTheSessionHoldsForTheUnitsBeside() throws {
    let project = try project()
    try project.write(
      ".rundownrc.yaml",
      "version: 1\ndefault:\n  mode: prompted\n  run: { allow: [echo, sleep] }\n")
    try project.write("a.md", loop("sleep 0.5; X=$(echo uname); $X; echo after {{x}}"))
    let session = try project.terminal("run", "--trust", "a.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    session.type("s\r")
    #expect(session.finish() == 0, "\(session.text)")
    #expect(session.text.components(separatedBy: "Answer: ").count == 2, "\(session.text)")
  }
}
