import Execution
import Linux
import Policy
import Testing

@Suite struct PolicyRuleWriterTests {
  private func inProject(_ text: String?, _ body: (String, inout PolicyRuleWriter) throws -> Void) throws {
    let root = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    defer { try? FileSystem.removeTree(root) }
    if let text {
      try FileSystem.writeFileAtomically(root + "/.rundownrc.yaml", Array(text.utf8), mode: 0o600)
    }
    var writer = PolicyRuleWriter(try PolicyLoader.load(from: root))
    try body(root, &writer)
  }

  private func content(_ root: String) -> String? {
    (try? FileSystem.readFile(root + "/.rundownrc.yaml")).map { String(decoding: $0, as: UTF8.self) }
  }

  private func request(_ words: String...) -> AccessRequest {
    .execute(
      ProgramRequest(program: .literal(words[0]), arguments: words.dropFirst().map { .literal($0) }))
  }

  private func save(_ writer: inout PolicyRuleWriter, _ patterns: [String], _ requests: [AccessRequest])
    throws(RuleSaveError)
    -> PolicyRuleWriter.Preview
  {
    let context = writer.loaded.context(environment: Environment(variables: [:]))
    return try writer.save(
      patterns, for: requests, context: context, options: PolicyOptions(), grantedAt: nil)
  }

  @Test func savesSeveralAndKeepsTheRest() throws {
    try inProject("default:\n  run:\n    allow: [git]  # mine\n") { root, writer in
      #expect(
        writer.preview(["jq", "yq *"], kind: .run)?.text == ".rundownrc.yaml, default.run.allow, line 3")
      let place = try save(&writer, ["jq", "yq *"], [request("jq", "x"), request("yq", "y")])
      #expect(place.line == 3)
      #expect(content(root) == "default:\n  run:\n    allow: [git, jq, \"yq *\"]  # mine\n")
      #expect(try FileSystem.info(root + "/.rundownrc.yaml").permissions == 0o600)
      _ = try save(&writer, ["cat"], [request("cat")])
      #expect(content(root)?.contains("\"yq *\", cat]") == true)
      #expect(try FileSystem.list(root).count == 1)
    }
  }

  @Test func makesANewDocument() throws {
    try inProject(nil) { root, writer in
      #expect(writer.preview(["jq"], kind: .run)?.line == 7)
      _ = try save(&writer, ["jq"], [request("jq")])
      #expect(content(root)?.contains("extends: builtin") == true)
      #expect(writer.loaded.path == root + "/.rundownrc.yaml")
    }
  }

  @Test func writesNothingWhenItWouldNotHelp() throws {
    let text = "default: {run: {allow: [], deny: [rm]}}\n"
    try inProject(text) { root, writer in
      #expect(throws: RuleSaveError.self) { try save(&writer, ["rm"], [request("rm")]) }
      #expect(content(root) == text)
    }
  }

  @Test func writesNothingWhenSomebodyElseDid() throws {
    try inProject("version: 1\n") { root, writer in
      try FileSystem.writeFileAtomically(root + "/.rundownrc.yaml", Array("version: 1 \n".utf8), mode: 0o644)
      #expect {
        try save(&writer, ["jq"], [request("jq")])
      } throws: {
        ($0 as? RuleSaveError)?.message == ".rundownrc.yaml has changed since it was read; nothing was saved"
      }
      #expect(content(root) == "version: 1 \n")
    }
    try inProject(nil) { root, writer in
      try FileSystem.writeFileAtomically(root + "/.rundownrc.yaml", Array("version: 1\n".utf8), mode: 0o644)
      #expect(throws: RuleSaveError.self) { try save(&writer, ["jq"], [request("jq")]) }
      #expect(content(root) == "version: 1\n")
    }
  }
}
