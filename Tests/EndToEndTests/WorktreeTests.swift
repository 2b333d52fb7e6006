import Foundation
import TestKit
import Testing

/// What an agent changes: in a git worktree of its own, or told in a report.
@Suite struct WorktreeTests {
  private static let hook = "#!/bin/sh\ntouch ../hook-ran\n"

  /// A committed project with hooks that must not run, and a stand-in for an agent.
  private func project(_ script: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("fake-agent", "#!/bin/sh\n\(script)\n", mode: 0o755)
    try project.write("base.txt", "base\n")
    try project.write("gone.txt", "gone\n")
    try project.write(
      ".rundownrc.yaml",
      """
      default:
        run: { allow: [cat, git, mkdir, rm, chmod, sh, kill] }
        read: { allow: ["{repo}/**"] }
      agents:
        fake: { programs: ["{repo}/fake-agent"] }
      """)
    try git(project, "init", "-q", "-b", "main")
    try git(project, "add", "-A")
    try git(project, "commit", "-q", "-m", "base")
    for name in ["post-checkout", "pre-commit", "post-commit", "post-merge", "commit-msg"] {
      try project.write(".git/hooks/\(name)", Self.hook, mode: 0o755)
    }
    return project
  }

  @discardableResult
  private func git(_ project: TemporaryProject, _ words: String...) throws -> String {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "core.hooksPath=/dev/null"]
    let result = try project.run(["/usr/bin/git"] + identity + words)
    #expect(result.status == 0, "git \(words): \(result.all)")
    return result.output
  }

  private func names(_ project: TemporaryProject) throws -> [String] {
    let list = try JSONSerialization.jsonObject(
      with: Data(try project.rundown("worktree", "ls", "--json").output.utf8))
    return ((list as? [[String: Any]]) ?? []).compactMap { $0["name"] as? String }
  }

  @Test func itsWorkIsOnABranchAndTheProjectIsUntouched() throws {
    let project = try project(
      """
      echo more >> base.txt; rm gone.txt; mkdir -p .github/workflows; echo x > .github/workflows/ci.yml
      rm -f .git 2>/dev/null; echo x > .git 2>/dev/null; echo "git $?"
      git log --oneline | grep -c base; git commit -q -a -m own 2>/dev/null; echo "commit $?"
      """.replacingOccurrences(of: "| grep -c base", with: ""))
    let result = try project.rundown("agent", "fake", "--isolation", "worktree")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("git 2\n") && result.output.contains("commit 128\n"), "\(result.all)")
    #expect(project.read("base.txt") == "base\n" && project.read("gone.txt") != nil)
    #expect(
      result.errors.contains("1 added, 1 changed, 1 removed") && result.errors.contains("CI runs it"),
      "\(result.errors)")
    let name = try #require(try names(project).first)
    #expect(try git(project, "show", "rundown/\(name):base.txt") == "base\nmore\n")
    #expect(!FileManager.default.fileExists(atPath: project.top + "/hook-ran"))
    #expect(try project.run(["/usr/bin/git", "status", "--porcelain"]).output == "")
    // The journal has it.
    let line = try project.rundown("audit", "show").output.split(separator: "\n").first {
      $0.contains("files_changed")
    }
    #expect(line?.contains("rundown/\(name)") == true)

    let merged = try project.rundown("worktree", "merge", name)
    #expect(merged.status == 0, "\(merged.all)")
    #expect(project.read("base.txt") == "base\nmore\n" && project.read("gone.txt") == nil)
    #expect(try names(project) == [])
    #expect(!(try git(project, "branch", "-a").contains("rundown/")))
    #expect(!FileManager.default.fileExists(atPath: project.top + "/hook-ran"))
  }

  @Test func anUnchangedOneGoesAwayAndARemovedOneToo() throws {
    let unchanged = try project("cat base.txt")
    #expect(try unchanged.rundown("agent", "fake", "--isolation", "worktree").output == "base\n")
    #expect(try names(unchanged) == [])
    #expect(!(try git(unchanged, "branch", "-a").contains("rundown/")))
    #expect(try git(unchanged, "worktree", "list").split(separator: "\n").count == 1)

    let changed = try project("echo x > new.txt")
    #expect(try changed.rundown("agent", "fake", "--isolation", "worktree").status == 0)
    let name = try #require(try names(changed).first)
    #expect(try changed.rundown("worktree", "rm", name).output.contains("brings its work back"))
    #expect(try names(changed) == [])
    #expect(changed.read("new.txt") == nil)
    #expect(try changed.rundown("worktree", "rm", name).status == 1)
  }

  @Test func aConflictChangesNothing() throws {
    let project = try project("echo agent > base.txt")
    #expect(try project.rundown("agent", "fake", "--isolation", "worktree").status == 0)
    try project.write("base.txt", "mine\n")
    try git(project, "commit", "-q", "-a", "-m", "mine")
    let name = try #require(try names(project).first)
    let merged = try project.rundown("worktree", "merge", name)
    #expect(merged.status == 1 && merged.errors.contains("conflicts in base.txt"), "\(merged.all)")
    #expect(project.read("base.txt") == "mine\n")
    #expect(try names(project) == [name])
    #expect(try git(project, "status", "--porcelain") == "")
  }

  /// Attributes choose filters and merge drivers, which are programs that the repository's settings name.
  @Test func attributesOfTheAgentRunNothing() throws {
    let project = try project("echo '* filter=evil merge=evil' > .gitattributes; echo agent > base.txt")
    for (key, command) in [
      ("filter.evil.clean", "touch \(project.top)/ran; cat"),
      ("filter.evil.smudge", "touch \(project.top)/ran; cat"),
      ("merge.evil.driver", "touch \(project.top)/ran"),
    ] { try git(project, "config", key, command) }
    #expect(try project.rundown("agent", "fake", "--isolation", "worktree").status == 0)
    let name = try #require(try names(project).first)
    #expect(try project.rundown("worktree", "merge", name).status == 0)
    #expect(project.read("base.txt") == "agent\n")
    #expect(!FileManager.default.fileExists(atPath: project.top + "/ran"))
  }

  @Test func withoutARepositoryOrACommitItIsRefused() throws {
    let project = try TemporaryProject()
    let none = try project.rundown("agent", "shell", "--isolation", "worktree", "--", "-c", "true")
    #expect(none.status == 77 && none.errors.contains("no git repository"), "\(none.all)")
    try git(project, "init", "-q")
    let empty = try project.rundown("agent", "shell", "--isolation", "worktree", "--", "-c", "true")
    #expect(empty.status == 77 && empty.errors.contains("no commit"), "\(empty.all)")
  }

  @Test func aStepFailsThatLeavesWhatRunsLater() throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default:\n  run: { allow: [chmod, mkdir] }\n  write: { allow: [\"{repo}/**\"] }\n")
    try project.write(
      "a.md",
      """
      ## 1. Plain

      ```sh on-artifacts=fail
      echo x > notes.txt
      ```

      ## 2. Script

      - FAIL CONTINUE

      ```sh on-artifacts=fail
      echo x > tool; chmod +x tool; echo '{}' > package.json
      ```

      ## 3. Told

      ```sh on-artifacts=warn
      echo all: > Makefile
      ```
      """)
    let result = try project.rundown("run", "a.md", "--report", "markdown=out.md")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("it left 2 files that may run later"), "\(result.output)")
    for (path, reason) in [
      ("tool", "it is executable"), ("package.json", "package managers"), ("Makefile", "the build"),
    ] {
      #expect(result.output.contains(path) && result.output.contains(reason))
    }
    #expect(project.read("out.md")?.contains("May run later, outside the sandbox") == true)
    let events = try project.rundown("audit", "show").output.split(separator: "\n")
    #expect(events.count { $0.contains("\"files_changed\"") } == 3)
  }
}
