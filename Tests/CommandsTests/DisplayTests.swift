import Linux
import SourceText
import Testing

@testable import Commands
@testable import Execution

@Suite struct OutputCleanerTests {
  struct Case: CustomTestStringConvertible {
    var input: String
    var lines: [String]
    var rest: String?
    var color: Bool
    var testDescription: String { input.debugDescription }

    init(_ input: String, _ lines: [String], rest: String? = nil, color: Bool = false) {
      self.input = input
      self.lines = lines
      self.rest = rest
      self.color = color
    }
  }

  private static let cases: [Case] = [
    Case("a\nb\n", ["a", "b"]), Case("a\r\nb\r\n", ["a", "b"]), Case("a\rb\n", ["a", "b"]),
    Case("a", [], rest: "a"),
    Case("", []), Case("\n\n", ["", ""]), Case("\r\n\r\n", ["", ""]), Case("a\tb\n", ["a    b"]),
    Case("\u{1B}[31mred\u{1B}[0m\n", ["red"]),
    Case("\u{1B}[31mred\n", ["\u{1B}[31mred\u{1B}[0m"], color: true),
    Case("\u{1B}[1;38;5;9mx\u{1B}[m\n", ["\u{1B}[1;38;5;9mx\u{1B}[m\u{1B}[0m"], color: true),
    Case("\u{1B}[2Ja\u{1B}[10;10Hb\n", ["ab"], color: true), Case("\u{1B}[>4;2mx\n", ["x"], color: true),
    Case("\u{1B}]0;title\u{7}x\n", ["x"]), Case("\u{1B}]52;c;eA==\u{1B}\\x\n", ["x"]),
    Case("\u{1B}]8;;http://x\u{1B}\\l\u{1B}]8;;\u{1B}\\\n", ["l"]),
    Case("a\u{8}b\u{7}\n", ["a\\u{8}b\\u{7}"]), Case("\u{1B}c\n", ["\\u{1b}c"]),
    Case("\u{1B}(0q\n", ["\\u{1b}(0q"]),
    Case("\u{1B}[31", [], rest: "\\u{1b}[31", color: true), Case("\u{9B}2J\n", ["\\u{9b}2J"]),
    Case("a\u{202E}b\u{200B}\n", ["a\\u{202e}b\\u{200b}"]), Case("漢字 é 🙂\n", ["漢字 é 🙂"]),
    Case("\u{1B}\u{1B}[31mx\n", ["\\u{1b}\u{1B}[31mx\u{1B}[0m"], color: true),
  ]

  @Test(arguments: cases) func cleaned(_ item: Case) {
    var whole = OutputCleaner(keepsColor: item.color)
    #expect(whole.lines(Array(item.input.utf8)) == item.lines)
    #expect(whole.rest() == item.rest)
    // The pieces in which output comes make no difference.
    var bytewise = OutputCleaner(keepsColor: item.color)
    #expect(item.input.utf8.flatMap { bytewise.lines([$0]) } == item.lines)
    #expect(bytewise.rest() == item.rest)
  }

  @Test func longLinesAreCutAndBytesThatAreNoTextShown() {
    var cleaner = OutputCleaner(keepsColor: false)
    let lines = cleaner.lines([UInt8](repeating: 0x78, count: 10_000) + [0x0A])
    #expect(lines.map(\.utf8.count) == [4096, 4096, 1808])
    #expect(cleaner.lines([0xFF, 0x41, 0x0A]) == ["\u{FFFD}A"])
  }

  /// Whatever comes in, no control character goes out but in the colours that are let pass.
  @Test func nothingGetsThrough() {
    var random = SystemRandomNumberGenerator()
    let alphabet: [UInt8] = [
      0x1B, 0x1B, 0x5B, 0x5D, 0x30, 0x3B, 0x6D, 0x4A, 0x07, 0x5C, 0x9B, 0xC2, 0x08, 0x0D, 0x0A, 0x41, 0x3E,
      0x20,
    ]
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      for keepsColor in [false, true] {
        var cleaner = OutputCleaner(keepsColor: keepsColor)
        let out = (cleaner.lines(bytes) + [cleaner.rest() ?? ""]).joined()
        let left = keepsColor ? out.replacing(#/\x1B\[[0-9;:]*m/#, with: "") : out
        #expect(
          !left.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) },
          "\(bytes) → \(out.debugDescription)")
      }
    }
  }
}

@Suite struct DurationTextTests {
  @Test(
    arguments: [
      (0, "0.0s"), (-5, "0.0s"), (49_999_999, "0.0s"), (50_000_000, "0.1s"), (12_800_000_000, "12.8s"),
      (59_949_999_999, "59.9s"), (59_950_000_000, "1m 00s"), (185_000_000_000, "3m 05s"),
      (3_599_400_000_000, "59m 59s"), (3_599_500_000_000, "1h 00m"), (7_440_000_000_000, "2h 04m"),
      (360_000_000_000_000, "100h 00m"),
    ] as [(Int64, String)])
  func asPeopleRead(_ nanoseconds: Int64, _ text: String) {
    #expect(DurationText.text(nanoseconds: nanoseconds) == text)
  }
}

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("🙂", 2), ("a\u{200B}b", 2), ("한", 2),
    ("ｆ", 2), ("\u{7}", 0),
  ])
  func columns(_ text: String, _ width: Int) {
    #expect(TextWidth.columns(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("漢字漢字", 5, "漢字…"), ("漢字漢字", 4, "漢…"), ("abc", 1, "…"),
    ("abc", 0, ""),
    ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
  ])
  func cuts(_ text: String, _ limit: Int, _ cut: String) {
    #expect(TextWidth.cut(text, to: limit) == cut)
    #expect(TextWidth.columns(TextWidth.cut(text, to: limit)) <= limit)
  }

  @Test func pads() {
    #expect(TextWidth.pad("漢", to: 4) == "漢  " && TextWidth.pad("abc", to: 2) == "abc")
  }
}

@Suite struct RunLinesTests {
  private func lines(color: Bool = false, unicode: Bool = true) -> RunLines {
    RunLines(abilities: .init(isTerminal: true, hasColor: color, canRedraw: true, hasUnicode: unicode))
  }

  private let place = UnitPlace(unit: "3", title: "Publish", line: 7, value: nil)

  @Test(arguments: [
    (StepOutcome.pass, "✓", ""), (.fail(code: 2), "✗", "exit 2"), (.fail(code: nil), "✗", ""),
    (.signal(name: "SIGSEGV", number: 11), "✗", "ended by SIGSEGV"),
    (.timeout(seconds: 9), "✗", "ended after 9 s (time-out)"),
    (.refused, "✗", "refused"), (.interrupted, "✗", "interrupted"),
    (.launchFailed("a\u{1B}b"), "✗", "could not be started: a\\u{1b}b"),
  ])
  func finishedSteps(_ outcome: StepOutcome, _ mark: String, _ remark: String) {
    let line = lines().finished(place, outcome, nanoseconds: 400_000_000)
    #expect(line.hasPrefix(" \(mark) 3  Publish  ") && line.contains(" 0.4s") && line.hasSuffix("\n"))
    #expect(remark.isEmpty ? line.hasSuffix("0.4s\n") : line.hasSuffix("   \(remark)\n"))
    let ascii = lines(unicode: false).finished(place, outcome, nanoseconds: 0)
    #expect(ascii.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func titlesAreCutAndMadeVisible() {
    var evil = place
    evil.title = String(repeating: "long ", count: 40)
    #expect(TextWidth.columns(lines().finished(evil, .pass, nanoseconds: 0).trimmedLine) < 80)
    evil.title = "a\u{1B}[2J\u{202E}\nb"
    evil.value = "v\u{7}"
    #expect(lines().label(evil) == "3  a\\u{1b}[2J\\u{202e}\\nb [v\\u{7}]")
  }

  @Test(arguments: [
    (RunEnd.Status.completed, 0, "completed  3 passed, 1.0s  r-1\n"),
    (.stopped, 2, "stopped  2 failed, 3 passed, 1.0s  r-1\n"),
    (.refused, 0, "refused  3 passed, 1.0s  r-1\n"), (.waiting, 0, "waiting  3 passed, 1.0s  r-1\n"),
    (.interrupted, 1, "interrupted  1 failed, 3 passed, 1.0s  r-1\n"),
  ])
  func lastLine(_ status: RunEnd.Status, _ failed: Int, _ line: String) {
    let end = RunEnd(
      id: "r-1", status: status, message: nil, passed: 3, failed: failed, nanoseconds: 1_000_000_000,
      signal: nil,
      isTimeout: false, unit: nil)
    #expect(lines().end(end) == line)
    #expect(lines(color: true).end(end).contains("\u{1B}["))
  }

  @Test func refusalsShowHostileTextAsText() {
    let refusal = Refusal(
      place: "a\u{1B}.md:1:1", message: "x\u{202E}y", excerpt: "", help: ["one", "two\u{7}"])
    let text = lines().refusal(refusal)
    #expect(
      text.hasPrefix("a\\u{1b}.md:1:1: refused: x\\u{202e}y\n")
        && text.hasSuffix("  help: one\n        two\\u{7}\n"))
  }
}

extension String {
  fileprivate var trimmedLine: String { self.last == "\n" ? String(self.dropLast()) : self }
}
