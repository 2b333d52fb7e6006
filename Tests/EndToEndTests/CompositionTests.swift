import Foundation
import TestKit
import Testing

/// Runbooks that run other runbooks.
@Suite struct CompositionTests {
  private static let parent = """
    ## 1. Both
    - PASS ALL CONTINUE
    - FAIL ANY GOTO Repair
    - child.runbook.md
    - {{ Second }}

    ## 2. Done

    ```sh
    rd echo '[done {{Result}}]'
    ```

    ## Repair

    ```sh
    rd echo '[repaired]'
    ```

    """
  private static let child = """
    ---
    outputs: [Result]
    ---

    ## 1. Make
    - OUTPUTS
      - Result

    ```sh
    printf made > "$RD_OUTPUTS_Result"
    ```

    """
  private static func manual(_ text: String = "Look.") -> String {
    "## 1. Before\n\n```sh\nrd echo before\n```\n\n## 2. Look\n\n\(text)\n\n## 3. After\n\n```sh\nrd echo '[after]'\n```\n"
  }

  @Test func outputsComeBackAndResultsCount() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.parent)
    try project.write("child.runbook.md", Self.child)
    try project.write("Runbooks/bad.runbook.md", runbook("exit 3"))
    try project.write("Runbooks/good.runbook.md", runbook("true"))
    let good = try project.rundown("run", "a.runbook.md", "--var", "Second=good.runbook.md")
    #expect(good.status == 0 && good.output.contains("[done made]"), "\(good.all)")
    let bad = try project.rundown("run", "a.runbook.md", "--var", "Second=bad")
    #expect(bad.output.contains("[repaired]") && !bad.output.contains("[done"), "\(bad.all)")
    let none = try project.rundown("run", "a.runbook.md", "--var", "Second=none.runbook.md")
    #expect(none.output.contains("there is no runbook none.runbook.md"), "\(none.all)")
    #expect(none.output.contains("[repaired]"))
  }

  @Test(arguments: ["pass", "fail", "goto 3", "stop"]) func peopleDecideInsideFromOtherProcesses(act: String)
    throws
  {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.parent)
    try project.write("child.runbook.md", Self.child)
    try project.write("outer.runbook.md", "## 1. In\n- inner.runbook.md\n")
    try project.write("inner.runbook.md", Self.manual())
    let first = try project.rundown("run", "a.runbook.md", "--var", "Second=outer.runbook.md")
    #expect(first.status == 75, "\(first.all)")
    #expect(try project.status("step") == "1.2/1.1/2")
    #expect(try project.rundown("status").output.contains("at 1.2/1.1/2  Look"))
    // A change on disk does not change the run.
    try project.write("inner.runbook.md", runbook("exit 9"))
    let next = try project.rundown(act.split(separator: " ").map(String.init))
    switch act {
    case "stop":
      #expect(try project.status() == "stopped")
      #expect(next.status == 1, "\(next.all)")
    case "fail":
      #expect(next.output.contains("[repaired]") && !next.output.contains("[after]"), "\(next.all)")
    default: #expect(next.output.contains("[after]") && next.output.contains("[done made]"), "\(next.all)")
    }
  }

  @Test func circlesAndDepthEnd() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", "## 1. A\n- b.runbook.md\n")
    try project.write("b.runbook.md", "## 1. B\n- a.runbook.md\n")
    let circle = try project.rundown("run", "a.runbook.md")
    #expect(circle.status == 1 && circle.output.contains("in circles"), "\(circle.all)")
    for number in 1...40 {
      try project.write("n\(number).runbook.md", "## 1. N\n- n\(number + 1).runbook.md\n")
    }
    let deep = try project.rundown("run", "n1.runbook.md")
    #expect(deep.status == 1 && deep.output.contains("more than 32 runbooks"), "\(deep.all)")
  }

  @Test func eachRunbookHasItsOwnPolicy() throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      """
      version: 1
      default:
        mode: deny
        run: {allow: [printf]}
      overrides:
        - runbook: strong.runbook.md
          run: {allow: [basename]}

      """)
    let call = runbook("basename /x/yes")
    try project.write(
      "strong.runbook.md", "## 1. S\n\n```sh\nbasename /x/strong\n```\n\n## 2. W\n- weak.runbook.md\n")
    try project.write("weak.runbook.md", call)
    let down = try project.rundown("run", "strong.runbook.md", "--non-interactive")
    #expect(down.output.contains("strong") && down.status == 77, "\(down.all)")
    try project.write("strong.runbook.md", call)
    try project.write(
      "weak.runbook.md", "## 1. S\n- strong.runbook.md\n\n## 2. W\n\n```sh\nbasename /x/weak\n```\n")
    let up = try project.rundown("run", "weak.runbook.md", "--non-interactive")
    #expect(up.output.contains("yes") && up.status == 77, "\(up.all)")
  }

  @Test func missingInputsFailTheUnit() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", "## 1. A\n- b.runbook.md\n")
    try project.write(
      "b.runbook.md", "---\ninputs: [who]\nrequired: [who]\n---\n" + runbook("rd echo '[{{who}}]'"))
    #expect(try project.rundown("run", "a.runbook.md").output.contains("needs who"))
    #expect(try project.rundown("run", "a.runbook.md", "--var", "who=Ada").output.contains("[Ada]"))
  }

  @Test func aKilledRunGoesOnInsideTheRunbookItWasIn() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", "## 1. A\n- b.runbook.md\n\n## 2. B\n\n```sh\nrd echo '[end]'\n```\n")
    try project.write(
      "b.runbook.md", runbook("rd echo one", "[ -e go ] || { : > here; sleep 60; }", "rd echo three"))
    let process = try project.start("run", "a.runbook.md", "--allow-run", "sleep", "--allow-write", ".")
    #expect(eventually { project.exists("here") })
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try project.status("step") == "1.1/2" && project.status() == "interrupted")
    try project.write("go", "")
    let result = try project.rundown("resume", "--allow-run", "sleep", "--allow-write", ".")
    #expect(result.output.contains("three") && result.output.contains("[end]"), "\(result.all)")
    #expect(!result.output.contains("one\n"))
  }
}
