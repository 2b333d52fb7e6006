public import Linux
public import Sandbox

/// How a step ended.
public enum StepEnding: Sendable, Equatable {
  /// By itself, with this exit status.
  case exited(Int32)
  /// By a signal that rundown did not send.
  case signaled(Signal)
  /// Its time was over; it was ended.
  case timedOut
  /// Who watches it wanted its end (`StepNews.end`); it was killed.
  case refused
  /// The user or the system asked rundown to stop by this signal; the step was ended.
  case interrupted(Signal)
}

/// How a step ended and what it used.
public struct Outcome: Sendable, Equatable {
  /// Why it ended.
  public let ending: StepEnding
  /// How the program itself ended, also when it was made to.
  public let cause: ProcessEnd.Cause
  /// From the launch to the last byte of output.
  public let duration: Duration
  /// Processor time of the program and the children it waited for.
  public let cpuTime: Duration
  /// The largest resident size of one process, in bytes.
  public let peakMemory: Int64
  /// Whether the kernel ended processes of the step because its memory was used up.
  public let ranOutOfMemory: Bool
  /// Whether everything that the step had started is known to be gone.
  public let isSwept: Bool
  /// Whether output was given up because something outside the step held its pipe open.
  public let isOutputCut: Bool
  /// Denied paths that appeared or were replaced during the step and could not be masked.
  public let unmasked: [Gap]
}

/// Where a piece of output came from.
public enum OutputChannel: Sendable, Equatable {
  /// Standard output, or the terminal of a step that has one.
  case output
  /// Standard error.
  case error
}

/// What is to become of a step that its watcher has looked at.
public enum StepNews: Sendable, Equatable {
  /// It goes on.
  case goesOn
  /// It is killed.
  case end
  /// This signal, as if it had been sent to rundown.
  case interrupt(Signal)
}

/// Something beside the step that wants to be looked at while it runs.
public struct StepWatch {
  /// The number to poll.
  public let descriptor: Int32
  /// Called when the descriptor is readable. The time that it takes is not the step's.
  public let look: () -> StepNews

  /// A watch.
  public init(descriptor: Int32, look: @escaping () -> StepNews) {
    self.descriptor = descriptor
    self.look = look
  }
}

/// How a step is watched.
public struct StepOptions: Sendable {
  /// How long the step may run; `nil`: without end.
  public var timeout: Duration?
  /// How long a step may take to end by itself after it was asked to.
  public var grace: Duration
  /// Whether our terminal's keys and size go to a step that has a terminal of its own.
  public var forwardsTerminal: Bool
  /// Whether a step without a terminal reads our standard input; else it reads nothing.
  public var inheritsInput: Bool
  /// After so long without output the receiver gets an empty piece, so that it can redraw a clock.
  public var heartbeat: Duration?

  /// Options.
  public init(
    timeout: Duration?, grace: Duration = .seconds(5), forwardsTerminal: Bool = false,
    inheritsInput: Bool = false, heartbeat: Duration? = nil
  ) {
    self.timeout = timeout
    self.heartbeat = heartbeat
    self.grace = grace
    self.forwardsTerminal = forwardsTerminal
    self.inheritsInput = inheritsInput
  }
}

/// Why a step could not be run or watched to its end. Whatever had been started is gone.
public enum SupervisorError: Error, Sendable, Equatable {
  /// The program did not start.
  case launch(LaunchFailure)
  /// A call of rundown's own failed.
  case system(call: String, Errno)
}
