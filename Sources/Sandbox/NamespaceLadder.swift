internal import Linux

/// Which namespaces to try, best first.
enum NamespaceLadder {
  /// The kinds that a profile wants.
  static func kinds(for profile: SandboxProfile) -> NamespaceKinds {
    var kinds: NamespaceKinds = [.mounts, .devices, .processes, .ipc]
    if profile.network != .host { kinds.insert(.network) }
    return kinds
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
  /// Makes what can be made of `wanted` and tells the rest.
  static func make(
    _ wanted: NamespaceKinds, mounts: [MountAct], listeners: [InnerListener] = [],
    processLimit: UInt64? = nil, _ gaps: inout [Gap]
  ) throws(SandboxError) -> NamespaceHolder {
    let canAdminister = ThisProcess.effectiveCapabilities & Capabilities.administration != 0
    var first: HolderFailure?
    for kinds in attempts(wanted, canAdminister: canAdminister) {
      do throws(HolderFailure) {
        let holder = try NamespaceHolder(
          kinds, mounts: mounts, listeners: listeners, processLimit: processLimit)
        if let first { gaps += Gap.namespaces(missing: wanted.subtracting(kinds), first.description) }
        if let error = holder.devicesError { gaps.append(.devices(error.description)) }
        if let error = holder.procError { gaps.append(.processView(error.description)) }
        return holder
      } catch {
        if first == nil { first = error }
      }
    }
    gaps += Gap.namespaces(missing: wanted, first?.description ?? "not tried")
    return try absent()
  }

  /// No namespaces.
  static func absent() throws(SandboxError) -> NamespaceHolder {
    do throws(Errno) { return try NamespaceHolder.absent() } catch {
      throw .setup(part: "root directory", errno: error.description)
    }
  }
}
