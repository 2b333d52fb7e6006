import Foundation
import TestKit
import Testing

/// What a project keeps of its runs.
@Suite struct HistoryTests {
  private func json(_ result: ProgramResult) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(result.output.utf8), options: .fragmentsAllowed)
  }

  @Test func runsAreListedShownLoggedAndPruned() throws {
    let project = try TemporaryProject()
    #expect(try project.rundown("history").output == "no runs here\n")
    try project.write("a.runbook.md", runbook("rd echo 'one \u{1B}[31mred'", "rd echo two"))
    try project.write("m.runbook.md", "## 1. M\n\nLook.\n")
    #expect(try project.rundown("run", "a.runbook.md", "--var", "who=Ada").status == 0)
    #expect(try project.rundown("run", "m.runbook.md").status == 75)
    let list = try #require(try json(project.rundown("history", "--json")) as? [[String: String]])
    #expect(list.map { $0["status"] } == ["waiting", "completed"])
    #expect(list.map { $0["runbook"] } == ["m.runbook.md", "a.runbook.md"])
    let id = try #require(list[1]["run"])
    #expect(try project.rundown("history", "--limit", "1").output.split(separator: "\n").count == 2)
    let shown = try project.rundown("show", id).output
    #expect(shown.contains("Step 2") && shown.contains("who = Ada"))
    let object = try #require(try json(project.rundown("show", id, "--json")) as? [String: Any])
    #expect((object["attempts"] as? [Any])?.count == 2)
    let logs = try project.rundown("logs", id)
    #expect(logs.output.contains("two") && !logs.output.contains("\u{1B}[31m"), "\(logs.all)")
    #expect(try project.rundown("logs", id, "2").output == "two\n")
    #expect(try project.rundown("logs", id, "7").status == 66)
    #expect(try project.rundown("logs", "r-none").status == 66)
    #expect(try project.rundown("show", "r-none").status == 66)
    #expect(try project.rundown("prune").output == "0 runs removed\n")
    #expect(try project.rundown("prune", "--days", "0").output == "1 run removed\n")
    #expect(try project.status() == "waiting", "an open run stays")
    #expect(try project.rundown("prune", "--keep", "x").status == 2)
  }

  @Test func aRunIsPutAsideAndTakenUp() throws {
    let project = try TemporaryProject()
    try project.write("m.runbook.md", "## 1. M\n\nLook.\n")
    try project.write("a.runbook.md", runbook("true"))
    #expect(try project.rundown("pop").status == 66)
    try project.rundown("run", "m.runbook.md")
    #expect(try project.rundown("stash").status == 0)
    #expect(try project.rundown("stash").status == 66)
    #expect(try project.rundown("pass").status == 66)
    #expect(try project.rundown("run", "a.runbook.md").status == 0)
    #expect(try project.rundown("pop").status == 0)
    #expect(try project.rundown("pass").status == 0)
    #expect(try project.status() == "completed")
  }

  @Test func runbooksAreListed() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", "---\ndescription: About A\ntags: [x, y]\n---\n" + runbook("true"))
    try project.write("Runbooks/b.runbook.md", runbook("true"))
    try project.write("Runbooks/bad.runbook.md", "nothing")
    let all = try project.rundown("ls").output
    #expect(all.contains("a.runbook.md") && all.contains("About A #x #y"))
    #expect(all.contains("Runbooks/b.runbook.md") && all.contains("not valid"))
    let some = try #require(try json(project.rundown("ls", "--json", "--tags", "x")) as? [[String: Any]])
    #expect(some.map { $0["path"] as? String } == ["a.runbook.md"])
  }
}
