internal import Execution
internal import Linux

/// Tells a run line by line: for pipes, files and terminals that cannot redraw.
final class PlainRenderer: RunObserver {
  private let console: Console
  private let lines: RunLines
  private var cleaner = OutputCleaner(keepsColor: false)
  private var running: (place: UnitPlace, since: Int64)?
  /// When something was said last.
  private var spoken = SystemClock.monotonic()

  /// Nanoseconds of silence after which a line says that the step still runs: CI systems end jobs that say nothing.
  private static let silence: Int64 = 60_000_000_000

  init(console: Console) {
    self.console = console
    lines = RunLines(abilities: console.output)
  }

  func observe(_ event: ProgressEvent) {
    if case .tick = event { return sayStillRunning() }
    spoken = SystemClock.monotonic()
    switch event {
    case .runStarted(let head): console.print(lines.head(head))
    case .stepStarted(let place, _, let attempt, let attempts):
      running = (place, spoken)
      console.print(lines.started(place, attempt: attempt, attempts: attempts))
    case .shown(let text): console.print(lines.shown(text))
    case .output(let bytes, _):
      for line in cleaner.lines(bytes) { console.print(line + "\n") }
    case .stepFinished(let place, let outcome, let nanoseconds):
      if let rest = cleaner.rest() { console.print(rest + "\n") }
      console.print(lines.finished(place, outcome, nanoseconds: nanoseconds))
    case .transition(let transition, _):
      if let line = lines.transition(transition) { console.print(line) }
    case .filesChanged(let changes): console.print(lines.changes(changes))
    case .waiting(let place): console.print(lines.waiting(place))
    case .refused(let refusals):
      for refusal in refusals { console.tell(RunLines(abilities: console.errors).refusal(refusal)) }
    case .warning(let message, let help): console.warn(message, help: help)
    case .conductSeen(let record):
      console.warn(RunLines.conduct(record), help: nil)
    case .fileDenied(let denial): console.tell(RunLines(abilities: console.errors).denial(denial))
    case .connectionDecided(let record):
      if let told = lines.connection(record) { console.warn(told, help: record.helpText) }
    case .runFinished(let end):
      if let line = lines.verdict(end) { console.print(line) }
      console.print(lines.end(end))
    case .commandChecked, .execDecided, .secretsGiven, .callRefused, .approvalRequested, .approvalAnswered,
      .tick:
      break
    }
  }

  private func sayStillRunning() {
    let now = SystemClock.monotonic()
    guard let running, now - spoken >= Self.silence else { return }
    spoken = now
    let time = DurationText.text(nanoseconds: now - running.since)
    console.print("   still in \(lines.label(running.place)), \(time)\n")
  }
}
