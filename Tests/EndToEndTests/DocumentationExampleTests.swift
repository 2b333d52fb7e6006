import Foundation
import TestKit
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
  .standardizedFileURL

/// The examples of the language's reference do what it says they do.
@Suite struct DocumentationExampleTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var line: Int
    var words: [String]
    var code: Int32
    var says: [String]
    var text: String
    var testDescription: String { "Docs/language.md:\(line)" }
  }

  /// `<!-- example: COMMAND WORDS | exit N | says TEXT | ... -->`, an empty line, the example in a fence of four.
  private static let examples: [Example] = {
    let text =
      (try? String(contentsOf: root.appendingPathComponent("Docs/language.md"), encoding: .utf8)) ?? ""
    let lines = text.components(separatedBy: "\n")
    var found: [Example] = []
    for (number, line) in lines.enumerated() where line.hasPrefix("<!-- example: ") {
      let parts = line.dropFirst("<!-- example: ".count).dropLast(" -->".count).components(separatedBy: " | ")
      var example = Example(
        line: number + 1, words: parts[0].components(separatedBy: " "), code: -1, says: [], text: "")
      for part in parts.dropFirst() {
        if part.hasPrefix("exit ") { example.code = Int32(part.dropFirst(5)) ?? -1 }
        if part.hasPrefix("says ") { example.says.append(String(part.dropFirst(5))) }
      }
      let body = lines[(number + 1)...].drop { $0.isEmpty }
      if body.first == "````markdown" {
        example.text = body.dropFirst().prefix { $0 != "````" }.joined(separator: "\n")
      }
      found.append(example)
    }
    return found
  }()

  @Test func thereIsOneForEachConstruct() throws {
    let all = Self.examples.map(\.text).joined(separator: "\n")
    for word in [
      "OUTPUTS", "ARTIFACTS", "DELEGATE", "FOR n IN 1 TO", "FOR n IN 3", " OF {{", "PASS ALL", "PASS ANY",
      "FAIL ALL",
      "FAIL ANY", "CONTINUE", "STOP", "COMPLETE", "GOTO", " AT ", "RETRY", "DEFER", "NEXT", "BREAK", "YES",
      "strict=",
      "timeout=", "cwd=", "inputs:", "required:", "outputs:", "scenarios:", "{{context.current", "```yaml",
      ".runbook.md",
    ] {
      #expect(all.contains(word), "no example has \(word)")
    }
    #expect(Self.examples.allSatisfy { !$0.text.isEmpty && $0.code >= 0 && !$0.says.isEmpty })
  }

  @Test(arguments: examples) func does(_ example: Example) throws {
    let project = try TemporaryProject()
    let name = "example.runbook.md"
    try project.write(name, example.text.replacingOccurrences(of: "NAME", with: name) + "\n")
    try project.write("other.runbook.md", "## 1. Other\n\n```sh\necho from other\n```\n")
    let count = example.words.first == "scenario" ? 2 : 1
    let words = example.words.prefix(count) + [name] + example.words.dropFirst(count)
    let result = try project.rundown(Array(words))
    #expect(result.status == example.code, "\(result.all)")
    for text in example.says { #expect(result.all.contains(text), "\(text) in \(result.all)") }
    #expect(try project.rundown("check", name).status == 0)
  }
}

/// The runbooks that come along pass their own scenarios.
@Suite struct RunbookCollectionTests {
  private static let folder = root.appendingPathComponent("Runbooks").path
  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".runbook.md") }.sorted()
  private static let missing = ["sqlite3", "openssl", "git"].filter {
    !FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }

  @Test func thereAreEnough() { #expect(Self.names.count >= 8) }

  @Test(.enabled(if: missing.isEmpty, "sqlite3, openssl and git are needed in /usr/bin"), arguments: names)
  func scenarios(_ name: String) throws {
    let project = try TemporaryProject()
    try FileManager.default.copyItem(atPath: Self.folder, toPath: project.root + "/Runbooks")
    try FileManager.default.copyItem(
      atPath: root.appendingPathComponent(".rundownrc.yaml").path, toPath: project.root + "/.rundownrc.yaml")
    let result = try project.rundown("scenario", "run", "Runbooks/" + name)
    #expect(result.status == 0 && !result.output.contains("0 of 0"), "\(result.all)")
    let check = try project.rundown("check", "Runbooks/" + name)
    #expect(check.status == 0, "\(check.all)")
  }
}
