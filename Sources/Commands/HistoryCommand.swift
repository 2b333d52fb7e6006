internal import Arguments
internal import JSON
internal import Linux
internal import RunStore
internal import Runbook
internal import SourceText

/// `history`, `logs`, `prune`, `stash`, `pop`: what a project keeps of its runs.
struct HistoryCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    do throws(StoreError) {
      guard let store = try RunStore.existing(root: root) else { return nothing(arguments) }
      switch arguments.command {
      case ["history"]: return try history(arguments, store)
      case ["logs"]: return try logs(arguments, store)
      case ["prune"]: return try prune(arguments, store)
      case ["stash"]: return try stash(arguments, store)
      default: return try pop(arguments, store)
      }
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
  }

  private func nothing(_ arguments: ParsedArguments) -> ExitCode {
    if arguments.command == ["history"] {
      console.print(arguments.has("json") ? "[]\n" : "no runs here\n")
      return .success
    }
    if arguments.command == ["prune"] { return .success }
    console.fail("there are no runs here", help: "start one: rundown run FILE")
    return .notFound
  }

  private func number(_ arguments: ParsedArguments, _ option: String, default value: Int) -> Int? {
    guard let text = arguments.value(option) else { return value }
    if let number = Int(text), (0...1_000_000).contains(number) { return number }
    console.fail("--\(option): ‘\(text)’ is no number from 0 to 1000000")
    return nil
  }

  // MARK: history

  private func history(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError)
    -> ExitCode
  {
    guard let limit = number(arguments, "limit", default: 20) else { return .usage }
    let runs = try store.history(limit: limit)
    if arguments.has("json") {
      console.print(
        JSONValue.array(
          runs.map { run in
            .object([
              "run": .string(run.id), "runbook": .string(run.path), "status": .string(run.status.rawValue),
              "user": .string(run.user), "started": .string(SystemClock.timestamp(run.started)),
              "updated": .string(SystemClock.timestamp(run.updated)),
            ])
          }
        ).encoded() + "\n")
      return .success
    }
    let lines = RunLines(abilities: console.output)
    let head =
      TextWidth.pad("RUN", to: 11) + TextWidth.pad("STATUS", to: 13) + TextWidth.pad("STARTED", to: 22)
    console.print(lines.paint(head + "RUNBOOK", .dim) + "\n")
    for run in runs {
      let started = SystemClock.timestamp(run.started).prefix(19) + "Z"
      console.print(
        TextWidth.pad(run.id, to: 11) + TextWidth.pad(run.status.rawValue, to: 13)
          + TextWidth.pad(String(started), to: 22) + DisplayText.visible(run.path) + "\n")
    }
    return .success
  }

  // MARK: logs

  private func logs(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError) -> ExitCode
  {
    let id = arguments.positionals[0]
    guard try store.run(id) != nil else {
      console.fail("there is no run \(id) here", help: "‘rundown history’ lists them")
      return .notFound
    }
    let step = arguments.positionals.dropFirst().first
    let attempts = try store.attempts(of: id, withOutput: true).filter { step == nil || $0.unit == step }
    if attempts.isEmpty, let step {
      console.fail("run \(id) has not executed a step \(step)", help: "‘rundown show \(id)’ lists its steps")
      return .notFound
    }
    if arguments.has("json") {
      console.print(JSONValue.array(attempts.map(json)).encoded() + "\n")
      return .success
    }
    let lines = RunLines(abilities: console.output)
    for attempt in attempts {
      if step == nil || attempts.count > 1 {
        let tries = attempt.attempt > 1 ? "  try \(attempt.attempt)" : ""
        let title = DisplayText.visible(attempt.title)
        console.print(lines.paint("== \(attempt.unit)  \(title)\(tries)  \(attempt.outcome)", .dim) + "\n")
      }
      let text = DisplayText.visible(String(decoding: attempt.output, as: UTF8.self), keepingNewlines: true)
      console.print(text.isEmpty || text.hasSuffix("\n") ? text : text + "\n")
      if attempt.isTruncated { console.print(lines.paint("(the rest was not kept)", .dim) + "\n") }
    }
    return .success
  }

  private func json(_ attempt: Attempt) -> JSONValue {
    .object([
      "step": .string(attempt.unit), "title": .string(attempt.title), "try": .int(attempt.attempt),
      "outcome": .string(attempt.outcome), "exit": attempt.code.map { .int($0) },
      "started": .string(SystemClock.timestamp(attempt.started)),
      "durationMs": .int(attempt.duration / 1_000_000), "by": attempt.by.map { .string($0) },
      "output": .string(String(decoding: attempt.output, as: UTF8.self)),
      "truncated": .bool(attempt.isTruncated),
    ])
  }

  // MARK: prune

  private func prune(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError) -> ExitCode
  {
    guard let keep = number(arguments, "keep", default: 0),
      let days = number(arguments, "days", default: arguments.value("keep") == nil ? 30 : 0)
    else { return .usage }
    let before = SystemClock.realtime() - Int64(days) * 86_400 * 1_000_000_000
    let count = try store.prune(before: before, keeping: keep)
    if arguments.has("json") {
      console.print(JSONValue.object(["removed": .int(count)]).encoded() + "\n")
    } else {
      console.print("\(count) run\(count == 1 ? "" : "s") removed\n")
    }
    return .success
  }

  // MARK: putting aside

  private func stash(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError) -> ExitCode
  {
    guard let record = try store.activeRun(), record.status == .waiting else {
      console.fail("no run waits here", help: "a run can be put aside while it waits for a person")
      return .notFound
    }
    if let holder = try store.take(record.id) {
      console.fail("run \(record.id) is being executed by process \(holder.id)")
      return .waiting
    }
    try store.release(record.id, status: .stashed)
    tell(record, "stashed", "is put aside at step", arguments)
    return .success
  }

  private func pop(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError) -> ExitCode {
    guard let record = try store.stashedRun() else {
      console.fail("no run is put aside", help: "‘rundown stash’ puts the one that waits aside")
      return .notFound
    }
    try store.release(record.id, status: .waiting)
    tell(record, "waiting", "waits at step", arguments)
    return .success
  }

  private func tell(_ record: RunRecord, _ status: String, _ words: String, _ arguments: ParsedArguments) {
    let place = record.place ?? ""
    if arguments.has("json") {
      console.print(
        JSONValue.object(["run": .string(record.id), "status": .string(status), "step": .string(place)])
          .encoded() + "\n")
    } else {
      console.print("run \(record.id) \(words) \(place)\n")
    }
  }
}
