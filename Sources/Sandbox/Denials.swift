internal import Linux

/// The mounts that make denied paths unreadable or unchangeable, parents first.
struct Denials {
  private(set) var acts: [MountAct] = []
  /// What to do with denied paths that are not there yet, should they appear.
  private(set) var awaited: [MountAct] = []
  private let writable: [BytePath]

  /// No denials.
  static let none = Denials()

  private init() { writable = [] }

  /// Plans the mounts for the denials of a profile as the files are now; what cannot be planned is told.
  init(_ profile: SandboxProfile, _ gaps: inout [Gap]) {
    writable = profile.writable.map(BytePath.init)
    var hidden: Set<BytePath> = []
    var folders: Set<BytePath> = []
    var linked: [(path: BytePath, info: FileInfo)] = []
    var look = FileLook()
    for path in profile.denyRead + SystemPaths.secrets {
      if let file = look.existing(path) {
        hidden.insert(file.path)
        if file.info.kind == .directory { folders.insert(file.path) }
        if file.info.links > 1 { linked.append(file) }
      } else {
        awaited.append(.hide(path: path))
      }
    }
    var kept: Set<BytePath> = []
    for path in profile.denyWrite where isWritable(BytePath(path)) {
      guard let file = look.existing(path) else {
        gaps.append(.denial(path, "it does not exist yet", isNeeded: false))
        awaited.append(.pin(path: path, [.noWrite]))
        continue
      }
      if file.path != BytePath(path) { gaps.append(.denial(path, "it leads through a symbolic link")) }
      if isWritable(file.path) { kept.insert(file.path) }
      if file.info.links > 1 { linked.append(file) }
    }
    let names = HardLinks.otherNames(of: linked, in: Self.searchable(profile))
    for (name, path) in names.found {
      if hidden.contains(path) { hidden.insert(name) }
      if kept.contains(path) { kept.insert(name) }
    }
    for path in names.unsearched {
      gaps.append(.denial(path.text, "it has other names that were not all found"))
    }
    var pins = kept.reduce(into: Set<BytePath>()) { $0.formUnion(ancestors(of: $1)) }
    for path in profile.denyMove { pins.formUnion(ancestors(of: BytePath(path))) }
    for path in pins.union(kept).union(hidden).sorted() where !path.isBelow(oneOf: folders) {
      if pins.contains(path) && !kept.contains(path) { acts.append(.pin(path: path.text, [])) }
      if kept.contains(path) { acts.append(.pin(path: path.text, [.noWrite])) }
      if hidden.contains(path) { acts.append(.hide(path: path.text)) }
    }
  }

  /// The folders between a path and the writable path it lies in. Each is pinned: otherwise it could be
  /// renamed with all below it and made anew.
  private func ancestors(of path: BytePath) -> [BytePath] {
    let roots = writable.filter { $0.contains(path) }
    guard let root = roots.min(by: { $0.text.utf8.count < $1.text.utf8.count }) else { return [] }
    var found: [BytePath] = []
    var above = path.parent
    while above != root && root.contains(above) && above != BytePath("/") {
      found.append(above)
      above = above.parent
    }
    return found
  }

  private func isWritable(_ path: BytePath) -> Bool { writable.contains { $0.contains(path) } }

  /// Where the step could use another name of a denied file: what is granted, less the system.
  private static func searchable(_ profile: SandboxProfile) -> [String] {
    let system = SystemPaths.readable.map(BytePath.init)
    return (profile.readable + profile.writable).filter { path in
      !system.contains { $0.contains(BytePath(path)) }
    }
  }
}

/// Looks at many files. Neighbours cost one call each, since their folder stays open.
private struct FileLook: ~Copyable {
  private var folder: (path: BytePath, isOpen: Bool) = (BytePath(""), false)
  private var descriptor = FileDescriptor(owning: -1)

  /// The file at a path, with its links followed; `nil` when nothing is there.
  mutating func existing(_ path: String) -> (path: BytePath, info: FileInfo)? {
    let given = BytePath(path)
    // The usual case is a path in its simplest form without links.
    if given.isSimple {
      enter(given.parent)
      if folder.isOpen {
        do throws(Errno) {
          let info = try descriptor.linkInfo(of: given.name.text)
          if info.kind != .symbolicLink { return (given, info) }
        } catch { return nil }
      }
    }
    do throws(FileError) {
      let real = try FileSystem.realPath(path)
      return (BytePath(real), try FileSystem.linkInfo(real))
    } catch { return nil }
  }

  private mutating func enter(_ path: BytePath) {
    if folder.path == path { return }
    do throws(Errno) {
      descriptor = try FileDescriptor.openWithoutLinks(path.text, [.pathOnly, .directory])
      folder = (path, true)
    } catch { folder = (path, false) }
  }
}
