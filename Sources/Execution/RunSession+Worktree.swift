internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import Supervisor

extension RunSession {
  /// Makes the worktree that a block asks for; nil when it asks for none.
  func makeWorktree(_ block: CommandBlock, _ place: UnitPlace) throws(GitFailure) -> Worktree? {
    guard block.options.isolation == .worktree else { return nil }
    let unit = place.unit.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    let (worktree, lacksChanges) = try worktrees().make("\(id)-\(unit)", supervisor)
    if lacksChanges {
      tell(
        .warning(
          "the agent works on the last commit: changes that are not committed are not in its worktree",
          help: "commit or stash them first, if it needs them"))
    }
    return worktree
  }

  private func worktrees() throws(GitFailure) -> Worktrees {
    try Worktrees(root: projectRoot, home: evaluator.policy.context.home, environment: settings.environment)
  }

  /// Commits what an agent did in its worktree, and tells of it; removes the worktree when that is nothing.
  func finish(_ worktree: Worktree, agent: String, _ place: UnitPlace) {
    let changes = worktreeChanges.take()
    do throws(GitFailure) {
      let worktrees = try worktrees()
      let message = "rundown: \(id), step \(place.unit), agent \(agent)"
      guard let commit = try worktrees.commit(worktree, message: message, supervisor) else {
        // What git ignores (build output) is no work of the agent's that anybody could merge.
        return try worktrees.remove(worktree, supervisor)
      }
      tellKept(worktree, commit: commit, changes, place)
    } catch {
      tellKept(worktree, commit: nil, changes, place)
      tell(.warning("what the agent did could not be committed: \(error.message)", help: error.help))
    }
  }

  private func tellKept(_ worktree: Worktree, commit: String?, _ changes: StepChanges?, _ place: UnitPlace) {
    var changes = changes ?? StepChanges(place, [], isCut: true, worktree: nil)
    changes.worktree = StepChanges.Worktree(
      name: worktree.name, path: worktree.path, branch: worktree.branch, base: worktree.base, commit: commit)
    tell(.filesChanged(changes))
  }
}
