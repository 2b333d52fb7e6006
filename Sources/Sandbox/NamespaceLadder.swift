internal import Linux

/// Which namespaces to try, best first.
enum NamespaceLadder {
  /// The kinds that a step can have.
  static let all: NamespaceKinds = [.mounts, .devices, .processes, .ipc, .network]

  /// The kinds that a profile wants.
  static func kinds(for profile: SandboxProfile) -> NamespaceKinds {
    profile.network == .host ? all.subtracting(.network) : all
  }

  /// What to try for these kinds, in order: without a user namespace where this process may do without (an
  /// own user namespace would take root's power over the files of others), then with one, then with fewer
  /// kinds.
  static func attempts(_ kinds: NamespaceKinds, canAdminister: Bool) -> [NamespaceKinds] {
    let fewer = [kinds, kinds.subtracting(.network), kinds.subtracting([.network, .processes])]
    var attempts = canAdminister ? fewer : []
    attempts += fewer.map { $0.union(.user) }
    var seen: Set<NamespaceKinds> = []
    return attempts.filter { seen.insert($0).inserted }
  }
}

extension NamespaceLadder {
  /// The holder that was begun, if it is what is tried first for these kinds; else that is begun.
  static func begin(_ wanted: NamespaceKinds, _ begun: consuming BegunHolder?) -> BegunHolder? {
    guard let held = begun.take(), held.kinds == attempts(wanted).first else { return begin(wanted) }
    return held
  }

  /// Begins what is tried first; nil when it cannot be begun, which `make` then finds out, too.
  static func begin(_ wanted: NamespaceKinds) -> BegunHolder? {
    guard let kinds = attempts(wanted).first else { return nil }
    do throws(HolderFailure) { return try BegunHolder(kinds) } catch { return nil }
  }

  /// Makes what can be made of `wanted` and tells the rest. `meanwhile` is done once, while the first attempt is under way.
  static func make(
    _ wanted: NamespaceKinds, begun: consuming BegunHolder?, mounts: [MountAct], listeners: [InnerListener],
    processLimit: UInt64?, _ gaps: inout [Gap], meanwhile: () -> Void
  ) throws(SandboxError) -> NamespaceHolder {
    var begun = consume begun
    var first: HolderFailure?
    var isFirst = true
    for kinds in attempts(wanted) {
      do throws(HolderFailure) {
        let attempt: BegunHolder
        if let held = begun.take() { attempt = held } else { attempt = try BegunHolder(kinds) }
        let holder = try attempt.finish(mounts: mounts, listeners: listeners, processLimit: processLimit) {
          if isFirst { meanwhile() }
          isFirst = false
        }
        if let first { gaps += Gap.namespaces(missing: wanted.subtracting(kinds), first.description) }
        if let error = holder.devicesError { gaps.append(.devices(error.description)) }
        if let error = holder.procError { gaps.append(.processView(error.description)) }
        return holder
      } catch {
        if first == nil { first = error }
      }
    }
    if isFirst { meanwhile() }
    gaps += Gap.namespaces(missing: wanted, first?.description ?? "not tried")
    return try absent()
  }

  private static func attempts(_ wanted: NamespaceKinds) -> [NamespaceKinds] {
    attempts(wanted, canAdminister: ThisProcess.effectiveCapabilities & Capabilities.administration != 0)
  }

  /// No namespaces.
  static func absent() throws(SandboxError) -> NamespaceHolder {
    do throws(Errno) { return try NamespaceHolder.absent() } catch {
      throw .setup(part: "root directory", errno: error.description)
    }
  }
}
