internal import Gate
internal import Policy

/// What the steps of a run are confined by: the policy that holds and what was made of it.
struct StepConfinement: ~Copyable {
  var evaluator: Evaluator
  var resolver: ProgramResolver
  var launcher: LauncherBox?
  var network: NetworkKeeper?
  var environment: StepEnvironment?
  var temporaryFolder: RunFolder?
  /// Where blocks run.
  var root: String

  /// A set of which nothing was made yet.
  init(_ policy: RunbookPolicy) {
    root = policy.policy.context.repo
    evaluator = Evaluator(policy: policy.policy)
    resolver = policy.resolver
    launcher = nil
    network = nil
    environment = nil
    temporaryFolder = nil
  }
}
