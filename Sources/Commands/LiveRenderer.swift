internal import Execution
internal import Linux
internal import SourceText

/// Tells a run on a terminal: finished steps stay, the running one is redrawn with its clock and last lines.
final class LiveRenderer: RunObserver {
  private let console: Console
  private let lines: RunLines
  private let isVerbose: Bool
  private var cleaner = OutputCleaner(keepsColor: true)
  /// The last lines of the running step.
  private var tail: [String] = []
  private var lineCount = 0
  /// The units that run beside it.
  private var beside: [RunningUnit] = []
  private var running: (place: UnitPlace, since: Int64, tries: String)?
  /// The columns of the lines below the last kept one that are ours to redraw.
  private var drawn: [Int] = []
  private var lastDrawn: Int64 = 0

  /// Lines shown below a running step, and kept below a failed one.
  private static let liveTail = 3
  private static let failedTail = 20
  /// Units that are shown beside the running one.
  private static let besideLimit = 5
  /// Nanoseconds between two redraws.
  private static let interval: Int64 = 100_000_000

  /// How wide the terminal is now.
  private let columns: () -> Int

  init(
    console: Console, isVerbose: Bool,
    columns: @escaping () -> Int = { Terminal.size(of: StandardStream.output.rawValue)?.columns ?? 80 }
  ) {
    self.columns = columns
    self.console = console
    self.isVerbose = isVerbose
    lines = RunLines(abilities: console.output)
  }

  func observe(_ event: ProgressEvent) {
    switch event {
    case .runStarted(let head): keep(lines.head(head) + "\n")
    case .stepStarted(let place, let kind, let attempt, let attempts): start(place, kind, attempt, attempts)
    case .shown(let text): show(text)
    case .output(let bytes, _): add(cleaner.lines(bytes))
    case .tick(let units):
      beside = units
      redraw()
    case .stepFinished(let place, let outcome, let nanoseconds): finish(place, outcome, nanoseconds)
    case .transition(let transition, _): if let line = lines.transition(transition) { keep(line) }
    case .waiting(let place): keep(lines.waiting(place))
    case .approvalRequested: clear()
    case .filesChanged(let changes): keep(lines.changes(changes))
    case .refused(let refusals):
      clear()
      for refusal in refusals { console.tell(RunLines(abilities: console.errors).refusal(refusal)) }
    case .warning(let message, let help):
      clear()
      console.warn(message, help: help)
    case .conductSeen(let record):
      clear()
      console.warn(RunLines.conduct(record), help: nil)
    case .fileDenied(let denial):
      clear()
      console.tell(RunLines(abilities: console.errors).denial(denial))
    case .connectionDecided(let record):
      guard let told = lines.connection(record) else { return }
      clear()
      console.warn(told, help: record.helpText)
    case .runFinished(let end): keep("\n" + lines.end(end))
    case .approvalAnswered: running?.since = SystemClock.monotonic()
    case .commandChecked, .execDecided, .secretsGiven, .callRefused: break
    }
  }

  /// The runbook's text, wrapped to what the terminal is wide now.
  private func show(_ text: String) {
    let text = MarkdownText(lines: lines, width: min(width - 6, 100)).rendered(text)
    keep(text.map { $0.isEmpty ? "\n" : "      \($0)\n" }.joined())
  }

  private var width: Int { columns() - 1 }

  private func start(_ place: UnitPlace, _ kind: StepKind, _ attempt: Int, _ attempts: Int) {
    tail = []
    lineCount = 0
    cleaner = OutputCleaner(keepsColor: console.output.hasColor)
    let tries = attempts > 1 ? "   try \(attempt) of \(attempts)" : ""
    if kind == .manual || isVerbose {
      keep(lines.started(place, attempt: attempt, attempts: attempts))
    } else {
      running = (place, SystemClock.monotonic(), tries)
    }
  }

  private func add(_ new: [String]) {
    guard !new.isEmpty else { return }
    if isVerbose { keep(new.map(lines.outputLine).joined()) }
    lineCount += new.count
    tail += new
    if tail.count > Self.failedTail { tail.removeFirst(tail.count - Self.failedTail) }
    redraw()
  }

  private func finish(_ place: UnitPlace, _ outcome: StepOutcome, _ nanoseconds: Int64) {
    if let rest = cleaner.rest() { add([rest]) }
    running = nil
    beside = []
    keep(lines.finished(place, outcome, nanoseconds: nanoseconds))
    switch outcome {
    case .pass, .skipped, .refused: break
    case .fail, .signal, .differs, .leftArtifacts, .timeout, .interrupted, .launchFailed:
      guard !isVerbose else { break }
      if lineCount > tail.count {
        keep(lines.outputLine(lines.paint("\(lineCount - tail.count) lines before", .dim)))
      }
      keep(tail.map(lines.outputLine).joined())
    }
  }

  // MARK: drawing

  /// Writes lines that stay.
  private func keep(_ text: String) {
    clear()
    console.print(text)
    redraw(force: true)
  }

  private func clear() {
    guard !drawn.isEmpty else { return }
    // A terminal that has become narrower has wrapped them.
    let columns = max(1, width + 1)
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    // Up to the first of our lines, then erase to the end of the screen.
    console.print("\r\u{1B}[\(rows)A\u{1B}[J")
    drawn = []
  }

  private func redraw(force: Bool = false) {
    guard let running, !isVerbose else { return }
    let now = SystemClock.monotonic()
    // A step that ends at once needs no line of its own.
    guard now - running.since > 2 * Self.interval, force || now - lastDrawn >= Self.interval else { return }
    lastDrawn = now
    guard width >= 20 else { return }
    let time = DurationText.text(nanoseconds: now - running.since)
    let mark = console.output.hasUnicode ? "●" : ">"
    var rows = [" \(mark) \(lines.label(running.place))   \(time)\(running.tries)"]
    // A line without its end is shown as it grows: it may be a question.
    let recent = tail + (cleaner.unfinished.map { [$0] } ?? [])
    rows += recent.suffix(Self.liveTail).map { "      \(lines.bar) \(Self.withoutEscapes($0))" }
    for unit in beside.prefix(Self.besideLimit) {
      rows.append(
        " \(mark) \(lines.label(unit.place))   \(DurationText.text(nanoseconds: unit.nanoseconds))")
      if !unit.line.isEmpty { rows.append("      \(lines.bar) \(DisplayText.visible(unit.line))") }
    }
    if beside.count > Self.besideLimit { rows.append("   and \(beside.count - Self.besideLimit) more") }
    let cut = rows.map { TextWidth.cut($0, to: width, ellipsis: lines.ellipsis) }
    clear()
    console.print(cut.map { $0 + "\n" }.joined())
    drawn = cut.map(TextWidth.columns)
  }

  /// The line without the colours that `OutputCleaner` let pass, so that cutting it cannot cut a sequence.
  private static func withoutEscapes(_ line: String) -> String {
    guard line.utf8.contains(0x1B) else { return line }
    var out = ""
    var isEscape = false
    for scalar in line.unicodeScalars {
      if scalar.value == 0x1B {
        isEscape = true
      } else if isEscape {
        isEscape = scalar != "m"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
