internal import Linux
internal import Policy
internal import SourceText

/// Watches over protected files that are not there: the kernel can guard what exists, but it cannot forbid one name in
/// a folder that a step may write. What a step has made in spite of the policy is taken away when the step has ended,
/// before anything outside the sandbox is likely to run it.
struct ProtectedFiles {
  private let policy: EffectivePolicy
  private let before: Set<String>

  /// Notes which protected files there are now.
  init(_ policy: EffectivePolicy) {
    self.policy = policy
    before = Self.present(policy)
  }

  /// A protected file that a step has made.
  struct Made {
    var path: String
    var decision: Decision
    /// Where it is now; nil when it could not be moved.
    var kept: String?
  }

  /// Moves the protected files that have appeared since into the run store's folder.
  ///
  /// - Parameters:
  ///   - project: the project whose run store keeps them.
  ///   - own: a file that rundown itself has made.
  func takeAway(run: String, project: String, except own: String?) -> [Made] {
    let evaluator = Evaluator(policy: policy)
    let roots = policy.writeRoots.map(\.path)
    return Self.present(policy).subtracting(before).sorted().compactMap { path in
      // What lies where no step can write was made by somebody else.
      if path == own || !roots.contains(where: { PathText.isBelow(path, $0) }) { return nil }
      let decision = evaluator.decide(.write(path: path))
      guard decision.verdict == .deny || Self.isLink(path) else { return nil }
      return Made(path: path, decision: decision, kept: keep(path, run: run, project: project))
    }
  }

  private func keep(_ path: String, run: String, project: String) -> String? {
    let folder = project + "/.rundown/kept"
    do throws(FileError) {
      try FileSystem.makeDirectories(folder, mode: 0o700)
      let name = (PathText.relative(path, to: policy.context.repo) ?? path)
        .replacingBytes { $0 == UInt8(ascii: "/") ? "-" : nil }
      let target = "\(folder)/\(run)-\(SystemClock.realtime())-\(name)"
      try FileSystem.rename(path, to: target)
      return target
    } catch {
      return nil  // it stays, and the refusal says so
    }
  }

  // MARK: looking

  private static func present(_ policy: EffectivePolicy) -> Set<String> {
    // The project, and what a step writes elsewhere: an agent's own folders have protected files, too.
    let roots = [policy.context.repo] + policy.writeRoots.map(\.path).filter { $0 != "/" }
    var found: Set<String> = []
    var looks = Looks()
    for path in policy.protectedPaths where !PathText.isBelow(path, policy.context.repo + "/.rundown") {
      guard let root = roots.first(where: { PathText.isBelow(path, $0) }) else { continue }
      if let there = looks.firstThere(path, below: root) { found.insert(there) }
    }
    for tree in policy.protectedTrees {
      guard let root = roots.first(where: { PathText.isInside(tree, $0) }) else { continue }
      guard let there = looks.firstThere(tree, below: root) else { continue }
      if there != tree || isLink(there) {
        found.insert(there)
        continue
      }
      let evaluator = Evaluator(policy: policy)
      for path in DenialScanner.scan(policy, trees: [tree]).write
      where evaluator.decide(.write(path: path)).reason.cause == .protected { found.insert(path) }
    }
    return found
  }

  /// What stands at the paths that were looked at. Protected files often share their folders, most of which are not there.
  private struct Looks {
    private var kinds: [String: FileKind?] = [:]

    /// The file itself, or the first symbolic link on the way to it: behind that somebody else's files may stand.
    mutating func firstThere(_ path: String, below root: String) -> String? {
      var current = root
      for part in PathText.components(PathText.relative(path, to: root) ?? "") {
        current += "/\(part)"
        guard let kind = kind(current) else { return nil }
        if kind == .symbolicLink { return current }
      }
      return current
    }

    private mutating func kind(_ path: String) -> FileKind? {
      if let known = kinds[path] { return known }
      let kind: FileKind?
      do throws(FileError) { kind = try FileSystem.linkInfo(path).kind } catch { kind = nil }
      kinds[path] = .some(kind)
      return kind
    }
  }

  private static func isLink(_ path: String) -> Bool {
    do throws(FileError) { return try FileSystem.linkInfo(path).kind == .symbolicLink } catch { return false }
  }
}
