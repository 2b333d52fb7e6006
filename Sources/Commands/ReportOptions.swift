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

  /// A report that is written at the end.
  private struct Report {
    let kind: Kind
    let path: String
    /// What is no plain file, such as a terminal or a FIFO: it stays open from the beginning.
    var stream: SharedFile?
  }

  let console: Console
  private let reports: [Report]
  private let events: EventFile?
  private let collector = ReportCollector()

  /// Opens and proves the files before anything runs; what is wrong is told.
  static func read(
    _ arguments: ParsedArguments, isNewRun: Bool, console: Console
  ) -> Result<ReportOptions, ToldFailure> {
    var reports: [Report] = []
    for text in arguments.all("report") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let kind = Kind(rawValue: parts[0]), !parts[1].isEmpty else {
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: " or ")
        console.fail(
          "--report: ‘\(text)’ is not KIND=FILE", help: "the kinds are \(kinds): --report junit=out.xml")
        return .failure(ToldFailure(code: .usage))
      }
      reports.append(Report(kind: kind, path: parts[1]))
    }
    for index in reports.indices {
      do throws(Errno) {
        let file = try OutputFile(reports[index].path).open()
        if try file.info().kind != .regular { reports[index].stream = SharedFile(file) }
      } catch {
        return .failure(tell("--report", reports[index].path, error, console))
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
    let (why, help) = OutputFile.explain(error) ?? (error.message, "give another file")
    console.fail("\(option): \(path) cannot be written: \(why)", help: "nothing was run; \(help)")
    return ToldFailure(code: .inputOutput)
  }

  private init(console: Console, reports: [Report], events: EventFile?) {
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
    for report in reports {
      let text: String
      switch report.kind {
      case .junit: text = JUnitReport(report: collector.report, runbook: runbook).text
      case .markdown: text = MarkdownReport(report: collector.report, runbook: runbook).text
      }
      do throws(Errno) {
        if let stream = report.stream {
          try stream.file.writeAll(Array(text.utf8))
        } else {
          let file = try OutputFile(report.path).openAgain()
          try file.writeAll(Array(text.utf8))
          try file.close()
        }
      } catch {
        console.fail(
          "the report \(report.path) cannot be written: \(OutputFile.explain(error)?.why ?? error.message)",
          help: "the run itself is stored")
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
