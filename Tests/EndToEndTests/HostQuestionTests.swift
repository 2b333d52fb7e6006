import Foundation
import TestKit
import Testing

/// Hosts that no rule lists are asked about while a step runs. Names under `.invalid` resolve nowhere (RFC 6761), so an
/// allowed one ends as 502 at the proxy and a refused one as 403.
@Suite(.enabled(if: access("/usr/bin/curl", X_OK) == 0, "there is no curl to ask the proxy with"))
struct HostQuestionTests {
  private static let request =
    "curl -sS -o /dev/null -w '<%{http_code}>' http://a.invalid/; echo; curl -sS -o /dev/null -w '<%{http_code}>' http://a.invalid/"

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default:\n  run: { allow: [curl] }\n  network: { allow: [listed.invalid], deny: [denied.invalid] }\n")
    try project.write("a.md", runbook(Self.request, Self.request))
    return project
  }

  private func codes(_ text: String) -> [String] { text.matches(of: /<(\d+)>/).map { String($0.1) } }

  @Test(arguments: [
    // The answer to each question, and the codes of both requests of both steps.
    (["y", "y"], ["502", "502", "502", "502"]), (["s"], ["502", "502", "502", "502"]),
    (["a"], ["502", "502", "502", "502"]), (["n", "y"], ["403", "403", "502", "502"]),
    (["d"], ["403", "403", "403", "403"]),
  ])
  func anAnswerHoldsAsLongAsItSays(_ answers: [String], _ expected: [String]) throws {
    let project = try project()
    let session = try project.terminal("run", "a.md", "--verbose")
    for answer in answers {
      #expect(session.wait(for: "wants to reach a host that no rule lists"), "\(session.text)")
      #expect(session.wait(for: "a.invalid:80") && session.wait(for: "all hosts this session"))
      session.type(answer + "\r")
      #expect(session.wait(for: answer == "n" || answer == "d" ? "denied" : "allowed"), "\(session.text)")
    }
    #expect(session.finish() == 0, "\(session.text)")
    #expect(codes(session.text) == expected, "\(session.text)")
    let journal = try project.rundown("audit", "show").output
    #expect(journal.contains("\"program\":\"a.invalid:80\"") && journal.contains("approval_answered"))
  }

  @Test(arguments: [
    ("network: { allow: [listed.invalid] }", "network: { allow: [listed.invalid, a.invalid] }"),
    // Without a list any public host at these ports is allowed: a rule must not make one.
    ("network: { ports: [443] }", "grants:\n  - {type: net, pattern: \"a.invalid:80\", scope: permanent"),
  ])
  func alwaysIsSavedAsARule(_ network: String, _ expected: String) throws {
    let project = try project()
    try project.write(".rundownrc.yaml", "default:\n  run: { allow: [curl] }\n  \(network)\n")
    let session = try project.terminal("run", "a.md", "--verbose")
    #expect(session.wait(for: "[p] always"), "\(session.text)")
    session.type("p\r")
    #expect(session.wait(for: "the host") && session.wait(for: "Width:"), "\(session.text)")
    session.type("1\r")
    #expect(session.wait(for: "saved in .rundownrc.yaml"), "\(session.text)")
    #expect(session.finish() == 0, "\(session.text)")
    #expect(codes(session.text) == ["502", "502", "502", "502"], "\(session.text)")
    #expect(
      project.read(".rundownrc.yaml")?.contains(expected) == true, "\(project.read(".rundownrc.yaml") ?? "")")
    let after = try project.rundown("run", "a.md")
    #expect(codes(after.output) == ["502", "502", "502", "502"], "\(after.all)")
  }

  @Test func nobodyIsAskedAboutWhatIsDeniedLocalOrListed() throws {
    let project = try project()
    let hosts = ["denied.invalid", "127.0.0.1", "10.0.0.1", "listed.invalid", "pastebin.com"]
    try project.write(
      "a.md",
      runbook(
        hosts.map { "curl -sS -o /dev/null -w '<%{http_code}>' -x $http_proxy --noproxy '' http://\($0)/" }
          .joined(separator: "\n")))
    let session = try project.terminal("run", "a.md", "--verbose")
    #expect(session.finish() == 0, "\(session.text)")
    #expect(codes(session.text) == ["403", "403", "403", "502", "403"], "\(session.text)")
    #expect(!session.text.contains("wants to reach"))
  }

  @Test func withoutATerminalItIsRefusedWithTheWayOut() throws {
    let result = try project().rundown("run", "a.md")
    #expect(codes(result.output) == ["403", "403", "403", "403"], "\(result.all)")
    #expect(result.errors.contains("--allow-net a.invalid"))
  }

  @Test func stoppingEndsTheRun() throws {
    let project = try project()
    let session = try project.terminal("run", "a.md", "--verbose")
    #expect(session.wait(for: "wants to reach"))
    session.type("q\r")
    #expect(session.finish() == 130, "\(session.text)")
    #expect(try project.status() == "interrupted")
  }
}
