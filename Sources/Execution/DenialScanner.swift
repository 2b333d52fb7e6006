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
  private let readNames: [Glob]
  private let writeNames: [Glob]
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
    evaluator = Evaluator(policy: policy)
    readNames = Self.names(policy.references(.read), list: "read.deny")
    writeNames = Self.names(policy.references(.write) + policy.protectReferences, list: nil)
  }

  /// The last named part of each deny pattern: a quick look at a file's own name saves the whole decision.
  private static func names(_ references: [RuleReference], list: String?) -> [Glob] {
    var globs: [Glob] = []
    for reference in references {
      guard list.map({ reference.list.hasSuffix($0) }) ?? !reference.list.hasSuffix("allow") else { continue }
      let parts = reference.text.split(separator: "/").map(String.init)
      let name = parts.last { $0 != "**" } ?? "*"
      do throws(GlobError) {
        globs.append(try Glob(name.hasPrefix("{") && !name.contains(",") ? "*" : name))
      } catch {
        continue  // the pattern as a whole was compiled when the policy was read; this part of it says nothing
      }
    }
    return globs
  }

  private mutating func walk(_ folder: String, depth: Int) {
    guard depth < Self.depthLimit else {
      result.isCut = true
      return
    }
    let entries: [DirectoryEntry]
    do throws(FileError) {
      entries = try FileSystem.list(folder)
    } catch {
      return  // what cannot be listed here cannot be listed by the step either
    }
    for entry in entries {
      guard left > 0 else {
        result.isCut = true
        return
      }
      left -= 1
      let path = (folder == "/" ? "" : folder) + "/" + entry.name
      let isUnreadable = isDenied(path, name: entry.name, .read)
      if isUnreadable { result.read.append(path) }
      let isUnwritable = isDenied(path, name: entry.name, .write)
      if isUnwritable { result.write.append(path) }
      if entry.kind == .directory, !(isUnreadable && isUnwritable) { walk(path, depth: depth + 1) }
    }
  }

  private enum Access {
    case read
    case write
  }

  private func isDenied(_ path: String, name: String, _ access: Access) -> Bool {
    let names = access == .read ? readNames : writeNames
    guard names.contains(where: { $0.matches(name) }) else { return false }
    let decision = evaluator.decide(access == .read ? .read(path: path) : .write(path: path))
    guard decision.verdict == .deny else { return false }
    return decision.reason.cause == .denyRule || decision.reason.cause == .protected
  }
}
