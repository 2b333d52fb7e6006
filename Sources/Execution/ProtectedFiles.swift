internal import Linux
internal import Policy

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

  /// Moves the protected files that have appeared since into a folder of the run store; nothing is deleted, since a
  /// person may have made them.
  ///
  /// - Returns: a line for each.
  func takeAway() -> [(path: String, told: String)] {
    let evaluator = Evaluator(policy: policy)
    return Self.present(policy).subtracting(before).sorted().compactMap { path in
      guard Self.isLink(path) || evaluator.decide(.write(path: path)).verdict == .deny else { return nil }
      return (path, move(path))
    }
  }

  private func move(_ path: String) -> String {
    let quarantine = policy.context.repo + "/.rundown/quarantine"
    do throws(FileError) {
      try FileSystem.makeDirectories(quarantine, mode: 0o700)
      let name = path.split(separator: "/").last.map(String.init) ?? "file"
      let target = "\(quarantine)/\(name).\(RandomBytes.hex(4))"
      try FileSystem.rename(path, to: target)
      return "it was moved to \(target)"
    } catch {
      return "it could not be moved away: \(error.reason)"
    }
  }

  // MARK: looking

  private static func present(_ policy: EffectivePolicy) -> Set<String> {
    let root = policy.context.repo
    var found: Set<String> = []
    for path in policy.protectedPaths where path.hasPrefix(root + "/") && !path.hasPrefix(root + "/.rundown/")
    {
      if let there = firstThere(path, below: root) { found.insert(there) }
    }
    for tree in policy.protectedTrees where tree == root || tree.hasPrefix(root + "/") {
      guard let there = firstThere(tree, below: root) else { continue }
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

  /// The file itself, or the first symbolic link on the way to it: behind that somebody else's files may stand.
  private static func firstThere(_ path: String, below root: String) -> String? {
    var current = root
    for part in path.dropFirst(root.count + 1).split(separator: "/") {
      current += "/\(part)"
      do throws(FileError) {
        if try FileSystem.linkInfo(current).kind == .symbolicLink { return current }
      } catch {
        return nil
      }
    }
    return current
  }

  private static func isLink(_ path: String) -> Bool {
    do throws(FileError) { return try FileSystem.linkInfo(path).kind == .symbolicLink } catch { return false }
  }
}
