internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import SourceText

/// `rundown run FILE`.
struct RunCommand {
  let console: Console
  /// Who is asked instead of a person, and hears everything, when a policy is to be learned.
  var learner: Learner?

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let preparation = arguments.has("prompted") || arguments.has("no-sandbox") ? nil : RunPreparation()
    let starter = RunStarter(console: console, arguments: arguments, learner: learner)
    let runbook: Runbook
    switch starter.runbook() {
    case .success(let compiled): runbook = compiled
    case .failure(let failure): return failure.code
    }
    let later = arguments.has("prompted") ? [] : LaterFeatures.problems(in: runbook)
    guard later.isEmpty else {
      for problem in later { console.tell(problem.rendered(in: runbook.file) + "\n") }
      return .invalidData
    }
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
    switch ReportOptions.read(arguments, isNewRun: true, console: console) {
    case .success(let opened): reports = opened
    case .failure(let failure): return failure.code
    }
    if let unit = arguments.value("step") {
      return LinkedRun(
        console: console, arguments: arguments, options: options, limits: limits, reports: reports
      )
      .run(runbook, as: unit)
    }
    let variables: [String: JSONValue]
    switch loadVariables(runbook, arguments) {
    case .success(let found): variables = found
    case .failure(let failure): return failure.code
    }
    return start(runbook, variables, options, limits, reports, starter, arguments, preparation)
  }

  private func loadVariables(
    _ runbook: Runbook, _ arguments: ParsedArguments
  ) -> Result<[String: JSONValue], ToldFailure> {
    ProjectLoader(console: console).root().flatMap { root in
      VariableOptions(console: console, arguments: arguments, root: root).variables(of: runbook)
    }
  }

  private func start(
    _ runbook: Runbook, _ variables: [String: JSONValue], _ options: PolicyOptions, _ limits: StepLimits,
    _ reports: ReportOptions, _ starter: RunStarter, _ arguments: ParsedArguments,
    _ preparation: consuming RunPreparation?
  ) -> ExitCode {
    let project: Project
    switch ProjectLoader(console: console).load(
      policyFile: arguments.value("policy"), options: options, runbook: runbook.file.name, isRunning: true)
    {
    case .success(let loaded): project = loaded
    case .failure(let failure): return failure.code
    }
    guard let (unit, selection) = SelectionOptions(console: console, runbook: runbook).read(arguments) else {
      return .notFound
    }
    var variables = variables
    let inputs = MissingInputs(console: console, runbook: runbook)
    let missing = inputs.names(variables, from: unit, selection)
    if !missing.isEmpty {
      let canAsk =
        !project.policy.options.nonInteractive && TerminalPrompter.isPossible && runbook.file.name != "-"
      guard canAsk, let given = inputs.ask(missing, project.policy.isSecretName) else {
        inputs.tell(missing)
        return .usage
      }
      variables.merge(given) { $1 }
    }
    let machine = Machine(runbook)
    let isPrompted = arguments.has("prompted")
    let state: RunState
    do throws(RunEventError) {
      state = try machine.start(at: unit, selection: selection)
    } catch {
      console.fail("this is a bug of rundown: the first step cannot be entered (\(error))")
      return .bug
    }
    let run = NewRun(
      path: runbook.file.name, text: runbook.file.bytes, isPrompted: isPrompted, variables: variables,
      state: state)
    do throws(StoreError) {
      return try begin(run, machine, limits, reports, project, starter, preparation)
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
  }

  private func begin(
    _ run: NewRun, _ machine: Machine, _ limits: StepLimits, _ reports: ReportOptions, _ project: Project,
    _ starter: RunStarter, _ preparation: consuming RunPreparation?
  ) throws(StoreError) -> ExitCode {
    let store = try RunStore.open(root: project.root)
    let id = try store.create(run)
    let held = HeldRun(
      id: id, machine: machine, state: run.state, variables: run.variables, isPrompted: run.isPrompted,
      limits: limits, reports: reports)
    return starter.drive(held, store: store, project: project, isResumed: false, preparation: preparation)
  }
}
