internal import CLinux

/// A holder that makes its namespaces while its caller finds out what is to be seen in them. It is given its plan, and
/// becomes a `NamespaceHolder` when that is done. Dropped before, it leaves nothing behind.
public struct BegunHolder: ~Copyable, Sendable {
  /// The kinds that it makes.
  public let kinds: NamespaceKinds
  private let raw: rd_holder

  /// Begins a holder.
  public init(_ kinds: NamespaceKinds) throws(HolderFailure) {
    var raw = rd_holder()
    unsafe rd_holder_begin(kinds.rawValue, &raw)
    if raw.stage != 0 {
      unsafe rd_holder_drop(&raw)
      throw HolderFailure(raw)
    }
    if ThisProcess.hasFewProcessors { rd_process_beside(raw.pid) }
    self.kinds = kinds
    self.raw = raw
  }

  /// Gives the holder its plan: the mounts, the listeners in an own network, how many processes and threads there may be
  /// with own process ids. `meanwhile` is done while it follows the plan.
  public consuming func finish(
    mounts: [MountAct], listeners: [InnerListener], processLimit: UInt64?, meanwhile: () -> Void
  ) throws(HolderFailure) -> NamespaceHolder {
    let kinds = kinds
    var raw = raw
    discard self
    if mounts.contains(where: { $0.path.utf8.contains(0) || $0.target.utf8.contains(0) }) {
      unsafe rd_holder_drop(&raw)
      throw HolderFailure(act: "changing mounts", errno: .invalidArgument)
    }
    var opened = listeners.prefix(InnerListener.limit).map {
      rd_listener(port: $0.port, is_v6: $0.isV6 ? 1 : 0, fd: -1)
    }
    Self.plan(&raw, mounts, opened, limit: processLimit.map { UInt32(clamping: $0) } ?? 0)
    meanwhile()
    var results = [Int32](repeating: 0, count: mounts.count)
    unsafe results.withUnsafeMutableBufferPointer { results in
      unsafe opened.withUnsafeMutableBufferPointer { opened in
        unsafe rd_holder_take(&raw, results.baseAddress, opened.baseAddress)
      }
    }
    if raw.stage != 0 { throw HolderFailure(raw) }
    return NamespaceHolder(raw, kinds, results, opened)
  }

  private static func plan(
    _ raw: inout rd_holder, _ mounts: [MountAct], _ listeners: [rd_listener], limit: UInt32
  ) {
    withCStrings(mounts.flatMap { [$0.path, $0.target] }, areNames: true) { texts in
      var list: [rd_mount] = unsafe []
      for index in mounts.indices {
        // Two texts were handed over for each act.
        guard let path = unsafe texts[2 * index], let target = unsafe texts[2 * index + 1] else { return }
        unsafe list.append(mounts[index].raw(path: path, target: target))
      }
      unsafe list.withUnsafeBufferPointer { list in
        unsafe listeners.withUnsafeBufferPointer { listeners in
          unsafe rd_holder_plan(
            &raw, limit, list.baseAddress, list.count, listeners.baseAddress, listeners.count)
        }
      }
    }
  }

  deinit {
    var raw = raw
    unsafe rd_holder_drop(&raw)
  }
}

extension HolderFailure {
  fileprivate init(_ raw: rd_holder) {
    act =
      switch raw.stage {
      case Int32(RD_HOLD_STAGE_CLONE.rawValue): "making the namespaces"
      case Int32(RD_HOLD_STAGE_IDS.rawValue): "mapping the user id"
      case Int32(RD_HOLD_STAGE_PRIVATE_MOUNTS.rawValue): "making mounts private"
      case Int32(RD_HOLD_STAGE_NAMESPACES.rawValue): "opening the namespaces"
      case Int32(RD_HOLD_STAGE_LOOPBACK.rawValue): "raising the loopback interface"
      default: "talking to the holder process"
      }
    errno = Errno(rawValue: raw.error)
  }
}
