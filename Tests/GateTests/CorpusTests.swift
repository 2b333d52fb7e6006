import Foundation
import Gate
import JSON
import ShellSyntax
import SourceText
import Testing

/// A larger collection of cases that may lie beside the project; without it these tests are skipped.
private let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("../shared/corpus/gate-cases.jsonl").standardizedFileURL

@Suite(.enabled(if: FileManager.default.fileExists(atPath: corpus.path)))
struct CorpusTests {
  @Test func `no program of the corpus goes unseen`() throws {
    let lines = try Data(contentsOf: corpus).split(separator: 0x0A)
    var unseen: [String] = []
    var falsePrompts: [String] = []
    for line in lines {
      let item = try JSONParser.parse(text: String(decoding: line, as: UTF8.self))
      guard let text = item["cmd"]?.string, let id = item["id"]?.string,
        let dialect = item["shell"]?.string.flatMap(Dialect.init(rawValue:))
      else { continue }
      let analysis = ScriptAnalysis.analyze(Array(text.utf8), dialect: dialect)
      let isFlagged = analysis.isDynamic || analysis.refusal != nil
      let names = Set(analysis.executables.map { $0.split(separator: "/").last.map(String.init) ?? $0 })
      let wanted = (strings(item["executes"]) + strings(item["not_taken"])).map {
        $0.split(separator: "/").last.map(String.init) ?? $0
      }
      if !isFlagged, !names.isSuperset(of: wanted.map { $0 == "source" ? "." : $0 }) { unseen.append(id) }
      if isFlagged, item["benign"] == .bool(true), item["must_flag_dynamic"] == .bool(false) {
        falsePrompts.append(id)
      }
    }
    #expect(lines.count > 100)
    #expect(unseen == [])
    #expect(falsePrompts == [])
  }

  private func strings(_ value: JSONValue?) -> [String] {
    guard case .array(let items)? = value else { return [] }
    return items.compactMap(\.string)
  }
}
