internal import Linux
public import Policy
public import Sandbox

/// What a step of a policy would be confined by. It is made, as for a step, and thrown away.
public struct ConfinementPreview: Sendable {
  /// How much is enforced: `full`, `partial`, `off` or `none`.
  public var level: String
  /// What is missing and matters, with its consequence.
  public var gaps: [String]
  /// What was planned.
  public var profile: SandboxProfile
  /// What the kernel was told about files.
  public var facts: ConfinementFacts
  /// The paths that grant nothing.
  public var ignored: [IgnoredPath]
  /// Folders that the first step would find made.
  public var madeFolders: [String]
  /// Where a step finds its folder for temporary files.
  public var temporary: String?
  /// The ports of a step's loopback that stand for the machine's services; the proxy's is another one in each run.
  public var openPorts: [Int]
  /// Whether steps have no network of their own and are connected to the proxy, and nothing else, by the gate.
  public var connectsByGate: Bool
  /// What limits of memory and processes hold for; nil where they need no group.
  public var limitScope: LimitScope?

  /// Makes the confinement of a policy and looks at it.
  public static func make(
    _ policy: EffectivePolicy, resolver: ProgramResolver
  ) throws(RunFailure) -> ConfinementPreview {
    if !ProfileCompiler.isConfined(policy) { return try look(policy, resolver, temporary: nil) }
    let folder: RunFolder
    do throws(FileError) { folder = try .make(in: policy.context.tmp) } catch {
      throw .machine("no folder for temporary files can be made: \(error)")
    }
    let preview = try look(policy, resolver, temporary: folder.path)
    do throws(FileError) { try folder.remove() } catch {
      throw .machine("the folder for temporary files could not be removed: \(error)")
    }
    return preview
  }

  private static func look(
    _ policy: EffectivePolicy, _ resolver: ProgramResolver, temporary: String?
  ) throws(RunFailure) -> ConfinementPreview {
    let box = try LauncherBox.make(policy, resolver: resolver, temporary: temporary)
    var (level, gaps) = box.description
    if let gap = LiveSupport.gap(policy) { gaps.append(gap) }
    return ConfinementPreview(
      level: level, gaps: gaps, profile: box.launcher.profile, facts: box.launcher.facts,
      ignored: box.launcher.ignoredPaths
        + box.ledAway.map {
          IgnoredPath(path: $0, reason: "a symbolic link in the project leads away from it")
        },
      madeFolders: ProfileCompiler.isConfined(policy) ? ProfileCompiler.missingFolders(policy) : [],
      temporary: box.launcher.temporaryDirectory,
      openPorts: Array(Set(box.launcher.doors.filter(\.isForward).map { Int($0.port) })).sorted(),
      connectsByGate: box.launcher.outerPort != nil, limitScope: box.launcher.limitScope)
  }
}
