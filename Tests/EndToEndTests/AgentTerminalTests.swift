import Foundation
import TestKit
import Testing

/// Full-screen programs inside an agent's step, on its own terminal: keys, sizes, ^C and ^Z arrive, and what is asked is
/// answered from a second terminal.
@Suite(
  .enabled(if: TmuxSession.isPossible && LiveGate.isThere, "no tmux, or no gate on program starts, here"))
struct AgentTerminalTests {
  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      """
      default:
        run: { allow: [bash, sh, vi, vim, vim.basic, vim.tiny, less, python3, stty, sleep, cat] }
        read: { allow: ["{repo}/**"] }
      """)
    try project.write("long.txt", (1...200).map { "line \($0)\n" }.joined())
    try project.write(
      "screen.py",
      """
      import curses
      def main(window):
          keys = []
          while True:
              rows, columns = window.getmaxyx()
              window.erase()
              window.addstr(0, 0, "size %dx%d keys %s" % (columns, rows, " ".join(keys)))
              window.refresh()
              try:
                  key = window.getch()
              except KeyboardInterrupt:
                  keys.append("INT")
                  continue
              if key == ord("q"): break
              keys.append({curses.KEY_RESIZE: "RESIZE", curses.KEY_LEFT: "LEFT"}.get(key, str(key)))
      curses.wrapper(main)
      """)
    try project.confirmPolicy()
    return project
  }

  private func agent(_ project: TemporaryProject, _ more: String...) throws -> TmuxSession {
    let session = try TmuxSession(
      [Built.rundown, "agent", "shell", "--access", "write"] + more + ["--", "--norc", "--noprofile", "-i"],
      in: project.root,
      environment: project.environment(["TERM": "xterm-256color", "SHELL": "/bin/sh", "PS1": "ready> "]),
      socket: project.top + "/tmux")
    try #require(session.wait(for: "bash-"), "\(session.screen)")
    return session
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/vi"), "no vi here"))
  func anEditorWrites() throws {
    let project = try project()
    let session = try agent(project)
    try session.enter("vi -u NONE -i NONE -n note.txt")
    #expect(session.wait(for: "~"), "\(session.screen)")
    try session.type("ihello from vim")
    try session.press("Escape")
    #expect(session.wait(for: "hello from vim"), "\(session.screen)")
    try session.enter(":wq")
    #expect(eventually { project.read("note.txt") == "hello from vim\n" }, "\(session.screen)")
    try session.enter("exit")
    #expect(eventually { !session.isRunning }, "\(session.screen)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/less"), "no less here"))
  func aPagerFollowsTheSizeOfTheTerminal() throws {
    let project = try project()
    let session = try agent(project)
    try session.enter("less long.txt")
    #expect(session.wait(for: "line 23") && !session.screen.contains("line 30\n"), "\(session.screen)")
    try session.press("G")
    #expect(session.wait(for: "line 200"), "\(session.screen)")
    try session.press("g")
    #expect(session.wait(for: "line 1\n"))
    try session.resize(columns: 100, rows: 40)
    #expect(session.wait(for: "line 38"), "\(session.screen)")
    try session.press("q")
    try session.enter("stty size")
    #expect(session.wait(for: "40 100"), "\(session.screen)")
  }

  @Test func aCursesProgramGetsKeysSizesAndInterrupts() throws {
    let project = try project()
    let session = try agent(project)
    try session.enter("python3 screen.py")
    #expect(session.wait(for: "size 80x24"), "\(session.screen)")
    try session.press("Left")
    #expect(session.wait(for: "keys LEFT"), "\(session.screen)")
    try session.resize(columns: 90, rows: 20)
    #expect(session.wait(for: "size 90x20") && session.wait(for: "RESIZE"), "\(session.screen)")
    try session.press("C-c")
    #expect(session.wait(for: "INT"), "\(session.screen)")
    try session.press("q")
    try session.enter("echo $((6 * 7))")
    #expect(session.wait(for: "42"), "\(session.screen)")
  }

  @Test func theShellStopsAndContinuesJobs() throws {
    let project = try project()
    let session = try agent(project)
    try session.enter("sleep 100")
    Thread.sleep(forTimeInterval: 0.4)
    try session.press("C-z")
    #expect(session.wait(for: "Stopped"), "\(session.screen)")
    try session.enter("fg")
    Thread.sleep(forTimeInterval: 0.3)
    try session.press("C-c")
    Thread.sleep(forTimeInterval: 0.2)
    try session.enter("echo status $?")
    #expect(session.wait(for: "status 130"), "\(session.screen)")
    #expect(session.isRunning, "^C is the job's, not the run's")
  }

  @Test func aSecondTerminalAnswers() throws {
    let project = try project()
    let session = try agent(project, "--approve-within", "30s")
    try session.enter("expr 20 + 22")
    #expect(session.wait(for: "rundown approve"), "\(session.screen)")
    let pending = try project.rundown("approve", "--json").output
    #expect(pending.contains("expr 20 + 22"), "\(pending)")
    let id = try #require(pending.firstMatch(of: #/"id": ?"([0-9a-f]+)"/#)?.1)
    let second = try project.terminal("approve", String(id), "once")
    #expect(second.finish() == 0, "\(second.text)")
    #expect(session.wait(for: "42"), "\(session.screen)")
    // A refusal leaves the agent at work.
    try session.enter("date +denied")
    var other: Substring?
    #expect(
      try eventually {
        other = try project.rundown("approve", "--json").output.firstMatch(of: #/"id": ?"([0-9a-f]+)"/#)?.1
        return other != nil && other != id
      })
    #expect(try project.rundown("approve", String(try #require(other)), "deny").status == 0)
    #expect(session.wait(for: "Operation not permitted"), "\(session.screen)")
    try session.enter("echo still here")
    #expect(session.wait(for: "\nstill here"), "\(session.screen)")
  }
}
