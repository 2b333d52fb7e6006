internal import Linux
public import Policy
public import Sandbox
internal import SourceText

/// Makes a sandbox profile of a policy: paths, denials, network, limits.
public enum ProfileCompiler {
  /// The profile of a run's steps; `temporary` is the run's own folder, shown to them as /tmp.
  public static func compile(
    _ policy: EffectivePolicy, resolver: ProgramResolver, temporary: String?
  ) -> (profile: SandboxProfile, trees: [String], notes: [String]) {
    let mode = mode(policy)
    let places = temporary == nil ? [] : ["/tmp", "/var/tmp", policy.context.tmp]
    let paths = RealPaths(policy)
    let writable = policy.writeRoots.compactMap { paths.real($0.path) }.filter { !places.contains($0) }
    let given = policy.readRoots.compactMap { paths.real($0.path) }.filter { !places.contains($0) }
    let network = network(policy)
    var readable = SystemPaths.readable + given
    readable += toolFolders(resolver.folders, paths, home: policy.context.home)
    // Steps may call rundown itself, wherever it was installed.
    do throws(FileError) { readable.append(try FileSystem.realPath("/proc/self/exe")) } catch {
      // Without /proc it is not found, and a step has no use for it.
    }
    if network == .host { readable += SystemPaths.nameResolution }
    var denials = DenialScanner.Result()
    var notes: [String] = []
    if mode != .off {
      denials = DenialScanner.scan(policy, trees: unique(given + writable))
      if denials.isCut {
        notes.append(
          "a tree is too large: deny rules are not enforced in all of it; allow a smaller folder")
      }
    }
    let profile = SandboxProfile(
      readable: unique(readable), writable: unique(writable), executable: nil, denyRead: denials.read,
      denyMove: denials.fixed,
      denyWrite: writeDenials(policy, denials), hidden: hidden(policy),
      privateTemporary: temporary, network: network,
      limits: ResourceLimits(
        processes: policy.processes.map { UInt64($0.value) }, memory: policy.memory.map { UInt64($0.value) },
        fileSize: policy.fileSize.map { UInt64($0.value) },
        cpuSeconds: policy.cpu.map { UInt64(max(1, $0.value.components.seconds)) }),
      mode: mode)
    return (profile, mode == .off ? [] : unique(given + writable), notes)
  }

  private static func network(_ policy: EffectivePolicy) -> SandboxProfile.Network {
    switch policy.network.value {
    case .open: return .host
    case .deny: return .none
    case .proxied:
      return .proxied(localPorts: policy.localhostPorts.compactMap { UInt16(exactly: $0.value) })
    }
  }

  /// Folders that a document or an option makes writable and that are not there yet. A step could not make them, since
  /// the folder above is not writable, so they are made before the first step.
  static func missingFolders(_ policy: EffectivePolicy) -> [String] {
    policy.writeRoots.filter { root in
      switch root.rule.origin {
      case .document, .override, .grant, .agent, .flag: break
      case .builtin, .user, .riskyHosts, .preset, .session: return false
      }
      return root.rule.text.hasSuffix("/**") && !root.isWider && !FileSystem.exists(root.path)
        && PathText.isBelow(root.path, policy.context.repo)
    }.map(\.path)
  }

  /// What may not be written: what the scan found, and protected files whether or not they are there.
  static func writeDenials(_ policy: EffectivePolicy, _ denials: DenialScanner.Result) -> [String] {
    unique(denials.write + policy.protectedPaths)
  }

  /// Whether the steps of a policy are confined at all.
  static func isConfined(_ policy: EffectivePolicy) -> Bool { mode(policy) != .off }

  private static func mode(_ policy: EffectivePolicy) -> SandboxProfile.Mode {
    if policy.options.allowAll, !policy.options.denyAll { return .off }
    switch policy.sandbox.value {
    case .off: return .off
    case .prefer: return .prefer
    case .strict: return .strict
    }
  }

  /// The user's home is shown empty, but for what is granted in it.
  private static func hidden(_ policy: EffectivePolicy) -> [String] {
    let home = policy.context.home
    return home == "/" || home == policy.context.repo ? [] : [home]
  }

  /// The folders where programs on PATH keep what they need: beside `bin` there is usually `lib`. In the user's home
  /// a whole prefix is opened only when it looks like one, since secrets stand there too.
  private static func toolFolders(_ folders: [String], _ paths: RealPaths, home: String) -> [String] {
    var found: [String] = []
    // What of the project may be read is for the rules to say.
    for folder in folders where !paths.isForeign(folder) {
      guard let real = paths.real(folder), !paths.isForeign(real), !PathText.isInside(home, real) else { continue }
      let prefix = FileSystem.parent(of: real)
      let isInHome = home != "/" && PathText.isInside(real, home)
      let isPrefix = FileSystem.exists(prefix + "/lib") && (real.hasSuffix("/bin") || real.hasSuffix("/sbin"))
      if prefix != "/", prefix != home, isPrefix, !isInHome || !prefix.hasSuffix("/.local") {
        found.append(prefix)
      } else {
        found.append(real)
      }
    }
    return found
  }

  private static func unique(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }
}
