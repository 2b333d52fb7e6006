internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import SourceText

/// `rundown status [RUN]`: the active run, or the last one.
struct StatusCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    do throws(StoreError) {
      guard let store = try RunStore.existing(root: root), let record = try find(arguments, store) else {
        return none(arguments)
      }
      let attempts = try store.attempts(of: record.id)
      if arguments.has("json") {
        var object = json(record)
        if arguments.command == ["show"], case .object(let members) = object {
          object = .object(members + details(record, attempts, secrets(record)))
        }
        console.print(object.encoded() + "\n")
      } else {
        let isShort = arguments.command == ["status"]
        console.print(text(record, attempts, limit: isShort ? Self.shortest : .max))
        if arguments.command == ["show"] { console.print(variables(record, secrets(record))) }
      }
      return .success
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
  }

  private func find(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError)
    -> RunRecord?
  {
    if let id = arguments.positionals.first { return try store.run(id) }
    if let active = try store.activeRun() { return active }
    return try store.latestRun()
  }

  private func none(_ arguments: ParsedArguments) -> ExitCode {
    if let id = arguments.positionals.first {
      console.fail(
        "there is no run \(id) here", help: "without an id, status shows the active run or the last one")
      return .notFound
    }
    if arguments.has("json") {
      console.print("{\"status\":null}\n")
    } else {
      console.print("no runs here\n")
    }
    return .success
  }

  private func json(_ record: RunRecord) -> JSONValue {
    var message: String?
    switch record.state.result {
    case .completed(let text)?, .stopped(let text)?: message = text
    case .refused(let reason)?: message = reason
    case nil: break
    }
    return .object([
      "run": .string(record.id), "runbook": .string(record.path), "status": .string(record.status.rawValue),
      "step": record.place.map { .string($0) } ?? .null,
      "message": message.map { .string($0) },
      "holder": record.holder.map { .int($0.id) },
      "started": .string(SystemClock.timestamp(record.started)),
      "updated": .string(SystemClock.timestamp(record.updated)),
      "decided": .array(
        record.state.decided.map {
          .object(["step": .string("\($0.unit)"), "verdict": .string($0.verdict.rawValue)])
        }),
    ])
  }

  // MARK: show

  /// What of the run's variables is secret, by the policy in force or, where that is broken, by the built-in one.
  private func secrets(_ record: RunRecord) -> SecretMask {
    let loader = ProjectLoader(console: console)
    var variables: [String: String] = [:]
    for frame in [record.variables] + record.children.map(\.variables) {
      variables.merge(frame.mapValues(\.templateText)) { $1 }
    }
    let project: Project
    switch loader.load(policyFile: nil, options: PolicyOptions(), runbook: record.path) {
    case .success(let found): project = found
    case .failure:
      guard case .success(let found) = loader.withoutDocument(root: "/", options: PolicyOptions()) else {
        return SecretMask(variables.values)
      }
      project = found
    }
    return SecretMask(policy: project.policy, environment: .current, variables: variables)
  }

  private func details(
    _ record: RunRecord, _ attempts: [Attempt], _ secrets: SecretMask
  ) -> [JSONValue.Member] {
    let variables = record.variables.sorted { $0.key < $1.key }
    return [
      JSONValue.Member("user", .string(record.user)),
      JSONValue.Member(
        "variables", .object(variables.map { JSONValue.Member($0.key, $0.value.masked(by: secrets)) })),
      JSONValue.Member(
        "attempts",
        .array(
          attempts.map { attempt in
            .object([
              "step": .string(attempt.unit), "title": .string(attempt.title), "try": .int(attempt.attempt),
              "outcome": .string(attempt.outcome), "exit": attempt.code.map { .int($0) },
              "started": .string(SystemClock.timestamp(attempt.started)),
              "durationMs": .int(attempt.duration / 1_000_000), "by": attempt.by.map { .string($0) },
            ])
          })),
    ]
  }

  private func variables(_ record: RunRecord, _ secrets: SecretMask) -> String {
    record.variables.sorted { $0.key < $1.key }.map { name, value in
      "  \(name) = \(TextWidth.cut(DisplayText.visible(secrets.masked(value.templateText)), to: 120))\n"
    }.joined()
  }

  // MARK: text

  /// Executions that `status` shows; `show` shows all.
  private static let shortest = 20

  private func text(_ record: RunRecord, _ attempts: [Attempt], limit: Int) -> String {
    let lines = RunLines(abilities: console.output)
    let ago = DurationText.text(nanoseconds: SystemClock.realtime() - record.updated)
    var text =
      "\(lines.paint(record.id, .strong))  \(DisplayText.visible(record.path))  \(record.status.rawValue)"
    if let place = record.place { text += " at \(place)\(title(record).map { "  \($0)" } ?? "")" }
    text += "   \(ago) ago, started by \(DisplayText.visible(record.user))\n"
    if attempts.count > limit {
      text += "  \(lines.paint("\(attempts.count - limit) before; rundown show \(record.id)", .dim))\n"
    }
    for attempt in attempts.suffix(limit) { text += line(attempt, lines) }
    switch record.status {
    case .waiting: text += "  answer: rundown pass | rundown fail | rundown goto STEP | rundown stop\n"
    case .stashed: text += "  put aside; go on: rundown pop\n"
    case .interrupted: text += "  go on:  rundown resume | rundown goto STEP | rundown stop\n"
    case .running: text += record.holder.map { "  process \($0.id) executes it\n" } ?? ""
    case .completed, .stopped, .refused:
      switch record.state.result {
      case .completed(let message?)?, .stopped(let message?)?, .refused(let message)?:
        text += "  \(DisplayText.visible(message))\n"
      case .completed(nil)?, .stopped(nil)?, nil: break
      }
    }
    return text
  }

  private func line(_ attempt: Attempt, _ lines: RunLines) -> String {
    let isGood = attempt.outcome == "pass"
    let isSkipped = attempt.outcome == "skip"
    let mark =
      console.output.hasUnicode
      ? (isGood ? "✓" : isSkipped ? "○" : "✗") : (isGood ? "ok  " : isSkipped ? "skip" : "FAIL")
    var text =
      "  \(lines.paint(mark, isGood ? .good : isSkipped ? .dim : .bad)) \(attempt.unit)  \(DisplayText.visible(attempt.title))"
    if attempt.attempt > 1 { text += "  try \(attempt.attempt)" }
    if !isGood { text += "  \(attempt.outcome)" + (attempt.code.map { " (\($0))" } ?? "") }
    if let by = attempt.by { text += "  by \(DisplayText.visible(by))" }
    return text + "\n"
  }

  private func title(_ record: RunRecord) -> String? {
    let current = record.innermost
    let file = SourceFile(name: current.path, bytes: current.text)
    guard let unit = current.state.unit, let step = RunbookCompiler.compile(file).runbook?.step(unit.step)
    else { return nil }
    if case .substeps(let substeps) = step.body,
      let substep = substeps.first(where: { $0.name == unit.substep })
    {
      return DisplayText.visible(substep.title)
    }
    return DisplayText.visible(step.title)
  }
}
