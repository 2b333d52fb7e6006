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

  /// A set of which nothing was made yet.
  init(_ policy: RunbookPolicy) {
    evaluator = Evaluator(policy: policy.policy)
    resolver = policy.resolver
    launcher = nil
    network = nil
    environment = nil
    temporaryFolder = nil
  }
}
