import Foundation
import TestKit
import Testing

/// An answer about a program that steps may write is an answer about what it held, and not about what takes its place.
@Suite(.enabled(if: LiveGate.isThere, "no gate on program starts here")) struct ContentTests {
  private func project(_ blocks: String..., gate: String = "live") throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      """
      version: 1
      default:
        mode: prompted
        gate: \(gate)
        run: {allow: [echo, cat, touch, mv, cp, rm, "{repo}/probe"]}
        write: {allow: ["{repo}/w/**"]}
      """)
    try project.write("w/t", "#!/bin/sh\necho ONE\n", mode: 0o755)
    try project.write("other", "#!/bin/sh\necho TWO\n", mode: 0o755)
    try FileManager.default.copyItem(atPath: Built.helper("probe"), toPath: project.root + "/probe")
    try project.write(
      "a.runbook.md",
      blocks.enumerated().map { "## \($0 + 1). S\n\n```sh\n\($1)\n```\n" }.joined(separator: "\n"))
    return project
  }

  private static let name = "X=$(echo w/t); "

  @Test(arguments: [
    ("cat other > w/t", "y"), ("cp -p other w/n; mv w/n w/t", "s"),
    ("cat other > w/t; touch -r other w/t", "s"),
  ])
  func anotherContentIsAskedAboutAgain(_ change: String, _ key: String) throws {
    let project = try project("\(Self.name)$X; \(change); $X; echo END")
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    try #require(session.answer(key + "\r", until: "allowed"), "\(session.text)")
    try #require(session.wait(for: "Answer: "), "it was not asked again: \(session.text)")
    session.type("n\r")
    #expect(session.finish() == 77, "\(session.text)")
    #expect(!session.text.contains("TWO"), "\(session.text)")
  }

  /// A file that was mapped before can be changed without any trace in its times.
  @Test(arguments: ["y", "s"]) func aChangeWithoutATraceIsSeen(_ key: String) throws {
    let text = """
      ./probe remap w/t 'TWO
      ' w/go w/ready > /dev/null &
      until [ -e w/ready ]; do :; done
      \(Self.name)$X || echo FIRST
      : > w/go; wait; $X; echo END
      """
    let project = try project(text)
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    session.answer(key + "\r", until: "allowed")
    try #require(session.wait(for: "Answer: "), "it was not asked again: \(session.text)")
    session.type("n\r")
    #expect(session.finish() == 77, "\(session.text)")
    #expect(!session.text.contains("TWO\n"), "\(session.text)")
  }

  /// What was asked about is what runs, however long the answer takes.
  @Test func aChangeWhileTheQuestionIsOpen() throws {
    let project = try project(
      "( until [ -e w/go ]; do :; done; cat other > w/t; : > w/done ) & \(Self.name)$X; echo END")
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    try project.write("w/go", "")
    #expect(eventually { project.exists("w/done") })
    session.answer("y\r", until: "allowed")
    try #require(session.wait(for: "Answer: "), "it was not asked again: \(session.text)")
    session.type("n\r")
    #expect(session.finish() == 77, "\(session.text)")
    #expect(!session.text.contains("TWO\n"), "\(session.text)")
  }

  @Test(arguments: ["touch w/t", "cp -p w/t w/n; mv w/n w/t", "true"])
  func theSameContentIsNot(_ change: String) throws {
    let project = try project("\(Self.name)$X; \(change); $X; echo END")
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    session.answer("s\r", until: "allowed")
    #expect(session.finish() == 0, "\(session.text)")
  }

  /// Also where the text alone is decided on, from step to step.
  @Test(arguments: ["live", "static"]) func anAnswerForTheSession(_ gate: String) throws {
    let project = try project("w/t", "w/t; cat other > w/t", "echo THIRD", "w/t", gate: gate)
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    try #require(session.answer("s\r", until: "allowed"), "\(session.text)")
    try #require(session.wait(for: "Answer: "), "it was not asked again: \(session.text)")
    session.type("n\r")
    #expect(session.finish() == 77, "\(session.text)")
    #expect(!session.text.contains("TWO\n"), "\(session.text)")
  }
}
