internal import Execution
internal import Linux

/// Tells a run line by line: for pipes, files and terminals that cannot redraw.
final class PlainRenderer: RunObserver {
  private let console: Console
  private let lines: RunLines
  private var cleaner = OutputCleaner(keepsColor: false)

  init(console: Console) {
    self.console = console
    lines = RunLines(abilities: console.output)
  }

  func observe(_ event: ProgressEvent) {
    switch event {
    case .runStarted(let head): console.print(lines.head(head))
    case .stepStarted(let place, _, let attempt, let attempts):
      console.print(lines.started(place, attempt: attempt, attempts: attempts))
    case .shown(let text): console.print(lines.shown(text))
    case .output(let bytes, _):
      for line in cleaner.lines(bytes) { console.print(line + "\n") }
    case .stepFinished(let place, let outcome, let nanoseconds):
      if let rest = cleaner.rest() { console.print(rest + "\n") }
      console.print(lines.finished(place, outcome, nanoseconds: nanoseconds))
    case .transition(let transition):
      if let line = lines.transition(transition) { console.print(line) }
    case .waiting(let place): console.print(lines.waiting(place))
    case .refused(let refusals):
      for refusal in refusals { console.tell(RunLines(abilities: console.errors).refusal(refusal)) }
    case .warning(let message, let help): console.warn(message, help: help)
    case .connectionDecided(let record):
      if let told = lines.connection(record) { console.warn(told, help: record.helpText) }
    case .runFinished(let end):
      if let line = lines.verdict(end) { console.print(line) }
      console.print(lines.end(end))
    case .commandChecked, .execDecided, .approvalRequested, .approvalAnswered, .tick: break
    }
  }
}
