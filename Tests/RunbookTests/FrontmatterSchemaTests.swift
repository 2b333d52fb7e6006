import SourceText
import TestKit
import Testing

@testable import Runbook

/// The published schema of the frontmatter and our reader agree; JSON is YAML, so one text serves both.
@Suite struct FrontmatterSchemaTests {
  private static let good = [
    "null", "{}", #"{"name": "deploy-service"}"#, #"{"name": "Deploy the service_2"}"#,
    #"{"other": [1, {"a": 2}]}"#,
    #"{"description": "x", "version": 1.0, "author": "me"}"#, #"{"tags": ["a", "b"]}"#, #"{"tags": []}"#,
    #"{"inputs": ["a", "_b2"], "required": ["a"]}"#, #"{"inputs": null}"#, #"{"outputs": ["Version"]}"#,
    #"{"outputs": {"Version": "{{Version}}"}}"#, #"{"strict": true}"#, #"{"scenarios": {}}"#,
    #"{"scenarios": {"good": {"description": "x", "commands": ["rd run a.runbook.md"], "result": "COMPLETE"}}}"#,
  ]
  private static let bad = [
    "[]", #""text""#, #"{"name": ""}"#, #"{"name": "a/b"}"#, #"{"name": " a"}"#, #"{"name": ["a"]}"#,
    #"{"description": ["x"]}"#, #"{"tags": "a"}"#, #"{"inputs": {"a": 1}}"#, #"{"inputs": ["1a"]}"#,
    #"{"inputs": ["a-b"]}"#, #"{"inputs": ["Step"]}"#, #"{"inputs": ["a", "a"]}"#,
    #"{"outputs": ["run id"]}"#,
    #"{"outputs": {"RunId": "x"}}"#, #"{"strict": "yes"}"#, #"{"strict": 1}"#, #"{"scenarios": ["x"]}"#,
  ]

  private func isValid(_ text: String) -> Bool {
    let document = "---\n\(text)\n---\n## 1. Step\n\nLook.\n"
    return RunbookCompiler.compile(SourceFile(name: "a.runbook.md", bytes: Array(document.utf8))).runbook
      != nil
  }

  @Test(arguments: good) func accepts(text: String) { #expect(isValid(text)) }
  @Test(arguments: bad) func refuses(text: String) { #expect(!isValid(text)) }

  @Test(.enabled(if: SchemaJudge.isPossible, "python3 has no package jsonschema"))
  func theSchemaAgrees() throws {
    let texts = Self.good + Self.bad
    let verdicts = try #require(try SchemaJudge("frontmatter").verdicts(texts))
    for (text, verdict) in zip(texts, verdicts) {
      #expect(verdict == Self.good.contains(text), "\(text): the schema says \(verdict)")
    }
  }
}
