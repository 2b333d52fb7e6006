import Foundation
import TestKit
import Testing

/// `rundown exec` and `rundown shell`: a command under the confinement of a step, with the caller's own streams.
@Suite struct ExecTests {
  private func project(_ programs: String = "cat, sh, id, env, stty, tty, sleep, ls") throws
    -> TemporaryProject
  {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default:\n  run: { allow: [\(programs)] }\n  write: { allow: [\"{repo}/w/**\"] }\n")
    try project.write(".env", "SECRET=canary-4711\n")
    return project
  }

  @Test func streamsAndStatusAreTheCommandsOwn() throws {
    let project = try project()
    try project.write("in", "one\ntwo\n")
    let rundown = Built.rundown
    let result = try project.run([
      "/bin/sh", "-c",
      """
      "\(rundown)" exec -- cat <in; "\(rundown)" exec -- sh -c 'echo out; echo err >&2; exit 7' 2>err; echo "status $?"
      "\(rundown)" exec -- cat - in </dev/null | tail -n 1
      """,
    ])
    #expect(result.output == "one\ntwo\nout\nstatus 7\ntwo\n" && result.errors.isEmpty, "\(result.all)")
    #expect(project.read("err") == "err\n")
    #expect(try project.rundown("exec", "--allow-run", "kill", "--", "sh", "-c", "kill -9 $$").status == 137)
  }

  @Test func aCommandThatNobodyReadsEnds() throws {
    let project = try project("yes, head")
    let result = try project.run([
      "/bin/bash", "-c", "timeout 20 \(Built.rundown) exec -- yes | head -n 1; echo ${PIPESTATUS[0]}",
    ])
    #expect(result.output == "y\n141\n", "\(result.all)")
  }

  @Test(arguments: ["a b", "it's", "`id`", "$(id)", "$HOME", "*", "", "-n", "a\nb", "```", "\"", "\\", "é"])
  func wordsArriveAsTheyAre(_ word: String) throws {
    let result = try project().rundown("exec", "--", "sh", "-c", "printf %s \"$1\"", "sh", word)
    #expect(result.output == word, "\(result.all)")
  }

  @Test func itIsConfinedAndJudged() throws {
    let project = try project()
    let secret = try project.rundown("exec", "--", "cat", ".env")
    #expect(secret.status == 1 && !secret.all.contains("canary-4711"), "\(secret.all)")
    let write = try project.rundown("exec", "--", "sh", "-c", "echo x > made")
    #expect(write.status != 0 && project.read("made") == nil)
    let refused = try project.rundown("exec", "--", "curl", "x")
    #expect(refused.status == 77 && refused.errors.contains("--allow-run curl"), "\(refused.all)")
    #expect(try project.rundown("exec", "--", "if").status == 77)
    #expect(try project.rundown("exec", "--", "A=1", "ls").status == 77)
    // What only the run knows is decided when it starts.
    let hidden = try project.rundown("exec", "--", "sh", "-c", "x=cu; ${x}rl --version")
    #expect(hidden.status == 77 && !hidden.output.contains("libcurl"), "\(hidden.all)")
    #expect(try project.rundown("exec", "--allow-run", "true", "--", "true").status == 0)
    #expect(try project.rundown("exec", "--timeout", "1", "--", "sleep", "20").status == 124)
    #expect(try project.rundown("exec").status == 2)
    let shell = try project.rundown("shell")
    #expect(shell.status == 2 && shell.errors.contains("no terminal"))
    #expect(try project.rundown("history").output.contains("exec"))
  }

  @Test func atATerminalItHasOneOfItsOwn() throws {
    let project = try project()
    let session = try project.terminal(
      "exec", "--", "sh", "-c", "tty; stty size; read x; echo \"got <$x>\"; exit 5")
    #expect(session.wait(for: "24 100") || session.wait(for: " 100"), "\(session.text)")
    session.type("typed\r")
    #expect(session.wait(for: "got <typed>"), "\(session.text)")
    #expect(session.finish() == 5)
    #expect(session.text.contains("/dev/pts/"))
  }

  @Test func aShellAsksForWhatIsTyped() throws {
    let project = try project()
    let session = try project.terminal("shell")
    session.type("echo rea''dy; id -u >/dev/null && echo ran\r", after: 1)
    #expect(session.wait(for: "ready") && session.wait(for: "ran"), "\(session.text)")
    session.type("curl --version\r")
    #expect(session.wait(for: "no rule lists"), "\(session.text)")
    session.type("y\r")
    #expect(session.wait(for: "libcurl"), "\(session.text)")
    session.type("exit 6\r")
    #expect(session.finish() == 6)
  }
}
