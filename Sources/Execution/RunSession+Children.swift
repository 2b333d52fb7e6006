internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import SourceText

extension RunSession {
  /// More runbooks inside each other than this are an error.
  static let depthLimit = 32

  /// All frames, the run's own first.
  var frames: [RunFrame] { suspended.map(\.frame) + [current] }

  private var current: RunFrame {
    RunFrame(machine: machine, state: state, variables: variables, isPrompted: settings.isPrompted)
  }

  /// The runbooks inside the run's own, as the store keeps them.
  var storedChildren: [StoredFrame] {
    frames.dropFirst().map { frame in
      StoredFrame(
        path: frame.machine.runbook.file.name, text: frame.machine.runbook.file.bytes,
        isPrompted: frame.isPrompted, variables: frame.variables, state: frame.state)
    }
  }

  // MARK: entering

  /// Runs another runbook as a unit.
  func enterChild(_ reference: RunbookReference, _ unit: UnitPath) throws(RunFailure) {
    let place = place(unit)
    tell(.stepStarted(place, .runbook, attempt: state.attempt, attempts: attempts(of: unit)))
    switch child(Template.render(reference.text, lookup: value)) {
    case .success(let runbook): try enter(runbook, isPrompted: settings.isPrompted, place)
    case .failure(let problem):
      try settle(.verdict(.fail), place: place, outcome: .launchFailed(problem.why))
    }
  }

  /// Why a runbook cannot be run as a unit.
  private struct Problem: Error { var why: String }

  private func child(_ text: String) -> Result<Runbook, Problem> {
    let finder = RunbookFinder(root: settings.root, directory: evaluator.policy.context.cwd)
    let found: RunbookFinder.Found
    do throws(FileError) {
      guard let path = try finder.find(text, from: settings.runbook.file.name) else {
        return .failure(
          Problem(
            why: "there is no runbook \(text): looked beside \(settings.runbook.file.name), in the project, "
              + RunbookFinder.folders.joined(separator: " and ")))
      }
      found = path
    } catch {
      return .failure(Problem(why: error.description))
    }
    let compilation = RunbookCompiler.compile(found.file)
    guard let runbook = compilation.runbook else {
      let first = compilation.problems.first { $0.severity == .error }
      return .failure(
        Problem(why: first.map { $0.rendered(in: found.file) } ?? "\(found.file.name) is not valid"))
    }
    if !settings.isPrompted, let later = LaterFeatures.problems(in: runbook).first {
      return .failure(Problem(why: later.rendered(in: found.file)))
    }
    return .success(runbook)
  }

  /// Enters a runbook as the unit that the run stands at; where it is not possible the unit fails.
  func enter(_ runbook: Runbook, isPrompted: Bool, _ place: UnitPlace) throws(RunFailure) {
    let name = runbook.file.name
    let path = absolute(name)
    var handed = variables
    if let loop = state.loop, let unit = state.unit,
      let variable = settings.runbook.step(unit.step)?.loop?.variable
    {
      handed[variable] = .string(loop.values[loop.index])
    }
    var problem: String?
    if frames.contains(where: { absolute($0.machine.runbook.file.name) == path }) {
      problem = "\(name) is already being run: runbooks cannot run each other in circles"
    } else if frames.count > Self.depthLimit {
      problem = "more than \(Self.depthLimit) runbooks run each other"
    } else {
      let missing = runbook.frontmatter.required.filter { handed[$0] == nil }
      if !missing.isEmpty { problem = "\(name) needs \(missing.joined(separator: ", "))" }
    }
    guard problem == nil, let found = policies?.policy(for: path) else {
      let why = problem ?? "the policy for \(name) cannot be made"
      return try settle(.verdict(.fail), place: place, outcome: .launchFailed(why))
    }
    let machine = Machine(runbook, transitionLimit: self.machine.transitionLimit)
    let start: RunState
    do throws(RunEventError) { start = try machine.start() } catch {
      throw .bug("\(name) cannot be entered: \(error)")
    }
    push(
      RunFrame(machine: machine, state: start, variables: handed, isPrompted: isPrompted), under: found)
    try save()
  }

  private func absolute(_ name: String) -> String {
    if name == "-" { return name }
    let context = evaluator.policy.context
    for base in name.hasPrefix("/") ? [""] : [context.repo + "/", context.cwd + "/"] {
      do throws(FileError) { return try FileSystem.realPath(base + name) } catch { continue }
    }
    return name.hasPrefix("/") ? name : context.repo + "/" + name
  }

  private func push(_ frame: RunFrame, under found: RunbookPolicy) {
    suspended.append(
      SuspendedFrame(
        frame: current, evaluator: evaluator, resolver: resolver, launcher: launcher, began: Stopwatch()))
    evaluator = Evaluator(policy: found.policy, session: evaluator.session)
    resolver = found.resolver
    launcher = nil
    endLanes()
    take(frame)
  }

  private func take(_ frame: RunFrame) {
    machine = frame.machine
    settings.runbook = frame.machine.runbook
    settings.isPrompted = frame.isPrompted
    state = frame.state
    variables = frame.variables
  }

  /// Puts the stored frames of a run that goes on above its own.
  func restore(_ children: [RunFrame]) throws(RunFailure) {
    for child in children {
      let name = child.machine.runbook.file.name
      guard let found = policies?.policy(for: absolute(name)) else {
        throw .machine("the policy for \(name), which this run was in, cannot be made")
      }
      push(child, under: found)
    }
  }

  // MARK: leaving

  /// The runbook that a unit ran has ended: its result is the unit's.
  func leaveChild(_ result: RunResult) throws(RunFailure) {
    let values = outputValues
    guard let began = pop(), let unit = state.unit else { throw .bug("there is no runbook to go back to") }
    variables.merge(values) { $1 }
    let place = place(unit)
    switch result {
    case .completed: try settle(.verdict(.pass), place: place, outcome: .pass, began: began)
    case .stopped: try settle(.verdict(.fail), place: place, outcome: .fail(code: nil), began: began)
    case .refused(let reason):
      try settle(.refused(reason: reason), place: place, outcome: .refused, began: began)
    }
  }

  /// Goes back to the frame below; nil at the run's own.
  private func pop() -> Stopwatch? {
    guard let below = suspended.popLast() else { return nil }
    let session = evaluator.session
    evaluator = Evaluator(policy: below.evaluator.policy, session: session)
    resolver = below.resolver
    launcher = below.launcher
    endLanes()
    take(below.frame)
    return below.began
  }

  /// Leaves all runbooks but the run's own: a person ends the run as a whole.
  func leaveAllChildren() {
    while pop() != nil {}
  }

  /// What the runbook's frontmatter names as its outputs, as far as there are values.
  var outputValues: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for output in settings.runbook.frontmatter.outputs {
      guard let template = output.template else {
        values[output.name] = typedValue(output.name)
        continue
      }
      let places = Template.places(in: Array(template.utf8))
      if let place = places.first, place.span == SourceSpan(0, template.utf8.count) {
        values[output.name] = typedValue(place.name)
      } else {
        values[output.name] = .string(Template.render(template, lookup: value))
      }
    }
    return values
  }
}
