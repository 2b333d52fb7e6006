internal import Arguments
internal import Execution
internal import Gate
internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import SourceText
internal import Supervisor

/// What `run`, `pass`, `fail`, `goto` and `resume` share: from a project, a runbook and a stored run to its end.
struct RunStarter {
  let console: Console
  let arguments: ParsedArguments
  /// Who is asked instead of a person, and hears everything, when a policy is to be learned.
  var learner: Learner?

  /// Reads and compiles the runbook that the command line names, or tells what is wrong.
  func runbook() -> Result<Runbook, ToldFailure> {
    let file: SourceFile
    switch RunbookFile.read(arguments.positionals[0], telling: console) {
    case .success(let read): file = read
    case .failure(let failure): return .failure(failure)
    }
    guard let runbook = compile(file) else { return .failure(ToldFailure(code: .invalidData)) }
    return .success(runbook)
  }

  /// Compiles a runbook, or tells its problems.
  func compile(_ file: SourceFile) -> Runbook? {
    let compilation = RunbookCompiler.compileInThreads(file)
    for problem in compilation.problems where problem.severity == .error || compilation.runbook == nil {
      console.tell(problem.rendered(in: file) + "\n")
    }
    if compilation.runbook == nil, !file.name.hasSuffix(".runbook.md"), file.name != "-",
      !GuideCompiler.isGuide(file), GuideCompiler.compile(file).runbook != nil
    {
      console.tell(
        "  it is held to the rules of runbooks because it has a step 1; if it is an ordinary guide: rundown import "
          + "\(DisplayText.visible(file.name))\n")
    }
    return compilation.runbook
  }

  /// The runbooks inside a stored run's own, compiled from the text that they began with.
  func frames(_ record: RunRecord) -> [RunFrame]? {
    var frames: [RunFrame] = []
    for child in record.children {
      guard let runbook = compile(SourceFile(name: child.path, bytes: child.text)) else { return nil }
      frames.append(
        RunFrame(
          machine: Machine(runbook), state: child.state, variables: child.variables,
          isPrompted: child.isPrompted))
    }
    return frames
  }

  /// Drives a run that this process holds, and gives the exit code.
  func drive(
    _ run: HeldRun, store: consuming RunStore, project: Project, isResumed: Bool,
    first: (event: RunEvent, outcome: StepOutcome?)? = nil, preparation: consuming RunPreparation? = nil
  ) -> ExitCode {
    let supervisor: Supervisor
    do throws(Errno) {
      supervisor = try Supervisor()
    } catch {
      console.fail("signals cannot be taken over: \(error.message)")
      return .inputOutput
    }
    let isInteractive = !project.policy.options.nonInteractive && TerminalPrompter.isPossible
    let session = RunSession(
      settings: settings(run, project), machine: run.machine, store: store, id: run.id, state: run.state,
      variables: run.variables,
      policy: project.policy, resolver: project.resolver, supervisor: supervisor,
      observers: [renderer(run, project)] + run.reports.observers + (learner.map { [$0] } ?? []),
      prompter: prompter(project, isInteractive),
      decider: isInteractive ? TerminalDecider(console: console) : nil,
      keeper: isInteractive || arguments.value("approve-within") != nil
        ? PolicyKeeper(project: project) : nil,
      policies: ProjectPolicies(console: console, project: project), preparation: preparation)
    do throws(RunFailure) {
      let end = try session.drive(
        isResumed: isResumed, children: run.children, first: first, child: run.child)
      let code = exitCode(end, isPrompted: run.isPrompted)
      return run.reports.write(run.machine.runbook) || code != .success ? code : .inputOutput
    } catch {
      return error.tell(console)
    }
  }

  private func settings(_ run: HeldRun, _ project: Project) -> RunSettings {
    var settings = RunSettings(
      runbook: run.machine.runbook, root: project.root, isPrompted: run.isPrompted,
      timeout: run.limits.timeout,
      environment: .current, policyName: project.policyName, jobs: run.limits.jobs,
      explainsDenials: arguments.has("explain-denials") || learner != nil,
      comparesOutput: arguments.has("compare-output"),
      sharesEnvironment: arguments.has("share-env"), manner: run.manner)
    settings.secrets = ProjectSecrets(project.loaded)
    settings.acceptance = project.acceptance?.rawValue
    return settings
  }

  private func renderer(_ run: HeldRun, _ project: Project) -> any RunObserver {
    if let direct = run.direct { return direct }
    if arguments.has("json") { return JSONRenderer(console: console) }
    let environment = Environment.current
    if environment["GITHUB_ACTIONS"] == "true" {
      let secrets = SecretMask(
        policy: project.policy, environment: environment,
        variables: run.variables.mapValues(\.templateText))
      return GitHubRenderer(
        console: console, runbook: run.machine.runbook, secrets: secrets, environment: environment)
    }
    if environment["GITLAB_CI"] == "true" { return GitLabRenderer(console: console) }
    if console.output.canRedraw { return LiveRenderer(console: console, isVerbose: arguments.has("verbose")) }
    return PlainRenderer(console: console)
  }

  /// Who is asked: a person at another terminal if the command line says so, else at this one.
  private func prompter(_ project: Project, _ isInteractive: Bool) -> (any Prompter)? {
    if let learner { return learner }
    if project.policy.options.nonInteractive { return nil }
    if let text = arguments.value("approve-within"), let seconds = TimeText.seconds(text) {
      return ApprovalPrompter(
        console: console, root: project.root, patience: .seconds(seconds),
        usesTokens: arguments.has("approve-token"))
    }
    return isInteractive ? TerminalPrompter(console: console) : nil
  }

  private func exitCode(_ end: RunEnd, isPrompted: Bool) -> ExitCode {
    switch end.status {
    case .completed: return .success
    case .stopped: return end.isTimeout ? .timedOut : .stopped
    case .refused: return .refused
    // Waiting is what was asked for with --prompted, and when a person drives the run by hand.
    case .waiting: return isPrompted || arguments.command != ["run"] ? .success : .waiting
    case .interrupted:
      switch end.signal {
      case 1?: return .hungUp
      case 13?: return .brokenPipe
      case 15?: return .terminated
      default: return .interrupted
      }
    }
  }
}

/// A stored run that this process holds.
struct HeldRun {
  var id: String
  var machine: Machine
  var state: RunState
  var variables: [String: JSONValue]
  var isPrompted: Bool
  var limits = StepLimits()
  var reports: ReportOptions
  /// Who passes the step's output on instead of a display.
  var direct: DirectRenderer?
  var manner = StepManner.captured
  /// Runbooks inside the run's own that it is in.
  var children: [RunFrame] = []
  /// A runbook to be run as the unit that the run waits at.
  var child: (runbook: Runbook, isPrompted: Bool)?
}
