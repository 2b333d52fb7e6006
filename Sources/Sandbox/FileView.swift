internal import Linux

/// Which files a step sees and which of them it can change, as a list of mounts: everything read-only but
/// the writable paths, homes and /run empty but for what is granted, denied paths masked, an own /tmp.
///
/// It guards what Landlock cannot: denials inside what is allowed, metadata (permissions, times,
/// attributes) of files outside, and sockets, whose use Landlock does not govern. A mask lasts as long as
/// nobody outside the confinement removes the file under it.
struct FileView {
  /// Where temporary files go when they are the step's own.
  static let temporaryPlaces = ["/tmp", "/var/tmp"]

  /// Where services of the machine have their sockets; nothing there is readable unless it is granted.
  private static let coveredAlways = ["/run", "/var"]

  private(set) var acts: [MountAct] = []
  /// For each act what its failure means.
  private var meanings: [Meaning] = []
  private let profile: SandboxProfile
  /// The masks among the acts.
  private(set) var denials = Denials.none
  /// The masks that no rule asks for: of files of the profile, and of sockets that nothing grants and nothing else hides.
  private(set) var extra: [MountAct] = []

  private enum Meaning {
    /// A denied path that is not masked.
    case denial
    /// A granted path that is not there, or a view that shows more than it should.
    case view
    /// The step's own /tmp, without which it would use the machine's.
    case temporary
  }

  init(_ profile: SandboxProfile, _ gaps: inout [Gap]) {
    self.profile = profile
    let covers = covered()
    let kept = grants(covers)
    // Trees are taken aside while everything is where it was.
    var trees: [(tree: Int, path: String)] = []
    if let folder = profile.privateTemporary {
      for place in Self.temporaryPlaces where Self.isDirectory(place) {
        trees.append((add(.clone(path: folder, []), .temporary), place))
      }
    }
    let firstKept = trees.count
    for grant in kept { trees.append((add(.clone(path: grant.path, grant.attributes), .view), grant.path)) }
    add(.readOnly(path: "/"), .view)
    for cover in covers { add(.cover(path: cover), .view) }
    for cover in covers { addLinks(cover, kept.map(\.path)) }
    for (tree, path) in trees[..<firstKept] { add(.attach(tree: tree, path: path), .temporary) }
    for (tree, path) in trees[firstKept...] { add(.attach(tree: tree, path: path), .view) }
    for cover in covers { add(.seal(path: cover), .view) }
    denials = Denials(profile, &gaps)
    for act in denials.acts { add(act, .denial) }
    let granted = profile.readable + profile.writable + (profile.executable ?? [])
    let places = covers + ["/dev", "/proc"] + (profile.privateTemporary == nil ? [] : Self.temporaryPlaces)
    let files = profile.hiddenFiles.filter(FileSystem.exists)
    extra = (files + MachineSockets.outside(granted + places)).map { .hide(path: $0) }
    for act in extra { add(act, .view) }
  }

  @discardableResult
  private mutating func add(_ act: MountAct, _ meaning: Meaning) -> Int {
    acts.append(act)
    meanings.append(meaning)
    return acts.count - 1
  }

  /// Tells what the failures of the acts mean. Something that is gone, or that this user cannot reach,
  /// needs no mask and no read-only mount.
  func judge(_ errors: [Errno?], _ gaps: inout [Gap]) throws(SandboxError) {
    for index in acts.indices {
      guard let error = errors[index] else { continue }
      let path = acts[index].path
      if meanings[index] == .temporary {
        throw .setup(part: "private /tmp: \(path)", errno: error.description)
      }
      if error == .noSuchFile || error == .notADirectory { continue }
      switch (acts[index], meanings[index]) {
      case (_, .temporary): continue
      case (_, .denial): gaps.append(.denial(path, error.description))
      // A path that is a link or cannot be entered grants nothing; the file rules tell it.
      case (.clone, .view) where error == .tooManyLinks || error == .permissionDenied: continue
      case (.clone, .view): gaps.append(.grant(path, error.description))
      // Told by the act that took the tree aside.
      case (.attach, .view) where error == .badDescriptor: continue
      case (.attach, .view): gaps.append(.grant(path, error.description))
      case (_, .view): gaps.append(.view(path, error.description))
      }
    }
  }

  /// Without an own mount namespace nothing of this happens.
  func judgeAbsence(_ gaps: inout [Gap]) {
    for (act, meaning) in zip(acts, meanings) where meaning == .denial {
      gaps.append(.denial(act.path, "no mount namespace"))
    }
    if let folder = profile.privateTemporary { gaps.append(.temporary(folder)) }
  }
}

extension FileView {
  private struct Grant {
    var path: String
    var attributes: MountAct.Attributes
  }

  /// The directories to be shown empty: those of the profile, /run and /var, unless the profile grants them as a
  /// whole.
  private func covered() -> [String] {
    let granted = (profile.readable + profile.writable).map(BytePath.init)
    var covers: Set<BytePath> = []
    for path in (Self.coveredAlways + profile.hidden).map(BytePath.init).sorted() where path.text != "/" {
      if !Self.isDirectory(path.text) || granted.contains(where: { $0.contains(path) }) { continue }
      if !path.isBelow(oneOf: covers) { covers.insert(path) }
    }
    return covers.sorted().map(\.text)
  }

  /// The trees to be mounted: every writable path, and what is granted below a cover or an own /tmp.
  /// Parents come first; a path inside another of the same kind needs no mount of its own.
  private func grants(_ covers: [String]) -> [Grant] {
    let own = profile.privateTemporary == nil ? [] : Self.temporaryPlaces
    let places = (covers + own).map(BytePath.init)
    let writable = profile.writable.map(BytePath.init)
    var grants: [(path: BytePath, grant: Grant)] = []
    let paths = Set((profile.readable + profile.writable + (profile.executable ?? [])).map(BytePath.init))
    for path in paths.sorted() {
      if path.text == "/" || own.contains(path.text) { continue }
      let isWritable = writable.contains { $0.contains(path) }
      if !isWritable && !places.contains(where: { $0.contains(path) }) { continue }
      let attributes = attributes(isWritable: isWritable, isExecutable: profile.isExecutable(path))
      let outer = grants.last { $0.path.contains(path) }
      if outer?.grant.attributes == attributes { continue }
      grants.append((path, Grant(path: path.text, attributes: attributes)))
    }
    return grants.map(\.grant)
  }

  private func attributes(isWritable: Bool, isExecutable: Bool) -> MountAct.Attributes {
    var attributes: MountAct.Attributes = isWritable ? [] : [.noWrite]
    // Landlock lets the loader and memory maps through; a mount without execution does not.
    if isWritable && !isExecutable { attributes.insert(.noExecute) }
    return attributes
  }

  /// Links at the top of a covered directory stay, so that paths through them still lead to what is
  /// granted.
  private mutating func addLinks(_ cover: String, _ kept: [String]) {
    guard kept.contains(where: { BytePath(cover).contains(BytePath($0)) }) else { return }
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try FileSystem.list(cover) } catch { return }
    for entry in entries where entry.kind == .symbolicLink {
      do throws(FileError) {
        let target = try FileSystem.linkTarget("\(cover)/\(entry.name)")
        add(.link(path: "\(cover)/\(entry.name)", target: target), .view)
      } catch { continue }
    }
  }

  private static func isDirectory(_ path: String) -> Bool {
    do throws(FileError) { return try FileSystem.linkInfo(path).kind == .directory } catch { return false }
  }
}
