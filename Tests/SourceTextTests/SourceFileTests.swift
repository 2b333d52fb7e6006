import SourceText
import Testing

@Suite struct SourceFileTests {
  @Test func positionsCountScalarsFromOne() {
    let file = SourceFile(name: "f", text: "ab\nçé x\n")
    #expect(file.position(at: 0) == SourcePosition(line: 1, column: 1))
    #expect(file.position(at: 3) == SourcePosition(line: 2, column: 1))
    #expect(file.position(at: 8) == SourcePosition(line: 2, column: 4))
    #expect(file.position(at: 999) == SourcePosition(line: 3, column: 1))
    #expect(file.lineCount == 2)
    #expect(Array(file.line(2)) == Array("çé x".utf8))
  }

  @Test func originMapFollowsLines() {
    let map = OriginMap(lines: [(derived: 0, origin: 10), (derived: 4, origin: 18)])
    #expect(map.offset(2) == 12)
    #expect(map.span(SourceSpan(4, 6)) == SourceSpan(18, 20))
  }

  @Test(arguments: [
    ("a\u{202E}b", "a\\u{202e}b"), ("x\u{1B}[2J", "x\\u{1b}[2J"), ("tab\t", "tab\\t"), ("é ok", "é ok"),
    ("nb\u{A0}sp", "nb\\u{a0}sp"), ("zw\u{200B}", "zw\\u{200b}"),
  ])
  func hiddenCharactersAreShown(text: String, shown: String) {
    #expect(DisplayText.visible(text) == shown)
  }

  @Test func nearestWord() {
    #expect(Suggestion.nearest(to: "alow", in: ["allow", "deny"]) == "allow")
    #expect(Suggestion.nearest(to: "zebra", in: ["allow", "deny"]) == nil)
    #expect(Suggestion.nearest(to: "rnu", in: ["run"]) == "run")
  }

  @Test func diagnosticShowsPlaceAndHelp() {
    let file = SourceFile(name: "d.md", text: "one\ntwo")
    let text = Diagnostic("RB001", "bad \u{1B}", at: SourceSpan(5, 6), help: "mend").rendered(in: file)
    #expect(text == "d.md:2:2: error: bad \\u{1b} (RB001)\n  help: mend")
  }
}

@Suite struct SourceExcerptTests {
  @Test func theMarkStandsUnderTheWord() {
    let file = SourceFile(name: "t", text: "a\nçé rm -rf\u{202E} x\n")
    let text = SourceExcerpt.caret(SourceSpan(7, 9), in: file)
    #expect(text == "  2 | çé rm -rf\\u{202e} x\n    |    ^^\n")
  }

  @Test func longLinesAreCut() {
    let line = String(repeating: "x", count: 5_000_000)
    let file = SourceFile(name: "t", text: line)
    for span in [
      SourceSpan(0, 5_000_000), SourceSpan(2_500_000, 2_500_010), SourceSpan(4_999_999, 5_000_000),
    ] {
      let text = SourceExcerpt.caret(span, in: file)
      #expect(text.utf8.count < 600)
      #expect(text.contains("^"))
    }
  }

  @Test func everyPlaceOfATextHasAnExcerpt() {
    let file = SourceFile(name: "t", text: "\n\tab é\r\n\n漢字 x")
    for start in 0...file.bytes.count {
      for end in start...(file.bytes.count + 2) { _ = SourceExcerpt.caret(SourceSpan(start, end), in: file) }
    }
  }
}
