import Foundation
import TestKit
import Testing

/// `rundown doctor`: what it says is what was tried on this machine.
@Suite struct DoctorTests {
  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]

  private struct Finding: Decodable {
    var name: String
    var ok: Bool
    var text: String
  }

  private func findings(_ text: String) throws -> [String: Finding] {
    struct Report: Decodable {
      var ok: Bool
      var findings: [Finding]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    #expect(report.ok == report.findings.allSatisfy(\.ok))
    return Dictionary(report.findings.map { ($0.name, $0) }) { first, _ in first }
  }

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {run: {allow: [cat, no-such-program, \"x*\"]}, network: {allow: [example.com]}}\n")
    return project
  }

  @Test(.enabled(if: ConfinementRunTests.isFull, "this machine gives no full sandbox"), arguments: accounts)
  func theProxyIsTried(_ asSelf: Bool) throws {
    let project = try project()
    let program = project.top + "/rundown"
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let prefix =
      asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let result = try project.run(prefix + [program, "doctor", "--json"])
    #expect(result.status == 0, "\(result.all)")
    let found = try findings(result.output)
    #expect(found["proxy"]?.ok == true && found["proxy"]?.text.hasPrefix("tried: a step reaches") == true)
    #expect(found["programs"]?.text == "not on PATH: no-such-program")
    #expect(found["policy"]?.text == ".rundownrc.yaml (prompted)")
  }

  /// Where there are no namespaces it is the gate that leads to the proxy; without the gate there is no way, and that is told.
  @Test(.enabled(if: NoNamespaces.obstacle.isEmpty, Comment(rawValue: NoNamespaces.obstacle)))
  func withoutNamespacesItIsTriedToo() throws {
    let result = try project().run(NoNamespaces.prefix + [Built.rundown, "doctor", "--json"])
    let found = try findings(result.output)
    #expect(result.status == 69 && found["namespaces"]?.ok == false, "\(result.all)")
    #expect(found["proxy"]?.ok == true, "\(result.all)")
  }

  @Test(.enabled(if: SchemaJudge.isPossible, "there is no jsonschema for python here"))
  func itsJSONIsWhatTheSchemaSays() throws {
    let result = try project().rundown("doctor", "--json")
    #expect(
      try SchemaJudge("doctor").verdicts([result.output, "{}", "{\"ok\":true,\"findings\":[]}"]) == [
        true, false, false,
      ])
  }
}
