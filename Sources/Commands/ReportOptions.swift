internal import Arguments
internal import Execution
internal import Linux
internal import Runbook

/// `--events` and `--report`: what a run writes beside telling its course.
struct ReportOptions {
  /// The kinds of `--report KIND=FILE`.
  private enum Kind: String, CaseIterable {
    case junit
    case markdown
  }

  let console: Console
  private let reports: [(kind: Kind, path: String)]
  private let events: EventFile?
  private let collector = ReportCollector()

  /// Opens and proves the files before anything runs; what is wrong is told.
  static func read(
    _ arguments: ParsedArguments, isNewRun: Bool, console: Console
  ) -> Result<ReportOptions, ToldFailure> {
    var reports: [(Kind, String)] = []
    for text in arguments.all("report") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let kind = Kind(rawValue: parts[0]), !parts[1].isEmpty else {
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: " or ")
        console.fail(
          "--report: ‘\(text)’ is not KIND=FILE", help: "the kinds are \(kinds): --report junit=out.xml")
        return .failure(ToldFailure(code: .usage))
      }
      reports.append((kind, parts[1]))
    }
    for (_, path) in reports {
      do throws(Errno) {
        try OutputFile(path).open([]).close()
      } catch {
        return .failure(tell("--report", path, error, console))
      }
    }
    guard let name = arguments.value("events") else {
      return .success(ReportOptions(console: console, reports: reports, events: nil))
    }
    do throws(Errno) {
      let file = try EventFile(name, isNewRun: isNewRun, console: console)
      return .success(ReportOptions(console: console, reports: reports, events: file))
    } catch {
      return .failure(tell("--events", name, error, console))
    }
  }

  private static func tell(_ option: String, _ path: String, _ error: Errno, _ console: Console)
    -> ToldFailure
  {
    console.fail(
      "\(option): \(path) cannot be written: \(error.message)",
      help: "nothing was run; give another file" + OutputFile.hint(error))
    return ToldFailure(code: .inputOutput)
  }

  private init(console: Console, reports: [(kind: Kind, path: String)], events: EventFile?) {
    self.console = console
    self.reports = reports
    self.events = events
  }

  /// Who listens to the run for it.
  var observers: [any RunObserver] {
    (events.map { [$0] } ?? []) + (reports.isEmpty ? [] : [collector])
  }

  /// Writes the reports; false when something could not be written, which is told. The run's result stays what it is.
  func write(_ runbook: Runbook) -> Bool {
    var isWhole = true
    for (kind, path) in reports {
      let text: String
      switch kind {
      case .junit: text = JUnitReport(report: collector.report, runbook: runbook).text
      case .markdown: text = MarkdownReport(report: collector.report, runbook: runbook).text
      }
      do throws(Errno) {
        try OutputFile(path).replace(Array(text.utf8))
      } catch {
        console.fail(
          "the report \(path) cannot be written: \(error.message)",
          help: "the run itself is stored" + OutputFile.hint(error))
        isWhole = false
      }
    }
    if let error = events?.failure {
      console.fail(
        "the events could not be written to their end: \(error.message)", help: "the run itself is stored")
      isWhole = false
    }
    return isWhole
  }
}
