internal import Execution
internal import Linux

/// Tells a run as JSON lines on stdout; what the steps print goes to stderr.
final class JSONRenderer: RunObserver {
  private let console: Console
  private var cleaner = OutputCleaner(keepsColor: false)

  init(console: Console) {
    self.console = console
  }

  func observe(_ event: ProgressEvent) {
    switch event {
    case .output(let bytes, _): for line in cleaner.lines(bytes) { console.tell(line + "\n") }
    case .stepFinished: if let rest = cleaner.rest() { console.tell(rest + "\n") }
    default: break
    }
  }

  func record(_ line: String) { console.data(line + "\n") }
}
