internal import Execution
internal import Linux
internal import SourceText

/// Tells a run in GitLab CI: each step is a section that can be folded.
final class GitLabRenderer: RunObserver {
  private let console: Console
  private let plain: PlainRenderer
  private var open: String?
  private var count = 0

  init(console: Console) {
    self.console = console
    plain = PlainRenderer(console: console)
  }

  func observe(_ event: ProgressEvent) {
    switch event {
    case .stepStarted(let place, _, _, _):
      close()
      count += 1
      let name = "rundown_step_\(count)"
      open = name
      console.print(
        marker("section_start", name + "[collapsed=true]")
          + "\(place.unit) \(DisplayText.visible(place.title))\n")
      plain.observe(event)
    case .stepFinished:
      // The result stands below the fold.
      close()
      plain.observe(event)
    case .runFinished:
      close()
      plain.observe(event)
    default: plain.observe(event)
    }
  }

  private func close() {
    guard let name = open else { return }
    open = nil
    console.print(marker("section_end", name) + "\n")
  }

  private func marker(_ kind: String, _ name: String) -> String {
    "\u{1B}[0K\(kind):\(SystemClock.realtime() / 1_000_000_000):\(name)\r\u{1B}[0K"
  }
}
