import Foundation
import TestKit
import Testing

/// The policy of most projects here: nothing is listed, so everything is asked for.
let asking = "# mine\nversion: 1\ndefault:\n  mode: prompted # ask\n  run:\n    allow: [] # nothing yet\n"

/// Every answer to the question about a program, through a real terminal.
@Suite struct PromptTests {
  struct Answer: CustomTestStringConvertible {
    /// What is typed, and at the second question ("Width") too.
    var keys: [String]
    /// The steps that are asked about when everything after it is answered with `y`.
    var asked: [Int]
    var status: Int32 = 0
    /// What the policy's list holds afterwards.
    var saved: String = "[] # nothing yet"
    var told: String
    var testDescription: String { keys.joined(separator: " ").debugDescription }
  }

  /// Steps 1 and 2 run the same command, 3 shares its first words, 4 the program, 5 nothing.
  private static let steps = runbook(
    "expr 1 + 2", "expr 1 + 2", "expr 1 + 3", "expr 2 + 2", "basename /a/b")

  @Test(arguments: [
    Answer(keys: ["y\r"], asked: [1, 2, 3, 4, 5], told: "allowed once: expr"),
    Answer(keys: ["s\r"], asked: [1, 3, 4, 5], told: "allowed for this session: expr"),
    Answer(keys: ["a\r"], asked: [1], told: "all programs allowed for this session"),
    Answer(
      keys: ["p\r", "1\r"], asked: [1, 3, 4, 5], saved: "[\"expr 1 \\\\+ 2\"] # nothing yet",
      told: "saved in .rundownrc.yaml, default.run.allow, line 6"),
    Answer(
      keys: ["p\r", "2\r"], asked: [1, 4, 5], saved: "[\"expr 1 *\"] # nothing yet",
      told: "saved in .rundownrc.yaml, default.run.allow, line 6"),
    Answer(
      keys: ["p\r", "3\r"], asked: [1, 5], saved: "[expr] # nothing yet",
      told: "saved in .rundownrc.yaml, default.run.allow, line 6"),
    Answer(keys: ["p\r", "n\r", "y\r"], asked: [1, 2, 3, 4, 5], told: "allowed once"),
    Answer(keys: ["e\r", "y\r"], asked: [1, 2, 3, 4, 5], told: "allowed once"),
    Answer(keys: ["x\r", "y\r"], asked: [1, 2, 3, 4, 5], told: "allowed once"),
    Answer(keys: ["n\r"], asked: [1], status: 77, told: "denied: expr"),
    Answer(keys: ["\r"], asked: [1], status: 77, told: "denied: expr"),
    Answer(keys: ["\u{1B}"], asked: [1], status: 77, told: "denied: expr"),
    Answer(keys: ["\u{4}"], asked: [1], status: 77, told: "denied: expr"),
    Answer(keys: ["d\r"], asked: [1], status: 77, told: "all programs denied for this session"),
    Answer(keys: ["q\r"], asked: [1], status: 130, told: "the run is stopped"),
    Answer(keys: ["\u{3}"], asked: [1], status: 130, told: "the run is stopped"),
    Answer(keys: ["yes\r"], asked: [1], status: 77, told: "an answer is one key and Enter"),
    Answer(keys: ["y\rls\r"], asked: [1], status: 77, told: "an answer is one key and Enter"),
    Answer(keys: ["я\r"], asked: [1], status: 77, told: "an answer is one key and Enter"),
  ])
  func everyAnswer(_ answer: Answer) throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", Self.steps)
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    for keys in answer.keys.dropLast() {
      #expect(session.answer(keys, until: keys.hasPrefix("p") ? "Width: " : "Answer: "), "\(session.text)")
    }
    #expect(session.answer(answer.keys[answer.keys.count - 1], until: answer.told), "\(session.text)")
    if answer.status == 0 {
      for _ in answer.asked.dropFirst() {
        guard session.wait(for: "Answer: ") else { break }
        session.answer("y\r", until: "allowed once")
      }
    }
    #expect(session.finish() == answer.status, "\(session.text)")
    let asked = (1...5).filter { session.text.contains("step \($0) “Step \($0)” wants to run") }
    #expect(asked == answer.asked, "\(session.text)")
    let policy = asking.replacingOccurrences(of: "[] # nothing yet", with: answer.saved)
    #expect(project.read(".rundownrc.yaml") == policy)
    let ends = [0: "completed", 77: "refused", 130: "interrupted"]
    #expect(try project.status() == ends[Int(answer.status)])
  }

  struct Document: CustomTestStringConvertible {
    var name: String
    var before: String?
    var after: String
    var testDescription: String { name + (before == nil ? " is made" : "") }
  }

  @Test(arguments: [
    Document(
      name: ".rundownrc.yaml", before: nil,
      after: "# What runbooks of this project may do; `rundown policy show` prints all of it.\n"
        + "version: 1\nextends: builtin\ndefault:\n  run:\n    allow:\n      - \"expr 1 *\"\n"
    ),
    Document(
      name: ".rundownrc.yml",
      before: "default:\n  run:\n    # tools\n    allow:\n      - git # scm\n      # end\n",
      after:
        "default:\n  run:\n    # tools\n    allow:\n      - git # scm\n      - \"expr 1 *\"\n      # end\n"),
    Document(
      name: ".rundownrc", before: "default: {run: {allow: [git]}}\n",
      after: "default: {run: {allow: [git, \"expr 1 *\"]}}\n"),
    Document(
      name: ".rundownrc.json", before: "{\n  \"default\": {\"run\": {\"allow\": [\"git\"]}}\n}\n",
      after: "{\n  \"default\": {\"run\": {\"allow\": [\"git\", \"expr 1 *\"]}}\n}\n"),
    Document(
      name: "package.json",
      before:
        "{\n  \"rundown\": {\n    \"default\": {\n      \"run\": {\n        \"allow\": [\n          \"git\"\n        ]\n      }\n    }\n  }\n}\n",
      after:
        "{\n  \"rundown\": {\n    \"default\": {\n      \"run\": {\n        \"allow\": [\n          \"git\",\n          \"expr 1 *\"\n        ]\n      }\n    }\n  }\n}\n"
    ),
  ])
  func alwaysWritesEveryFormat(_ document: Document) throws {
    let project = try TemporaryProject()
    if let text = document.before { try project.write(document.name, text, mode: 0o640) }
    try project.write("a.runbook.md", runbook("expr 1 + 2", "expr 1 + 3"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    #expect(session.answer("p\r", until: "Width: "), "\(session.text)")
    #expect(session.text.contains("\(document.name), "), "the file is shown before it is written")
    #expect(session.answer("2\r", until: "saved in \(document.name)"), "\(session.text)")
    #expect(session.finish() == 0, "\(session.text)")
    #expect(project.read(document.name) == document.after)
    let mode = try FileManager.default.attributesOfItem(atPath: project.root + "/" + document.name)
    #expect(mode[.posixPermissions] as? Int == (document.before == nil ? 0o644 : 0o640))
    // Another run, without anybody to ask.
    #expect(try project.rundown("run", "a.runbook.md").status == 0)
    #expect(try project.rundown("policy", "check").status == 0)
  }

  /// A document that is new because a rule was saved in it is not taken for one that the step has made.
  @Test(.enabled(if: ConfinementRunTests.isFull)) func alwaysMakesADocumentWhileAStepRuns() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", runbook("X=expr; $X 1 + 2", "echo went on"))
    let session = try project.terminal("run", "a.runbook.md", "--allow-write", ".")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    while !session.text.contains("expr 1 + 2") { #expect(session.answer("y\r", until: "Answer: ")) }
    #expect(session.answer("p\r", until: "Width: "), "\(session.text)")
    #expect(session.answer("2\r", until: "saved in .rundownrc.yaml"), "\(session.text)")
    #expect(session.finish() == 0 && !session.text.contains("it was moved"), "\(session.text)")
    #expect(project.read(".rundownrc.yaml")?.contains("expr 1 *") == true)
  }

  @Test func aRuleThatCannotBeSavedLeavesTheQuestionOpen() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", runbook("expr 1 + 2"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "))
    #expect(session.answer("p\r", until: "Width: "))
    try project.write(".rundownrc.yaml", "default: [broken\n")
    #expect(session.answer("3\r", until: "nothing was saved"), "\(session.text)")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    #expect(session.answer("n\r", until: "denied"), "\(session.text)")
    #expect(session.finish() == 77)
    #expect(project.read(".rundownrc.yaml") == "default: [broken\n")
  }

  @Test func aRuleSavedByAnotherProcessIsKept() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", runbook("expr 1 + 2"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "))
    #expect(session.answer("p\r", until: "Width: "))
    try project.write(".rundownrc.yaml", asking.replacingOccurrences(of: "[]", with: "[git]"))
    #expect(session.answer("3\r", until: "saved in"), "\(session.text)")
    #expect(session.finish() == 0)
    #expect(project.read(".rundownrc.yaml")?.contains("[git, expr] # nothing yet") == true)
  }
}
