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
  let supervisor: Supervisor
  var evaluator: Evaluator {
    didSet {
      environment = nil
      mask = nil
      network?.update(evaluator)
      for lane in lanes {
        lane.environment = nil
        lane.network?.update(evaluator)
      }
    }
  }
  /// The proxy, when the network is proxied and steps have run.
  private(set) var network: NetworkKeeper?
  /// What all steps share of their environment, once it was made.
  var environment: StepEnvironment?
  var state: RunState
  var variables: [String: JSONValue] { didSet { mask = nil } }
  var resolver: ProgramResolver
  /// The runbooks below the one that is at work, the run's own first.
  var suspended: [SuspendedFrame] = []
  let policies: (any PolicySource)?
  let prompter: (any Prompter)?
  let decider: (any StepDecider)?
  let keeper: (any RuleKeeper)?
  /// The document that a rule was saved in during this run: nobody's attack, should it be new.
  var savedDocument: String?
  private let observers: [any RunObserver]
  lazy var journal = Journal(EventJSON(run: id))
  var launcher: LauncherBox?
  /// What the first launcher is made from.
  private var preparation: RunPreparation?
  /// The unit whose program is watched.
  var atWork: StepAtWork?
  /// Units that were started before their turn, in order.
  var ahead: [AheadStep] = []
  /// Sandboxes for such units.
  var lanes: [Lane] = []
  /// What is to be told later, at a unit's turn.
  var held: [ProgressEvent]?
  /// Whether the next unit cannot be started before its turn.
  var isStarvedOfUnits = false
  /// The run's own folder for temporary files of confined steps.
  private var temporaryFolder: RunFolder?
  var temporary: String? { temporaryFolder?.path }
  /// Where outputs are left when steps are not confined.
  private var outputs: RunFolder?
  let began = Stopwatch()
  /// Whether the last unit that ran took too long.
  var hasTimedOut = false
  /// The runbook's file as it was when this process began.
  var document: RunbookMark?
  /// The secrets that steps were given, by name.
  var givenSecrets: [String: String] = [:] { didSet { mask = nil } }
  /// The project's root, also while an agent works in a worktree.
  let projectRoot: String
  /// What the agent at work did to its worktree; told when that is committed.
  var worktreeChanges: StepChanges?
  /// What the blocks of a document have handed on.
  var shared: SharedEnvironment
  /// Whether the run was begun with blocks that hand their environment on.
  let sharedBefore: Bool
  /// What nothing that is written may show; made anew when variables or policy change.
  private var mask: SecretMask?

  /// A session for a run that this process holds.
  public init(
    settings: RunSettings, machine: Machine, store: consuming RunStore, id: String, state: RunState,
    variables: [String: JSONValue], policy: EffectivePolicy, resolver: ProgramResolver,
    supervisor: consuming Supervisor, observers: [any RunObserver], prompter: (any Prompter)?,
    decider: (any StepDecider)?, keeper: (any RuleKeeper)?, policies: (any PolicySource)? = nil,
    preparation: consuming RunPreparation? = nil
  ) {
    self.preparation = preparation
    self.policies = policies
    self.settings = settings
    projectRoot = settings.root
    self.machine = machine
    self.store = store
    self.id = id
    self.state = state
    let kept = variables[SharedEnvironment.key]
    sharedBefore = kept != nil
    shared = kept.map { SharedEnvironment($0) } ?? SharedEnvironment()
    self.variables = variables.filter { $0.key != SharedEnvironment.key }
    evaluator = Evaluator(policy: policy)
    self.resolver = resolver
    self.supervisor = supervisor
    self.observers = observers
    self.prompter = prompter
    self.decider = decider
    self.keeper = keeper
  }

  func tell(_ event: ProgressEvent) {
    if held != nil, !event.isQuestion {
      held?.append(event)
      return
    }
    let event = event.masked(by: secrets)
    let line = journal.add(event)
    for observer in observers {
      observer.observe(event)
      if let line { observer.record(line) }
    }
  }

  /// The secrets of the run and of the runbooks inside it.
  var secrets: SecretMask {
    if let mask { return mask }
    var texts: [String: String] = [:]
    for frame in frames {
      for (name, value) in frame.variables { texts[name] = value.templateText }
    }
    let made = SecretMask(
      policy: evaluator.policy, environment: settings.environment, variables: texts,
      given: Array(givenSecrets.values))
    mask = made
    return made
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
    if isResumed {
      try stored { () throws(StoreError) in
        journal = Journal(EventJSON(run: id, after: try store.lastEvent(of: id)))
      }
    }
    document = RunbookMark(settings)
    try tellHead(isResumed: isResumed)
    if !settings.isPrompted { tellWhatIsOpen() }
    if !isResumed, sharesEnvironment { try save() }
    if !shared.missing.isEmpty {
      tell(
        .warning(
          "what earlier blocks exported as \(shared.missing.joined(separator: ", ")) is not kept over a resume",
          help: "secrets are not stored; give them again, or begin anew with rundown run"))
    }
    try restore(children)
    if let child, let unit = state.unit {
      try enter(child.runbook, isPrompted: child.isPrompted, place(unit))
    }
    if let first {
      switch first.event {
      case .stop, .complete: leaveAllChildren()
      case .verdict, .loopValues, .loopFailed, .skipped, .goto, .refused: break
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
    var limitsSteps: Bool?
    if !settings.isPrompted, hasAgentsOnly {
      // Each step has a sandbox of its agent's, which is full or refuses: a second one would only cost time.
      sandbox = "strict"
    } else if !settings.isPrompted {
      let box = try launch()
      (sandbox, gaps) = box.description
      limitsSteps = box.launcher.limitScope?.isOfStep
      if let gap = LiveSupport.gap(evaluator.policy) {
        if LiveSupport.isRequired(evaluator.policy) { throw .sandbox([gap]) }
        gaps.append(gap)
      }
      if settings.explainsDenials, !isLive {
        gaps.append("--explain-denials needs the gate on program starts: refused files are not told")
      }
    }
    var after: JournalLine?
    if !isResumed {
      try stored { () throws(StoreError) in
        after = try store.lastLine(before: id).map { found in
          JournalLine(
            run: found.run, sequence: found.sequence, hash: ContentHash.sha256(Array(found.line.utf8)))
        }
      }
    }
    tell(
      .runStarted(
        RunHead(
          id: id, runbook: settings.runbook.file.name, title: settings.runbook.title,
          steps: settings.runbook.steps.count, policy: settings.policyName,
          acceptance: settings.acceptance, sandbox: sandbox, gaps: gaps,
          limitsSteps: limitsSteps, isResumed: isResumed, after: after)))
  }

  // MARK: units

  /// Does what a unit says; nil when the run goes on.
  private func perform(_ unit: UnitPath) throws(RunFailure) -> RunEnd? {
    dropAhead()
    if try stopsAtDrift(unit) { return nil }
    let content = try content(of: unit)
    switch content {
    case .manual, .display: return try askPerson(unit, content: content)
    case .command(let block):
      if settings.isPrompted { return try askPerson(unit, content: content) }
      if let agent = block.options.agent { return try executeAgent(block, agent, unit) }
      return try execute(block, unit)
    case .runbook(let reference):
      try enterChild(reference, unit)
      return nil
    }
  }

  // MARK: storing

  /// Stores how a unit ended and what the run did about it, together.
  func settle(
    _ event: RunEvent, place: UnitPlace, outcome: StepOutcome, began: Stopwatch = Stopwatch(),
    output: [UInt8] = [], isTruncated: Bool = false, by: String? = nil
  ) throws(RunFailure) {
    let duration = began.nanoseconds
    let attempt = Attempt(
      unit: place.unit, title: secrets.masked(place.title), attempt: state.attempt, outcome: outcome.word,
      code: outcome.code,
      started: began.date, duration: duration, output: output, isTruncated: isTruncated, by: by)
    if case .interrupted = outcome {} else { tell(.stepFinished(place, outcome, nanoseconds: duration)) }
    try apply(event, attempt: attempt)
  }

  func apply(_ event: RunEvent, attempt: Attempt? = nil) throws(RunFailure) {
    let transition: Transition
    let from = position(of: state)
    let runbook = settings.runbook.file.name
    do throws(RunEventError) {
      (state, transition) = try machine.apply(event, to: state)
    } catch {
      throw .bug("the run cannot take the event \(event): \(error)")
    }
    let place = TransitionPlace(
      runbook: runbook, from: from, at: state.unit == nil ? from : position(of: state))
    tell(.transition(transition, place))
    try save(attempt)
  }

  /// Stores where the run stands, together with what led to it.
  func save(_ attempt: Attempt? = nil) throws(RunFailure) {
    let root = frames[0]
    try stored { () throws(StoreError) in
      try store.save(
        id, state: root.state, variables: stored(root.variables), children: storedChildren,
        attempt: attempt, events: journal.take())
    }
  }

  /// Stores what the journal has so far, so that it has it also if this process is killed while a step runs.
  func storeJournal() {
    let lines = journal.take()
    if lines.isEmpty { return }
    do throws(StoreError) { try store.append(lines, to: id) } catch {
      // The next transition stores them, or ends the run.
      journal.putBack(lines)
    }
  }

  func stored(_ body: () throws(StoreError) -> Void) throws(RunFailure) {
    do throws(StoreError) {
      try body()
    } catch {
      throw .store(.init(message: error.message, help: error.help))
    }
  }

  /// Exchanges the sandbox of the run for that of a unit beside others.
  func exchange(_ lane: Lane) {
    swap(&network, &lane.network)
    swap(&launcher, &lane.launcher)
    swap(&environment, &lane.environment)
  }

  /// Exchanges what steps are confined by for another such set: an agent has its own.
  func exchange(_ other: inout StepConfinement) {
    endLanes()
    swap(&network, &other.network)
    swap(&launcher, &other.launcher)
    swap(&temporaryFolder, &other.temporaryFolder)
    swap(&resolver, &other.resolver)
    swap(&evaluator, &other.evaluator)
    swap(&environment, &other.environment)
    swap(&settings.root, &other.root)
  }

  /// Ends what steps are confined by, and removes its folder.
  func endConfinement() {
    stopNetwork()
    launcher = nil
    environment = nil
    if let folder = temporaryFolder.take() { remove(folder) }
  }

  // MARK: the machine

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
        temporaryFolder = try .make(in: evaluator.policy.context.tmp)
      } catch {
        throw .machine("no folder for temporary files can be made: \(error)")
      }
    }
    if ProfileCompiler.isConfined(evaluator.policy) {
      for folder in ProfileCompiler.missingFolders(evaluator.policy) {
        let repo = evaluator.policy.context.repo
        do throws(FileError) {
          try FileSystem.makeDirectories(PathText.relative(folder, to: repo) ?? "", beneath: repo)
        } catch {
          tell(.warning("the writable folder \(folder) cannot be made: \(error.reason)", help: nil))
        }
      }
    }
    let box = try LauncherBox.make(
      evaluator.policy, resolver: resolver,
      temporary: ProfileCompiler.isConfined(evaluator.policy) ? temporary : nil,
      preparation?.launcher.take())
    for path in box.ledAway {
      tell(
        .warning(
          "the rules for \(path) grant nothing: a symbolic link in the project leads away from it",
          help: "name the folder itself"))
    }
    do throws(Errno) {
      network = try NetworkKeeper(box.launcher, evaluator, patience: prompter?.patience)
    } catch {
      throw .machine("the network proxy cannot be started: \(error)")
    }
    launcher = box
    return box
  }

  /// Tells what a proxy has decided since the last time.
  func tellConnections(_ network: NetworkKeeper?) {
    for note in network?.notes() ?? [] { tell(.warning(note, help: nil)) }
    for record in network?.records() ?? [] { tell(.connectionDecided(record)) }
    for (host, bytes) in network?.uploads() ?? [:] {
      atWork?.live?.authority.note(.uploaded(host: host, bytes: bytes))
    }
  }

  /// Ends the proxy, before the launcher that owns its listeners.
  func stopNetwork() {
    network?.stop()
    tellConnections(network)
    if let omission = network?.omission { tell(.warning(omission, help: nil)) }
    network = nil
  }

  /// Where steps find the run's own folder for temporary files.
  var launcherTemporary: String? { launcher?.launcher.temporaryDirectory }

  /// Where outputs are left when steps are not confined: a folder of this run.
  func outputParent() throws(FileError) -> String {
    if let path = outputs?.path { return path }
    let made = try RunFolder.make(in: evaluator.policy.context.tmp)
    let path = made.path
    outputs = consume made
    return path
  }

  /// Removes the run's folders for temporary files, and those that killed runs have left.
  private func removeTemporary() {
    endLanes()
    stopNetwork()
    launcher?.launcher.beginEnd()
    // Meanwhile: what is our own is locked.
    if temporaryFolder != nil || outputs != nil { RunFolder.sweep(evaluator.policy.context.tmp) }
    launcher = nil
    for index in suspended.indices { suspended[index].launcher = nil }
    if let folder = temporaryFolder.take() { remove(folder) }
    if let folder = outputs.take() { remove(folder) }
  }

  private func remove(_ folder: consuming RunFolder) {
    let path = folder.path
    do throws(FileError) {
      try folder.remove()
    } catch {
      tell(
        .warning(
          "the run's temporary folder could not be removed: \(error)", help: "remove it: rm -r \(path)"))
    }
  }
}
