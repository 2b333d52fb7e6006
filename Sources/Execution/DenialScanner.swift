internal import Linux
internal import Policy
internal import SourceText

/// Finds the files that deny rules name inside the trees that a step gets, so that the sandbox can mask them: the
/// kernel knows trees, not patterns.
///
/// Folders are remembered: one whose change time (which nobody can set) is what it was holds what it held.
final class DenialScanner {
  /// What is denied, as paths.
  struct Result {
    var read: [String] = []
    var write: [String] = []
    /// Those that may not be read and are meant by where they are: with a folder above they would lose the rule.
    var fixed: [String] = []
    /// Whether a tree was too large to be looked through to its end.
    var isCut = false

    var isEmpty: Bool { read.isEmpty && write.isEmpty }

    mutating func add(_ other: Result) {
      read += other.read
      write += other.write
      fixed += other.fixed
    }
  }

  /// Directory entries that are looked at at most.
  static let entryLimit = 1_000_000
  private static let depthLimit = 64
  /// How long, in nanoseconds, a folder must have been as it is to be remembered: the kernel's times go in ticks.
  private static let settling: Int64 = 50_000_000

  private static let git = Array(".git".utf8)
  /// What git takes a folder for a repository by.
  private static let marks = ["HEAD", "objects", "refs"].map { Array($0.utf8) }

  /// One folder as it was looked at.
  private struct Folder {
    var info: FileInfo
    var count = 0
    var found = Result()
    /// The folders in it that are to be looked at.
    var folders: [String] = []
    /// The `.git` in it, or itself when it is a bare repository: its own files say what is to be guarded.
    var repositories: [String] = []
  }

  /// What says which files are denied.
  let judge: DenialJudge
  private var known: [String: Folder] = [:]
  private var seen: [String: Folder] = [:]
  /// The folders that were looked through by the last scan.
  private(set) var folders: [String] = []
  private var result = Result()
  private var left = DenialScanner.entryLimit
  private var start: Int64 = 0

  init(_ judge: DenialJudge) { self.judge = judge }

  /// Looks through the trees that a policy opens, but not through those that nothing is denied in.
  static func scan(_ policy: EffectivePolicy, trees: [String]) -> Result {
    DenialScanner(DenialJudge(policy)).scan(trees)
  }

  /// Looks through trees, and lists the folders that have changed since the last time.
  func scan(_ trees: [String]) -> Result {
    result = Result()
    folders = []
    guard !judge.isIdle else { return result }
    left = Self.entryLimit
    seen = [:]
    start = SystemClock.realtime()
    var roots: [String] = []
    for tree in trees.sorted() where !roots.contains(where: { PathText.isInside(tree, $0) }) {
      roots.append(tree)
      walk(tree, depth: 0)
    }
    known = seen
    return result
  }

  private func walk(_ path: String, depth: Int) {
    guard depth < Self.depthLimit else {
      result.isCut = true
      return
    }
    guard let folder = look(path, depth) else { return }
    guard left >= folder.count else {
      result.isCut = true
      return
    }
    left -= folder.count
    folders.append(path)
    if !folder.found.isEmpty { result.add(folder.found) }
    for git in folder.repositories { result.write += GitGuard.guarded(at: git, isWhole: true) }
    for inner in folder.folders { walk(inner, depth: depth + 1) }
    if folder.info.changed < start - Self.settling { seen[path] = folder }
  }

  private func look(_ path: String, _ depth: Int) -> Folder? {
    do throws(FileError) {
      if let folder = known[path], try FileSystem.linkInfo(path) == folder.info { return folder }
      let (info, entries) = try FileSystem.folder(path)
      return list(path, entries, info)
    } catch {
      switch error.errno {
      case .noSuchFile, .notADirectory: break
      // Its owner can change that, and a step may be its owner: nothing of it is shown.
      case .permissionDenied where depth > 0:
        result.read.append(path)
        result.write.append(path)
      default: result.isCut = true
      }
      return nil
    }
  }

  private func list(_ path: String, _ entries: [DirectoryEntry], _ info: FileInfo) -> Folder {
    var folder = Folder(info: info, count: entries.count)
    let before = path == "/" ? "/" : path + "/"
    var marks = 0
    let judge = judge
    for entry in entries {
      // HEAD, objects, refs.
      if entry.nameBytes.count == 4 || entry.nameBytes.count == 7, Self.marks.contains(entry.nameBytes) {
        marks += 1
      }
      let isGit = entry.nameBytes == Self.git
      // Some file systems do not say what a name stands for.
      let mayBeFolder = entry.kind == .directory || entry.kind == .unknown
      let verdict = judge.verdict(entry.nameBytes) { before + entry.name }
      if let verdict { folder.found.add(verdict.result(before + entry.name)) }
      guard mayBeFolder || isGit else { continue }
      let inner = before + entry.name
      if isGit, inner != judge.root + "/.git" { folder.repositories.append(inner) }
      if mayBeFolder, verdict?.isWhole != true { folder.folders.append(inner) }
    }
    if marks == Self.marks.count, PathText.base(path) != ".git" { folder.repositories.append(path) }
    return folder
  }

  /// What a path that has just appeared means, with all that is below it.
  static func appeared(_ path: String, _ judge: DenialJudge) -> (result: Result, folders: [String]) {
    var result = Result()
    let name = Array(PathText.base(path).utf8)
    if let verdict = judge.verdict(name, { path }) { result.add(verdict.result(path)) }
    guard let info = try? FileSystem.linkInfo(path), info.kind == .directory else { return (result, []) }
    let scanner = DenialScanner(judge)
    result.add(scanner.scan([path]))
    return (result, scanner.folders)
  }
}

/// Says of a file whether deny rules mean it.
struct DenialJudge: Sendable {
  /// What is denied of a file.
  struct Verdict {
    var isUnreadable: Bool
    var isUnwritable: Bool
    /// Whether the rule means the place.
    var isFixed: Bool

    /// Whether nothing of a folder is left to look at.
    var isWhole: Bool { isUnreadable && isUnwritable }

    func result(_ path: String) -> DenialScanner.Result {
      DenialScanner.Result(
        read: isUnreadable ? [path] : [], write: isUnwritable ? [path] : [], fixed: isFixed ? [path] : [])
    }
  }

  /// The project.
  let root: String
  private let evaluator: Evaluator
  private let readNames: [NameFilter]
  private let writeNames: [NameFilter]
  /// The letters of which a name must have all, for each of these: what keeps most names from a closer look.
  private let letters: [UInt64]
  private let references: [RuleReference]
  private let guarded: [String]

  init(_ policy: EffectivePolicy) {
    var evaluator = Evaluator(policy: policy)
    evaluator.findsRemedies = false
    self.evaluator = evaluator
    root = policy.context.repo
    guarded = policy.context.guarded
    references = policy.references(.read) + policy.references(.write) + policy.protectReferences
    readNames = Self.names(policy.references(.read), list: "read.deny")
    writeNames = Self.names(policy.references(.write) + policy.protectReferences, list: nil)
    letters = Array(Set((readNames + writeNames).map(\.letters)))
  }

  /// Whether nothing is denied anywhere.
  var isIdle: Bool { readNames.isEmpty && writeNames.isEmpty }

  /// Whether another policy says the same about files.
  func holds(_ policy: EffectivePolicy) -> Bool {
    guarded == policy.context.guarded && root == policy.context.repo
      && references == policy.references(.read) + policy.references(.write) + policy.protectReferences
  }

  /// The last named part of each deny pattern: a quick look at a file's own name saves the whole decision.
  private static func names(_ references: [RuleReference], list: String?) -> [NameFilter] {
    var filters: Set<NameFilter> = []
    for reference in references {
      guard list.map({ reference.list.hasSuffix($0) }) ?? !reference.list.hasSuffix("allow") else { continue }
      filters.insert(NameFilter(pattern: reference.text))
    }
    return Array(filters)
  }

  /// What is denied of a file with this name; nil when nothing is.
  func verdict(_ name: [UInt8], _ path: () -> String) -> Verdict? {
    let lacking = ~NameFilter.letters(name)
    guard letters.contains(where: { $0 & lacking == 0 }) else { return nil }
    let mayBeUnreadable = readNames.contains { $0.matches(name) }
    let mayBeUnwritable = writeNames.contains { $0.matches(name) }
    guard mayBeUnreadable || mayBeUnwritable else { return nil }
    let path = path()
    let read = mayBeUnreadable ? denial(.read(path: path)) : nil
    let write = mayBeUnwritable ? denial(.write(path: path)) : nil
    if read == nil && write == nil { return nil }
    return Verdict(
      isUnreadable: read != nil, isUnwritable: write != nil,
      isFixed: read.map { !Self.isAnywhere($0.reason.rule?.text ?? "") } ?? false)
  }

  /// Whether a pattern means a name wherever it stands, such as `**/.env`.
  private static func isAnywhere(_ pattern: String) -> Bool {
    var rest = pattern[...]
    while rest.hasPrefix("**/") { rest = rest.dropFirst(3) }
    if rest.hasSuffix("/**") { rest = rest.dropLast(3) }
    return rest.startIndex > pattern.startIndex && !rest.contains("/")
  }

  private func denial(_ request: AccessRequest) -> Decision? {
    let decision = evaluator.decide(request)
    guard decision.verdict == .deny else { return nil }
    return decision.reason.cause == .denyRule || decision.reason.cause == .protected ? decision : nil
  }
}

/// Whether a file's own name could be meant by a deny pattern: the pattern's last named part, as bytes.
struct NameFilter: Hashable {
  /// What stands between the stars; nil: any name is looked at in full.
  private let pieces: [[UInt8]]?
  /// The letters of the pieces.
  let letters: UInt64

  /// The bytes of a text as a set, in which some share a place.
  static func letters(_ text: [UInt8]) -> UInt64 { text.reduce(0) { $0 | 1 << UInt64($1 & 63) } }

  init(pattern: String) {
    let star = UInt8(0x2A)
    let parts = pattern.split(separator: "/").map { Array($0.utf8) }
    guard let name = parts.last(where: { $0 != [star, star] }),
      !name.contains(where: { Array("?[]{}()!@+\\|".utf8).contains($0) })
    else {
      pieces = nil
      letters = 0
      return
    }
    pieces = name.split(separator: star, omittingEmptySubsequences: false).map(Array.init)
    letters = pieces.map { Self.letters(Array($0.joined())) } ?? 0
  }

  /// Whether a name has the pieces in their order, the first at its beginning and the last at its end.
  func matches(_ name: [UInt8]) -> Bool {
    guard let pieces, let first = pieces.first, let last = pieces.last else { return true }
    if pieces.count == 1 { return name == first }
    guard name.count >= first.count + last.count, name.starts(with: first),
      name.suffix(last.count).elementsEqual(last)
    else { return false }
    var rest = name[first.count..<(name.count - last.count)]
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let end = Self.end(of: piece, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  private static func end(of piece: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    guard text.count >= piece.count else { return nil }
    for start in text.startIndex...(text.endIndex - piece.count) where text[start] == piece[0] {
      if text[start..<(start + piece.count)].elementsEqual(piece) { return start + piece.count }
    }
    return nil
  }
}
