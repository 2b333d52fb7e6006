import Foundation
import TestKit
import Testing

/// A policy that a repository brings along is confirmed once for each content; the user's own configuration narrows all.
@Suite struct TrustTests {
  private static let wide = "default:\n  run: { allow: [expr, cat] }\n"

  private func project(policy: String = wide) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", policy)
    try project.write("a.runbook.md", runbook("expr 40 + 2"))
    return project
  }

  private func configure(_ project: TemporaryProject, _ text: String) throws {
    let folder = project.home + "/.config/rundown"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.yaml"))
  }

  /// How the policy of the last run came to hold.
  private func acceptance(_ project: TemporaryProject) throws -> String? {
    let line = try #require(try project.rundown("audit", "show").output.split(separator: "\n").first)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return object?["acceptance"] as? String
  }

  @Test func aNewPolicyIsAskedAboutOnceForEachContent() throws {
    let project = try project()
    let first = try project.terminal("run", "a.runbook.md", isTrusted: false)
    #expect(first.wait(for: "you have not confirmed it yet"), "\(first.text)")
    #expect(first.wait(for: "run.allow: expr") && first.wait(for: ".rundownrc.yaml:2"), "\(first.text)")
    #expect(first.text.contains("owned by"), "\(first.text)")
    #expect(first.answer("y\r", until: "completed"), "\(first.text)")
    #expect(first.finish() == 0)
    #expect(try acceptance(project) == "asked")
    let file = project.home + "/.local/state/rundown/trust"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)

    let second = try project.terminal("run", "a.runbook.md", isTrusted: false)
    #expect(second.finish() == 0 && !second.text.contains("confirmed"), "\(second.text)")
    #expect(try acceptance(project) == nil)

    try project.write(".rundownrc.yaml", Self.wide + "  mode: execute\n")
    let third = try project.terminal("run", "a.runbook.md", isTrusted: false)
    #expect(third.wait(for: "has changed since you confirmed it"), "\(third.text)")
    third.type("\r")
    #expect(third.finish() == 77 && !third.text.contains("42"), "\(third.text)")
  }

  @Test func forOneRunOnly() throws {
    let project = try project()
    let session = try project.terminal("run", "a.runbook.md", isTrusted: false)
    #expect(session.wait(for: "for this run only"))
    #expect(session.answer("o\r", until: "completed"), "\(session.text)")
    #expect(try project.rundown("trust", "ls").output == "no policy was confirmed\n")
    let flag = try project.terminal("run", "a.runbook.md", "--trust", isTrusted: false)
    #expect(flag.finish() == 0 && !flag.text.contains("Answer"), "\(flag.text)")
    #expect(try acceptance(project) == "flag")
  }

  @Test func withoutATerminalItHoldsAndTheRecordSaysSo() throws {
    let project = try project()
    #expect(try project.rundown("run", "a.runbook.md").status == 0)
    #expect(try acceptance(project) == "unasked")
  }

  @Test func whatWidensNothingNeedsNoWord() throws {
    let project = try project(
      policy: "extends: builtin\ndefault:\n  mode: deny\n  run: { allow: [git], deny: [python] }\n")
    try project.write("a.runbook.md", runbook("true"))
    let session = try project.terminal("run", "a.runbook.md", isTrusted: false)
    #expect(session.finish() == 0 && !session.text.contains("Answer"), "\(session.text)")
    #expect(try project.rundown("trust", "show").output.contains("needs no confirmation"))
  }

  @Test func theUserCanRequireIt() throws {
    let project = try project()
    try configure(project, "version: 1\ntrust: required\n")
    let refused = try project.rundown("run", "a.runbook.md")
    #expect(refused.status == 77 && refused.errors.contains("trust: required"), "\(refused.all)")
    #expect(try project.rundown("run", "a.runbook.md", "--yes").status == 77)
    #expect(try project.rundown("exec", "--", "expr", "1").status == 77)
    #expect(try project.rundown("run", "a.runbook.md", "--trust").status == 0)
    #expect(try project.rundown("trust", "add").output.contains("run.allow: expr"))
    #expect(try project.rundown("run", "a.runbook.md").status == 0)
    #expect(try project.rundown("trust", "ls").output.contains(project.root))
    #expect(try project.rundown("trust", "revoke").status == 0)
    #expect(try project.rundown("trust", "revoke").status == 66)
    #expect(try project.rundown("run", "a.runbook.md").status == 77)
  }

  @Test func theUsersConfigurationNarrowsWhateverAPolicySays() throws {
    let project = try project(
      policy: """
        default:
          mode: execute
          run: { allow: [expr, cat] }
        overrides:
          - runbook: "*.runbook.md"
            run: { undeny: [expr], allow: [expr] }

        """)
    try configure(project, "default:\n  run: { deny: [expr] }\n  mode: prompted\n")
    let refused = try project.rundown("run", "a.runbook.md")
    #expect(refused.status == 77 && refused.errors.contains("config.yaml:2"), "\(refused.all)")
    let other = try project.rundown("exec", "--", "id")
    #expect(other.status == 77 && other.errors.contains("no rule lists it"), "\(other.all)")
    #expect(try project.rundown("run", "a.runbook.md", "--allow-run", "expr").status == 0)
    #expect(try project.rundown("policy", "show").output.contains("config.yaml:2"))
    try configure(project, "default:\n  run: { allow: [curl] }\n")
    let widening = try project.rundown("run", "a.runbook.md")
    #expect(widening.status == 78 && widening.errors.contains("PO023"), "\(widening.all)")
  }

  @Test func aStateFileThatOthersCanWriteCountsForNothing() throws {
    let project = try project()
    try configure(project, "trust: required\n")
    #expect(try project.rundown("trust", "add").status == 0)
    let file = project.home + "/.local/state/rundown/trust"
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
    #expect(try project.rundown("run", "a.runbook.md").status == 77)
  }

  @Test func aRuleThatIsSavedKeepsTheConfirmation() throws {
    let project = try project(policy: "default:\n  run: { allow: [cat] }\n")
    let session = try project.terminal("run", "a.runbook.md")
    #expect(session.wait(for: "Answer: "), "\(session.text)")
    #expect(session.answer("p\r", until: "Width"), "\(session.text)")
    #expect(session.answer("3\r", until: "completed"), "\(session.text)")
    let second = try project.terminal("run", "a.runbook.md", isTrusted: false)
    #expect(second.finish() == 0 && !second.text.contains("Answer"), "\(second.text)")
  }
}

extension TrustTests {
  @Test func aRunbookThatAStepChangesRunsAsItWasAndIsTold() throws {
    let project = try project(policy: "default:\n  write: { allow: [\"{repo}/**\"] }\n")
    let text = runbook("echo '# more' >> a.runbook.md; echo first", "echo second")
    try project.write("a.runbook.md", text)
    let result = try project.rundown("run", "a.runbook.md", "--verbose")
    #expect(result.status == 0 && result.output.contains("second"), "\(result.all)")
    #expect(result.errors.contains("a.runbook.md has changed since the run began"), "\(result.errors)")
    // A file that is only touched says the same.
    try project.write("b.runbook.md", runbook("cat b.runbook.md > b2 && cat b2 > b.runbook.md"))
    let same = try project.rundown("run", "b.runbook.md", "--allow-run", "cat")
    #expect(same.status == 0 && !same.errors.contains("has changed"), "\(same.all)")
  }
}
