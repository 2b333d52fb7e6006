/// A folder (or file) that a sandbox opens for a rule.
public struct PathRoot: Hashable, Sendable {
  /// The absolute path.
  public var path: String
  /// Whether the path covers more than the rule: the kernel knows trees, not patterns.
  public var isWider: Bool
  /// The rule.
  public var rule: RuleReference
}

extension EffectivePolicy {
  /// What of a process's environment a step gets, sorted by name. Names that occur twice are looked at once.
  ///
  /// The environment is built from nothing: only names that a rule lists and none denies. What rundown itself sets
  /// is added by the caller.
  public func environment(
    from environment: [(name: String, value: String)], session: SessionGrants = SessionGrants()
  ) -> [(name: String, value: String)] {
    var evaluator = Evaluator(policy: self, session: session)
    evaluator.findsRemedies = false
    var seen: Set<String> = []
    var out: [(name: String, value: String)] = []
    for (name, value) in environment where seen.insert(name).inserted {
      if name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) { continue }
      if evaluator.decide(.environment(name: name)).verdict == .allow { out.append((name, value)) }
    }
    return out.sorted { $0.name < $1.name }
  }

  /// The trees that the allow rules open for reading.
  public var readRoots: [PathRoot] { roots(.read) }

  /// The trees that the allow rules open for writing.
  public var writeRoots: [PathRoot] { roots(.write) }

  /// Whether some deny rule or protected file lies in a tree, so that the sandbox must look for it there.
  public func hasDenials(_ kind: AccessKind) -> Bool {
    rules[kind]?.deny.isEmpty == false || (kind == .write && !(protected.isEmpty && context.guarded.isEmpty))
  }

  /// Absolute paths of protected files whose rule has no wildcard: they are guarded even while they don't exist.
  public var protectedPaths: [String] {
    context.guarded
      + protected.compactMap { rule in
        if case .path(let pattern) = rule.pattern, pattern.glob.isLiteral {
          return pattern.glob.literalPrefix
        }
        return nil
      }
  }

  /// The folders below which protected files lie whose rule has a wildcard.
  public var protectedTrees: [String] {
    protected.compactMap { rule in
      guard case .path(let pattern) = rule.pattern, !pattern.glob.isLiteral else { return nil }
      return pattern.glob.fixedRoot.path
    }
  }

  private func roots(_ kind: AccessKind) -> [PathRoot] {
    let set = rules[kind] ?? RuleSet()
    return (set.flags + set.allow).compactMap { rule in
      guard case .path(let pattern) = rule.pattern else { return nil }
      let root = pattern.glob.fixedRoot
      return PathRoot(path: root.path, isWider: root.isWider, rule: rule.reference)
    }
  }
}
