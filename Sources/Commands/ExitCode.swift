/// The program's exit codes, one meaning each.
public enum ExitCode: Int32, CaseIterable, Sendable {
  /// The run completed; the document is valid; everything asked for was done.
  case success = 0
  /// The run was stopped by a failed step.
  case stopped = 1
  /// The command line is wrong.
  case usage = 2
  /// The runbook, or another document given, is invalid.
  case invalidData = 65
  /// A file, a run or a step was not found.
  case notFound = 66
  /// A sandbox is required and cannot be had.
  case sandboxUnavailable = 69
  /// A bug of rundown.
  case bug = 70
  /// A file or the run store cannot be read or written.
  case inputOutput = 74
  /// The run waits for a person.
  case waiting = 75
  /// Policy refused.
  case refused = 77
  /// The policy document is invalid.
  case invalidPolicy = 78
  /// A step or the run took too long.
  case timedOut = 124
  /// Ended by SIGINT.
  case interrupted = 130
  /// Ended by SIGTERM.
  case terminated = 143
  /// Ended by SIGHUP.
  case hungUp = 129
  /// The output of `rundown exec` was no longer read.
  case brokenPipe = 141

  /// What the manual says of it.
  var meaning: String {
    switch self {
    case .success: return "The run completed; the document is valid; everything asked for was done."
    case .stopped: return "The run was stopped by a failed step."
    case .usage: return "The command line is wrong."
    case .invalidData: return "The runbook, or another document given, is invalid."
    case .notFound: return "A file, a run or a step was not found."
    case .sandboxUnavailable: return "A sandbox is required and cannot be had."
    case .bug: return "A bug of rundown."
    case .inputOutput: return "A file or the run store cannot be read or written."
    case .waiting: return "The run waits for a person."
    case .refused: return "Policy refused."
    case .invalidPolicy: return "The policy document is invalid."
    case .timedOut: return "A step or the run took too long."
    case .interrupted: return "Ended by SIGINT."
    case .terminated: return "Ended by SIGTERM."
    case .hungUp: return "Ended by SIGHUP."
    case .brokenPipe: return "The output of rundown exec was no longer read (SIGPIPE)."
    }
  }
}
