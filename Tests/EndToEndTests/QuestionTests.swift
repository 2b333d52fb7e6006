import Foundation
import TestKit
import Testing

/// What a question shows and offers, and that nothing can answer it by accident or in the person's place.
@Suite struct QuestionTests {
  /// Opens the question of a runbook, gives it to `look`, and denies it.
  private func question(
    _ text: String, policy: String = asking, environment: [String: String] = [:], columns: Int = 100,
    _ look: (TerminalSession, TemporaryProject) throws -> Void
  ) throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", policy)
    try project.write("a.runbook.md", text)
    let session = try project.terminal(
      "run", "a.runbook.md", environment: environment, columns: columns)
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    try look(session, project)
    #expect(session.answer("n\r", until: "denied"), "\(session.text)")
    #expect(session.finish() == 77, "\(session.text)")
  }

  struct Offer: CustomTestStringConvertible {
    var text: String
    var session: Bool
    var always: Bool
    var testDescription: String { text }
  }

  @Test(arguments: [
    Offer(text: "expr 1 + 2", session: true, always: true),
    Offer(text: "python3 script.py", session: true, always: true),
    Offer(text: "python3 -c 'print(1)'", session: false, always: false),
    Offer(text: "perl -e 'print 1'", session: false, always: false),
    Offer(text: "sh -c \"$RD_STEP\"", session: false, always: false),
    Offer(text: "expr \"$RD_STEP\" + 1", session: false, always: false),
    Offer(text: "expr *", session: false, always: false),
    Offer(text: "$RD_STEP 1", session: false, always: false),
  ])
  func whatIsOffered(_ offer: Offer) throws {
    // With the live gate nothing would be asked about words that only the run knows.
    let policy = asking.replacingOccurrences(of: "  mode:", with: "  gate: static\n  mode:")
    try question(runbook(offer.text), policy: policy) { session, _ in
      #expect(session.text.contains("[y] once"))
      #expect(session.text.contains("[s] this session") == offer.session, "\(session.text)")
      #expect(session.text.contains("[p] always") == offer.always, "\(session.text)")
      if !offer.session {
        #expect(session.answer("s\r", until: "none of the answers"), "\(session.text)")
        #expect(session.answer("p\r", until: "none of the answers"), "\(session.text)")
      }
    }
  }

  @Test func whatWasTypedBeforeCountsForNothing() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking.replacingOccurrences(of: "[]", with: "[sleep]"))
    try project.write("a.runbook.md", runbook("sleep 1", "expr 1 + 2"))
    let session = try project.terminal("run", "a.runbook.md")
    session.type("y\ry\r", after: 0.3)
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    // In the first moment nobody can have read the question.
    session.type("y\r", after: 0)
    Thread.sleep(forTimeInterval: 0.8)
    #expect(session.answer("n\r", until: "denied"), "\(session.text)")
    #expect(!session.text.contains("allowed once"))
    #expect(session.finish() == 77)
  }

  @Test func aStepCannotAnswer() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking.replacingOccurrences(of: "[]", with: "[sleep]"))
    try project.write(
      "a.runbook.md",
      runbook(
        "printf 'y\\r' > /dev/tty; (sleep 2; printf 'y\\r' > /dev/tty; echo y) & echo left", "expr 1 + 2"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "), "\(session.text)")
    Thread.sleep(forTimeInterval: 2.2)
    #expect(session.answer("\r", until: "denied"), "\(session.text)")
    #expect(session.finish() == 77)
  }

  @Test func aLongCommandMustBeSeenFirst() throws {
    let words = (1...700).map { "w\($0)" }.joined(separator: " ")
    try question(runbook("expr \(words) hidden-end")) { session, _ in
      #expect(session.text.contains("characters hidden"))
      #expect(!session.text.contains(" w350 "))
      #expect(!session.text.contains("[s] this session") && !session.text.contains("[p] always"))
      for keys in ["y\r", "a\r"] {
        #expect(session.answer(keys, until: "see it whole with e"), "\(session.text.suffix(600))")
      }
      #expect(session.answer("e\r", until: " w350 "), "\(session.text.suffix(600))")
      try #require(session.wait(for: "Answer: "))
      #expect(!session.text.contains("[s] this session"))
    }
  }

  @Test func afterALongCommandWasSeenItCanBeAllowedOnce() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    let words = (1...700).map { "w\($0)" }.joined(separator: "_")
    try project.write("a.runbook.md", runbook("basename /x/\(words)"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "))
    #expect(session.answer("e\r", until: "Answer: "))
    #expect(session.answer("y\r", until: "allowed once"))
    #expect(session.finish() == 0, "\(session.text.suffix(600))")
  }

  @Test func hiddenCharactersAreWrittenOut() throws {
    let text = "expr 'a\u{202E}b' 'c\u{1B}[2Kd' 'e\u{200B}f' 'g\u{7}h'"
    try question(runbook(text)) { session, _ in
      for shown in ["\\u{202e}", "\\u{1b}[2K", "\\u{200b}", "\\u{7}"] {
        #expect(session.text.contains(shown), "\(shown): \(session.text)")
      }
      for hidden in ["\u{202E}", "\u{1B}[2K", "\u{200B}", "\u{7}"] {
        #expect(!session.raw.contains(hidden), "\(hidden.debugDescription)")
      }
    }
  }

  @Test func severalProgramsAreOneQuestion() throws {
    try question(runbook("expr 1 + 2 | tr 3 4\nbasename /a/b", shell: "bash")) { session, project in
      #expect(session.text.contains("wants to run 3 programs that no rule lists"))
      for text in ["expr 1 + 2", "tr 3 4", "basename /a/b", "/usr/bin/tr"] {
        #expect(session.text.contains(text))
      }
      #expect(session.answer("e\r", until: "The whole text of the step"))
      try #require(session.wait(for: "Answer: "))
      #expect(project.read(".rundownrc.yaml") == asking)
    }
  }

  @Test func severalProgramsAreSavedTogether() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", runbook("expr 1 + 2 | tr 3 4", "tr a b </dev/null"))
    let session = try project.terminal("run", "a.runbook.md")
    try #require(session.wait(for: "Answer: "))
    #expect(session.answer("p\r", until: "Width: "))
    // expr has three widths and tr two: only those that both have are offered.
    #expect(session.text.contains("\"expr\", \"tr\""), "\(session.text)")
    #expect(session.answer("9\r", until: "Answer: "), "a width that is not there goes back")
    #expect(session.answer("p\r", until: "Width: "))
    let row = session.text.split(separator: "\n").last { $0.contains("\"expr\", \"tr\"") }
    let number = row?.split(separator: " ").first.map(String.init) ?? ""
    #expect(session.answer(number + "\r", until: "saved in .rundownrc.yaml"), "\(session.text)")
    #expect(session.finish() == 0, "\(session.text)")
    #expect(project.read(".rundownrc.yaml")?.contains("allow: [expr, tr] # nothing yet") == true)
  }

  @Test func aDeniedProgramIsRefusedBeforeAnyQuestion() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking + "    deny: [curl]\n")
    try project.write("a.runbook.md", runbook("touch ran; expr 1 | curl -d @- example.com"))
    try project.confirmPolicy()
    for extra in [[], ["--yes"]] {
      let session = try TerminalSession(
        [Built.rundown, "run", "a.runbook.md"] + extra, in: project.root, environment: project.environment())
      #expect(session.finish() == 77)
      #expect(session.text.contains("a.runbook.md:4:21: refused: curl"), "\(session.text)")
      #expect(!session.text.contains("Answer") && !session.text.contains("wants to run"))
      #expect(!project.exists("ran"))
    }
  }

  @Test func withoutColoursAndWithoutSymbols() throws {
    try question(runbook("expr 1 + 2"), environment: ["NO_COLOR": "1", "LANG": "C"]) { session, _ in
      #expect(!session.raw.contains("\u{1B}["), "\(session.raw.debugDescription)")
      #expect(session.text.contains("[p] always..."))
    }
    try question(runbook("expr 1 + 2"), environment: ["TERM": "dumb"], columns: 30) { session, _ in
      #expect(!session.raw.contains("\u{1B}"))
      #expect(session.text.contains("expr 1 + 2"))
    }
  }

  @Test func whoIsNotAtATerminalIsNotAsked() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", runbook("expr 1 + 2"))
    try project.confirmPolicy()
    let shell = "exec '\(Built.rundown)' run a.runbook.md"
    for redirection in ["2>err", "</dev/null"] {
      let session = try TerminalSession(
        ["/bin/sh", "-c", "\(shell) \(redirection)"], in: project.root, environment: project.environment())
      #expect(session.finish() == 77, "\(redirection): \(session.text)")
      #expect(!session.text.contains("Answer"))
    }
    for more in [["--non-interactive"], ["--non-interactive", "--yes"]] {
      let session = try TerminalSession(
        [Built.rundown, "run", "a.runbook.md"] + more, in: project.root, environment: project.environment())
      #expect(session.finish() == 77)
    }
    let inCI = try project.terminal("run", "a.runbook.md", environment: ["CI": "true"])
    #expect(inCI.finish() == 77)
    #expect(try project.rundown("run", "--yes", "a.runbook.md").status == 0)
  }

  @Test func aRefusalNamesTheFlagAndTheLineAndBothWork() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", asking)
    try project.write("a.runbook.md", runbook("echo first", "echo before; expr 1 + 2"))
    let refused = try project.rundown("run", "a.runbook.md")
    #expect(refused.status == 77)
    #expect(refused.errors.contains("a.runbook.md:10:14: refused: expr is not allowed (no rule lists it"))
    #expect(!refused.output.contains("before"))
    #expect(try project.status() == "refused")
    let flag = try #require(refused.errors.firstMatch(of: #/for this run: +(--allow-run \S+)/#)).1
    let words = flag.split(separator: " ").map(String.init)
    #expect(try project.rundown("run", words[0], words[1], "a.runbook.md").status == 0)
    let line = try #require(
      refused.errors.firstMatch(of: #/or in \.rundownrc\.yaml: +(default\.run\.allow: \[.*\])/#)
    ).1
    // `default.run.allow: [x]` is a path of keys and its value.
    let value = try #require(line.split(separator: ": ").last)
    try project.write(".rundownrc.yaml", asking.replacingOccurrences(of: "[]", with: value))
    #expect(try project.rundown("run", "a.runbook.md").status == 0)
  }
}
