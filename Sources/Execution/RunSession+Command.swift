internal import Gate
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import Sandbox
internal import ShellSyntax
internal import SourceText
internal import Supervisor

extension RunSession {
  /// Judges a block, asks what must be asked, runs it, and stores how it ended; nil when the run goes on.
  func execute(_ block: CommandBlock, _ unit: UnitPath) throws(RunFailure) -> RunEnd? {
    hasTimedOut = false
    if let work = takeAhead() { return try finish(work) }
    let place = place(unit)
    var began = Stopwatch()
    let text = Template.render(block.text, origin: block.origin, lookup: value)
    tell(.stepStarted(place, .command, attempt: state.attempt, attempts: attempts(of: unit)))
    for name in Set(text.unknown.map(\.name)).sorted() {
      tell(
        .warning(
          "step \(unit): {{\(name)}} has no value and stays as it is", help: "give it: --var \(name)=VALUE"))
    }
    showProse(unit)
    if try refusesPlaceholder(block, text, place, began) { return nil }
    if try refusesSecrets(block, place, began) { return nil }
    let judged = judge(text, block)
    if let helper = judged.soleCommand.flatMap(HelperCommand.init), !evaluator.policy.options.denyAll {
      let output = secrets.masked(Array((helper.text + "\n").utf8))
      tell(.output(output, isError: false))
      let passes = helper.passes(attempt: state.attempt)
      try settle(
        .verdict(passes ? .pass : .fail), place: place, outcome: passes ? .pass : .fail(code: 1),
        began: began,
        output: output)
      return nil
    }
    let desk = GateDesk(
      file: settings.runbook.file, text: text, judged: judged, step: "step \(unit) “\(place.title)”")
    for command in desk.checked { tell(.commandChecked(command)) }
    let consultation = consult(desk)
    // The time that a person took to answer is not the step's.
    began = Stopwatch()
    switch consume consultation {
    case .cleared(let command):
      // The text was approved as a whole, also where it makes the programs that it starts.
      let approved = judged.asked.map { item in
        var request = item.request
        request.content = nil
        return request
      }
      guard let work = try begin(command, block, unit, place, began, approved: approved) else { return nil }
      return try finish(work)
    case .refused(let refusals):
      tell(.refused(refusals))
      let reason = secrets.masked(refusals.map(\.message).joined(separator: "; "))
      try settle(.refused(reason: reason), place: place, outcome: .refused, began: began)
      return nil
    case .aborted:
      tell(.stepFinished(place, .interrupted, nanoseconds: 0))
      return try interrupt(by: try pendingStop() ?? .interrupt)
    }
  }

  /// What the static gate makes of a block's text.
  func judge(_ text: RenderedText, _ block: CommandBlock) -> JudgedScript {
    StaticGate.judge(
      text.bytes, dialect: block.shell == .bash ? .bash : .sh, by: evaluator, isLive: isLive,
      content: { LiveAuthority.content(of: $0, evaluator) }
    ) { name in
      resolver.resolve(name, in: directory(block))
    }
  }

  // MARK: the gate

  /// What came of asking.
  private enum Consultation: ~Copyable {
    case cleared(ClearedCommand)
    case refused([Refusal])
    case aborted
  }

  private func consult(_ desk: GateDesk) -> Consultation {
    if let command = desk.judged.cleared() { return .cleared(command) }
    let refusals = desk.refusals
    guard refusals.isEmpty else { return .refused(refusals) }
    guard let prompter else { return .refused(desk.unasked) }
    let requests = desk.judged.asked.map(\.request)
    // A saved rule belongs to the policy of the run's own runbook.
    let keeper = suspended.isEmpty ? keeper : nil
    let previews = desk.canRemember ? keeper?.previews(requests.map { .execute($0) }) ?? [] : []
    let names = desk.judged.asked.map { GateDesk.name($0.request) }.joined(separator: ", ")
    while true {
      tell(.approvalRequested(program: names, place: desk.firstPlace))
      let answer = prompter.ask(desk.question(previews: previews))
      tell(.approvalAnswered(program: names, answer: GateDesk.word(answer)))
      switch answer {
      case .once: break
      case .session: for request in requests { evaluator.session.allow(.execute(request)) }
      case .allForSession: evaluator.session.allowAll(.run)
      case .always(let width):
        guard let preview = previews.first(where: { $0.width == width }), let keeper else { continue }
        let saved = keeper.save(preview, for: requests.map { .execute($0) })
        prompter.tell(saved.told)
        guard let policy = saved.policy else { continue }
        savedDocument = keeper.document
        if isAgentAtWork {
          for request in requests { evaluator.session.allow(.execute(request)) }
        } else {
          evaluator = Evaluator(policy: policy, session: evaluator.session)
        }
      case .denyOnce: return .refused(desk.deniedByPerson)
      case .denyAllForSession:
        evaluator.session.denyAll(.run)
        return .refused(desk.deniedByPerson)
      case .abort: return .aborted
      }
      guard let command = desk.judged.cleared(approved: true) else { return .refused(desk.refusals) }
      return .cleared(command)
    }
  }

  // MARK: how it ended

  /// Ends the run because a step has made protected files.
  func refuse(_ made: [ProtectedFiles.Made], _ work: StepAtWork) throws(RunFailure) -> RunEnd? {
    let place = work.place
    let refusals = made.map { file in
      Refusal(
        place: "\(settings.runbook.file.name):\(place.line)",
        message: "step \(place.unit) made \(file.path): \(file.decision.summary)", excerpt: "",
        help: [
          file.kept.map { "it was moved to \($0)" } ?? "it could not be moved away: look at it and remove it"
        ] + file.decision.helpLines)
    }
    return try refuse(refusals, work)
  }

  /// Ends the run because of what a step did.
  func refuse(_ refusals: [Refusal], _ work: StepAtWork) throws(RunFailure) -> RunEnd? {
    tell(.refused(refusals))
    let reason = refusals.map(\.message).joined(separator: "; ")
    try settle(.refused(reason: reason), work, .refused)
    return nil
  }

  private func settle(_ event: RunEvent, _ work: StepAtWork, _ outcome: StepOutcome) throws(RunFailure) {
    try settle(
      event, place: work.place, outcome: outcome, began: work.began, output: work.printed.bytes,
      isTruncated: work.printed.isTruncated)
  }

  /// Settles a unit by how its program ended.
  ///
  /// - Parameter left: how the unit ended then if its program passed.
  func conclude(_ outcome: Outcome, _ work: StepAtWork, _ left: StepOutcome?) throws(RunFailure) -> RunEnd? {
    let place = work.place
    var how: StepOutcome
    switch outcome.ending {
    case .exited(0): how = compared(work.block, work.printed)
    case .exited(let code): how = .fail(code: Int(code))
    case .signaled(let signal): how = .signal(name: "\(signal)", number: Int(signal.rawValue))
    case .timedOut:
      how = .timeout(seconds: work.timeout ?? 0)
      hasTimedOut = true
    case .refused: throw .bug("a step was ended by a refusal that nobody knows")
    case .interrupted(let signal):
      tell(.stepFinished(place, .interrupted, nanoseconds: work.began.nanoseconds))
      return try interrupt(by: signal)
    }
    if how == .pass, let left { how = left }
    offerExplanation(outcome, work)
    for line in LauncherBox.lines(outcome.unmasked) { tell(.warning("sandbox: \(line)", help: nil)) }
    if let (message, help) = LimitHit.explain(outcome, evaluator.policy, step: place.unit) {
      tell(.warning(message, help: help))
    }
    if !outcome.isSwept {
      tell(
        .warning("step \(place.unit) left processes that could not be ended", help: "look for them with ps"))
    }
    try settle(.verdict(how == .pass ? .pass : .fail), work, how)
    return nil
  }
}
