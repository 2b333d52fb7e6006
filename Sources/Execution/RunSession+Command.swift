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
    let dialect: Dialect = block.shell == .bash ? .bash : .sh
    let judged = StaticGate.judge(text.bytes, dialect: dialect, by: evaluator, isLive: isLive) { name in
      resolver.resolve(name, in: directory(block))
    }
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
      return try launch(command, block, unit, place, began, approved: judged.asked.map(\.request))
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
    let previews = desk.canRemember ? keeper?.previews(requests) ?? [] : []
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
        let saved = keeper.save(preview, for: requests)
        prompter.tell(saved.told)
        guard let policy = saved.policy else { continue }
        evaluator = Evaluator(policy: policy, session: evaluator.session)
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

  // MARK: running

  private func directory(_ block: CommandBlock) -> String {
    if let folder = block.options.cwd { return settings.root + "/" + folder }
    return settings.root == projectRoot ? shared.directory ?? settings.root : settings.root
  }

  /// The words that start a shell for a text: no start-up files, the text as an argument, never on standard input.
  private func shellWords(_ command: borrowing ClearedCommand, _ block: CommandBlock) -> [String] {
    let isStrict = block.options.strict ?? settings.runbook.frontmatter.strict
    if settings.manner == .shell { return ["bash", "--norc", "--noprofile", "-i"] }
    let text =
      (sharesEnvironment ? SharedEnvironment.prologue : "") + String(decoding: command.text, as: UTF8.self)
    switch command.dialect {
    case .bash:
      return ["bash", "--norc", "--noprofile"] + (isStrict ? ["-eu", "-o", "pipefail"] : []) + ["-c", text]
    case .sh: return ["sh"] + (isStrict ? ["-eu"] : []) + ["-c", text]
    }
  }

  private func launch(
    _ command: consuming ClearedCommand, _ block: CommandBlock, _ unit: UnitPath, _ place: UnitPlace,
    _ began: Stopwatch, approved: [ProgramRequest]
  ) throws(RunFailure) -> RunEnd? {
    let words = shellWords(command, block)
    guard let shell = resolver.resolve(words[0], in: settings.root) else {
      try settle(
        .verdict(.fail), place: place, outcome: .launchFailed("there is no \(words[0]) on PATH"), began: began
      )
      return nil
    }
    // Without a person at a keyboard nobody would ever answer what the step reads from its terminal.
    let isAttended =
      StandardStream.input.isTerminal && Terminal.isForeground(StandardStream.input.rawValue)
    let hasTerminal =
      block.options.tty && isAttended && (settings.manner == .captured || StandardStream.output.isTerminal)
    if block.options.tty, !isAttended, settings.manner == .captured {
      tell(
        .warning(
          "step \(place.unit) asks for a terminal (tty=true) and there is none", help: "its input is empty")
      )
    }
    let box = try launch()
    let outputs = try outputFolder(unit)
    var environment = stepEnvironment().variables(
      run: id, runbook: settings.runbook.file.name, unit: place.unit, attempt: state.attempt,
      values: variables)
    environment.merge(shared.variables) { $1 }
    environment.merge(agentVariables()) { $1 }
    switch outputs {
    case .some(let folder): environment.merge(folder.environment) { $1 }
    case .none: break
    }
    let plan = LaunchPlan(
      executable: shell, arguments: words, environment: environment, workingDirectory: directory(block),
      hasTerminal: hasTerminal)
    let timeout = timeout(block)
    let options = StepOptions(
      timeout: timeout.map { .seconds($0) },
      forwardsTerminal: hasTerminal,
      // A terminal is never handed over itself: who holds it can type into it.
      inheritsInput: settings.manner != .captured && !StandardStream.input.isTerminal,
      heartbeat: .milliseconds(200))
    var printed = OutputCapture(secrets)
    let outcome: Outcome
    let missing = box.refresh(evaluator.policy)
    if !missing.isEmpty {
      if box.isStrict { throw .sandbox(missing) }
      for line in missing { tell(.warning("sandbox: \(line)", help: nil)) }
    }
    let changes = changeWatch(block)
    let protected = ProfileCompiler.isConfined(evaluator.policy) ? ProtectedFiles(evaluator.policy) : nil
    let live = try liveStep(
      (words[0], plan.workingDirectory, environment, settings.manner == .shell ? "" : words.last ?? ""),
      approved: approved,
      line: settings.runbook.file.position(at: block.origin.offset(0)).line, place)
    var watches =
      live.map { live in [StepWatch(descriptor: live.authority.descriptor) { self.attend(live) }] } ?? []
    if let desk = network?.desk {
      let line = settings.runbook.file.position(at: block.origin.offset(0)).line
      let source = "\(settings.runbook.file.name):\(line)"
      let text = settings.manner == .shell ? "" : words.last ?? ""
      watches.append(
        StepWatch(descriptor: desk.descriptor) { self.attendNetwork(desk, place, source: source, text: text) }
      )
    }
    defer { network?.desk?.endStep() }
    do throws(SupervisorError) {
      outcome = try supervisor.run(plan, with: box.launcher, options, gate: live?.gate, watches: watches) {
        channel, bytes in
        tellConnections()
        if bytes.isEmpty {
          tell(.tick)
        } else {
          tell(.output(printed.add(bytes, isError: channel == .error), isError: channel == .error))
        }
      }
    } catch {
      switch error {
      case .launch(let failure):
        if let live {
          _ = attend(live)
          if let why = live.unverified, LiveSupport.isRequired(evaluator.policy) {
            throw .sandbox(["program starts cannot be verified: \(why)"])
          }
        }
        try settle(.verdict(.fail), place: place, outcome: .launchFailed("\(failure)"), began: began)
        return nil
      case .system(let call, let errno): throw .machine("\(call) failed: \(errno)")
      }
    }
    let rest = printed.end()
    tell(.output(rest.output, isError: false))
    tell(.output(rest.errors, isError: true))
    if let live {
      _ = attend(live)
      tellStarts(live)
    }
    tellConnections()
    capture(outputs, unit, environment)
    let left = tellChanges(changes, block, place)
    if let live, !live.refusals.isEmpty {
      return try refuse(live.refusals, printed, place, began)
    }
    if let made = protected?.takeAway(run: id, project: projectRoot), !made.isEmpty {
      return try refuse(made, printed, place, began)
    }
    return try conclude(outcome, printed, block, timeout: timeout, place: place, began: began, left)
  }

  /// Ends the run because a step has made protected files.
  private func refuse(
    _ made: [ProtectedFiles.Made], _ capture: OutputCapture, _ place: UnitPlace, _ began: Stopwatch
  ) throws(RunFailure) -> RunEnd? {
    let refusals = made.map { file in
      Refusal(
        place: "\(settings.runbook.file.name):\(place.line)",
        message: "step \(place.unit) made \(file.path): \(file.decision.summary)", excerpt: "",
        help: [
          file.kept.map { "it was moved to \($0)" } ?? "it could not be moved away: look at it and remove it"
        ] + (file.decision.help?.split(separator: "\n").map { String($0.drop { $0 == " " }) } ?? []))
    }
    return try refuse(refusals, capture, place, began)
  }

  /// Ends the run because of what a step did.
  private func refuse(
    _ refusals: [Refusal], _ capture: OutputCapture, _ place: UnitPlace, _ began: Stopwatch
  ) throws(RunFailure) -> RunEnd? {
    tell(.refused(refusals))
    let reason = refusals.map(\.message).joined(separator: "; ")
    try settle(
      .refused(reason: reason), place: place, outcome: .refused, began: began, output: capture.bytes,
      isTruncated: capture.isTruncated)
    return nil
  }

  /// The part of the environment that steps share, made anew only when an answer changed the policy.
  private func stepEnvironment() -> StepEnvironment {
    if let environment { return environment }
    let made = StepEnvironment(
      policy: evaluator.policy, session: evaluator.session, parent: settings.environment, resolver: resolver,
      temporary: launcherTemporary, proxyPort: network?.port)
    environment = made
    return made
  }

  /// The shortest of the limits in seconds: the block's, the command line's, the policy's.
  private func timeout(_ block: CommandBlock) -> Int? {
    let policy = evaluator.policy.timeout.map { max(1, Int($0.value.components.seconds)) }
    return [block.options.timeout, settings.timeout, policy].compactMap { $0 }.min()
  }

  private func conclude(
    _ outcome: Outcome, _ capture: OutputCapture, _ block: CommandBlock, timeout: Int?, place: UnitPlace,
    began: Stopwatch, _ left: StepOutcome?
  ) throws(RunFailure) -> RunEnd? {
    tellConnections()
    var how: StepOutcome
    switch outcome.ending {
    case .exited(0): how = compared(block, capture)
    case .exited(let code): how = .fail(code: Int(code))
    case .signaled(let signal): how = .signal(name: "\(signal)", number: Int(signal.rawValue))
    case .timedOut:
      how = .timeout(seconds: timeout ?? 0)
      hasTimedOut = true
    case .refused: throw .bug("a step was ended by a refusal that nobody knows")
    case .interrupted(let signal):
      tell(.stepFinished(place, .interrupted, nanoseconds: began.nanoseconds))
      return try interrupt(by: signal)
    }
    if how == .pass, let left { how = left }
    for line in LauncherBox.lines(outcome.unmasked) { tell(.warning("sandbox: \(line)", help: nil)) }
    if !outcome.isSwept {
      tell(
        .warning("step \(place.unit) left processes that could not be ended", help: "look for them with ps"))
    }
    try settle(
      .verdict(how == .pass ? .pass : .fail), place: place, outcome: how, began: began, output: capture.bytes,
      isTruncated: capture.isTruncated)
    return nil
  }
}
