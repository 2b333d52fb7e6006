internal import Arguments
internal import Execution
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import SourceText

/// `pass`, `fail`, `goto`, `stop`, `complete`, `resume`: what a person does with a run that rests, from any process.
struct DriveCommand {
  let console: Console

  /// What the command does to the run.
  enum Act: Equatable {
    case pass
    case fail
    case goto(String)
    case stop(String?)
    case complete(String?)
    case resume(String?)

    /// Whether it only ends the run; a policy that is broken must not be in the way of that.
    var runsNothing: Bool {
      switch self {
      case .stop, .complete: return true
      case .pass, .fail, .goto, .resume: return false
      }
    }
  }

  func run(_ act: Act, _ arguments: ParsedArguments) -> ExitCode {
    let options: PolicyOptions
    let limits: StepLimits
    do throws(UsageError) {
      options = try RunOptions.policy(arguments)
      limits = try StepLimits(arguments)
    } catch {
      console.fail(error.message, help: error.help)
      return .usage
    }
    let reports: ReportOptions
    switch ReportOptions.read(arguments, isNewRun: false, console: console) {
    case .success(let opened): reports = opened
    case .failure(let failure): return failure.code
    }
    let loader = ProjectLoader(console: console)
    let root: String
    switch loader.root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    do throws(StoreError) {
      guard let store = try RunStore.existing(root: root) else { return noRun(nil) }
      guard let record = try find(act, arguments, store) else { return noRun(try store.latestRun()) }
      if let refusal = try refusal(act, record, store) { return refusal }
      let project: Project
      switch act.runsNothing
        ? loader.withoutDocument(root: root, options: options)
        : loader.load(
          policyFile: arguments.value("policy"), options: options, runbook: record.path, isRunning: true)
      {
      case .success(let loaded): project = loaded
      case .failure(let failure):
        try store.release(record.id, status: record.status == .running ? .interrupted : record.status)
        return failure.code
      }
      return go(act, record, store: store, project: project, reports, limits, arguments)
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
  }

  /// Tells that nothing is open, and how the last run ended: it may have ended earlier than the caller thinks.
  private func noRun(_ last: RunRecord?) -> ExitCode {
    console.fail("there is no run to go on with", help: "start one: rundown run FILE")
    switch last?.status {
    case .completed?: console.tell("  the last run has ended\nRunbook:  COMPLETE\n")
    case .stopped?, .refused?: console.tell("  the last run has ended\nRunbook:  STOP\n")
    case .running?, .waiting?, .interrupted?, .stashed?, nil: break
    }
    return .notFound
  }

  private func find(
    _ act: Act, _ arguments: ParsedArguments, _ store: borrowing RunStore
  ) throws(StoreError) -> RunRecord? {
    var id = arguments.value("run")
    if case .resume(let given) = act { id = given }
    guard let id else { return try store.activeRun() }
    return try store.run(id)
  }

  /// Why the run cannot be driven now; nil when it is ours from here on.
  private func refusal(
    _ act: Act, _ record: RunRecord, _ store: borrowing RunStore
  ) throws(StoreError) -> ExitCode? {
    guard record.status.isOpen else {
      console.fail(
        "run \(record.id) is \(record.status.rawValue)", help: "start it anew: rundown run \(record.path)")
      return .notFound
    }
    if record.status == .waiting, act == .resume(nil) || act == .resume(record.id) {
      console.fail(
        "run \(record.id) waits for a person at step \(record.place ?? "")",
        help: "answer with rundown pass, fail, goto STEP or stop")
      return .waiting
    }
    if record.status == .interrupted, act == .pass || act == .fail, !isManual(record) {
      console.fail(
        "run \(record.id) was interrupted in step \(record.place ?? ""), which runs a command",
        help: "run the step again: rundown resume; go elsewhere: rundown goto STEP; end it: rundown stop")
      return .usage
    }
    if let holder = try store.take(record.id) {
      console.fail(
        "run \(record.id) is being executed by process \(holder.id)",
        help: "wait for it, or end that process: it saves the run")
      return .waiting
    }
    return nil
  }

  private func isManual(_ record: RunRecord) -> Bool {
    let current = record.innermost
    if current.isPrompted { return true }
    let file = SourceFile(name: current.path, bytes: current.text)
    guard let runbook = RunbookCompiler.compile(file).runbook, let unit = current.state.unit,
      let step = runbook.step(unit.step)
    else { return false }
    switch step.body {
    case .single(let content): return content.isManual
    case .substeps(let substeps): return substeps.first { $0.name == unit.substep }?.content.isManual ?? true
    }
  }

  private func go(
    _ act: Act, _ record: RunRecord, store: consuming RunStore, project: Project, _ reports: ReportOptions,
    _ limits: StepLimits, _ arguments: ParsedArguments
  ) -> ExitCode {
    let starter = RunStarter(console: console, arguments: arguments)
    // A run follows the text that it began with, whatever became of the file.
    guard let runbook = starter.compile(SourceFile(name: record.path, bytes: record.text)) else {
      return .invalidData
    }
    let machine = Machine(runbook)
    guard let children = starter.frames(record) else { return .invalidData }
    var first: (event: RunEvent, outcome: StepOutcome?)?
    switch act {
    case .pass: first = (.verdict(.pass), .pass)
    case .fail: first = (.verdict(.fail), .fail(code: nil))
    case .stop(let message): first = (.stop(message: message), nil)
    case .complete(let message): first = (.complete(message: message), nil)
    case .resume: first = nil
    case .goto(let text):
      guard let unit = target(text, children.last?.machine ?? machine, record) else {
        return release(record, store)
      }
      first = (.goto(unit), nil)
    }
    tellChange(record, project)
    return starter.drive(
      HeldRun(
        id: record.id, machine: machine, state: record.state, variables: record.variables,
        isPrompted: record.isPrompted, limits: limits, reports: reports, children: children),
      store: store, project: project, isResumed: true, first: first)
  }

  /// Gives a run back as it was.
  private func release(_ record: RunRecord, _ store: consuming RunStore) -> ExitCode {
    do throws(StoreError) {
      try store.release(record.id, status: record.status == .running ? .interrupted : record.status)
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
    return .notFound
  }

  private func target(_ text: String, _ machine: Machine, _ record: RunRecord) -> UnitPath? {
    if let unit = UnitPath(text) {
      do throws(RunEventError) {
        _ = try machine.apply(.goto(unit), to: record.innermost.state)
        return unit
      } catch {
        // Told below, with the steps that there are.
      }
    }
    let names = machine.runbook.steps.flatMap { step -> [String] in
      guard case .substeps(let substeps) = step.body else { return ["\(step.name)"] }
      return ["\(step.name)"] + substeps.map { "\(step.name).\($0.name)" }
    }
    let suggestion = Suggestion.nearest(to: text, in: names)
    console.fail(
      "there is no step ‘\(text)’ in \(record.innermost.path)",
      help: suggestion.map { "did you mean \($0)?" } ?? "the steps are \(names.joined(separator: ", "))")
    return nil
  }

  private func tellChange(_ record: RunRecord, _ project: Project) {
    guard record.path != "-" else { return }
    do throws(FileError) {
      let now = try FileSystem.readFile(record.path)
      if now != record.text {
        console.warn(
          "\(record.path) has changed since run \(record.id) began; the run goes on with the text it began with",
          help: "to use the new text, start anew: rundown run \(record.path)")
      }
    } catch {
      console.warn("\(record.path) cannot be read any more; the run goes on with the text it began with")
    }
  }
}
