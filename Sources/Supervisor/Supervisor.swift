public import Linux
public import Sandbox

/// Runs steps one after another: hands on their output as it comes, ends them in time, on a signal and at
/// their end with all that they started.
///
/// Signals to rundown arrive here as data. So one supervisor is made early, before other threads start, and
/// kept.
public struct Supervisor: ~Copyable {
  private let signals: SignalDescriptor

  /// Takes over SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH and SIGTSTP, and makes broken pipes errors.
  public init() throws(Errno) {
    ThisProcess.ignoreBrokenPipes()
    signals = try SignalDescriptor([.interrupt, .terminate, .hangup, .quit, .windowChanged, .terminalStop])
  }

  /// A request to stop that came while no step was running.
  public borrowing func pendingStop() throws(Errno) -> Signal? {
    while let signal = try signals.next() {
      if signal != .windowChanged && signal != .terminalStop { return signal }
    }
    return nil
  }

  /// Runs one step to its end. `receive` gets each piece of output in order; while it works nothing more is
  /// read, so that a fast step waits for a slow reader instead of filling memory. A `gate` is closed at the end.
  public borrowing func run(
    _ plan: LaunchPlan, with launcher: borrowing Launcher, _ options: StepOptions,
    gate: ExecGate? = nil, watches: [StepWatch] = [], receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(SupervisorError) -> Outcome {
    let step = try start(plan, with: launcher, options, gate: gate)
    return try finish(step, with: launcher, watches: { watches }, receive: receive)
  }

  /// Starts a step, which then runs beside this program until it is finished or forgotten.
  public borrowing func start(
    _ plan: LaunchPlan, with launcher: borrowing Launcher, _ options: StepOptions, gate: ExecGate? = nil
  ) throws(SupervisorError) -> StartedStep {
    do throws(SupervisorError) {
      let session = try StepSession.start(plan, launcher, options, gate, at: SystemClock.monotonic())
      gate?.launched()
      return StartedStep(session, gate: gate)
    } catch {
      gate?.close()
      throw error
    }
  }

  /// Watches a started step to its end, and with it what `watches` names at each turn.
  public borrowing func finish(
    _ step: StartedStep, with launcher: borrowing Launcher, watches: () -> [StepWatch],
    receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(SupervisorError) -> Outcome {
    try step.watch(signals, launcher, watches, receive)
  }
}
