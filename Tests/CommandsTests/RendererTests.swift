import JSON
import Linux
import Run
import Runbook
import SourceText
import Synchronization
import Testing

@testable import Commands
@testable import Execution

/// What a terminal shows after text with carriage returns, cursor-up and erase-below.
private struct Screen {
  /// The second cell of a wide character is nil.
  private(set) var rows: [[Unicode.Scalar?]] = [[]]
  private var row = 0
  private var column = 0
  let width: Int

  init(width: Int) { self.width = width }

  mutating func write(_ text: String) {
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        row += 1
        column = 0
        if row == rows.count { rows.append([]) }
      case "\u{1B}":
        _ = scalars.popFirst()
        var number = ""
        while let digit = scalars.first, digit.value < 0x40 {
          number.unicodeScalars.append(digit)
          scalars.removeFirst()
        }
        switch scalars.popFirst() {
        case "A": row = max(0, row - (Int(number) ?? 1))
        case "J":
          rows[row] = Array(rows[row].prefix(column))
          rows.removeSubrange((row + 1)...)
        default: break
        }
      default:
        if column >= width {
          row += 1
          column = 0
          if row == rows.count { rows.append([]) }
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = scalar
        if TextWidth.columns(scalar) == 2 { rows[row].append(nil) }
        column += TextWidth.columns(scalar)
      }
    }
  }

  var text: String {
    rows.map { String(String.UnicodeScalarView($0.compactMap { $0 })).trimmedRight() }.joined(separator: "\n")
  }
}

private final class Recorder: Sendable {
  let texts = Mutex<[String]>([])
  func console(canRedraw: Bool) -> Console {
    Console(
      abilities: .init(isTerminal: canRedraw, hasColor: false, canRedraw: canRedraw, hasUnicode: true)
    ) { [self] _, text in texts.withLock { $0.append(text) } }
  }
  var all: [String] { texts.withLock { $0 } }
}

/// The pretty display and the plain one say the same, at any width, however the events fall.
@Suite struct RendererTests {
  private static func events(steps: Int, seed: UInt64) -> [ProgressEvent] {
    var random = seed
    func next(_ limit: UInt64) -> UInt64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (random >> 33) % limit
    }
    var events: [ProgressEvent] = [
      .runStarted(
        RunHead(
          id: "r-2345678", runbook: "a.runbook.md", title: nil, steps: steps, policy: "built-in",
          sandbox: "full",
          gaps: [], isResumed: false))
    ]
    var failed = 0
    for number in 1...steps {
      let place = UnitPlace(
        unit: "\(number)",
        title: ["Build", "漢字 wide", "A long title that goes on and on and on for a while"][Int(next(3))],
        line: number, value: next(2) == 0 ? nil : "item-\(number)")
      events.append(.stepStarted(place, next(4) == 0 ? .manual : .command, attempt: 1, attempts: 1))
      for line in 0..<Int(next(6)) {
        events.append(
          .output(
            Array("line \(line) of \(number) \(String(repeating: "ü", count: Int(next(90))))\n".utf8),
            isError: false))
        if next(2) == 0 { events.append(.tick([])) }
      }
      let outcomes: [StepOutcome] = [
        .pass, .pass, .fail(code: 3), .skipped(reason: "why not"), .timeout(seconds: 5),
        .signal(name: "SIGSEGV", number: 11),
      ]
      let outcome = outcomes[Int(next(6))]
      if outcome != .pass { failed += 1 }
      events.append(.stepFinished(place, outcome, nanoseconds: Int64(next(5_000_000_000))))
      var transition = Transition(to: .finished(.completed(message: nil)))
      transition.verdict = outcome == .pass ? .pass : .fail
      transition.action = outcome == .pass ? .continue : .goto(UnitPath(.number(number + 1)), at: nil)
      events.append(
        .transition(transition, TransitionPlace(runbook: "a.runbook.md", from: "\(number)", at: "\(number)")))
      if next(5) == 0 { events.append(.warning("careful with \(number)", help: nil)) }
    }
    events.append(
      .runFinished(
        RunEnd(
          id: "r-2345678", status: .stopped, message: "enough", passed: steps - failed, failed: failed,
          nanoseconds: 1_000_000_000, signal: nil, isTimeout: false, unit: nil,
          outputs: ["Version": .string("1.2")])))
    return events
  }

  /// The lines that state what happened: results of units, transitions, warnings, outputs, the end.
  private func facts(_ text: String) -> [String] {
    text.split(separator: "\n").map { String($0).trimmedRight() }.filter { line in
      [
        " ✓", " ✗", " ○", "      PASS →", "      FAIL →", "rundown: warning", "  Version =", "stopped",
        "a.runbook.md  ",
      ].contains {
        line.hasPrefix($0)
      }
    }
  }

  @Test(arguments: [(1, 120), (7, 80), (40, 60), (1000, 100)]) func sameFacts(steps: Int, width: Int) {
    for seed in 1...UInt64(steps > 100 ? 1 : 12) {
      let events = Self.events(steps: steps, seed: seed)
      let (plain, pretty) = (Recorder(), Recorder())
      let plainRenderer = PlainRenderer(console: plain.console(canRedraw: false))
      let liveRenderer = LiveRenderer(
        console: pretty.console(canRedraw: true), isVerbose: false, columns: { width })
      for event in events {
        plainRenderer.observe(event)
        liveRenderer.observe(event)
      }
      var screen = Screen(width: width)
      for text in pretty.all { screen.write(text) }
      let wanted = facts(plain.all.joined())
      // A line that is wider than the terminal stands on two rows.
      let shown = facts(screen.text)
      #expect(wanted.count > steps)
      if width >= 100 {
        #expect(shown == wanted)
      } else {
        #expect(shown.count == wanted.count)
        #expect(zip(shown, wanted).allSatisfy { $1.hasPrefix($0) || $0.hasPrefix($1) }, "\(shown)\n\(wanted)")
      }
    }
  }

  /// A running step leaves nothing behind, also when the terminal changes its width under it.
  @Test func resizes() {
    let recorder = Recorder()
    let width = Mutex(100)
    let renderer = LiveRenderer(
      console: recorder.console(canRedraw: true), isVerbose: false, columns: { width.withLock { $0 } })
    let place = UnitPlace(unit: "1", title: String(repeating: "wide 漢 ", count: 20), line: 1, value: nil)
    renderer.observe(.stepStarted(place, .command, attempt: 1, attempts: 1))
    let start = SystemClock.monotonic()
    while SystemClock.monotonic() - start < 450_000_000 {
      renderer.observe(
        .output(
          Array("a line that is rather long: \(String(repeating: "x", count: 120))\n".utf8), isError: false))
    }
    // What is on the screen now is drawn for 100 columns; a narrower terminal shows each row on three.
    var screen = Screen(width: 40)
    width.withLock { $0 = 40 }
    let before = recorder.all
    renderer.observe(.stepFinished(place, .pass, nanoseconds: 1))
    let last = before.last { !$0.isEmpty && !$0.contains("\u{1B}") } ?? ""
    screen.write("kept\n" + last)
    for text in recorder.all.dropFirst(before.count) { screen.write(text) }
    let rows = screen.text.split(separator: "\n").map(String.init)
    #expect(
      rows.first == "kept" && !rows.contains { $0.contains("●") || $0.contains("xxx") }, "\(screen.text)")
    #expect(rows.contains { $0.hasPrefix(" ✓ 1") })
  }
}

@Suite struct MarkdownTextTests {
  private func rendered(_ text: String, _ width: Int) -> [String] {
    MarkdownText(
      lines: RunLines(abilities: .init(isTerminal: true, hasColor: false, canRedraw: true, hasUnicode: true)),
      width: width
    ).rendered(text)
  }

  @Test func blocks() {
    #expect(rendered("# Head\n\none two three\nfour", 12) == ["Head", "", "one two", "three four"])
    #expect(rendered("- one two three\n- b\n  - c", 11) == ["• one two", "  three", "• b", "  • c"])
    #expect(rendered("1. a\n2. b", 20) == ["1. a", "2. b"])
    #expect(rendered("```sh\nls  -l\n```", 20) == ["│ ls  -l"])
    #expect(rendered("> quoted words", 20) == ["│ quoted words"])
    #expect(rendered("run `make  it` **now**, please", 40) == ["run make  it now, please"])
    #expect(rendered("漢字漢字 漢字", 8) == ["漢字漢字", "漢字"])
    #expect(rendered("a\u{1B}[2Jb \u{202E}c", 40) == ["a\\u{1b}[2Jb \\u{202e}c"])
    #expect(rendered("", 20) == [])
  }

  /// Nothing is wider than it may be, and no word of a plain paragraph is lost.
  @Test func wraps() {
    let text = (1...200).map { "word\($0)\($0 % 7 == 0 ? "漢字" : "")" }.joined(separator: " ")
    for width in [23, 40, 79] {
      let lines = rendered("\(text)\n\n- \(text)\n\n> - `\(text.prefix(50))`\n\n```\n\(text)\n```", width)
      #expect(lines.allSatisfy { TextWidth.columns($0) <= width }, "\(width)")
      #expect(rendered(text, width).joined(separator: " ") == text)
    }
  }
}
