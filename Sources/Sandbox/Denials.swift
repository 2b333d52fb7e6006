internal import Linux

/// The mounts that make denied paths unreadable or unchangeable, parents first.
struct Denials {
  private(set) var acts: [MountAct] = []
  /// What to do with denied paths that are not there yet, should they appear.
  private(set) var awaited: [MountAct] = []
  private let profile: SandboxProfile

  /// No denials.
  static let none = Denials()

  private init() {
    profile = SandboxProfile(
      readable: [], writable: [], executable: nil, network: .none, limits: .none, mode: .off)
  }

  /// Plans the mounts for the denials of a profile as the files are now; what cannot be planned is told.
  init(_ profile: SandboxProfile, _ gaps: inout [Gap]) {
    self.profile = profile
    var hidden = Set((profile.denyRead + SystemPaths.secrets()).compactMap { Self.existing($0) })
    var kept: Set<String> = []
    for path in profile.denyWrite where isWritable(path) {
      guard let real = Self.existing(path) else {
        gaps.append(.denial(path, "it does not exist yet", isNeeded: false))
        awaited.append(.pin(path: path, [.noWrite]))
        continue
      }
      if real != path { gaps.append(.denial(path, "it leads through a symbolic link")) }
      if isWritable(real) { kept.insert(real) }
    }
    awaited += profile.denyRead.filter { !FileSystem.exists($0) }.map { .hide(path: $0) }
    let names = HardLinks.otherNames(of: hidden.union(kept), in: searchable)
    hidden.formUnion(names.names.filter { name in hidden.contains { Self.isSame($0, name) } })
    kept.formUnion(names.names.filter { name in kept.contains { Self.isSame($0, name) } })
    for path in names.unsearched { gaps.append(.denial(path, "it has other names that were not all found")) }
    let pins = kept.reduce(into: Set<String>()) { $0.formUnion(ancestors(of: $1)) }
    for path in pins.union(kept).union(hidden).sorted() {
      if hidden.contains(where: { $0 != path && FileView.contains($0, path) }) { continue }
      if pins.contains(path) && !kept.contains(path) { acts.append(.pin(path: path, [])) }
      if kept.contains(path) { acts.append(.pin(path: path, [.noWrite])) }
      if hidden.contains(path) { acts.append(.hide(path: path)) }
    }
  }

  /// The folders between a path and the writable path it lies in. Each is pinned: otherwise it could be
  /// renamed with all below it and made anew.
  private func ancestors(of path: String) -> [String] {
    let roots = profile.writable.filter { FileView.contains($0, path) }
    guard let root = roots.min(by: { $0.utf8.count < $1.utf8.count }) else { return [] }
    var found: [String] = []
    var above = FileSystem.parent(of: path)
    while above != root && above != "/" && FileView.contains(root, above) {
      found.append(above)
      above = FileSystem.parent(of: above)
    }
    return found
  }

  private func isWritable(_ path: String) -> Bool {
    profile.writable.contains { FileView.contains($0, path) }
  }

  /// Where the step could use another name of a denied file: what is granted, less the system.
  private var searchable: [String] {
    (profile.readable + profile.writable).filter { path in
      !SystemPaths.readable.contains { FileView.contains($0, path) }
    }
  }

  private static func existing(_ path: String) -> String? {
    do throws(FileError) { return try FileSystem.realPath(path) } catch { return nil }
  }

  private static func isSame(_ first: String, _ second: String) -> Bool {
    do throws(FileError) {
      return try FileSystem.linkInfo(first).isSameFile(as: FileSystem.linkInfo(second))
    } catch { return false }
  }
}
