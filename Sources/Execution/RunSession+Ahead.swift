internal import Gate
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import ShellSyntax
internal import Supervisor

/// A sandbox for a unit that runs beside another: the end of one unit ends all processes in its own.
final class Lane {
  var launcher: LauncherBox?
  var network: NetworkKeeper?
  var environment: StepEnvironment?
  var isFree = true
}

/// A unit that was started before its turn.
final class AheadStep {
  /// The state in which it is at its turn.
  let state: RunState
  let work: StepAtWork
  let lane: Lane
  /// What there is to tell of it, at its turn.
  var events: [ProgressEvent]
  /// When it was looked at last.
  var served = SystemClock.monotonic()

  init(_ state: RunState, _ work: StepAtWork, _ lane: Lane, _ events: [ProgressEvent]) {
    self.state = state
    self.work = work
    self.lane = lane
    self.events = events
  }

  /// Whether a state is the one that it was started for.
  func isMeant(by other: RunState) -> Bool {
    state.standing == other.standing && state.loop?.index == other.loop?.index
      && state.loop?.values == other.loop?.values && other.unitRetries == 0
  }
}

/// Units of a step that run at the same time (`jobs=N`).
///
/// The machine knows nothing of it: it decides on one unit after another, in order. Only, the program of a unit whose turn
/// surely comes if those before it pass may run already; what it prints is told at its turn.
extension RunSession {
  /// How many units of a step may run at the same time.
  private func jobs(_ step: Step) -> Int {
    if let jobs = settings.jobs { return jobs }
    let contents: [Content] =
      switch step.body {
      case .single(let content): [content]
      case .substeps(let substeps): substeps.map(\.content)
      }
    return contents.compactMap { content in
      if case .command(let block) = content { block.options.jobs } else { nil }
    }.max() ?? 1
  }

  /// The block of a unit that may run beside others: it gives nothing to those behind it, needs no person, and nothing
  /// that there is only once.
  private func block(_ unit: UnitPath) -> CommandBlock? {
    guard settings.manner == .captured, !settings.isPrompted, !settings.runbook.isGuide, !isAgentAtWork,
      outputNames(unit).isEmpty, let step = settings.runbook.step(unit.step)
    else { return nil }
    let content: Content? =
      switch step.body {
      case .single(let content): content
      case .substeps(let substeps): substeps.first { $0.name == unit.substep }?.content
      }
    guard case .command(let block)? = content, block.options.agent == nil, !block.options.tty,
      block.options.onArtifacts == nil, secretUses(block).isEmpty
    else { return nil }
    return block
  }

  /// The states behind this one, as long as each unit passes, and a unit that fails either does not lead elsewhere or
  /// stops the run.
  private func upcoming(limit: Int) -> [RunState] {
    var found: [RunState] = []
    var last = state
    while found.count < limit, case .at(let unit) = last.standing, block(unit) != nil {
      let passed: RunState
      let failed: RunState
      do throws(RunEventError) {
        passed = try machine.apply(.verdict(.pass), to: last).state
        failed = try machine.apply(.verdict(.fail), to: last).state
      } catch { break }
      guard case .at(let next) = passed.standing, next.step == unit.step, block(next) != nil,
        passed.unitRetries == 0, passed.stepRetries == last.stepRetries,
        passed.loop?.retries == last.loop?.retries || passed.loop?.index != last.loop?.index,
        next != unit || passed.loop?.index != last.loop?.index
      else { break }
      switch failed.standing {
      case .at(let other):
        let goesOn = other == next && failed.loop?.index == passed.loop?.index
        let triesAgain = other == unit && failed.unitRetries > last.unitRetries
        guard goesOn || triesAgain else { return found }
      case .finished(.stopped): break
      case .finished, .enteringLoop, .promptedLoop: return found
      }
      found.append(passed)
      last = passed
    }
    return found
  }

  // MARK: starting

  /// What is to be looked at for the units beside the one at work. Starts more of them where there is room.
  func watchesAhead() -> [StepWatch] {
    startAhead()
    return ahead.filter { !$0.work.started.isOver }.flatMap { step -> [StepWatch] in
      if SystemClock.monotonic() - step.served > 200_000_000 { serve(step) }
      let own = watches(step.work).map { watch in
        StepWatch(descriptor: watch.descriptor) {
          let news = self.holding(step) { watch.look() }
          // Who answers “abort” means the run.
          if case .interrupt = news { return news }
          step.work.started.news(news)
          return .goesOn
        }
      }
      let streams = step.work.started.descriptors(step.work.box.launcher).map { number in
        StepWatch(descriptor: number) {
          self.serve(step)
          return .goesOn
        }
      }
      return own + streams
    }
  }

  /// The units that run beside the one at work, for displays.
  var runningUnits: [RunningUnit] {
    ahead.filter { !$0.work.started.isOver }.map { step in
      let line = String(decoding: step.work.started.lastLine, as: UTF8.self)
      return RunningUnit(
        place: step.work.place, nanoseconds: step.work.began.nanoseconds, line: secrets.masked(line))
    }
  }

  private func serve(_ step: AheadStep) {
    step.served = SystemClock.monotonic()
    step.work.started.serve(step.work.box.launcher)
  }

  /// What is told meanwhile is kept for the unit's turn.
  private func holding<Value>(_ step: AheadStep, _ body: () -> Value) -> Value {
    held = []
    defer {
      step.events += held ?? []
      held = nil
    }
    return body()
  }

  private func startAhead() {
    guard !isStarvedOfUnits, case .at(let unit) = state.standing, let step = settings.runbook.step(unit.step)
    else { return }
    let limit = jobs(step)
    guard limit > 1, block(unit) != nil else { return }
    for next in upcoming(limit: 4 * limit) {
      guard 1 + ahead.count(where: { !$0.work.started.isOver }) < limit else { return }
      if ahead.contains(where: { $0.isMeant(by: next) }) { continue }
      guard let started = startAhead(next) else {
        isStarvedOfUnits = true
        return
      }
      ahead.append(started)
    }
  }

  /// Starts a unit before its turn; nil when somebody must be asked, something is refused, or it does not start: that is
  /// for its turn to tell.
  private func startAhead(_ next: RunState) -> AheadStep? {
    guard case .at(let unit) = next.standing, let block = block(unit) else { return nil }
    let now = state
    let lane = lanes.first(where: \.isFree) ?? Lane()
    state = next
    exchange(lane)
    held = []
    defer {
      state = now
      exchange(lane)
      held = nil
      if !lanes.contains(where: { $0 === lane }) { lanes.append(lane) }
    }
    let text = Template.render(block.text, origin: block.origin, lookup: value)
    let judged = judge(text, block)
    guard text.unknown.isEmpty, judged.soleCommand.flatMap(HelperCommand.init) == nil,
      let command = judged.cleared()
    else { return nil }
    do throws(LaunchProblem) {
      let work = try start(command, block, unit, place(unit), Stopwatch(), approved: [])
      lane.isFree = false
      return AheadStep(next, work, lane, held ?? [])
    } catch {
      return nil
    }
  }

  // MARK: turns

  /// The work of the unit whose turn it is, if it was started before; tells what it did so far.
  func takeAhead() -> StepAtWork? {
    guard let index = ahead.firstIndex(where: { $0.isMeant(by: state) }) else { return nil }
    let step = ahead.remove(at: index)
    tellStart(step)
    return step.work
  }

  private func tellStart(_ step: AheadStep) {
    let unit = step.state.unit ?? UnitPath(settings.runbook.steps[0].name)
    tell(.stepStarted(step.work.place, .command, attempt: 1, attempts: attempts(of: unit)))
    for event in step.events { tell(event) }
  }

  /// Ends units that were started and whose turn does not come.
  func dropAhead(all: Bool = false) {
    isStarvedOfUnits = false
    guard !ahead.isEmpty else { return }
    let coming = all ? [] : [state] + upcoming(limit: ahead.count * 4 + 4)
    let lost = ahead.filter { step in !coming.contains { step.isMeant(by: $0) } }
    ahead.removeAll { step in lost.contains { $0 === step } }
    for step in lost {
      tellStart(step)
      tell(.stepFinished(step.work.place, .interrupted, nanoseconds: step.work.began.nanoseconds))
      step.work.network?.desk?.endStep()
      tellConnections(step.work.network)
      step.lane.isFree = true
    }
  }

  /// Frees the lane of a unit that is settled.
  func release(_ work: StepAtWork) {
    lanes.first { $0.launcher === work.box }?.isFree = true
  }

  /// Ends the sandboxes of units beside others.
  func endLanes() {
    dropAhead(all: true)
    for lane in lanes {
      lane.network?.stop()
      tellConnections(lane.network)
    }
    lanes = []
  }
}

extension ProgressEvent {
  /// Whether a person is asked just now, which displays must know at once.
  var isQuestion: Bool {
    switch self {
    case .approvalRequested, .approvalAnswered: return true
    default: return false
    }
  }
}
