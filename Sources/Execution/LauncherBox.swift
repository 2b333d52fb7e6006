internal import Policy
internal import Sandbox

/// Holds a launcher, which cannot be copied, for a session.
final class LauncherBox {
  let launcher: Launcher
  private let trees: [String]
  private let secrets: [String]
  private let notes: [String]
  /// The paths of rules that grant nothing, since a link in the project leads away from them.
  let ledAway: [String]
  private var hasLaunched = false
  private var scanner: DenialScanner

  private init(
    _ launcher: consuming Launcher, _ scanner: DenialScanner, _ plan: ProfileCompiler.Plan, notes: [String]
  ) {
    self.launcher = launcher
    self.scanner = scanner
    trees = plan.trees
    secrets = plan.secrets
    ledAway = plan.ledAway
    self.notes = notes
  }

  /// Plans the confinement of a policy's steps and makes what it needs.
  static func make(
    _ policy: EffectivePolicy, resolver: ProgramResolver, temporary: String?,
    _ preparation: consuming LauncherPreparation? = nil
  ) throws(RunFailure) -> LauncherBox {
    let scanner = DenialScanner(DenialJudge(policy))
    let plan = ProfileCompiler.compile(policy, scanner, resolver: resolver, temporary: temporary)
    // What was not looked at may hold what is denied.
    if plan.profile.mode == .strict, !plan.notes.isEmpty { throw .sandbox(plan.notes) }
    do throws(SandboxError) {
      let launcher = try Launcher(plan.profile, preparation)
      var notes = plan.notes
      if launcher.outerPort != nil, !LiveSupport.isInForce(policy) {
        notes.append(
          "no network proxy: without a network namespace the gate on program starts connects a step to it, and that "
            + "is not in force")
      }
      let box = LauncherBox(launcher, scanner, plan, notes: notes)
      box.followFolders()
      return box
    } catch {
      switch error {
      case .missing(let gaps):
        throw .sandbox(gaps.map { "\($0.feature.rawValue): \($0.reason); \($0.consequence)" })
      case .setup(let part, let errno): throw .sandbox(["\(part) failed: \(errno)"])
      }
    }
  }

  /// Looks for denied files that have appeared since the last step, and masks them.
  ///
  /// - Returns: what could not be masked and matters, in strict mode a reason to refuse the step.
  func refresh(_ policy: EffectivePolicy) -> [String] {
    defer { hasLaunched = true }
    guard hasLaunched, !trees.isEmpty else { return [] }
    if !scanner.judge.holds(policy) { scanner = DenialScanner(DenialJudge(policy)) }
    let denials = scanner.scan(trees)
    followFolders()
    return Self.lines(
      launcher.refresh(
        denyRead: denials.read + secrets, denyWrite: ProfileCompiler.writeDenials(policy, denials)))
  }

  /// Has the launcher notice what appears in the folders that were looked through.
  private func followFolders() {
    guard !scanner.judge.isIdle else { return }
    let judge = scanner.judge
    launcher.follow(folders: scanner.folders, trees: trees) { path in
      let (found, folders) = DenialScanner.appeared(path, judge)
      return AppearedFiles(denyRead: found.read, folders: folders)
    }
  }

  /// Whether what is missing refuses a step.
  var isStrict: Bool { launcher.profile.mode == .strict }

  /// For the run's head line: the level, and what is missing with its consequence.
  var description: (level: String, gaps: [String]) {
    let texts = Self.lines(launcher.enforcement.gaps) + notes
    switch launcher.enforcement {
    case .full: return (notes.isEmpty ? "full" : "partial", texts)
    case .partial(let gaps):
      return (gaps.contains(where: \.isNeeded) || !notes.isEmpty ? "partial" : "full", texts)
    case .none(let gaps): return (gaps.isEmpty ? "off" : "none", texts)
    }
  }

  /// One line for each part that is missing and matters, however many paths it concerns.
  static func lines(_ gaps: [Gap]) -> [String] {
    var seen: Set<Gap.Feature> = []
    return gaps.filter(\.isNeeded).compactMap { gap in
      guard seen.insert(gap.feature).inserted else { return nil }
      let others = gaps.count { $0.feature == gap.feature && $0.isNeeded } - 1
      let more = others > 0 ? " (and \(others) more)" : ""
      return "no \(gap.feature.rawValue) (\(gap.reason)): \(gap.consequence)\(more)"
    }
  }
}
