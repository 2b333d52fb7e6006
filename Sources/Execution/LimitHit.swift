internal import Linux
internal import Policy
internal import Supervisor

/// Which of a policy's limits ended a step, as far as its end tells.
enum LimitHit {
  /// What to say about it, and how more is allowed; nil when the end is no limit's.
  static func explain(
    _ outcome: Outcome, _ policy: EffectivePolicy, step: String
  ) -> (message: String, help: String)? {
    if outcome.ranOutOfMemory, let limit = policy.memory {
      return (
        "step \(step) was ended by the kernel: its processes together used up the memory that "
          + "\(limit.origin.text) allows",
        "allow more of it (limits.memory), or let it work on less at a time"
      )
    }
    if let limit = policy.fileSize, let how = signal(25, "SIGXFSZ", outcome) {
      return (
        "step \(step): \(how): a file reached the size that \(limit.origin.text) allows",
        "allow larger files (limits.fileSize), or let it write less"
      )
    }
    guard let limit = policy.cpu else { return nil }
    // A second after SIGXCPU the kernel kills.
    let isKilled = outcome.cpuTime >= limit.value && outcome.cause == .signaled(.kill)
    guard let how = isKilled ? "it was ended by SIGKILL" : signal(24, "SIGXCPU", outcome) else { return nil }
    return (
      "step \(step): \(how): a process used up the processor time that \(limit.origin.text) allows",
      "allow more of it (limits.cpu), or let it do less"
    )
  }

  /// How the kernel's signal for a limit shows: it ended the step's own program, or one that the shell tells of by its
  /// status.
  private static func signal(_ number: Int32, _ name: String, _ outcome: Outcome) -> String? {
    switch outcome.cause {
    case .signaled(let signal): signal.rawValue == number ? "it was ended by \(name)" : nil
    case .exited(let status):
      status == 128 + number ? "it ended with status \(status), a shell's word for \(name)" : nil
    }
  }
}
