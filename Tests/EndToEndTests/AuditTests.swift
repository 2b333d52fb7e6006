import Foundation
import TestKit
import Testing

/// `rundown audit`: journals are whole until somebody has been at them.
@Suite struct AuditTests {
  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("a.md", runbook("true", "echo two", "exit 3"))
    #expect(try project.rundown("run", "a.md", "--allow-run", "true", "--events", "events").status == 1)
    return project
  }

  @Test func aJournalIsWholeAndPrinted() throws {
    let project = try project()
    try project.write("b.md", runbook("curl x"))
    #expect(try project.rundown("run", "b.md").status == 77)
    let all = try project.rundown("audit", "verify")
    #expect(all.status == 0 && all.output.split(separator: "\n").count == 2, "\(all.all)")
    #expect(all.output.split(separator: "\n").allSatisfy { $0.contains(": whole, ") }, "\(all.output)")
    let shown = try project.rundown("audit", "show")
    #expect(shown.output.contains("\"type\":\"refused\"") && shown.output.hasSuffix("}\n"))
    #expect(try project.rundown("audit", "verify", "--file", "events").status == 0)
    #expect(try project.rundown("audit", "verify", "r-none").status == 66)
    #expect(try TemporaryProject().rundown("audit", "show").status == 66)
  }

  /// What somebody may do to the lines of a file, and the line that shows it.
  static let changes: [(String, @Sendable (inout [String]) -> Void, Int)] = [
    ("changed", { $0[2] = $0[2].replacing("RETRY", with: "x").replacing("time", with: "tame") }, 4),
    ("removed", { $0.remove(at: 2) }, 3),
    ("the first removed", { $0.removeFirst() }, 1),
    ("exchanged", { $0.swapAt(2, 3) }, 3),
    ("doubled", { $0.insert($0[2], at: 2) }, 4),
    ("no JSON", { $0[3] = "x" }, 4),
    ("an array", { $0[3] = "[1]" }, 4),
    ("empty", { $0[3] = "{}" }, 4),
  ]

  @Test(arguments: 0..<changes.count) func aChangeShows(_ index: Int) throws {
    let project = try project()
    let (what, change, line) = Self.changes[index]
    var lines = (project.read("events") ?? "").split(separator: "\n").map(String.init)
    #expect(lines.count > 6)
    change(&lines)
    try project.write("events", lines.joined(separator: "\n") + "\n")
    let result = try project.rundown("audit", "verify", "--file", "events")
    #expect(
      result.status == 65 && result.output.hasPrefix("events:\(line): broken: "), "\(what): \(result.all)")
  }

  @Test func missingLastLinesShow() throws {
    let project = try project()
    var lines = (project.read("events") ?? "").split(separator: "\n").map(String.init)
    lines.removeLast()
    try project.write("events", lines.joined(separator: "\n") + "\n")
    let result = try project.rundown("audit", "verify", "--file", "events", "--json")
    #expect(result.status == 65 && result.output.contains("\"whole\":false"), "\(result.all)")
  }

  @Test(.enabled(if: access("/usr/bin/python3", X_OK) == 0, "there is no python3 to change the store with"))
  func aChangeOfTheStoreShows() throws {
    let project = try project()
    let change =
      "import sqlite3; d = sqlite3.connect('.rundown/rundown.db'); d.execute(\"UPDATE event SET json=replace(json,'time','tame') WHERE seq=5\"); d.commit()"
    #expect(try project.run(["/usr/bin/python3", "-c", change]).status == 0)
    let result = try project.rundown("audit", "verify")
    #expect(result.status == 65 && result.output.contains(": broken: the line before it"), "\(result.all)")
  }
}
