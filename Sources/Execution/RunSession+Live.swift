internal import Gate
internal import Linux
internal import Policy
internal import Runbook
internal import SourceText
internal import Supervisor

/// The gate on one step's program starts, as the run sees it.
final class LiveStep {
  let authority: LiveAuthority
  let gate: ExecGate
  let place: UnitPlace
  /// `file:line` of the block.
  let source: String
  /// The text of the step.
  let text: String
  /// What was refused: more than one only when starts were tried side by side.
  var refusals: [Refusal] = []
  /// What an agent was refused, as it was told.
  var told: Set<String> = []
  /// Why programs cannot be compared with what was approved; told once.
  var unverified: String?

  init(authority: LiveAuthority, gate: ExecGate, place: UnitPlace, source: String, text: String) {
    self.authority = authority
    self.gate = gate
    self.place = place
    self.source = source
    self.text = text
  }
}

extension RunSession {
  /// Whether programs are decided on when they start, so that the text need not be certain about them.
  var isLive: Bool { LiveSupport.isInForce(evaluator.policy) }

  /// Whether a refusal ends the step: an agent, and a shell that a person types into, go on.
  private var endsAtRefusal: Bool { settings.manner != .shell && !isAgentAtWork }

  /// The gate for one step; nil when the policy wants none or the machine has none.
  ///
  /// - Parameter approved: what a person approved in the step's text, whatever the text makes of it.
  func liveStep(
    _ plan: (program: String, directory: String, environment: [String: String], text: String),
    approved: [ProgramRequest], line: Int, _ place: UnitPlace
  ) throws(RunFailure) -> LiveStep? {
    guard isLive else { return nil }
    do throws(Errno) {
      let authority = try LiveAuthority(
        evaluator, approved: approved, resolver: resolver, directory: plan.directory,
        environment: plan.environment,
        mayAsk: prompter != nil, endsAtRefusal: endsAtRefusal,
        allowsUnverified: !LiveSupport.isRequired(evaluator.policy),
        seesFiles: settings.explainsDenials || evaluator.policy.watchesFiles,
        patience: prompter?.patience ?? .zero)
      let gate = try ExecGate(authority: authority, program: plan.program, sockets: network?.socketDoor)
      return LiveStep(
        authority: authority, gate: gate, place: place, source: "\(settings.runbook.file.name):\(line)",
        text: plan.text)
    } catch { throw .machine("the gate on program starts cannot be made: \(error)") }
  }

  /// Hears what the gate has to say while the step runs.
  func attend(_ step: LiveStep) -> StepNews {
    for news in step.authority.take() {
      switch news {
      case .refused(let attempt, let judgement): refuse(attempt, judgement, step)
      case .alarm(let alarm, let process):
        if let end = handle(alarm, process: process, step) { return end }
      case .incident(let incident, let attempt): tell(incident, attempt, step)
      case .file(let refusal): tell(refusal, step)
      case .call(let refusal):
        tell(
          .callRefused(
            CallRecord(
              call: refusal.name, answer: refusal.errno.name, chain: refusal.chain, place: step.source)))
      case .question(let attempt, let judgement):
        if !step.refusals.isEmpty || !step.authority.isOpen(attempt) || isAnswered(attempt, judgement, step) {
          continue
        }
        if let end = ask(attempt, judgement, step) { return end }
      }
    }
    return step.refusals.isEmpty ? .goesOn : .end
  }

  /// What was allowed, for the journal.
  func tellStarts(_ step: LiveStep) {
    for item in step.authority.takeAllowed() {
      tell(
        .execDecided(
          ExecRecord(
            program: item.chain.last ?? "", path: item.path, command: nil, chain: item.chain,
            decision: "allow",
            reason: item.rule, place: step.source, help: [])))
    }
  }

  // MARK: refusals

  private func refuse(_ attempt: ExecAttempt, _ judgement: StartJudgement, _ step: LiveStep) {
    // Judged again for the ways out, which cost too much to be found each time.
    let decision = evaluator.decide(judgement.decision.request)
    var why = judgement.summary
    if judgement.verdict == .ask { why += prompter == nil ? "; nobody can be asked" : "; it was not allowed" }
    refuse(attempt, why, step, help: judgement.objection == nil ? decision.helpLines : [])
  }

  private func refuse(_ attempt: ExecAttempt?, _ why: String, _ step: LiveStep, help: [String]) {
    if endsAtRefusal { step.authority.close() }
    let command = attempt.map { attempt in
      GateDesk.command(
        ProgramRequest(
          program: .literal(attempt.path.isEmpty ? attempt.file.path : attempt.path),
          arguments: attempt.words.dropFirst().prefix(50).map { .literal($0) }))
    }
    let chain = attempt?.chain ?? []
    tell(
      .execDecided(
        ExecRecord(
          program: chain.last ?? "", path: attempt?.file.path ?? "", command: command, chain: chain,
          decision: "deny", reason: why, place: step.source, help: help)))
    let way = chain.isEmpty ? "" : ": \(chain.joined(separator: " > "))"
    guard endsAtRefusal else {
      // An agent is told the same thing once, a person each time; the journal has all.
      if step.told.insert("\(why)\(way)").inserted || settings.manner == .shell {
        tell(.warning("refused\(way): \(why)", help: help.isEmpty ? nil : help.joined(separator: "\n")))
      }
      return
    }
    step.refusals.append(
      Refusal(
        place: step.source, message: "\(why), when step \(step.place.unit) was about to start it\(way)",
        excerpt: "",
        help: help))
  }

  private func tell(_ incident: ExecIncident, _ attempt: ExecAttempt?, _ step: LiveStep) {
    switch incident {
    case .replaced(let what):
      let name = attempt?.chain.last ?? "a program"
      refuse(
        attempt,
        "\(name) was approved, but \(what) would have run; it was killed before its first instruction", step,
        help: ["no program may change what is started while it is decided on"])
    case .unreadable(let what):
      refuse(
        attempt, "\(what) was started in a way that cannot be looked at, so it is refused", step,
        help: ["start it by its path, from a program that can be read"])
    case .unverified(let why):
      guard step.unverified == nil else { return }
      step.unverified = why
      tell(
        .warning(
          "programs are decided on when they start, but not compared with what was approved: \(why)",
          help: "a program that changes its request meanwhile could start another one"))
    }
  }

  // MARK: questions

  /// Whether an answer that was given meanwhile, for the session or to a unit beside this one, is the answer to this
  /// question too.
  private func isAnswered(_ attempt: ExecAttempt, _ judgement: StartJudgement, _ step: LiveStep) -> Bool {
    guard judgement.objection == nil else { return false }
    let verdict = evaluator.decide(.execute(judgement.request)).verdict
    guard verdict != .ask else { return false }
    step.authority.answer(attempt, judgement, allow: verdict == .allow)
    step.gate.reconsider()
    return true
  }

  private func ask(_ attempt: ExecAttempt, _ judgement: StartJudgement, _ step: LiveStep) -> StepNews? {
    guard let prompter else { return nil }
    let request = judgement.request
    let name = GateDesk.name(request)
    // A saved rule belongs to the policy of the run's own runbook.
    let keeper = suspended.isEmpty ? keeper : nil
    let previews = keeper?.previews([.execute(request)]) ?? []
    let question = Question(
      step: "step \(step.place.unit) “\(step.place.title)”",
      items: [
        Question.Item(
          command: GateDesk.command(request), program: name, path: attempt.file.path,
          via: Array(attempt.chain.dropLast()), place: step.source,
          why: "it is about to start: \(judgement.summary)",
          candidates: RunCandidate.candidates(for: request),
          canRemember: true)
      ],
      text: step.text, previews: previews)
    while true {
      tell(.approvalRequested(program: name, place: step.source))
      guard let answer = prompter.ask(question, isOpen: { step.authority.isOpen(attempt) }) else {
        tell(.approvalAnswered(program: name, answer: "withdrawn"))
        return nil
      }
      tell(.approvalAnswered(program: name, answer: GateDesk.word(answer)))
      var isAllowed = true
      switch answer {
      case .once: break
      case .session: evaluator.session.allow(.execute(request))
      case .allForSession: evaluator.session.allowAll(.run)
      case .always(let width):
        guard let preview = previews.first(where: { $0.width == width }), let keeper else { continue }
        let saved = keeper.save(preview, for: [.execute(request)])
        prompter.tell(saved.told)
        guard let policy = saved.policy else { continue }
        savedDocument = keeper.document
        if isAgentAtWork {
          // The saved policy is the project's; the agent's is made of it when its next step begins.
          evaluator.session.allow(.execute(request))
        } else {
          evaluator = Evaluator(policy: policy, session: evaluator.session)
        }
      case .denyOnce: isAllowed = false
      case .denyAllForSession:
        evaluator.session.denyAll(.run)
        isAllowed = false
      case .abort:
        step.authority.close()
        step.gate.reconsider()
        return .interrupt(.interrupt)
      }
      step.authority.learn(evaluator.session, policy: evaluator.policy)
      for other in ([atWork] + ahead.map(\.work)).compactMap({ $0?.live }) where other !== step {
        other.authority.learn(evaluator.session, policy: evaluator.policy)
        other.gate.reconsider()
      }
      step.authority.answer(attempt, judgement, allow: isAllowed)
      step.gate.reconsider()
      return nil
    }
  }
}
