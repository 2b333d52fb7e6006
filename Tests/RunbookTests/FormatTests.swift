import Foundation
import SourceText
import Testing

@testable import Runbook

/// The normal form: what changes, what does not, and that it is one.
@Suite struct FormatTests {
  private func format(_ text: String) -> String? {
    RunbookFormatter.format(SourceFile(name: "a.runbook.md", text: text)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static let pairs: [(String, String)] = [
    ("##  1)   Title  \n\nx\n", "## 1. Title\n\nx\n"), ("## 1\n\nx\n", "## 1.\n\nx\n"),
    ("## 1 — Title `code` **b**\n\nx\n", "## 1. Title `code` **b**\n\nx\n"),
    (
      "## 1: A\n\n- PASS  GOTO   Mend\n\n## Mend. It\n\nx\n",
      "## 1. A\n\n- PASS GOTO Mend\n\n## Mend It\n\nx\n"
    ),
    ("## 1. A\n\n###  1.1)  B\n\nx\n\n### Look: C\n\ny\n", "## 1. A\n\n### 1.1 B\n\nx\n\n### Look C\n\ny\n"),
    (
      "## 1. A\n\n*   PASS   CONTINUE\n*   FAIL STOP   \"a  b\"\n\nx\n",
      "## 1. A\n\n- PASS CONTINUE\n- FAIL STOP \"a  b\"\n\nx\n"
    ),
    ("## 1. A\n\n  + FAIL RETRY 2\n    GOTO 1\n\nx\n", "## 1. A\n\n- FAIL RETRY 2 GOTO 1\n\nx\n"),
    (
      "## 1. A\n- OUTPUTS\n    - One\n    - Two\n\n```SH  Timeout=5m\na\n```\n",
      "## 1. A\n- OUTPUTS\n  - One\n  - Two\n\n```sh timeout=5m\na\n```\n"
    ),
    (
      "## 1. A\n*  FOR  x  IN  {{ Items }}\n   *  PASS   NEXT\n\n### 1\n\nx\n",
      "## 1. A\n- FOR x IN {{ Items }}\n  - PASS NEXT\n\n### 1\n\nx\n"
    ),
    // What is no construct stays, byte for byte.
    (
      "## 1. A\n\n*   a note\n*   PASSING by\n\nx  \ny\n", "## 1. A\n\n*   a note\n*   PASSING by\n\nx  \ny\n"
    ),
    ("## 1. A\n\n```Python  x\na  b\n```\n", "## 1. A\n\n```Python  x\na  b\n```\n"),
    ("1  Title\n---\n\n*  PASS   STOP\n\n", "1  Title\n---\n\n- PASS STOP\n\n"),
    (
      "---\nname:   x\n---\n#  T\n\n## 1. A\n\n>  *  PASS\n\n\n\nx",
      "---\nname:   x\n---\n#  T\n\n## 1. A\n\n>  *  PASS\n\n\n\nx"
    ),
  ]

  @Test(arguments: pairs) func normalForm(text: String, expected: String) {
    let first = format(text)
    #expect(first == expected)
    #expect(first.flatMap(format) == expected, "the normal form of the normal form")
  }

  @Test func whatIsNotValidHasNone() {
    #expect(format("## 2. A\n\nx\n") == nil)
    #expect(format("# T\n") == nil)
    #expect(RunbookFormatter.format(SourceFile(name: "g.md", text: "# T\n\n```sh\na\n```\n")) == nil)
  }

  /// Generated runbooks in loose spellings keep their meaning, and their normal form is stable.
  @Test func meaningStays() throws {
    var random = SystemRandomNumberGenerator()
    func pick(_ items: [String]) -> String { items.randomElement(using: &random) ?? "" }
    for _ in 0..<400 {
      var text = pick(["", "---\nname: a\n---\n", "# Title\n\nwords\n\n"])
      for number in 1...Int.random(in: 1...4, using: &random) {
        let sign = pick([".", ")", ":", " -", " —", ""])
        text +=
          "##\(pick([" ", "   "]))\(number)\(sign) \(pick(["Build `it`", "A * b", "x #", "ü"]))\(pick(["", "  ", " ##"]))\n\n"
        let bullet = pick(["-", "*  ", "+", "-    "])
        text +=
          "\(bullet) \(pick(["PASS", "YES"]))  \(pick(["CONTINUE", "STOP \"a  b\"", "GOTO  1", "RETRY 2   STOP"]))\n"
        if Bool.random(using: &random) {
          text += "\(bullet) FAIL   \(pick(["STOP why", "RETRY  1 CONTINUE"]))\n"
        }
        text += pick(["", "\n*   note\n*   other\n", "\n1. one\n2. PASS two\n", "\nwords\n> quote\n"])
        text += pick([
          "", "\n```SH\n- PASS\n##  2\n```\n", "\n~~~bash   STRICT=true\na\n~~~\n", "\n```text\nx\n```\n",
        ])
        text += "\n"
      }
      let file = SourceFile(name: "a.runbook.md", text: text)
      guard let runbook = RunbookCompiler.compile(file).runbook else { continue }
      let formatted = try #require(format(text), "\(text)")
      let again = RunbookCompiler.compile(SourceFile(name: "a.runbook.md", text: formatted)).runbook
      #expect(again?.fingerprint == runbook.fingerprint)
      #expect(format(formatted) == formatted, "\(formatted)")
    }
  }

  @Test func theProjectsOwnRunbooksAreInTheirNormalForm() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Runbooks")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix(".runbook.md") {
      let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      #expect(
        RunbookFormatter.format(SourceFile(name: name, bytes: bytes)) == bytes, "rundown fmt Runbooks/\(name)"
      )
    }
  }
}
