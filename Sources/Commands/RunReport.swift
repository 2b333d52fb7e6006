internal import Execution
internal import Linux
internal import Run
internal import Runbook
internal import SourceText

/// What a run did, collected from its events for reports.
struct RunReport {
  /// One execution of a unit, or one decision of a person.
  struct Entry {
    var place: UnitPlace
    var kind: StepKind
    var attempt: Int
    /// nil while it runs, and for a unit that waits.
    var outcome: StepOutcome?
    var nanoseconds: Int64 = 0
    /// The last lines that it printed, made safe to show.
    var tail: [String] = []
    /// How many lines it printed.
    var lineCount = 0
    var refusals: [Refusal] = []
    /// What it was refused while it went on: programs of an agent, connections.
    var denials: [Refusal] = []
  }

  /// A unit of the runbook that was not executed, and why.
  struct Missing {
    var place: UnitPlace
    var why: String
  }

  /// Lines kept of each execution.
  static let tailLength = 40
  /// What was refused is kept of each execution up to so many.
  static let denialLimit = 50

  var head: RunHead?
  var entries: [Entry] = []
  var warnings: [String] = []
  var changes: [StepChanges] = []
  var end: RunEnd?
  /// When the run began, RFC 3339.
  let started = SystemClock.timestamp()

  /// How many executions ended so.
  func count(_ matches: (StepOutcome) -> Bool) -> Int {
    entries.count { $0.outcome.map(matches) ?? false }
  }

  /// The units of the runbook that no execution names, in document order.
  func missing(of runbook: Runbook) -> [Missing] {
    let seen = Set(entries.map(\.place.unit))
    let why: String
    switch end?.status {
    case .completed?: why = "not part of this run's way"
    case .stopped?, .refused?: why = "not reached: the run was \(end?.status.rawValue ?? "ended")"
    case .waiting?: why = "not reached: the run waits at \(end?.unit ?? "a step")"
    case .interrupted?, nil: why = "not reached: the run was interrupted"
    }
    return runbook.units.filter { !seen.contains("\($0.path)") }.map { unit in
      Missing(
        place: UnitPlace(
          unit: "\(unit.path)", title: unit.title,
          line: runbook.file.position(at: unit.span.start).line, value: nil, file: runbook.file.name),
        why: why)
    }
  }
}

/// Makes a `RunReport` of a run's events.
final class ReportCollector: RunObserver {
  private(set) var report = RunReport()
  private var cleaner = OutputCleaner(keepsColor: false)

  func observe(_ event: ProgressEvent) {
    switch event {
    case .runStarted(let head): report.head = head
    case .stepStarted(let place, let kind, let attempt, _):
      cleaner = OutputCleaner(keepsColor: false)
      report.entries.append(RunReport.Entry(place: place, kind: kind, attempt: attempt))
    case .output(let bytes, _): add(cleaner.lines(bytes))
    case .refused(let refusals): current { $0.refusals += refusals }
    case .execDecided(let record) where record.decision == "deny":
      let chain = record.chain.isEmpty ? "" : " (\(record.chain.joined(separator: " > ")))"
      deny(Refusal(place: record.place, message: record.reason + chain, excerpt: "", help: record.help))
    case .connectionDecided(let record) where !record.isMade && record.isNew:
      let host = "\(record.host):\(record.port)"
      deny(
        Refusal(place: host, message: "\(record.reason) (\(record.status))", excerpt: "", help: record.help))
    case .stepFinished(let place, let outcome, let nanoseconds):
      if let rest = cleaner.rest() { add([rest]) }
      finish(place, outcome, nanoseconds)
    case .warning(let message, _): report.warnings.append(message)
    case .fileDenied(let denial):
      report.warnings.append(
        "\(denial.place): denied while running: \(denial.access) \(denial.path) (\(denial.reason))")
    case .conductSeen(let record): report.warnings.append(RunLines.conduct(record))
    case .filesChanged(let changes): report.changes.append(changes)
    case .runFinished(let end): report.end = end
    case .shown, .commandChecked, .approvalRequested, .approvalAnswered, .tick, .transition, .waiting,
      .connectionDecided, .execDecided, .secretsGiven, .callRefused:
      break
    }
  }

  private func current(_ change: (inout RunReport.Entry) -> Void) {
    guard !report.entries.isEmpty else { return }
    change(&report.entries[report.entries.count - 1])
  }

  private func deny(_ denial: Refusal) {
    current { entry in
      guard entry.denials.count < RunReport.denialLimit, !entry.denials.contains(denial) else { return }
      entry.denials.append(denial)
    }
  }

  private func add(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    current { entry in
      entry.lineCount += lines.count
      entry.tail = Array((entry.tail + lines).suffix(RunReport.tailLength))
    }
  }

  /// A unit that ran a runbook ends behind the units in it; one that a person answered may have begun in another
  /// process.
  private func finish(_ place: UnitPlace, _ outcome: StepOutcome, _ nanoseconds: Int64) {
    let index =
      report.entries.lastIndex { $0.place.unit == place.unit && $0.outcome == nil }
      ?? {
        report.entries.append(RunReport.Entry(place: place, kind: .manual, attempt: 1))
        return report.entries.count - 1
      }()
    report.entries[index].outcome = outcome
    report.entries[index].nanoseconds = nanoseconds
  }
}
