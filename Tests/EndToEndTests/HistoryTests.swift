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

/// Parts of a runbook.
@Suite struct SelectionTests {
  private static let book =
    (1...4).map { "## \($0). S\($0)\n\n```sh\nrd echo '<\($0)>'\n```\n" }.joined(separator: "\n")
    + "\n## Fix\n\n```sh\nrd echo '<Fix>'\n```\n"

  @Test(arguments: [
    (["--from", "3"], "<3> <4>"), (["--until", "2"], "<1> <2>"), (["--skip", "2,3"], "<1> <4>"),
    (["--only", "2,4"], "<2> <4>"), (["--only", "2-3"], "<2> <3>"), (["--skip", "2-"], "<1>"),
    (["--from", "2", "--until", "3"], "<2> <3>"), (["--only", "Fix"], "<Fix>"),
    (["--from", "Fix"], "<Fix>"), (["--only", "1-3", "--skip", "1", "--skip", "3"], "<2>"),
    ([], "<1> <2> <3> <4>"),
  ]) func selected(options: [String], marks: String) throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    let result = try project.rundown(["run", "a.runbook.md"] + options)
    let found = result.output.split(separator: "\n").filter { $0.hasPrefix("<") }.joined(separator: " ")
    #expect(found == marks, "\(result.all)")
    #expect(result.status == 0)
  }

  @Test(arguments: ["--from", "--only", "--skip", "--until"]) func unknownStepsAreTold(option: String) throws
  {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    let result = try project.rundown("run", "a.runbook.md", option, "Fxi")
    #expect(result.status == 66 && result.errors.contains("did you mean Fix?"), "\(result.all)")
    #expect(try project.rundown("history").output == "no runs here\n")
  }

  @Test func theSelectionSurvivesARest() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book.replacing("```sh\nrd echo '<2>'\n```", with: "Look."))
    #expect(try project.rundown("run", "a.runbook.md", "--skip", "3").status == 75)
    let result = try project.rundown("pass")
    #expect(result.output.contains("<4>") && !result.output.contains("<3>"), "\(result.all)")
  }
}
