public import Gate
public import JSON
internal import Linux
public import Policy
public import Run
public import RunStore
public import Runbook
internal import Sandbox
internal import ShellSyntax
internal import SourceText
public import Supervisor

/// Drives one run until it ends or rests: takes the machine's word for what comes next, does it, stores what came of it.
///
/// A class, because one run is driven in one place: its store, supervisor and state are used in turn and never copied.
public final class RunSession {
  var settings: RunSettings
  var machine: Machine
  let store: RunStore
  let id: String
  var supervisor: Supervisor
  var evaluator: Evaluator {
    didSet {
      environment = nil
      network?.update(evaluator)
    }
  }
  /// The proxy, when the network is proxied and steps have run.
  private(set) var network: NetworkKeeper?
  /// What all steps share of their environment, once it was made.
  var environment: StepEnvironment?
  var state: RunState
  var variables: [String: JSONValue]
  var resolver: ProgramResolver
  /// The runbooks below the one that is at work, the run's own first.
  var suspended: [SuspendedFrame] = []
  let policies: (any PolicySource)?
  let prompter: (any Prompter)?
  let decider: (any StepDecider)?
  let keeper: (any RuleKeeper)?
  private let observers: [any RunObserver]
  private var journal = Journal()
  var launcher: LauncherBox?
  /// The run's own folder for temporary files.
  private(set) var temporary: String?
  /// Where outputs are left when steps are not confined.
  private var outputs: String?
  private let began = Stopwatch()

  /// A session for a run that this process holds.
  public init(
    settings: RunSettings, machine: Machine, store: consuming RunStore, id: String, state: RunState,
    variables: [String: JSONValue], policy: EffectivePolicy, resolver: ProgramResolver,
    supervisor: consuming Supervisor, observers: [any RunObserver], prompter: (any Prompter)?,
    decider: (any StepDecider)?, keeper: (any RuleKeeper)?, policies: (any PolicySource)? = nil
  ) {
    self.policies = policies
    self.settings = settings
    self.machine = machine
    self.store = store
    self.id = id
    self.state = state
    self.variables = variables
    evaluator = Evaluator(policy: policy)
    self.resolver = resolver
    self.supervisor = supervisor
    self.observers = observers
    self.prompter = prompter
    self.decider = decider
    self.keeper = keeper
  }

  func tell(_ event: ProgressEvent) {
    journal.add(event)
    for observer in observers { observer.observe(event) }
  }

  /// Drives the run. It never runs a step whose refusal, or whose end, could not be stored.
  ///
  /// - Parameters:
  ///   - children: the runbooks inside the run's own that it was in, the outermost first.
  ///   - first: what a person said before (`rundown pass`), applied to the state first.
  ///   - child: a runbook to be run as the unit that the run waits at.
  public func drive(
    isResumed: Bool, children: [RunFrame] = [], first: (event: RunEvent, outcome: StepOutcome?)? = nil,
    child: (runbook: Runbook, isPrompted: Bool)? = nil
  ) throws(RunFailure) -> RunEnd {
    defer { removeTemporary() }
    try tellHead(isResumed: isResumed)
    try restore(children)
    if let child, let unit = state.unit {
      try enter(child.runbook, isPrompted: child.isPrompted, place(unit))
    }
    if let first {
      switch first.event {
      case .stop, .complete: leaveAllChildren()
      case .verdict, .loopValues, .loopFailed, .goto, .refused: break
      }
      if let outcome = first.outcome, let unit = state.unit {
        try settle(first.event, place: place(unit), outcome: outcome, by: ThisProcess.userName)
      } else {
        try apply(first.event)
      }
    }
    while true {
      if let signal = try pendingStop() { return try interrupt(by: signal) }
      switch state.standing {
      case .finished(let result):
        if suspended.isEmpty { return try end(result) }
        try leaveChild(result)
      case .enteringLoop(let step, _, _): try enterLoop(step)
      case .promptedLoop(let step):
        if let end = try askPerson(UnitPath(step), content: .manual) { return end }
      case .at(let unit):
        if let end = try perform(unit) { return end }
      }
    }
  }

  private func tellHead(isResumed: Bool) throws(RunFailure) {
    var sandbox = "not used"
    var gaps: [String] = []
    if !settings.isPrompted {
      let box = try launch()
      (sandbox, gaps) = box.description
      if let gap = LiveSupport.gap(evaluator.policy) { gaps.append(gap) }
    }
    tell(
      .runStarted(
        RunHead(
          id: id, runbook: settings.runbook.file.name, title: settings.runbook.title,
          steps: settings.runbook.steps.count, policy: settings.policyName, sandbox: sandbox, gaps: gaps,
          isResumed: isResumed)))
  }

  // MARK: units

  /// Does what a unit says; nil when the run goes on.
  private func perform(_ unit: UnitPath) throws(RunFailure) -> RunEnd? {
    if try stopsAtDrift(unit) { return nil }
    let content = try content(of: unit)
    switch content {
    case .manual, .display: return try askPerson(unit, content: content)
    case .command(let block):
      if settings.isPrompted { return try askPerson(unit, content: content) }
      return try execute(block, unit)
    case .runbook(let reference):
      try enterChild(reference, unit)
      return nil
    }
  }

  func content(of unit: UnitPath) throws(RunFailure) -> Content {
    guard let step = settings.runbook.step(unit.step) else { throw .bug("there is no step \(unit)") }
    switch step.body {
    case .single(let content): return content
    case .substeps(let substeps):
      guard let name = unit.substep, let substep = substeps.first(where: { $0.name == name }) else {
        throw .bug("there is no substep \(unit)")
      }
      return substep.content
    }
  }

  /// The prompt text of a unit.
  private func promptSpans(of unit: UnitPath) -> [SourceSpan] {
    guard let step = settings.runbook.step(unit.step) else { return [] }
    guard case .substeps(let substeps) = step.body, let name = unit.substep else { return step.prompt }
    return substeps.first { $0.name == name }?.prompt ?? []
  }

  /// How events name a unit.
  func place(_ unit: UnitPath) -> UnitPlace {
    let step = settings.runbook.step(unit.step)
    var title = step?.title ?? ""
    var span = step?.span ?? SourceSpan(0, 0)
    if let step, case .substeps(let substeps) = step.body, let name = unit.substep,
      let substep = substeps.first(where: { $0.name == name })
    {
      title = substep.title
      span = substep.span
    }
    return UnitPlace(
      unit: pathText(unit), title: Template.render(title, lookup: value),
      line: settings.runbook.file.position(at: span.start).line,
      value: state.loop.map { $0.values[$0.index] })
  }

  /// A unit inside other runbooks is named with the units that run them: `1.1/2`.
  private func pathText(_ unit: UnitPath) -> String {
    (suspended.compactMap { $0.frame.state.unit.map { "\($0)" } } + ["\(unit)"]).joined(separator: "/")
  }

  // MARK: people

  private func askPerson(_ unit: UnitPath, content: Content) throws(RunFailure) -> RunEnd? {
    let place = place(unit)
    tell(.stepStarted(place, .manual, attempt: state.attempt, attempts: attempts(of: unit)))
    showText(of: unit, content: content)
    let began = Stopwatch()
    let answer = settings.isPrompted ? .later : decider?.decide(place) ?? .later
    let user = ThisProcess.userName
    switch answer {
    case .pass: try settle(.verdict(.pass), place: place, outcome: .pass, began: began, by: user)
    case .fail: try settle(.verdict(.fail), place: place, outcome: .fail(code: nil), began: began, by: user)
    case .stop:
      leaveAllChildren()
      try settle(.stop(message: nil), place: place, outcome: .interrupted, began: began, by: user)
    case .later:
      if let signal = try pendingStop() { return try interrupt(by: signal) }
      tell(.waiting(place))
      return try rest(.waiting, unit: place.unit)
    }
    return nil
  }

  private func showText(of unit: UnitPath, content: Content) {
    var parts = promptSpans(of: unit).map { Template.render(settings.runbook.file.text($0), lookup: value) }
    switch content {
    case .command(let block):
      parts.append(Template.render(String(decoding: block.text, as: UTF8.self), lookup: value))
    case .display(let block): parts.append(Template.render(block.text, lookup: value))
    case .manual, .runbook: break
    }
    if !parts.isEmpty { tell(.shown(parts.joined(separator: "\n\n"))) }
  }

  // MARK: storing

  /// Stores how a unit ended and what the run did about it, together.
  func settle(
    _ event: RunEvent, place: UnitPlace, outcome: StepOutcome, began: Stopwatch = Stopwatch(),
    output: [UInt8] = [], isTruncated: Bool = false, by: String? = nil
  ) throws(RunFailure) {
    let duration = began.nanoseconds
    let attempt = Attempt(
      unit: place.unit, title: place.title, attempt: state.attempt, outcome: outcome.word, code: outcome.code,
      started: began.date, duration: duration, output: output, isTruncated: isTruncated, by: by)
    if case .interrupted = outcome {} else { tell(.stepFinished(place, outcome, nanoseconds: duration)) }
    try apply(event, attempt: attempt)
  }

  func apply(_ event: RunEvent, attempt: Attempt? = nil) throws(RunFailure) {
    let transition: Transition
    do throws(RunEventError) {
      (state, transition) = try machine.apply(event, to: state)
    } catch {
      throw .bug("the run cannot take the event \(event): \(error)")
    }
    tell(.transition(transition))
    try save(attempt)
  }

  /// Stores where the run stands, together with what led to it.
  func save(_ attempt: Attempt? = nil) throws(RunFailure) {
    let root = frames[0]
    try stored { () throws(StoreError) in
      try store.save(
        id, state: root.state, status: .running, variables: root.variables, children: storedChildren,
        attempt: attempt, events: journal.take())
    }
  }

  private func stored(_ body: () throws(StoreError) -> Void) throws(RunFailure) {
    do throws(StoreError) {
      try body()
    } catch {
      throw .store(.init(message: error.message, help: error.help))
    }
  }

  // MARK: ends

  private func end(_ result: RunResult) throws(RunFailure) -> RunEnd {
    let status: RunStatus
    let ending: RunEnd.Status
    var message: String?
    switch result {
    case .completed(let text): (status, ending, message) = (.completed, .completed, text)
    case .stopped(let text): (status, ending, message) = (.stopped, .stopped, text)
    case .refused: (status, ending) = (.refused, .refused)
    }
    return try finish(ending, status: status, message: message.map { Template.render($0, lookup: value) })
  }

  /// Leaves the run as it stands, for another process to go on with.
  func rest(_ ending: RunEnd.Status, unit: String, signal: Int? = nil) throws(RunFailure) -> RunEnd {
    try finish(ending, status: ending == .waiting ? .waiting : .interrupted, unit: unit, signal: signal)
  }

  func interrupt(by signal: Signal) throws(RunFailure) -> RunEnd {
    try rest(.interrupted, unit: state.unit.map(pathText) ?? "", signal: Int(signal.rawValue))
  }

  private func finish(
    _ ending: RunEnd.Status, status: RunStatus, message: String? = nil, unit: String? = nil,
    signal: Int? = nil
  ) throws(RunFailure) -> RunEnd {
    let leaves = leafUnits
    let units = frames[0].state.decided.filter { leaves.contains($0.unit) }
    let end = RunEnd(
      id: id, status: ending, message: message, passed: units.count { $0.verdict == .pass },
      failed: units.count { $0.verdict == .fail }, nanoseconds: began.nanoseconds,
      signal: signal, isTimeout: hasTimedOut && ending == .stopped, unit: unit,
      outputs: ending == .completed || ending == .stopped ? outputValues : [:])
    stopNetwork()
    tell(.runFinished(end))
    try stored { () throws(StoreError) in
      try store.append(events: journal.take(), to: id)
      try store.release(id, status: status)
    }
    return end
  }

  /// Whether the last unit that ran took too long.
  var hasTimedOut = false

  /// Units that are decided themselves, not by their substeps.
  private var leafUnits: Set<UnitPath> {
    var units: Set<UnitPath> = []
    for step in frames[0].machine.runbook.steps {
      switch step.body {
      case .single: units.insert(UnitPath(step.name))
      case .substeps(let substeps):
        for substep in substeps { units.insert(UnitPath(step.name, substep.name)) }
      }
    }
    return units
  }

  func pendingStop() throws(RunFailure) -> Signal? {
    do throws(Errno) { return try supervisor.pendingStop() } catch {
      throw .machine("signals cannot be read: \(error)")
    }
  }

  /// The launcher, made at its first use: a run that only waits needs none.
  func launch() throws(RunFailure) -> LauncherBox {
    if let launcher { return launcher }
    if ProfileCompiler.isConfined(evaluator.policy), temporary == nil {
      do throws(FileError) {
        temporary = try makeTemporary()
      } catch {
        throw .machine("no folder for temporary files can be made: \(error)")
      }
    }
    if ProfileCompiler.isConfined(evaluator.policy) {
      for folder in ProfileCompiler.missingFolders(evaluator.policy) {
        do throws(FileError) { try FileSystem.makeDirectories(folder) } catch {
          tell(.warning("the writable folder \(folder) cannot be made: \(error.reason)", help: nil))
        }
      }
    }
    let (profile, trees, notes) = ProfileCompiler.compile(
      evaluator.policy, resolver: resolver,
      temporary: ProfileCompiler.isConfined(evaluator.policy) ? temporary : nil)
    let box: LauncherBox
    do throws(SandboxError) {
      box = LauncherBox(try Launcher(profile), trees: trees, notes: notes)
    } catch {
      switch error {
      case .missing(let gaps):
        throw .sandbox(gaps.map { "\($0.feature.rawValue): \($0.reason); \($0.consequence)" })
      case .setup(let part, let errno): throw .sandbox(["\(part) failed: \(errno)"])
      }
    }
    do throws(Errno) { network = try NetworkKeeper(box.launcher, evaluator) } catch {
      throw .machine("the network proxy cannot be started: \(error)")
    }
    launcher = box
    return box
  }

  /// Tells what the proxy has decided since the last time.
  func tellConnections() {
    for record in network?.records() ?? [] { tell(.connectionDecided(record)) }
  }

  /// Ends the proxy, before the launcher that owns its listeners.
  private func stopNetwork() {
    network?.stop()
    tellConnections()
    network = nil
  }

  /// Where steps find the run's own folder for temporary files.
  var launcherTemporary: String? { launcher?.launcher.temporaryDirectory }

  /// Where outputs are left when steps are not confined: a folder of this run.
  func outputParent() throws(FileError) -> String {
    if let outputs { return outputs }
    let made = try makeTemporary()
    outputs = made
    return made
  }

  /// A new folder of this run alone, in the policy's `{tmp}`; `removeTemporary` takes it away.
  private func makeTemporary() throws(FileError) -> String {
    try FileSystem.makeTemporaryDirectory(in: evaluator.policy.context.tmp, prefix: "rundown-")
  }

  /// Removes the run's folders for temporary files, without following what steps may have planted in them.
  private func removeTemporary() {
    stopNetwork()
    launcher = nil
    for index in suspended.indices { suspended[index].launcher = nil }
    for path in [temporary, outputs].compactMap({ $0 }) { remove(path) }
    (temporary, outputs) = (nil, nil)
  }

  private func remove(_ path: String) {
    do throws(FileError) {
      try FileSystem.removeTree(path)
    } catch {
      tell(
        .warning(
          "the run's temporary folder could not be removed: \(error)", help: "remove it: rm -r \(path)"))
    }
  }

  /// How many tries a unit has at most.
  func attempts(of unit: UnitPath) -> Int {
    guard let step = settings.runbook.step(unit.step) else { return 1 }
    var handlers = step.handlers
    if case .substeps(let substeps) = step.body, let name = unit.substep,
      let substep = substeps.first(where: { $0.name == name })
    {
      handlers = substep.handlers
    }
    let limit = 1 + max(handlers.pass.retries, handlers.fail.retries)
    return state.attempt > 1 ? max(limit, state.attempt) : 1
  }
}
