internal import Gate
internal import Linux
internal import Policy
internal import Supervisor
internal import Synchronization

/// Conduct that is not forbidden by itself: counted where program starts are decided on.
extension LiveAuthority {
  private static let sampleTime: Int64 = 500_000_000
  /// Words of a command that are looked at as files.
  private static let wordLimit = 8

  func began(_ process: Int32) { state.withLock { $0.process = process } }

  /// Looks at a start before it is decided on; each is counted once.
  func watch(_ attempt: ExecAttempt, _ state: inout State) {
    guard state.watch.watchesStarts, state.counted[attempt.process] != attempt.key else { return }
    if state.counted.count > 4096 { state.counted = [:] }
    state.counted[attempt.process] = attempt.key
    let now = SystemClock.monotonic()
    note(.started(program: attempt.chain.last ?? ""), attempt.process, now, &state)
    if state.watch.watches(.reverseShell), NetworkStreams.isShell(attempt.file.path),
      NetworkStreams.areThere(attempt.process)
    {
      note(.shellOnConnection(chain: attempt.chain), attempt.process, now, &state)
    }
    // Where the kernel tells what it refused, words are not guessed about.
    guard !seesFiles, state.watch.watches(.secretReads) else { return }
    for word in attempt.words.dropFirst().prefix(Self.wordLimit) where !word.hasPrefix("-") {
      let path = word.hasPrefix("/") ? word : directory + "/" + word
      if state.evaluator.decide(.read(path: path)).reason.cause == .denyRule {
        note(.secretRead(path: path), attempt.process, now, &state)
      }
    }
  }

  /// Counts a refused read, also one that was told of before.
  func watch(_ refusal: FileRefusal, _ state: inout State) {
    guard !refusal.isChange, state.watch.watches(.secretReads),
      state.evaluator.decide(.read(path: refusal.path)).reason.cause == .denyRule
    else { return }
    note(.secretRead(path: refusal.path), state.process, SystemClock.monotonic(), &state)
  }

  private func note(
    _ sign: ConductWatch.Sign, _ process: Int32?, _ now: Int64, _ state: inout State
  ) {
    guard let alarm = state.watch.note(sign, at: now) else { return }
    if alarm.action == .pause || alarm.action == .kill { state.isHeld = true }
    state.news.append(.alarm(alarm, process: process))
  }

  /// Takes a sign that was seen elsewhere.
  func note(_ sign: ConductWatch.Sign) {
    let rings = state.withLock { state in
      let count = state.news.count
      note(sign, state.process, SystemClock.monotonic(), &state)
      return state.news.count > count
    }
    if rings { ring() }
  }

  /// Counts the step's processes, from time to time.
  func sample() {
    let now = SystemClock.monotonic()
    let process = state.withLock { state -> Int32? in
      guard state.watch.watches(.processes), now - state.sampled > Self.sampleTime else { return nil }
      state.sampled = now
      return state.process
    }
    guard let process, let processes = StepProcesses(of: process) else { return }
    note(.alive(processes.all().count))
  }

  /// Lets starts be decided on again.
  func goOn() { state.withLock { $0.isHeld = false } }
}
