internal import Linux

/// What a launcher needs whatever its profile will say, begun before that is known: namespaces in a process of their
/// own, the call filter in a thread. Dropped, it leaves nothing behind.
public struct LauncherPreparation: ~Copyable, Sendable {
  var holder: BegunHolder?
  var filter: Pending<Result<[UInt8], SandboxError>>?

  /// Begins. The thread does `work` first.
  public init(after work: @escaping @Sendable () -> Void = {}) {
    // Before there is a thread, and as long as this process has little memory to copy.
    holder = NamespaceLadder.begin(NamespaceLadder.all)
    filter = Pending {
      work()
      _ = SystemPaths.secrets
      return SystemCallFilter(internet: .all).compiled
    }
  }
}
