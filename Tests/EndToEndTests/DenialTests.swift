import Foundation
import TestKit
import Testing

/// Files that the sandbox refuses are told, with the rule: what the kernel answered, never a guess.
@Suite(.enabled(if: LiveGate.isThere, "no gate on program starts here")) struct DenialTests {
  private func project(_ text: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml", "version: 1\ndefault:\n  mode: execute\n  write: { allow: [\"{repo}/w/**\"] }\n")
    try project.write("w/keep", "")
    try project.write("key.pem", "secret\n")
    try FileManager.default.createDirectory(atPath: project.home + "/.aws", withIntermediateDirectories: true)
    try Data("canary\n".utf8).write(to: URL(fileURLWithPath: project.home + "/.aws/credentials"))
    try project.write("a.md", runbook(text))
    return project
  }

  struct Case: CustomTestStringConvertible {
    var text: String
    /// What is told; nil: nothing.
    var told: String?
    var testDescription: String { text }
  }

  static let cases = [
    Case(
      text: "cat key.pem",
      told: "read {repo}/key.pem by cat: it is denied by \"**/*.pem\" (built-in, read.deny)"),
    Case(text: "cat ~/.aws/credentials", told: "read {home}/.aws/credentials by cat: "),
    Case(text: "echo x > made", told: "write {repo}/made by sh: it is not allowed"),
    Case(text: "mkdir sub", told: "write {repo}/sub by mkdir: it is not allowed"),
    Case(text: "touch w/x; ln w/x y", told: "write {repo}/y by ln: it is not allowed"),
    Case(text: "python3 -c 'open(\"key.pem\")'", told: "read {repo}/key.pem by python3: it is denied by"),
    Case(text: "mkdir -p .git/hooks", told: nil),
    Case(text: "cat /nonexistent ~/.nothing", told: nil),
    Case(text: "cat w/keep; touch w/new; mkdir w/sub; cat missing", told: nil),
  ]

  @Test(arguments: cases) func isTold(_ item: Case) throws {
    let project = try project(item.text)
    let result = try project.rundown("run", "--explain-denials", "a.md")
    guard let told = item.told else {
      if item.text.contains(".git") { return #expect(result.errors.contains("denied while running: write")) }
      return #expect(!result.errors.contains("denied while running"), "\(result.all)")
    }
    let line = told.replacingOccurrences(of: "{repo}", with: project.root).replacingOccurrences(
      of: "{home}", with: project.home)
    #expect(result.errors.contains("a.md:4: denied while running: \(line)"), "\(result.all)")
    // The test's home lies in {tmp}, which the policy opens; what the sandbox closes all the same has no rule.
    if !told.hasSuffix(": ") {
      #expect(result.errors.contains("help: allow it for this run:"), "\(result.all)")
    }
    #expect(!result.all.contains("canary"))
  }

  @Test func theMachinesOwnPermissionsAreNotOurs() throws {
    try #require(getuid() == 0, "needs root, to run as another user")
    let project = try project("cat /etc/shadow; cat /etc/hostname")
    for path in [project.top, project.root, project.home, project.root + "/w"] {
      #expect(chown(path, 65534, 65534) == 0)
      #expect(chmod(path, 0o755) == 0)
    }
    let result = try project.rundown(
      "run", "--explain-denials", "a.md",
      prefix: ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
    #expect(result.all.contains("Permission denied"), "\(result.all)")
    #expect(!result.errors.contains("denied while running: read /etc/shadow"), "\(result.all)")
  }

  @Test func callsThatWaitGoOnWaiting() throws {
    let project = try project(
      "mkfifo w/p; { sleep 0.3; echo through > w/p; } & cat w/p; wait; for i in 1 2 3 4 5 6 7 8; do cat key.pem; done; echo END"
    )
    let result = try project.rundown("run", "--explain-denials", "a.md")
    #expect(result.output.contains("through\n") && result.output.contains("END"), "\(result.all)")
    #expect(
      result.errors.components(separatedBy: "denied while running").count == 2,
      "told more than once: \(result.errors)")
  }

  @Test func manyThreadsAndProcessesAtOnce() throws {
    let project = try project(
      """
      python3 - <<'END'
      import threading, subprocess
      def work(n):
          for i in range(20):
              open(f"w/t{n}-{i}", "w").write("x")
              try: open("key.pem")
              except OSError: pass
          subprocess.run(["cat", f"w/t{n}-0"])
      threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
      [t.start() for t in threads]; [t.join() for t in threads]
      print("ALL")
      END
      ls w | grep -c ^t
      """)
    let result = try project.rundown("run", "--explain-denials", "a.md")
    #expect(result.status == 0 && result.output.contains("ALL\n160\n"), "\(result.all)")
    #expect(result.errors.contains("read \(project.root)/key.pem by python3"), "\(result.all)")
  }

  @Test func aFailureOffersIt() throws {
    let project = try project("cat key.pem")
    let result = try project.rundown("run", "a.md")
    #expect(result.errors.contains("--explain-denials"), "\(result.all)")
    let other = try self.project("false")
    #expect(try !other.rundown("run", "a.md").errors.contains("--explain-denials"))
  }

  @Test func theEventHasItAll() throws {
    let project = try project("cat key.pem")
    let result = try project.rundown("run", "--explain-denials", "--json", "a.md")
    let line = try #require(result.output.split(separator: "\n").first { $0.contains("\"file_denied\"") })
    let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(event["path"] as? String == project.root + "/key.pem")
    #expect(event["access"] as? String == "read")
    #expect(event["chain"] as? [String] == ["sh", "cat"])
    if let verdicts = try SchemaJudge("events").verdicts([String(line)]) { #expect(verdicts == [true]) }
  }
}
