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
    ("changed", { $0[2] = $0[2].replacing("RETRY", with: "x").replacing("time", with: "tame") }, 3),
    (
      "the last changed", { $0[$0.count - 1] = $0[$0.count - 1].replacing("failed\":1", with: "failed\":0") },
      0
    ),
    ("of another run", { $0[3] = $0[3].replacing("r-", with: "r-2") }, 4),
    ("without its hash", { $0[2] = $0[2].replacing(/,"hash":"[0-9a-f]*"}$/, with: "}") }, 3),
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
      result.status == 65 && result.output.hasPrefix("events:\(line == 0 ? lines.count : line): broken: "),
      "\(what): \(result.all)")
  }

  @Test func missingLastLinesShow() throws {
    let project = try project()
    var lines = (project.read("events") ?? "").split(separator: "\n").map(String.init)
    lines.removeLast()
    try project.write("events", lines.joined(separator: "\n") + "\n")
    let result = try project.rundown("audit", "verify", "--file", "events", "--json")
    #expect(result.status == 65 && result.output.contains("\"whole\":false"), "\(result.all)")
  }

  @Test func whatPruneRemovesIsNotMissed() throws {
    let project = try project()
    for _ in 0..<3 { #expect(try project.rundown("run", "a.md", "--allow-run", "true").status == 1) }
    #expect(try project.rundown("prune", "--keep", "2").output.contains("2 runs removed"))
    let result = try project.rundown("audit", "verify")
    #expect(result.status == 0 && result.output.split(separator: "\n").count == 2, "\(result.all)")
  }

  /// What somebody may do to the store, and what shows it: FIRST and SECOND are runs, the second was killed.
  static let thefts = [
    (
      "UPDATE event SET json=replace(json,'time','tame') WHERE run='FIRST' AND seq=5",
      "FIRST:5: broken: it was changed"
    ),
    ("DELETE FROM event WHERE run='FIRST' AND seq>4", "FIRST:5: broken: the run has ended"),
    ("DELETE FROM event WHERE run='SECOND' AND seq=2", "SECOND:2: broken: its number is 3"),
    (
      "DELETE FROM event WHERE run='SECOND' AND seq=(SELECT max(seq) FROM event WHERE run='SECOND')",
      ":1: broken: the journal of SECOND, which came before it"
    ),
    ("DELETE FROM event WHERE run='SECOND'", ":1: broken: the journal of SECOND, which came before it"),
    ("DELETE FROM run WHERE id='FIRST'", "SECOND:1: broken: the journal of FIRST, which came before it"),
    (
      "UPDATE event SET run='x' WHERE run='FIRST'; UPDATE event SET run='FIRST' WHERE run='SECOND'; UPDATE event SET run='SECOND' WHERE run='x'",
      "FIRST:1: broken: it is of another run: SECOND"
    ),
  ]

  @Test(
    .enabled(if: access("/usr/bin/python3", X_OK) == 0, "there is no python3 to change the store with"),
    arguments: 0..<thefts.count)
  func aChangeOfTheStoreShows(_ index: Int) throws {
    let project = try project()
    let first = try #require(try project.status("run"))
    // What was decided is stored while the step runs, also when rundown comes to no end of its own.
    try project.write("k.md", runbook("echo started; sleep 60"))
    let process = try project.start("run", "k.md", "--allow-run", "sleep")
    #expect(
      try eventually {
        guard let now = try project.status("run"), now != first else { return false }
        let journal = try project.rundown("audit", "show", now).output
        return journal.contains("\"type\":\"step_started\"")
          && journal.contains("\"type\":\"command_checked\"")
      })
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let second = try #require(try project.status("run"))
    let journal = try project.rundown("audit", "show", second).output
    #expect(journal.contains("\"type\":\"command_checked\"") && journal.contains("\"level\""), "\(journal)")
    #expect(try project.rundown("run", "a.md", "--allow-run", "true").status == 1)
    #expect(try project.rundown("audit", "verify").status == 0)
    let (change, shown) = Self.thefts[index]
    func named(_ text: String) -> String {
      text.replacingOccurrences(of: "FIRST", with: first).replacingOccurrences(of: "SECOND", with: second)
    }
    let script =
      "import sqlite3,sys; d = sqlite3.connect('.rundown/rundown.db'); d.executescript(sys.argv[1]); d.commit()"
    #expect(try project.run(["/usr/bin/python3", "-c", script, named(change)]).status == 0)
    let result = try project.rundown("audit", "verify")
    #expect(result.status == 65 && result.output.contains(named(shown)), "\(result.all)")
  }
}
