internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import Runbook

/// Events as lines of JSON, the same for `--json`, `--events` and the run's journal. Each holds the hash of the one
/// before it, and its own, so that a line that was changed or left out shows (Schemas/events.schema.json).
struct EventJSON {
  private var sequence = 0
  private var previous: String?
  private let run: String

  /// An encoder for a run, which goes on behind the last line that its journal has.
  init(run: String, after last: (sequence: Int, line: String)? = nil) {
    self.run = run
    guard let last else { return }
    sequence = last.sequence
    previous = ContentHash.sha256(Array(last.line.utf8))
  }

  /// The line of an event; nil for those that are of no interest to readers.
  mutating func line(_ event: ProgressEvent) -> String? {
    guard let (type, members) = Self.members(event) else { return nil }
    sequence += 1
    let whole = JSONValue.object(
      [
        JSONValue.Member("v", .int(1)), JSONValue.Member("type", .string(type)),
        JSONValue.Member("time", .string(SystemClock.timestamp())), JSONValue.Member("run", .string(run)),
        JSONValue.Member("seq", .int(sequence)),
        JSONValue.Member("prev", previous.map { .string($0) } ?? .null),
      ] + members.map { JSONValue.Member($0.0, $0.1) }
    ).encoded()
    let text = String(whole.dropLast())
    let (own, digest) = ContentHash.sha256(text) { Self.ending($0) }
    previous = digest
    return text + Self.ending(own)
  }

  /// How a line ends: its last member is the hash of all that stands before it.
  static func ending(_ hash: String) -> String { ",\"hash\":\"\(hash)\"}" }

  /// Whether the hash at a line's end is that of what stands before it.
  static func isWhole(_ line: String) -> Bool {
    let text = String(decoding: line.utf8.dropLast(ending("").utf8.count + 64), as: UTF8.self)
    return line == text + ending(ContentHash.sha256(Array(text.utf8)))
  }

  private static func members(_ event: ProgressEvent) -> (String, [(String, JSONValue)])? {
    switch event {
    case .runStarted(let head): return ("run_started", started(head))
    case .stepStarted(let place, let kind, let attempt, let attempts):
      return (
        "step_started",
        [
          ("step", unit(place)), ("kind", .string(kind.rawValue)), ("attempt", .int(attempt)),
          ("of", .int(attempts)),
        ]
      )
    case .commandChecked(let command):
      return (
        "command_checked",
        [
          ("program", .string(command.program)), ("command", .string(command.command)),
          ("decision", .string(command.decision)), ("rule", .string(command.rule)),
          ("place", .string(command.place)),
        ]
      )
    case .approvalRequested(let program, let place):
      return ("approval_requested", [("program", .string(program)), ("place", .string(place))])
    case .approvalAnswered(let program, let answer):
      return ("approval_answered", [("program", .string(program)), ("answer", .string(answer))])
    case .stepFinished(let place, let outcome, let nanoseconds):
      return (
        "step_finished",
        [
          ("step", unit(place)), ("result", .string(outcome.word)),
          ("exit", outcome.code.map { .int($0) } ?? .null),
          ("durationMs", .int(nanoseconds / 1_000_000)),
        ]
      )
    case .fileDenied(let denial):
      return (
        "file_denied",
        [
          ("path", .string(denial.path)), ("access", .string(denial.access)),
          ("chain", .array(denial.chain.map { .string($0) })), ("reason", .string(denial.reason)),
          ("place", .string(denial.place)), ("help", .array(denial.help.map { .string($0) })),
        ]
      )
    case .callRefused(let record):
      return (
        "call_refused",
        [
          ("call", .string(record.call)), ("answer", .string(record.answer)),
          ("chain", .array(record.chain.map { .string($0) })), ("place", .string(record.place)),
        ]
      )
    case .connectionDecided(let record): return ("connection_decided", connection(record))
    case .execDecided(let record): return ("exec_decided", exec(record))
    case .conductSeen(let record):
      return (
        "conduct_seen",
        [
          ("step", unit(record.place)), ("kind", .string(record.kind.rawValue)),
          ("action", .string(record.action.rawValue)), ("detail", .string(record.detail)),
        ]
      )
    case .secretsGiven(let place, let names):
      return ("secrets_given", [("step", unit(place)), ("names", .array(names.map { .string($0) }))])
    case .filesChanged(let changes): return ("files_changed", filesChanged(changes))
    case .transition(let transition, let place): return ("transition", self.transition(transition, place))
    case .waiting(let place): return ("run_waiting", [("step", unit(place)), ("reason", "manual")])
    case .warning(let message, let help):
      return ("warning", [("message", .string(message)), ("help", help.map { .string($0) } ?? .null)])
    case .refused(let refusals):
      return (
        "refused",
        [
          (
            "refusals",
            .array(
              refusals.map { refusal in
                .object([
                  "place": .string(refusal.place), "message": .string(refusal.message),
                  "help": .array(refusal.help.map { .string($0) }),
                ])
              })
          )
        ]
      )
    case .runFinished(let end): return ("run_finished", finished(end))
    case .shown, .output, .tick: return nil
    }
  }

  private static func connection(_ record: ConnectionRecord) -> [(String, JSONValue)] {
    [
      ("way", record.way.map { .string($0) } ?? .null), ("host", .string(record.host)),
      ("port", .int(record.port)), ("program", record.program.map { .string($0) } ?? .null),
      ("address", record.address.map { .string($0) } ?? .null),
      ("status", .string(record.status)), ("made", .bool(record.isMade)), ("reason", .string(record.reason)),
      ("help", .array(record.help.map { .string($0) })), ("bytesUp", .int(record.uploaded)),
      ("bytesDown", .int(record.downloaded)), ("durationMs", .int(record.nanoseconds / 1_000_000)),
    ]
  }

  private static func exec(_ record: ExecRecord) -> [(String, JSONValue)] {
    [
      ("program", .string(record.program)), ("path", .string(record.path)),
      ("command", record.command.map { .string($0) } ?? .null),
      ("chain", .array(record.chain.map { .string($0) })), ("decision", .string(record.decision)),
      ("reason", .string(record.reason)), ("place", .string(record.place)),
      ("help", .array(record.help.map { .string($0) })),
    ]
  }

  private static func filesChanged(_ changes: StepChanges) -> [(String, JSONValue)] {
    [
      ("step", unit(changes.place)),
      (
        "counts",
        .object(
          [FileChange.added, .changed, .removed].map {
            JSONValue.Member($0.rawValue, .int(changes.counts[$0] ?? 0))
          })
      ),
      (
        "files",
        .array(
          changes.files.map { file in
            .object([
              "path": .string(file.path), "change": .string(file.change.rawValue),
              "reason": file.reason.map { .string($0) } ?? .null,
            ])
          })
      ),
      ("complete", .bool(!changes.isCut)),
      (
        "worktree",
        changes.worktree.map { worktree in
          .object([
            "name": .string(worktree.name), "path": .string(worktree.path),
            "branch": .string(worktree.branch),
            "base": .string(worktree.base), "commit": worktree.commit.map { .string($0) } ?? .null,
          ])
        } ?? .null
      ),
    ]
  }

  private static func unit(_ place: UnitPlace) -> JSONValue {
    .object([
      "id": .string(place.unit), "title": .string(place.title), "file": .string(place.file),
      "line": .int(place.line),
      "value": place.value.map { .string($0) },
    ])
  }

  private static func started(_ head: RunHead) -> [(String, JSONValue)] {
    [
      ("runbook", .string(head.runbook)), ("title", head.title.map { .string($0) } ?? .null),
      ("steps", .int(head.steps)), ("policy", .string(head.policy)),
      ("acceptance", head.acceptance.map { .string($0) } ?? .null),
      (
        "sandbox",
        .object([
          "level": .string(head.sandbox), "missing": .array(head.gaps.map { .string($0) }),
          "limits": head.limitsSteps.map { .string($0 ? "step" : "process") } ?? .null,
        ])
      ),
      ("resumed", .bool(head.isResumed)),
      (
        "after",
        head.after.map { line in
          .object(["run": .string(line.run), "seq": .int(line.sequence), "hash": .string(line.hash)])
        } ?? .null
      ),
    ]
  }

  private static func transition(
    _ transition: Transition, _ place: TransitionPlace
  ) -> [(String, JSONValue)] {
    let to: JSONValue
    switch transition.to {
    case .at(let unit): to = .string("\(unit)")
    case .enteringLoop(let step, let substep, _): to = .string(substep.map { "\(step).\($0)" } ?? "\(step)")
    case .promptedLoop(let step): to = .string("\(step)")
    case .finished: to = .null
    }
    return [
      ("runbook", .string(place.runbook)), ("from", .string(place.from)), ("to", to),
      ("at", .string(place.at)),
      ("result", transition.verdict.map { .string($0 == .pass ? "PASS" : "FAIL") } ?? .null),
      ("action", action(transition).map { .string($0) } ?? .null),
      ("aggregated", .bool(transition.isAggregated)),
    ]
  }

  /// The action as it came out: a CONTINUE behind the last step completes the run.
  private static func action(_ transition: Transition) -> String? {
    if transition.retry != nil { return "RETRY" }
    switch (transition.to, transition.action) {
    case (.finished(.completed), .continue?): return "COMPLETE"
    case (.finished(.refused), _): return "REFUSED"
    default: return transition.action?.description
    }
  }

  private static func finished(_ end: RunEnd) -> [(String, JSONValue)] {
    [
      ("result", .string(end.status.rawValue)), ("message", end.message.map { .string($0) } ?? .null),
      ("passed", .int(end.passed)), ("failed", .int(end.failed)),
      ("durationMs", .int(end.nanoseconds / 1_000_000)),
      (
        "outputs",
        .object(end.outputs.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })
      ),
    ]
  }
}
