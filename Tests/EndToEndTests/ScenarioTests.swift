import Foundation
import TestKit
import Testing

/// Tests that a runbook carries itself.
@Suite struct ScenarioTests {
  private static let book = """
    ---
    scenarios:
      good:
        description: passes
        commands:
          - rd run a.runbook.md
          - rd pass
        result: COMPLETE
      stopped:
        commands: [rd run a.runbook.md --var 'x=a b', "! rd fail"]
        result: STOP
      wrong:
        commands: [rd run a.runbook.md, rd fail]
        result: COMPLETE
      unfinished:
        commands: [rd run a.runbook.md]
        result: COMPLETE
      foreign:
        commands: [touch /tmp/x]
      mistaken:
        commands: [rd run none.runbook.md]
      negated:
        commands: ["! rd check a.runbook.md"]
    ---

    ## 1. Child
    - data/b.runbook.md

    ## 2. Look

    Look.

    """

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    try project.write("data/b.runbook.md", runbook("rd echo one", "test -f data/b.runbook.md"))
    return project
  }

  @Test(arguments: [
    ("good", ""), ("stopped", ""), ("wrong", "should end with COMPLETE, it ended with STOP"),
    ("unfinished", "has not ended"), ("foreign", "starts rd and rundown alone"),
    ("mistaken", "exit code 66"), ("negated", "should have failed"),
  ]) func played(name: String, words: String) throws {
    let project = try project()
    let result = try project.rundown("scenario", "run", "a.runbook.md", name)
    #expect(result.status == (words.isEmpty ? 0 : 1), "\(result.all)")
    #expect(result.output.contains(words.isEmpty ? "1 of 1" : words), "\(result.all)")
    #expect(!project.exists(".rundown/rundown.db"), "the project itself is not touched")
  }

  @Test func listedAndCounted() throws {
    let project = try project()
    let list = try project.rundown("scenario", "ls", "a.runbook.md").output
    #expect(list.contains("good  passes\n") && list.contains("negated\n"))
    #expect(try project.rundown("scenario", "run", "a.runbook.md").output.contains("2 of 7"))
    let none = try project.rundown("scenario", "run", "a.runbook.md", "goood")
    #expect(none.status == 66 && none.errors.contains("did you mean good?"))
  }
}
