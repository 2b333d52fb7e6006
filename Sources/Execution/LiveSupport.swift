internal import Linux
public import Policy

/// Whether programs can be decided on when they start.
public enum LiveSupport {
  /// Why this machine has no gate on program starts; nil when it has one. Tried once.
  public static let absence: String? = {
    do throws(Errno) {
      try ExecListener.probe()
      return nil
    } catch {
      return error == .deviceBusy ? "this process is behind such a gate itself" : "\(error)"
    }
  }()

  /// Whether a policy wants programs decided on when they start.
  public static func isWanted(_ policy: EffectivePolicy) -> Bool {
    policy.gate.value != .static && !(policy.options.allowAll && !policy.options.denyAll)
  }

  /// Whether programs are decided on when they start.
  public static func isInForce(_ policy: EffectivePolicy) -> Bool { isWanted(policy) && absence == nil }

  /// Whether a run must not begin without what the policy says of the gate: it is strict, and asks for the gate itself.
  static func isRequired(_ policy: EffectivePolicy) -> Bool {
    policy.sandbox.value == .strict && policy.gate.origin != .builtin
  }

  /// What a run without the gate is told; nil when it has the gate or wants none.
  static func gap(_ policy: EffectivePolicy) -> String? {
    guard isWanted(policy), let absence else { return nil }
    return "no gate on program starts (\(absence)): only the text of a step is decided on, not what it starts"
  }
}
