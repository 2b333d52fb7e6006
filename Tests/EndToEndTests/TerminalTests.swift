import Foundation
import TestKit
import Testing

/// Runs at a terminal: the display, manual steps, and signals while a question stands.
@Suite struct TerminalTests {
  private func allowed() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    return project
  }

  // MARK: the display

  @Test func finishedLinesStayAndAFailureShowsItsLastLines() throws {
    let project = try allowed()
    try project.write(
      "a.runbook.md", runbook("echo quiet", "for i in $(seq 30); do echo line-$i; done; exit 3"))
    let session = try project.terminal("run", "a.runbook.md")
    #expect(session.finish() == 1)
    let text = session.text
    #expect(text.contains("✓ 1  Step 1"), "\(text)")
    #expect(text.contains("✗ 2  Step 2") && text.contains("exit 3"))
    #expect(text.contains("10 lines before") && text.contains("│ line-11\n") && text.contains("│ line-30\n"))
    #expect(!text.contains("│ line-10\n"), "the beginning of a long output is not shown")
    #expect(text.contains("stopped  1 failed, 1 passed"))
    #expect(!text.contains("quiet"), "what a passing step printed goes away")
  }

  @Test func aRunningStepIsRedrawnInPlace() throws {
    let project = try allowed()
    try project.write("a.runbook.md", runbook("echo working; sleep 1; echo done"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "│ working"), "\(session.text)")
    #expect(session.finish() == 0)
    // What is drawn is cleared again: as many lines up as were written.
    #expect(session.raw.contains("\u{1B}[2A\u{1B}[J"), "\(session.raw.debugDescription)")
    let last = session.raw.components(separatedBy: "\u{1B}[J").last ?? ""
    #expect(last.contains("completed") && !last.contains("working"), "\(last.debugDescription)")
  }

  @Test func verboseShowsAllOutput() throws {
    let project = try allowed()
    try project.write("a.runbook.md", runbook("seq 30"))
    let session = try project.terminal("run", "--verbose", "a.runbook.md")
    #expect(session.finish() == 0)
    for number in [1, 15, 30] { #expect(session.text.contains("│ \(number)\n")) }
  }

  @Test func noEscapeSequenceOfAStepSurvives() throws {
    let project = try allowed()
    let evil = [
      "\\033[2J", "\\033[1;1H", "\\033]0;title\\007", "\\033]52;c;aGk=\\007", "\\033[?1049h", "\\033c",
      "\\033[6n",
      "\\033P0;1|17/ab\\033\\\\", "\\033[>4;2m", "\\010\\010\\010", "\\007", "\\033#8", "\\033(0",
      "\\033[999A",
      "\\302\\2332J", "\\342\\200\\256",
    ]
    let text = "printf 'x" + evil.joined(separator: "y\\n") + "\\033[31mred\\n'; sleep 0.5; exit 1"
    try project.write("a.runbook.md", runbook(text))
    try project.confirmPolicy()
    for more in [[], ["--verbose"], ["--json"]] {
      let session = try TerminalSession(
        [Built.rundown, "run", "a.runbook.md"] + more, in: project.root, environment: project.environment())
      #expect(session.finish() == 1)
      let raw = session.raw
      for scalar in ["\u{7}", "\u{8}", "\u{9B}", "\u{202E}"] { #expect(!raw.contains(scalar)) }
      // What is left is our own: colours, and going up over our own lines.
      for match in raw.matches(of: #/\x1B([^\[]|\[([0-9;]*)([^0-9;]))/#) {
        let sequence = String(match.0.dropFirst())
        let isColor = match.3 == "m" && match.2 != nil
        let isOurs = sequence == "[J" || (match.3 == "A" && Int(match.2 ?? "") ?? 99 <= 4)
        #expect(isColor || isOurs, "\(sequence.debugDescription) with \(more)")
      }
      #expect(session.text.contains("red"))
    }
  }

  @Test(arguments: [24, 40, 15]) func narrowTerminals(_ columns: Int) throws {
    let project = try allowed()
    try project.write(
      "a.runbook.md",
      "## 1. A title that is much longer than this terminal is wide 漢字漢字\n\n```sh\necho a-long-line-of-output-that-does-not-fit; sleep 0.6\n```\n"
    )
    let session = try project.terminal("run", "a.runbook.md", columns: columns)
    #expect(session.finish() == 0)
    // Lines that are redrawn must not wrap: going up would leave their rests.
    let drawn = session.raw.components(separatedBy: "\r\n").filter {
      $0.contains("● 1") || $0.contains("│ a-")
    }
    for line in drawn {
      let plain = line.replacing(#/\x1B\[[0-9;]*[A-Za-z]/#, with: "").replacing("\r", with: "")
      #expect(plain.count < columns, "\(plain.debugDescription)")
    }
    #expect(columns < 20 || !drawn.isEmpty)
    #expect(session.text.contains("completed"))
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"], ["TERM": ""], ["CLICOLOR_FORCE": "1"]])
  func whatTheEnvironmentSays(_ more: [String: String]) throws {
    let project = try allowed()
    try project.write("a.runbook.md", runbook("echo out; sleep 0.4; exit 1"))
    let session = try project.terminal("run", "a.runbook.md", environment: more)
    #expect(session.finish() == 1)
    let hasColor = session.raw.contains(#/\x1B\[[0-9;]*m/#)
    #expect(hasColor == (more["CLICOLOR_FORCE"] != nil))
    if more["TERM"] != nil { #expect(!session.raw.contains("\u{1B}"), "\(session.raw.debugDescription)") }
    #expect(session.text.contains("✗ 1  Step 1") && session.text.contains("out"))
  }

  @Test func aStepWithATerminalCanAsk() throws {
    let project = try allowed()
    try project.write(
      "a.runbook.md",
      runbook("read -p 'Your name: ' name; echo \"hello $name\"; exit 1", shell: "bash", options: "tty=true"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Your name: "), "\(session.text)")
    session.type("Ada\r", after: 0)
    #expect(session.finish() == 1, "\(session.text)")
    #expect(session.text.contains("│ hello Ada"), "\(session.raw)")
    // While the step owns the keyboard a line feed alone would go on in the column of the last line's end.
    #expect(
      !session.raw.replacingOccurrences(of: "\r\n", with: "").contains("\n"),
      "\(session.raw.debugDescription)")
    let alone = try project.rundown("run", "a.runbook.md")
    #expect(alone.output.contains("hello \n") && alone.errors.contains("asks for a terminal"), "\(alone.all)")
  }

  // MARK: manual steps

  private static let manual =
    "## 1. Look\n\n- FAIL GOTO Mend\n\nIs it *green*?\n\n## 2. Go\n\n```sh\necho went\n```\n\n## Mend\n\n- PASS STOP \"mended\"\n\n```sh\necho mending\n```\n"

  @Test(arguments: [
    ("p\r", 0, "completed"), ("f\r", 1, "stopped"), ("s\r", 1, "stopped"), ("w\r", 75, "waiting"),
    ("\u{3}", 75, "waiting"), ("\u{4}", 75, "waiting"),
  ])
  func manualStep(_ keys: String, _ status: Int32, _ word: String) throws {
    let project = try allowed()
    try project.write("a.runbook.md", Self.manual)
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Is it *green*?"), "\(session.text)")
    try #require(session.wait(for: " 1: "), "\(session.text)")
    #expect(session.answer("x\r", until: "press p, f, k, s or w"), "\(session.text)")
    try #require(session.wait(for: " 1: "))
    #expect(session.answer(keys, until: word), "\(session.text)")
    #expect(session.finish() == status, "\(session.text)")
    #expect(session.text.contains("mended") == (keys == "f\r"))
    let show = try project.rundown("show", project.status("run") ?? "").output
    if status != 75 { #expect(show.contains("by \(NSUserName())") || keys == "s\r", "\(show)") }
    #expect(try project.status() == word)
    if status == 75 {
      let again = try project.terminal("pass")
      #expect(again.finish() == 0, "\(again.text)")
      #expect(try project.status() == "completed")
    }
  }

  @Test func aQuestionForTheReasonCanBeBrokenOff() throws {
    let project = try allowed()
    try project.write("a.runbook.md", Self.manual)
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: " 1: "), "\(session.text)")
    #expect(session.answer("k\r", until: "why? "), "\(session.text)")
    session.type("\u{3}", after: 0.1)
    #expect(session.finish() == 130, "\(session.text)")
    #expect(try project.status() == "interrupted" && project.status("step") == "1")
  }

  @Test func aManualStepCanBeLeftOut() throws {
    let project = try allowed()
    try project.write(
      "b.runbook.md",
      "## 1. Parts\n- PASS ALL COMPLETE\n- FAIL ANY STOP\n\n### 1.1 A\n\nLook.\n\n### 1.2 B\n\nLook.\n")
    let session = try project.terminal("run", "b.runbook.md")
    for unit in ["1.1", "1.2"] {
      try #require(session.wait(for: " \(unit): "), "\(session.text)")
      #expect(session.answer("k\r", until: "why? "), "\(session.text)")
      session.type("not my job\r", after: 0.1)
    }
    #expect(session.finish() == 0, "\(session.text)")
    #expect(session.text.contains("left out: not my job"), "\(session.text)")
    let id = try #require(try project.status("run"))
    #expect(try project.rundown("show", id).output.contains("○ 1.2  B  skip  by "))
    #expect(try project.rundown("logs", id, "1.1").output == "not my job\n")
  }

  // MARK: signals while a question stands

  @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130)] as [(Int32, Int32)])
  func aSignalEndsAQuestion(_ signal: Int32, _ status: Int32) throws {
    for isManual in [false, true] {
      let project = try TemporaryProject()
      try project.write(".rundownrc.yaml", asking)
      try project.write("a.runbook.md", isManual ? Self.manual : runbook("expr 1 + 2"))
      try project.confirmPolicy()
      let session = try TerminalSession(
        ["/bin/sh", "-c", "echo $$ > pid; exec '\(Built.rundown)' run a.runbook.md"], in: project.root,
        environment: project.environment())
      try #require(session.wait(for: isManual ? " 1: " : "Answer: "), "\(session.text)")
      let id = Int32(project.read("pid")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") ?? -1
      try #require(id > 1)
      kill(id, signal)
      #expect(session.finish() == status, "\(session.text)")
      #expect(try project.status() == "interrupted")
      #expect(try project.status("step") == "1")
    }
  }

  @Test func whenTheTerminalGoesTheRunIsInterruptedNotDenied() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", runbook("expr 1 + 2"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    kill(session.processIdentifier, SIGKILL)
    #expect(try eventually { try project.status() == "interrupted" })
    #expect(try project.rundown("resume", "--yes").status == 0)
  }

  @Test func controlCStopsARunningStepAndASecondOneKills() throws {
    let project = try allowed()
    let mark = "8\(UInt32.random(in: 10_000_000..<99_999_999))"
    try project.write(
      "a.runbook.md", runbook("trap '' INT TERM; echo up; sleep \(mark); sleep \(mark); sleep \(mark)"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "│ up"), "\(session.text)")
    session.type("\u{3}", after: 0.1)
    Thread.sleep(forTimeInterval: 0.5)
    let pressed = Date()
    session.type("\u{3}", after: 0)
    #expect(session.finish() == 130, "\(session.text)")
    #expect(Date().timeIntervalSince(pressed) < 4, "the second ^C does not wait for the grace of the first")
    #expect(try project.processes("^sleep \(mark)").isEmpty)
    #expect(try project.status() == "interrupted")
  }
}
