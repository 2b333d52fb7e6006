internal import Execution
internal import Linux
internal import Runbook
internal import SourceText

/// Tells a run in GitHub Actions: a group for each step, annotations on the runbook's lines, a job summary, outputs.
///
/// Workflow commands are switched off but for our own, so that nothing that a step or a runbook prints can set
/// outputs, add masks or hide text.
final class GitHubRenderer: RunObserver {
  private let console: Console
  private let plain: PlainRenderer
  private let collector = ReportCollector()
  private let runbook: Runbook
  private let environment: Environment
  private let token = RandomBytes.hex(16)
  private var isGroupOpen = false
  /// GitHub shows so many annotations of a kind for each step of the job.
  private static let limit = 10
  private var annotations = 0
  /// Why the summary or the outputs could not be written.
  private(set) var failures: [String] = []

  init(console: Console, runbook: Runbook, secrets: SecretMask, environment: Environment) {
    self.console = console
    self.runbook = runbook
    self.environment = environment
    plain = PlainRenderer(console: console)
    for value in secrets.values { console.print("::add-mask::\(Self.data(value))\n") }
    console.print("::stop-commands::\(token)\n")
  }

  func observe(_ event: ProgressEvent) {
    collector.observe(event)
    switch event {
    case .stepStarted(let place, _, _, _):
      closeGroup()
      command("::group::\(Self.data("\(place.unit) \(DisplayText.visible(place.title))"))")
      isGroupOpen = true
      plain.observe(event)
    case .stepFinished(let place, let outcome, _):
      plain.observe(event)
      closeGroup()
      let denials = collector.report.entries.last { $0.place.unit == place.unit }?.denials ?? []
      if outcome != .refused { for denial in denials { annotate(denial, at: place) } }
      annotate(place, outcome)
    case .refused(let refusals):
      plain.observe(event)
      for refusal in refusals { annotate(refusal) }
    case .runFinished(let end):
      closeGroup()
      plain.observe(event)
      console.print("::\(token)::\n")
      finish(end)
    default: plain.observe(event)
    }
  }

  /// One of our own commands; GitHub reads commands only at the beginning of a line.
  private func command(_ line: String) {
    console.print("::\(token)::\n\(line)\n::stop-commands::\(token)\n")
  }

  private func closeGroup() {
    guard isGroupOpen else { return }
    isGroupOpen = false
    command("::endgroup::")
  }

  // MARK: annotations

  private func annotate(_ place: UnitPlace, _ outcome: StepOutcome) {
    guard outcome.isFailure || outcome.isError, outcome != .refused else { return }
    let last = collector.report.entries.last { $0.place.unit == place.unit }?.tail.last ?? ""
    annotate(
      file: place.file, line: "\(place.line)",
      title: "step \(place.unit) \(place.title): \(MarkdownReport.words(outcome))",
      message: last.isEmpty ? MarkdownReport.words(outcome) : last)
  }

  private func annotate(_ refusal: Refusal) {
    let parts = refusal.place.split(separator: ":").map(String.init)
    annotate(
      file: parts.first ?? runbook.file.name, line: parts.dropFirst().first ?? "1",
      title: "refused: \(refusal.message)",
      message: ([refusal.message] + refusal.help).joined(separator: "\n"))
  }

  /// What an agent, or a connection, was refused while the step went on: a warning.
  private func annotate(_ denial: Refusal, at place: UnitPlace) {
    annotate(
      file: place.file, line: "\(place.line)", title: "refused while it ran: \(denial.message)",
      message: ([denial.message] + denial.help).joined(separator: "\n"), level: "warning")
  }

  private func annotate(file: String, line: String, title: String, message: String, level: String = "error") {
    guard annotations < Self.limit else { return }
    annotations += 1
    command(
      "::\(level) file=\(Self.property(path(file))),line=\(line),title=\(Self.property(DisplayText.visible(title)))::"
        + Self.data(DisplayText.visible(message, keepingNewlines: true)))
  }

  /// The path from the checkout's root, which is what annotations go by.
  private func path(_ file: String) -> String {
    guard let workspace = environment["GITHUB_WORKSPACE"], !file.hasPrefix("/") else { return file }
    do throws(Errno) {
      let folder = try ThisProcess.workingDirectory()
      return PathText.relative(folder, to: workspace).map { "\($0)/\(file)" } ?? file
    } catch {
      return file
    }
  }

  private static func data(_ text: String) -> String {
    text.replacingBytes { byte in
      switch byte {
      case UInt8(ascii: "%"): return "%25"
      case 0x0D: return "%0D"
      case 0x0A: return "%0A"
      default: return nil
      }
    }
  }

  private static func property(_ text: String) -> String {
    data(text).replacingBytes { byte in
      switch byte {
      case UInt8(ascii: ":"): return "%3A"
      case UInt8(ascii: ","): return "%2C"
      default: return nil
      }
    }
  }

  // MARK: files

  private func finish(_ end: RunEnd) {
    let report = collector.report
    append(MarkdownReport(report: report, runbook: runbook).text, to: "GITHUB_STEP_SUMMARY")
    let failed = report.entries.last { $0.outcome?.isFailure == true || $0.outcome?.isError == true }
    append(
      "run-id=\(end.id)\nresult=\(end.status.rawValue)\nfailed-step=\(failed?.place.unit ?? "")\n",
      to: "GITHUB_OUTPUT")
  }

  private func append(_ text: String, to variable: String) {
    guard let path = environment[variable], !path.isEmpty else { return }
    do throws(Errno) {
      let file = try FileDescriptor.open(path, [.write, .create, .append, .noTerminal], mode: 0o644)
      try file.writeAll(Array(text.utf8))
      try file.close()
    } catch {
      failures.append("\(variable) (\(path)) cannot be written: \(error.message)")
    }
  }
}
