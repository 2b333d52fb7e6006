internal import Linux

/// What this machine gives for confinement, found by doing it once.
public struct SandboxCapabilities: Sendable, Equatable {
  /// The version of Landlock; 0 without.
  public let landlockVersion: Int
  /// Whether an own user namespace is needed and used, as for an ordinary user.
  public let usesUserNamespace: Bool
  /// Whether a step without network gets a network namespace.
  public let hasNetworkNamespace: Bool
  /// Whether a step gets a process namespace.
  public let hasProcessNamespace: Bool
  /// Whether a step gets mounts of its own.
  public let hasMountNamespace: Bool
  /// Whether a system call filter can be made.
  public let hasCallFilter: Bool
  /// What is missing of the full confinement.
  public let gaps: [Gap]

  /// The machine's capabilities for this user; probed at the first use.
  public static let current = probe()

  private static func probe() -> SandboxCapabilities {
    var gaps: [Gap] = []
    var kinds: NamespaceKinds = []
    do throws(SandboxError) {
      kinds = try NamespaceLadder.make(
        NamespaceLadder.all, begun: nil, mounts: [], listeners: [],
        processLimit: nil, &gaps
      ) {}.kinds
    } catch {
      gaps += Gap.namespaces(missing: [.mounts, .processes, .network], "the root directory cannot be opened")
    }
    let version = LandlockRuleset.version
    gaps += Gap.landlock(
      version: version, reason: LandlockRuleset.absence?.description ?? "",
      hasMounts: kinds.contains(.mounts))
    var hasFilter = true
    do throws(SandboxError) {
      hasFilter = try !SystemCallFilter(internet: .all).compile().isEmpty
    } catch { hasFilter = false }
    return SandboxCapabilities(
      landlockVersion: Int(version), usesUserNamespace: kinds.contains(.user),
      hasNetworkNamespace: kinds.contains(.network), hasProcessNamespace: kinds.contains(.processes),
      hasMountNamespace: kinds.contains(.mounts), hasCallFilter: hasFilter, gaps: gaps)
  }
}
