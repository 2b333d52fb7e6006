internal import Linux
internal import Policy
internal import Runbook
internal import SourceText

/// The files that a step can write, before it has changed any: looked at in a thread of its own, while the step's sandbox
/// is made.
struct ChangeLook: ~Copyable {
  private let place: ChangeWatch.Place
  private let look: Background<FileSnapshot>

  /// Begins to look at what a policy lets be written.
  init(_ policy: EffectivePolicy, project: String) {
    let place = ChangeWatch.Place(policy, project: project)
    self.place = place
    look = Background { place.snapshot() }
  }

  /// Waits until everything was looked at: to be called before the step starts.
  consuming func finish() -> ChangeWatch { ChangeWatch(place: place, before: look.finish()) }
}

/// What the files that a step can write were like before it.
struct ChangeWatch {
  /// What is looked at.
  struct Place: Sendable {
    let roots: [String]
    let skipped: [String]
    let repo: String

    /// What a policy lets be written, but for folders for temporary files.
    init(_ policy: EffectivePolicy, project: String) {
      let context = policy.context
      let temporary = ["/tmp", "/var/tmp", context.tmp]
      roots = policy.writeRoots.map(\.path).filter { path in
        !temporary.contains { path == $0 } && path != "/" && path != "/dev/null"
      }
      skipped = [project + "/.rundown"].filter { !PathText.isBelow(context.repo, $0) }
      repo = context.repo
    }

    func snapshot() -> FileSnapshot { FileSnapshot(roots: roots, skipping: skipped) }
  }

  fileprivate let place: Place
  fileprivate let before: FileSnapshot

  /// What has become of them.
  func changes(_ unit: UnitPlace, worktree: StepChanges.Worktree? = nil) -> StepChanges {
    let now = place.snapshot()
    let repo = place.repo
    let found = now.changes(since: before).compactMap { item -> StepChanges.File? in
      let path = PathText.relative(item.path, to: repo) ?? item.path
      // What is gone runs no more.
      let reason = item.change == .removed ? nil : Artifact.reason(path, isExecutable: item.isExecutable)
      if reason == nil, path.startsBytewise(with: ".git/") || path.containsBytewise("/.git/") { return nil }
      return StepChanges.File(path: path, change: item.change, reason: reason)
    }
    return StepChanges(unit, found, isCut: before.isCut || now.isCut, worktree: worktree)
  }
}

extension RunSession {
  /// The watch on what a step does to files: for agents, and where the block asks for it.
  func changeLook(_ block: CommandBlock) -> ChangeLook? {
    guard isAgentAtWork || block.options.onArtifacts != nil else { return nil }
    return ChangeLook(evaluator.policy, project: projectRoot)
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
