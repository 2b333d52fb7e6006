import Gate
import Policy
import ShellSyntax
import SourceText
import Testing

/// Texts with what the gate must say of them, one a line: `bash exact rm¦env :: text`.
///
/// `exact`: these programs, no more and no less, and nothing only the run knows. `dynamic`: something that only the run
/// knows. `refused`: not understood. `⏎` stands for a newline and `⇥` for a tab. What each text starts was compared
/// with the real shells when its line was written.
struct CaseTable {
  struct Row: CustomTestStringConvertible, Sendable {
    var dialect: Dialect
    var answer: String
    var programs: [String]
    var text: String

    var testDescription: String { "\(dialect.rawValue): \(text.debugDescription)" }
  }

  var rows: [Row] = []
  /// Lines that are no rows: a table that is not read must not pass.
  var unreadable: [String] = []

  private static func names(_ text: Substring) -> [String] {
    let text = text.drop { $0 == " " }
    return text == "-" ? [] : text.split(separator: "¦", omittingEmptySubsequences: false).map(String.init)
  }

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let halves = line.split(separator: " :: ", maxSplits: 1, omittingEmptySubsequences: false)
      let words = halves[0].split(separator: " ", maxSplits: 2)
      guard halves.count == 2, words.count == 3, let dialect = Dialect(rawValue: String(words[0])) else {
        unreadable.append(String(line))
        continue
      }
      let text = halves[1].replacing("⏎", with: "\n").replacing("⇥", with: "\t")
      rows.append(
        Row(
          dialect: dialect, answer: String(words[1]),
          programs: Self.names(words[2]),
          text: String(text)))
    }
  }
}

private let tables = [
  evasionsTable1, evasionsTable2, grammarTable1, grammarTable2, grammarTable3, builtinsTable1, builtinsTable2,
  programsTable1, programsTable2, launchersTable, constantsTable, lexicalTable1, lexicalTable2,
]

@Suite struct CaseTableTests {
  @Test func `every line of the tables is a case`() {
    #expect(tables.flatMap(\.unreadable) == [])
    #expect(tables.reduce(0) { $0 + $1.rows.count } > 1000)
  }

  @Test(arguments: tables.flatMap(\.rows))
  func `the gate answers`(_ row: CaseTable.Row) {
    let analysis = ScriptAnalysis.analyze(Array(row.text.utf8), dialect: row.dialect)
    switch row.answer {
    case "exact":
      #expect(analysis.refusal == nil)
      #expect(!analysis.isDynamic)
      #expect(Set(analysis.executables) == Set(row.programs))
    case "dynamic":
      #expect(analysis.refusal == nil)
      #expect(analysis.isDynamic)
    case "refused": #expect(analysis.refusal != nil)
    default: Issue.record("no such answer: \(row.answer)")
    }
    for finding in analysis.findings {
      #expect(finding.span.start >= 0 && finding.span.end <= row.text.utf8.count)
    }
  }
}
