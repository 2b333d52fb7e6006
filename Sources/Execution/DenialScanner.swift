internal import Linux
internal import Policy

/// Finds the files that deny rules name inside the trees that a step gets, so that the sandbox can mask them: the
/// kernel knows trees, not patterns.
struct DenialScanner {
  /// What is denied, as paths.
  struct Result {
    var read: [String] = []
    var write: [String] = []
    /// Whether a tree was too large to be looked through to its end.
    var isCut = false
  }

  /// Directory entries that are looked at at most.
  static let entryLimit = 200_000
  private static let depthLimit = 64

  private let evaluator: Evaluator
  private let readNames: [NameFilter]
  private let writeNames: [NameFilter]
  private var result = Result()
  private var left = DenialScanner.entryLimit

  /// Looks through the trees that a policy opens, but not through those that nothing is denied in.
  static func scan(_ policy: EffectivePolicy, trees: [String]) -> Result {
    var scanner = DenialScanner(policy)
    guard !scanner.readNames.isEmpty || !scanner.writeNames.isEmpty else { return scanner.result }
    var seen: [String] = []
    for tree in trees.sorted() where !seen.contains(where: { tree == $0 || tree.hasPrefix($0 + "/") }) {
      seen.append(tree)
      scanner.walk(tree, depth: 0)
    }
    return scanner.result
  }

  private init(_ policy: EffectivePolicy) {
    var evaluator = Evaluator(policy: policy)
    evaluator.findsRemedies = false
    self.evaluator = evaluator
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
      return  // what cannot be listed here cannot be listed by the step either
    }
    for entry in entries {
      guard left > 0 else {
        result.isCut = true
        return
      }
      left -= 1
      let mayBeUnreadable = readNames.contains { $0.matches(entry.nameBytes) }
      let mayBeUnwritable = writeNames.contains { $0.matches(entry.nameBytes) }
      guard mayBeUnreadable || mayBeUnwritable || entry.kind == .directory else { continue }
      let path = (folder == "/" ? "" : folder) + "/" + entry.name
      let isUnreadable = mayBeUnreadable && isDenied(.read(path: path))
      if isUnreadable { result.read.append(path) }
      let isUnwritable = mayBeUnwritable && isDenied(.write(path: path))
      if isUnwritable { result.write.append(path) }
      if entry.kind == .directory, !(isUnreadable && isUnwritable) { walk(path, depth: depth + 1) }
    }
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
