public import JSON
public import Policy
public import Run
internal import Runbook

/// One runbook of a run: the run's own, or one that a unit of another runs.
public struct RunFrame: Sendable {
  /// The machine of its runbook.
  public var machine: Machine
  /// Where it stands.
  public var state: RunState
  /// Its variables.
  public var variables: [String: JSONValue]
  /// Whether its blocks are shown instead of executed.
  public var isPrompted: Bool

  /// A frame.
  public init(machine: Machine, state: RunState, variables: [String: JSONValue], isPrompted: Bool) {
    self.machine = machine
    self.state = state
    self.variables = variables
    self.isPrompted = isPrompted
  }
}

/// A frame that waits for the one above it, with what its steps need.
struct SuspendedFrame {
  var frame: RunFrame
  var evaluator: Evaluator
  var resolver: ProgramResolver
  var launcher: LauncherBox?
  /// Since when its unit runs another runbook.
  var began: Stopwatch
}

/// The policy that holds for a runbook, and how its programs are found.
public struct RunbookPolicy: Sendable {
  /// The policy.
  public var policy: EffectivePolicy
  /// The resolver.
  public var resolver: ProgramResolver

  /// A policy.
  public init(policy: EffectivePolicy, resolver: ProgramResolver) {
    self.policy = policy
    self.resolver = resolver
  }
}

/// Somebody who knows the policy of any runbook of the project.
public protocol PolicySource: AnyObject {
  /// The policy for the runbook of an absolute path; nil, when it cannot be had and the runbook must not run.
  func policy(for path: String) -> RunbookPolicy?
  /// The same for a step of it that hands its work to an agent; nil, when there is no agent of the name.
  ///
  /// - Parameter worktree: the worktree that stands for the project.
  func policy(
    for path: String, agent: String, access: AgentAccess, worktree: AgentWorktree?
  ) -> RunbookPolicy?
}
