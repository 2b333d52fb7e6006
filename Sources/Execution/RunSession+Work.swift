internal import Gate
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import Sandbox
internal import ShellSyntax
internal import SourceText
internal import Supervisor

/// Starting a unit's program, and watching it to its end.
extension RunSession {
  func directory(_ block: CommandBlock) -> String {
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

  /// Starts a cleared command; nil when that failed, which is then the unit's verdict.
  func begin(
    _ command: consuming ClearedCommand, _ block: CommandBlock, _ unit: UnitPath, _ place: UnitPlace,
    _ began: Stopwatch, approved: [ProgramRequest]
  ) throws(RunFailure) -> StepAtWork? {
    do throws(LaunchProblem) {
      return try start(command, block, unit, place, began, approved: approved)
    } catch {
      switch error {
      case .run(let failure): throw failure
      case .launch(let why):
        try settle(.verdict(.fail), place: place, outcome: .launchFailed(why), began: began)
        return nil
      }
    }
  }

  /// Why a program did not start.
  enum LaunchProblem: Error {
    /// This is how the unit ended.
    case launch(String)
    /// The run cannot go on.
    case run(RunFailure)
  }

  private func wrapped<Value: ~Copyable>(
    _ body: () throws(RunFailure) -> Value
  ) throws(LaunchProblem) -> Value {
    do throws(RunFailure) { return try body() } catch { throw .run(error) }
  }

  /// Starts a cleared command. Nothing is settled here.
  func start(
    _ command: consuming ClearedCommand, _ block: CommandBlock, _ unit: UnitPath, _ place: UnitPlace,
    _ began: Stopwatch, approved: [ProgramRequest]
  ) throws(LaunchProblem) -> StepAtWork {
    let words = shellWords(command, block)
    guard let shell = resolver.resolve(words[0], in: settings.root) else {
      throw .launch("there is no \(words[0]) on PATH")
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
    let look = changeLook(block)
    let box = try wrapped { () throws(RunFailure) in try launch() }
    let outputs = try wrapped { () throws(RunFailure) in try outputFolder(unit) }
    var environment = stepEnvironment().variables(
      run: id, runbook: settings.runbook.file.name, unit: place.unit, attempt: state.attempt,
      values: variables)
    environment.merge(shared.variables) { $1 }
    environment.merge(agentVariables()) { $1 }
    let secretFiles = try wrapped { () throws(RunFailure) in try giveSecrets(block, &environment) }
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
    let missing = box.refresh(evaluator.policy)
    if !missing.isEmpty {
      if box.isStrict { throw .run(.sandbox(missing)) }
      for line in missing { tell(.warning("sandbox: \(line)", help: nil)) }
    }
    let protected = ProfileCompiler.isConfined(evaluator.policy) ? ProtectedFiles(evaluator.policy) : nil
    let text = settings.manner == .shell ? "" : words.last ?? ""
    let live = try wrapped { () throws(RunFailure) in
      try liveStep(
        (words[0], plan.workingDirectory, environment, text), approved: approved,
        line: settings.runbook.file.position(at: block.origin.offset(0)).line, place)
    }
    let changes = look?.finish()
    let started: StartedStep
    do throws(SupervisorError) {
      started = try supervisor.start(plan, with: box.launcher, options, gate: live?.gate)
    } catch { throw failure(error, live) }
    network?.attend(started.process)
    return StepAtWork(
      block, place, began, text: text, started: started, box: box, network: network, live: live,
      environment: environment, changes: changes, protected: protected, timeout: timeout, outputs: outputs,
      printed: OutputCapture(secrets), secretFiles: secretFiles)
  }

  private func failure(_ error: SupervisorError, _ live: LiveStep?) -> LaunchProblem {
    switch error {
    case .launch(let failure):
      if let live {
        _ = attend(live)
        if let why = live.unverified, LiveSupport.isRequired(evaluator.policy) {
          return .run(.sandbox(["program starts cannot be verified: \(why)"]))
        }
      }
      return .launch("\(failure)")
    case .system(let call, let errno): return .run(.machine("\(call) failed: \(errno)"))
    }
  }

  /// What is to be looked at beside a unit's streams: questions about its programs and its hosts.
  func watches(_ work: StepAtWork) -> [StepWatch] {
    var watches =
      work.live.map { live in [StepWatch(descriptor: live.authority.descriptor) { self.attend(live) }] } ?? []
    // A command that is passed through ends when nobody reads it any more, as it would without us. Only a pipe without a
    // reader is ever seen here.
    if settings.manner == .direct, StandardStream.output.isPipe {
      watches.append(StepWatch(descriptor: StandardStream.output.rawValue) { .interrupt(.brokenPipe) })
    }
    if let desk = work.network?.desk {
      let line = settings.runbook.file.position(at: work.block.origin.offset(0)).line
      let source = "\(settings.runbook.file.name):\(line)"
      watches.append(
        StepWatch(descriptor: desk.descriptor) {
          self.attendNetwork(desk, work.place, source: source, text: work.text)
        })
    }
    return watches
  }

  /// Watches a unit to its end, and settles it; nil when the run goes on.
  func finish(_ work: StepAtWork) throws(RunFailure) -> RunEnd? {
    atWork = work
    defer {
      atWork = nil
      work.network?.desk?.endStep()
      work.network?.put([])
      release(work)
    }
    let own = watches(work)
    // What was decided is written before the step has come far; meanwhile it runs.
    storeJournal()
    let outcome: Outcome
    do throws(SupervisorError) {
      outcome = try supervisor.finish(
        work.started, with: work.box.launcher, watches: { own + watchesAhead() }
      ) { channel, bytes in
        tellConnections(work.network)
        work.live?.authority.sample()
        if bytes.isEmpty {
          storeJournal()
          tell(.tick(runningUnits))
        } else {
          tell(.output(work.printed.add(bytes, isError: channel == .error), isError: channel == .error))
        }
      }
    } catch {
      switch failure(error, work.live) {
      case .run(let failure): throw failure
      case .launch(let why): throw .machine(why)
      }
    }
    work.began.end(after: outcome.duration)
    takeBack(work.secretFiles)
    let rest = work.printed.end()
    tell(.output(rest.output, isError: false))
    tell(.output(rest.errors, isError: true))
    if let live = work.live {
      _ = attend(live)
      tellStarts(live)
    }
    tellConnections(work.network)
    capture(work.outputs.take(), work.place.unit, work.environment)
    let left = tellChanges(work.changes, work.block, work.place)
    if let live = work.live, !live.refusals.isEmpty { return try refuse(live.refusals, work) }
    if let made = work.protected?.takeAway(
      run: id, project: projectRoot, except: savedDocument), !made.isEmpty
    {
      return try refuse(made, work)
    }
    return try conclude(outcome, work, left)
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
}
