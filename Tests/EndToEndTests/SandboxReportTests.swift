import Foundation
import TestKit
import Testing

/// `policy show --sandbox`: what it says is what a step then meets.
@Suite struct SandboxReportTests {
  private static let policy = """
    version: 1
    default:
      mode: execute
      sandbox: strict
      network: {mode: proxied, allow: [example.com], localhost: [5432]}
      write: {allow: ["{repo}/out/**"], deny: ["**/*.lock"]}
      read: {allow: ["{repo}/**"], deny: ["**/.env"]}
      limits: {processes: 300, memory: 2GiB, fileSize: 1MiB, cpu: 5m, timeout: 90s}
    """

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", Self.policy)
    try project.write(".env", "secret-value")
    try project.write("out/keep.lock", "old")
    try project.write("source", "old")
    try project.write("a.md", runbook(":"))
    return project
  }

  @Test(.enabled(if: ConfinementRunTests.isFull)) func whatItSaysIsWhatAStepMeets() throws {
    let project = try project()
    let result = try project.rundown("policy", "show", "--sandbox", "--json", "a.md")
    #expect(result.status == 0, "\(result.all)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["sandbox"] as? String == "full" && object["mode"] as? String == "strict")
    let limits = try #require(object["limits"] as? [String: Any])
    #expect(limits["fileSize"] as? Int == 1 << 20 && limits["timeout"] as? String == "1m30s")
    let network = try #require(object["network"] as? [String: Any])
    #expect(network["mode"] as? String == "proxied" && network["localhost"] as? [Int] == [5432])
    let rules = try #require(object["rules"] as? [[String: Any]])
    let masks = try #require(object["masks"] as? [[String: Any]])
    func paths(_ list: [[String: Any]], _ key: String, _ value: String) -> [String] {
      list.filter { $0[key] as? String == value }.compactMap { $0["path"] as? String }
    }
    let writable = paths(rules, "access", "read, write, execute")
    #expect(writable.contains(project.root + "/out") && !writable.contains(project.root), "\(writable)")
    #expect(paths(masks, "kind", "unreadable").contains(project.root + "/.env"))
    #expect(paths(masks, "kind", "unchangeable").contains(project.root + "/out/keep.lock"))
    #expect(try #require(object["shownEmpty"] as? [String]).contains(project.home))

    // Every rule and every mask, tried by a step.
    var script = ""
    for path in writable { script += "echo x > '\(path)/tried' || echo NO-WRITE '\(path)'\n" }
    for path in paths(masks, "kind", "unreadable") {
      script += "if [ -d '\(path)' ]; then ls -A '\(path)'; else cat '\(path)'; fi"
      script += " | grep -q . && echo READ '\(path)'\n"
    }
    for path in paths(masks, "kind", "unchangeable") {
      script += "{ echo new > '\(path)'; } 2>/dev/null && echo CHANGED '\(path)'\n"
    }
    script += "{ echo new > source; } 2>/dev/null && echo CHANGED source\nulimit -f\nexit 0"
    try project.write("a.md", runbook(script, shell: "bash"))
    let met = try project.rundown("run", "a.md", "--allow-run", "cat,ls,grep").all
    for word in ["NO-WRITE", "READ", "CHANGED", "secret-value"] { #expect(!met.contains(word), "\(met)") }
    #expect(met.contains("1024"), "\(met)")
  }

  @Test func textNamesEachPartAndNothingIsLeft() throws {
    let project = try project()
    let temporary = project.top + "/tmp"
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let text = try project.rundown(
      ["policy", "show", "--sandbox", "--policy", ".rundownrc.yaml"], environment: ["TMPDIR": temporary])
    let isStrict = text.output.contains("(strict)") || text.status == 69
    #expect(isStrict, "the option shows the sandbox and does not change its mode: \(text.all)")
    if text.status == 0 {
      for title in ["read, execute", "read, write, execute", "masked", "network", "limits", "proxy"] {
        #expect(text.output.contains(title), "\(title): \(text.output)")
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    let off = try project.rundown("policy", "show", "--sandbox", "--allow-all")
    #expect(off.output.contains("a step is not confined"), "\(off.all)")
  }
}
