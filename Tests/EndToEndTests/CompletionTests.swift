import Foundation
import TestKit
import Testing

private func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

/// The scripts, asked by the shells themselves.
@Suite struct CompletionTests {
  /// A line up to the cursor, with some words that must be offered and some that must not.
  static let cases: [(line: [String], offered: [String], absent: [String])] = [
    (["pol"], ["policy"], ["plan"]),
    (["policy", ""], ["check", "show", "explain"], ["policy", "run"]),
    (["policy", "ex"], ["explain"], ["check"]),
    (["run", "--allow-r"], ["--allow-run", "--allow-read"], ["--allow-net", "--yes"]),
    (["explain", "--shell", ""], ["sh", "bash"], ["--json"]),
    (["completions", "z"], ["zsh"], ["bash"]),
    (["check", "sub"], ["sub.runbook.md"], ["other"]),
    (["run", "--policy", "sub"], ["sub.runbook.md"], ["other"]),
  ]

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("sub.runbook.md", "")
    try project.write("other", "")
    for shell in ["bash", "zsh", "fish"] {
      try project.write("complete.\(shell)", try project.rundown("completions", shell).output)
    }
    return project
  }

  @Test(arguments: cases) func bashOffers(_ line: [String], _ offered: [String], _ absent: [String]) throws {
    let words = (["rundown"] + line).map { "'\($0)'" }.joined(separator: " ")
    let script = """
      source ./complete.bash; COMP_WORDS=(\(words)); COMP_CWORD=\(line.count); _rundown
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try project().run(["/bin/bash", "--norc", "-c", script])
    let words2 = result.output.split(separator: "\n").map(String.init)
    #expect(result.errors.isEmpty && offered.allSatisfy(words2.contains), "\(result.all)")
    #expect(!absent.contains(where: words2.contains), "\(words2)")
  }

  @Test(.enabled(if: isThere("/usr/bin/fish"), "there is no fish"), arguments: cases)
  func fishOffers(_ line: [String], _ offered: [String], _ absent: [String]) throws {
    let result = try project().run([
      "/usr/bin/fish", "--no-config", "-c",
      "source ./complete.fish; complete -C 'rundown \(line.joined(separator: " "))'",
    ])
    let words = result.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    #expect(offered.allSatisfy(words.contains), "\(result.all)")
    #expect(!absent.contains(where: words.contains), "\(words)")
  }

  @Test(.enabled(if: isThere("/usr/bin/zsh"), "there is no zsh")) func zshCompletesWhatIsTyped() throws {
    let project = try project()
    let shell = try TerminalSession(
      ["/usr/bin/zsh", "-f", "-i"], in: project.root, environment: project.environment(["PS1": "ready> "]))
    #expect(shell.wait(for: "ready> "), "\(shell.text)")
    shell.type("autoload -Uz compinit; compinit -u -D; source ./complete.zsh\n")
    shell.type("rundown() { print -r -- \"got:$*;\" }; echo load''ed\n")
    #expect(shell.wait(for: "loaded"), "\(shell.text)")
    for (typed, meant) in [
      ("poli\tex\t--jso\t", "policy explain --json"), ("check su\t", "check sub.runbook.md"),
      ("completions f\t", "completions fish"), ("policy check --he\t", "policy check --help"),
    ] {
      shell.type("rundown \(typed)\n")
      #expect(shell.wait(for: "got:\(meant);"), "\(shell.text)")
    }
    shell.type("\u{15}exit\n")
    _ = shell.finish()
  }

  @Test func anUnknownShellIsAnError() throws {
    let result = try TemporaryProject().rundown("completions", "tcsh")
    #expect(result.status == 2 && result.errors.contains("bash, zsh and fish"))
  }

  @Test(.enabled(if: isThere("/usr/bin/groff"), "there is no groff"))
  func theManualIsFormattedWithoutAWarning() throws {
    let project = try TemporaryProject()
    try project.write("rundown.1", try project.rundown("man").output)
    let result = try project.run(["/usr/bin/groff", "-man", "-ww", "-Tutf8", "-Kutf8", "rundown.1"])
    #expect(result.errors.isEmpty, "\(result.errors)")
    let text = plain(result.output)
    for word in ["run [options] FILE", "--allow-run", "EXIT STATUS", "77"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  /// Without what makes letters bold: overstriking, or escapes.
  private func plain(_ text: String) -> String {
    text.replacing(/.\u{8}/, with: "").replacing(/\u{1B}\[[0-9;]*m/, with: "")
  }
}
