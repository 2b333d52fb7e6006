internal import Linux
internal import Policy
internal import SourceText

/// Finds the files that deny rules name inside the trees that a step gets, so that the sandbox can mask them: the
/// kernel knows trees, not patterns.
struct DenialScanner {
  /// What is denied, as paths.
  struct Result {
    var read: [String] = []
    var write: [String] = []
    /// Those that may not be read and are meant by where they are: with a folder above they would lose the rule.
    var fixed: [String] = []
    /// Whether a tree was too large to be looked through to its end.
    var isCut = false
  }

  /// Directory entries that are looked at at most.
  static let entryLimit = 1_000_000
  private static let depthLimit = 64

  private static let git = Array(".git".utf8)

  private let evaluator: Evaluator
  private let root: String
  private let readNames: [NameFilter]
  private let writeNames: [NameFilter]
  private var result = Result()
  private var left = DenialScanner.entryLimit

  /// Looks through the trees that a policy opens, but not through those that nothing is denied in.
  static func scan(_ policy: EffectivePolicy, trees: [String]) -> Result {
    var scanner = DenialScanner(policy)
    guard !scanner.readNames.isEmpty || !scanner.writeNames.isEmpty else { return scanner.result }
    var seen: [String] = []
    for tree in trees.sorted() where !seen.contains(where: { PathText.isInside(tree, $0) }) {
      seen.append(tree)
      scanner.walk(tree, depth: 0)
    }
    return scanner.result
  }

  private init(_ policy: EffectivePolicy) {
    var evaluator = Evaluator(policy: policy)
    evaluator.findsRemedies = false
    self.evaluator = evaluator
    root = policy.context.repo
    readNames = Self.names(policy.references(.read), list: "read.deny")
    writeNames = Self.names(policy.references(.write) + policy.protectReferences, list: nil)
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

  private mutating func walk(_ folder: String, depth: Int) {
    guard depth < Self.depthLimit else {
      result.isCut = true
      return
    }
    let entries: [DirectoryEntry]
    do throws(FileError) {
      entries = try FileSystem.entries(folder)
    } catch {
      switch error.errno {
      case .noSuchFile, .notADirectory: return
      // Its owner can change that, and a step may be its owner: nothing of it is shown.
      case .permissionDenied where depth > 0:
        result.read.append(folder)
        result.write.append(folder)
      default: result.isCut = true
      }
      return
    }
    for entry in entries {
      guard left > 0 else {
        result.isCut = true
        return
      }
      left -= 1
      let mayBeUnreadable = readNames.contains { $0.matches(entry.nameBytes) }
      let mayBeUnwritable = writeNames.contains { $0.matches(entry.nameBytes) }
      let isGit = entry.nameBytes == Self.git
      guard mayBeUnreadable || mayBeUnwritable || entry.kind == .directory || isGit else { continue }
      let path = (folder == "/" ? "" : folder) + "/" + entry.name
      if isGit, path != root + "/.git" {
        result.write += GitGuard.guarded(at: path, isWhole: true)
      }
      let isUnreadable = mayBeUnreadable && isDenied(.read(path: path))
      if isUnreadable { add(path) }
      let isUnwritable = mayBeUnwritable && isDenied(.write(path: path))
      if isUnwritable { result.write.append(path) }
      if entry.kind == .directory, !(isUnreadable && isUnwritable) { walk(path, depth: depth + 1) }
    }
  }

  private mutating func add(_ path: String) {
    result.read.append(path)
    let rule = evaluator.decide(.read(path: path)).reason.rule?.text ?? ""
    if !Self.isAnywhere(rule) { result.fixed.append(path) }
  }

  /// Whether a pattern means a name wherever it stands, such as `**/.env`.
  private static func isAnywhere(_ pattern: String) -> Bool {
    var rest = pattern[...]
    while rest.hasPrefix("**/") { rest = rest.dropFirst(3) }
    if rest.hasSuffix("/**") { rest = rest.dropLast(3) }
    return rest.startIndex > pattern.startIndex && !rest.contains("/")
  }

  private func isDenied(_ request: AccessRequest) -> Bool {
    let decision = evaluator.decide(request)
    guard decision.verdict == .deny else { return false }
    return decision.reason.cause == .denyRule || decision.reason.cause == .protected
  }
}

/// Whether a file's own name could be meant by a deny pattern: the pattern's last named part, as bytes.
struct NameFilter: Hashable {
  /// What stands between the stars; nil: any name is looked at in full.
  private let pieces: [[UInt8]]?

  init(pattern: String) {
    let star = UInt8(0x2A)
    let parts = pattern.split(separator: "/").map { Array($0.utf8) }
    guard let name = parts.last(where: { $0 != [star, star] }),
      !name.contains(where: { Array("?[]{}()!@+\\|".utf8).contains($0) })
    else {
      pieces = nil
      return
    }
    pieces = name.split(separator: star, omittingEmptySubsequences: false).map(Array.init)
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
