internal import Linux
internal import Policy
internal import Runbook
internal import SourceText

/// What the files that a step can write were like before it.
struct ChangeWatch {
  private let roots: [String]
  private let skipped: [String]
  private let repo: String
  private let before: FileSnapshot

  /// Looks at what a policy lets be written, but for folders for temporary files.
  init(_ policy: EffectivePolicy, project: String) {
    let context = policy.context
    let temporary = ["/tmp", "/var/tmp", context.tmp]
    roots = policy.writeRoots.map(\.path).filter { path in
      !temporary.contains { path == $0 } && path != "/" && path != "/dev/null"
    }
    skipped = [project + "/.rundown"].filter { !PathText.isBelow(context.repo, $0) }
    repo = context.repo
    before = FileSnapshot(roots: roots, skipping: skipped)
  }

  /// What has become of them.
  func changes(_ place: UnitPlace, worktree: StepChanges.Worktree? = nil) -> StepChanges {
    let now = FileSnapshot(roots: roots, skipping: skipped)
    let found = now.changes(since: before).compactMap { item -> StepChanges.File? in
      let path = PathText.relative(item.path, to: repo) ?? item.path
      // What is gone runs no more.
      let reason = item.change == .removed ? nil : Artifact.reason(path, isExecutable: item.isExecutable)
      if reason == nil, path.startsBytewise(with: ".git/") || path.containsBytewise("/.git/") { return nil }
      return StepChanges.File(path: path, change: item.change, reason: reason)
    }
    return StepChanges(place, found, isCut: before.isCut || now.isCut, worktree: worktree)
  }
}

extension RunSession {
  /// The watch on what a step does to files: for agents, and where the block asks for it.
  func changeWatch(_ block: CommandBlock) -> ChangeWatch? {
    guard isAgentAtWork || block.options.onArtifacts != nil else { return nil }
    return ChangeWatch(evaluator.policy, project: projectRoot)
  }

  /// Tells what a step did to files; how it ended then, if it had passed without them.
  func tellChanges(_ watch: ChangeWatch?, _ block: CommandBlock, _ place: UnitPlace) -> StepOutcome? {
    guard let watch else { return nil }
    // A worktree is told of when it is committed.
    let changes = watch.changes(place)
    if evaluator.policy.agent?.worktree != nil {
      worktreeChanges = changes
    } else if !changes.counts.isEmpty || changes.isCut {
      tell(.filesChanged(changes))
    }
    let artifacts = changes.artifacts
    return block.options.onArtifacts == .fail && !artifacts.isEmpty
      ? .leftArtifacts(artifacts.map(\.path)) : nil
  }
}
