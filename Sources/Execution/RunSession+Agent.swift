internal import Gate
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import SourceText

extension RunSession {
  /// Whether the step at work hands its work to an agent.
  var isAgentAtWork: Bool { evaluator.policy.agent != nil }

  /// Whether all that the runbook executes is handed to agents.
  var hasAgentsOnly: Bool {
    settings.runbook.units.allSatisfy { unit in
      if case .command(let block) = unit.content { block.options.agent != nil } else { false }
    }
  }

  /// Runs a block under the profile of an agent: with a policy, a confinement and a folder for temporary files of its own,
  /// which end with the step, and so do the answers that were given during it.
  func executeAgent(_ block: CommandBlock, _ name: String, _ unit: UnitPath) throws(RunFailure) -> RunEnd? {
    let place = place(unit)
    let options = evaluator.policy.options
    if options.allowAll, !options.denyAll {
      return try refuse(
        "agents run under a policy and in a sandbox, whatever --allow-all says", place,
        help: "run it without --allow-all, and allow what it needs by --allow-run, --allow-write, --allow-net"
      )
    }
    if settings.environment[AgentContext.guardName] != nil {
      return try refuse(
        "an agent starts no other agent", place, help: "start it outside of the agent that runs this command")
    }
    if let why = LiveSupport.absence {
      throw .sandbox(["no gate on program starts (\(why)): an agent's own commands could not be decided on"])
    }
    let worktree: Worktree?
    do throws(GitFailure) { worktree = try makeWorktree(block, place) } catch {
      return try refuse(error.message, place, help: error.help)
    }
    defer { if let worktree { finish(worktree, agent: name, place) } }
    let own = worktree.map {
      AgentWorktree(path: $0.path, gitFolders: [$0.folders.common])
    }
    let access: AgentAccess = block.options.access == .write || worktree != nil ? .write : .read
    guard
      let found = policies?.policy(
        for: settings.runbook.file.name, agent: name, access: access, worktree: own)
    else {
      return try refuse(
        "there is no profile for the agent ‘\(name)’", place, help: "‘rundown agent ls’ lists them")
    }
    var other = StepConfinement(found)
    exchange(&other)
    defer {
      endConfinement()
      exchange(&other)
    }
    return try execute(block, unit)
  }

  private func refuse(_ message: String, _ place: UnitPlace, help: String) throws(RunFailure) -> RunEnd? {
    let refusal = Refusal(
      place: "\(settings.runbook.file.name):\(place.line)", message: message, excerpt: "", help: [help])
    tell(.stepStarted(place, .command, attempt: state.attempt, attempts: 1))
    tell(.refused([refusal]))
    try settle(.refused(reason: message), place: place, outcome: .refused)
    return nil
  }

  /// Leaves the agent a text that says what it may do; its variables.
  func agentVariables() -> [String: String] {
    guard let agent = evaluator.policy.agent else { return [:] }
    var variables = AgentProfile.hardening.merging(agent.profile.set) { $1 }
    variables[AgentContext.guardName] = agent.profile.name
    guard let temporary, let seen = launcherTemporary else { return variables }
    variables["GOTMPDIR"] = seen
    let name = "rundown-context.md"
    do throws(FileError) {
      let text = AgentContext.text(evaluator.policy, agent)
      try FileSystem.writeNewFile("\(temporary)/\(name)", Array(text.utf8), mode: 0o644)
      variables["RUNDOWN_CONTEXT"] = "\(seen)/\(name)"
    } catch {
      tell(.warning("the agent cannot be told its limits: \(error)", help: nil))
    }
    return variables
  }
}
