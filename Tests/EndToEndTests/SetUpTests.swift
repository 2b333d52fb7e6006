import Foundation
import TestKit
import Testing

/// `init`, `config`, `ci init`: what sets a project, a user and a CI system up.
@Suite struct SetUpTests {
  @Test(arguments: [
    (["package.json", "pnpm-lock.yaml"], ["node", "pnpm"]),
    (["Cargo.toml"], ["cargo", "target"]),
    (["go.mod", "Makefile"], ["gofmt", "make"]),
    (["pyproject.toml"], ["pytest", ".venv"]),
    (["build.gradle.kts"], ["{repo}/gradlew"]), ([], ["No language was found"]),
  ])
  func thePolicyFitsTheProject(_ files: [String], _ wanted: [String]) throws {
    let project = try TemporaryProject()
    for file in files { try project.write(file, "{}\n") }
    let made = try project.rundown("init")
    #expect(made.status == 0, "\(made.all)")
    let text = try #require(project.read(".rundownrc.yaml"))
    for word in wanted { #expect(text.contains(word), "\(word) in \(text)") }
    let check = try project.rundown("policy", "check")
    #expect(check.status == 0 && check.output.contains("ok"), "\(check.all)")
    // Who has written it is not asked about it, and it is not written over.
    #expect(try project.rundown("trust", "show").output.contains("confirmed\n"))
    let again = try project.rundown("init")
    #expect(again.status == 2 && again.errors.contains("a policy already"))
  }

  @Test func theConfigurationIsSetAndItsCommentsStay() throws {
    let project = try TemporaryProject()
    let path = project.home + "/.config/rundown/config.yaml"
    func text() -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    for words in [
      ["trust", "required"], ["default.run.deny", "docker,kubectl"], ["default.limits.timeout", "10m"],
      ["default.run.deny", "docker"], ["default.mode", "deny"],
    ] {
      let result = try project.rundown(["config", "set"] + words)
      #expect(result.status == 0, "\(words): \(result.all)\n\(text())")
    }
    try Data(("# mine\n" + text() + "# end\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect(
      try project.rundown("config", "set", "default.network.deny", "a.org,b.org").status == 0, "\(text())")
    #expect(text().hasPrefix("# mine\n") && text().contains("# end\n"))
    #expect(try project.rundown("config", "get", "default.run.deny").output == "docker\n")
    #expect(try project.rundown("config", "get", "default.network.deny").output == "a.org\nb.org\n")
    #expect(try project.rundown("config", "get", "default.gate").status == 1)
    #expect(try project.rundown("config", "show").output.contains("default.limits.timeout: 10m"))
    #expect(try project.rundown("config", "explain").output.contains("default.protect"))
    // It holds.
    try project.write("a.runbook.md", runbook("git --version"))
    let refused = try project.rundown("exec", "--allow-run", "id", "--", "docker")
    #expect(refused.status == 77 && refused.errors.contains("config.yaml"), "\(refused.all)")
    for (words, message) in [
      (["trust", "never"], "trust"), (["default.run.allow", "x"], "no key"),
      (["default.limits.timeout", "ten"], "time"),
    ] {
      let before = text()
      let result = try project.rundown(["config", "set"] + words)
      #expect(result.status == 2 && result.errors.contains(message) && text() == before, "\(result.all)")
    }
  }

  @Test(arguments: [
    "default:\n  run:\n    deny:\n      - a\n      - b\n  mode: deny\n", "default: {run: {deny: [a]}}\n",
  ])
  func anyLayoutIsEdited(_ before: String) throws {
    let project = try TemporaryProject()
    let folder = project.home + "/.config/rundown"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(before.utf8).write(to: URL(fileURLWithPath: folder + "/config.yaml"))
    #expect(try project.rundown("config", "set", "default.run.deny", "c").status == 0)
    #expect(try project.rundown("config", "set", "default.limits.cpu", "1m").status == 0)
    #expect(try project.rundown("config", "get", "default.run.deny").output == "c\n")
    #expect(try project.rundown("config", "get", "default.limits.cpu").output == "1m\n")
  }

  private static let ci = "# CI\n\n" + runbook("echo ran > out/ran")

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("Runbooks/ci.runbook.md", Self.ci)
    try project.write(".rundownrc.yaml", "default:\n  write: { allow: [\"{repo}/out/**\"] }\n")
    return project
  }

  @Test func theShellJobRuns() throws {
    let project = try project()
    #expect(try project.rundown("ci", "init", "shell").status == 0)
    let result = try project.run(["/bin/sh", "ci/rundown.sh"], environment: ["RUNDOWN": Built.rundown])
    #expect(result.status == 0 && project.read("out/ran") == "ran\n", "\(result.all)")
    #expect(project.read("rundown.xml")?.contains("<testsuite") == true && project.read("rundown.md") != nil)
    #expect(try project.rundown("ci", "init", "shell").status == 2)
  }

  /// The `run:` texts of the workflow, run as GitHub would, with our own program in place of a download.
  @Test func theGitHubJobRuns() throws {
    let project = try project()
    #expect(try project.rundown("ci", "init", "github").status == 0)
    let text = try #require(project.read(".github/workflows/rundown.yml"))
    var scripts: [String] = []
    var lines = text.components(separatedBy: "\n")[...]
    while let line = lines.popFirst() {
      guard let range = line.range(of: "        run: ") else { continue }
      let rest = String(line[range.upperBound...])
      guard rest == "|" else {
        scripts.append(rest)
        continue
      }
      var script = ""
      while let next = lines.first, next.hasPrefix("          ") {
        script += next.trimmingCharacters(in: .whitespaces) + "\n"
        lines = lines.dropFirst()
      }
      scripts.append(script)
    }
    #expect(scripts.count == 4, "\(scripts)")
    try FileManager.default.createDirectory(
      atPath: project.top + "/runner", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: project.top + "/bin", withIntermediateDirectories: true)
    try Data("#!/bin/sh\nexit 0\n".utf8).write(to: URL(fileURLWithPath: project.top + "/bin/sudo"))
    _ = try project.run(["/bin/chmod", "755", project.top + "/bin/sudo"])
    let sum = try project.run(["/usr/bin/sha256sum", Built.rundown]).output.prefix(64)
    let environment = [
      "RUNDOWN_URL": "file://" + Built.rundown, "RUNDOWN_SHA256": String(sum),
      "RUNNER_TEMP": project.top + "/runner",
      "GITHUB_PATH": project.top + "/path", "GITHUB_ACTIONS": "true", "CI": "true",
      "GITHUB_STEP_SUMMARY": project.top + "/summary", "GITHUB_OUTPUT": project.top + "/output",
      "PATH": "\(project.top)/runner:\(project.top)/bin:/usr/bin:/bin",
    ]
    for script in scripts {
      let result = try project.run(["/bin/bash", "-e", "-c", script], environment: environment)
      #expect(result.status == 0, "\(script): \(result.all)")
    }
    #expect(project.read("out/ran") == "ran\n")
    let summary = try String(contentsOfFile: project.top + "/summary", encoding: .utf8)
    #expect(summary.contains("completed"))
  }

  @Test(arguments: ["github", "gitlab", "shell"]) func theDocumentationShowsWhatIsWritten(_ kind: String)
    throws
  {
    let project = try TemporaryProject()
    let text = try project.rundown("ci", "init", kind, "--print").output
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let document = try String(contentsOf: folder.appendingPathComponent("Docs/ci.md"), encoding: .utf8)
    #expect(document.contains(text), "Docs/ci.md lacks the \(kind) job as it is")
  }

  @Test func whatAnAgentWasRefusedIsInTheReportWithTheLinesToAdd() throws {
    let project = try TemporaryProject()
    try project.write("fake-agent", "#!/bin/sh\nbash -c 'expr 1 + 2'; cat a.md >/dev/null\n", mode: 0o755)
    try project.write(
      ".rundownrc.yaml",
      "default:\n  run: { allow: [bash, cat] }\nagents:\n  fake: { programs: [\"{repo}/fake-agent\"] }\n")
    try project.write("a.md", runbook("./fake-agent", options: "agent=fake"))
    let environment = [
      "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_STEP_SUMMARY": project.top + "/summary",
    ]
    let result = try project.rundown(
      ["run", "a.md", "--report", "junit=out.xml", "--report", "markdown=out.md"], environment: environment)
    #expect(result.status == 0, "\(result.all)")
    let summary = try String(contentsOfFile: project.top + "/summary", encoding: .utf8)
    for text in [summary, project.read("out.md") ?? "", project.read("out.xml") ?? "", result.output] {
      #expect(text.contains("--allow-run expr") && text.contains("default.run.allow: [expr]"), "\(text)")
    }
    #expect(summary.contains("refused while it ran") && result.output.contains("::warning file=a.md"))
  }
}
