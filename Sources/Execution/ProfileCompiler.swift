internal import Linux
internal import Policy
internal import Sandbox
internal import SourceText

/// Makes a sandbox profile of a policy: paths, denials, network, limits.
enum ProfileCompiler {
  /// A profile and what it was made of.
  struct Plan {
    var profile: SandboxProfile
    /// The trees in which deny rules name files.
    var trees: [String]
    /// Files that are denied although no rule of the policy names them.
    var secrets: [String]
    /// What is not enforced.
    var notes: [String]
    /// The paths of rules that grant nothing, since a link in the project leads away from them.
    var ledAway: [String]
  }

  /// The profile of a run's steps; `temporary` is the run's own folder, shown to them as /tmp. The scanner looks for what
  /// is denied.
  static func compile(
    _ policy: EffectivePolicy, _ scanner: DenialScanner, resolver: ProgramResolver, temporary: String?
  ) -> Plan {
    let mode = mode(policy)
    let places = temporary == nil ? [] : ["/tmp", "/var/tmp", policy.context.tmp]
    let paths = RealPaths(policy)
    let (writeRoots, readRoots) = (policy.writeRoots, policy.readRoots)
    let roots = unique((writeRoots + readRoots).map(\.path))
    let real = paths.real(roots)
    let writable = writeRoots.compactMap { real[$0.path] }.filter { !places.contains($0) }
    let given = readRoots.compactMap { real[$0.path] }.filter { !places.contains($0) }
    let network = network(policy)
    var readable = SystemPaths.readable + given
    let tools = ToolFolders(resolver.folders, paths, home: policy.context.home, environment: .current)
    readable += tools.readable
    // Steps may call rundown itself, wherever it was installed.
    do throws(FileError) { readable.append(try FileSystem.realPath("/proc/self/exe")) } catch {
      // Without /proc it is not found, and a step has no use for it.
    }
    if network == .host { readable += SystemPaths.nameResolution }
    var denials = DenialScanner.Result()
    var notes: [String] = []
    if mode != .off {
      denials = scanner.scan(unique(given + writable))
      if denials.isCut {
        notes.append(
          "a tree is too large: deny rules are not enforced in all of it; allow a smaller folder")
      }
    }
    let profile = SandboxProfile(
      readable: unique(readable), writable: unique(writable), executable: nil,
      denyRead: denials.read + tools.secrets,
      denyMove: denials.fixed,
      denyWrite: writeDenials(policy, denials),
      withoutExecution: withoutExecution(writeRoots, real, outside: policy.context.repo),
      executableInside: [policy.context.repo] + tools.readable, hidden: hidden(policy),
      hiddenFiles: store(policy),
      privateTemporary: temporary, network: network,
      limits: ResourceLimits(
        processes: policy.processes.map { UInt64($0.value) }, memory: policy.memory.map { UInt64($0.value) },
        fileSize: policy.fileSize.map { UInt64($0.value) },
        cpuSeconds: policy.cpu.map { UInt64(max(1, $0.value.components.seconds)) }),
      mode: mode)
    return Plan(
      profile: profile, trees: mode == .off ? [] : unique(given + writable), secrets: tools.secrets,
      notes: notes,
      ledAway: mode == .off ? [] : roots.filter { real[$0] == nil && RealPaths.isThere($0) })
  }

  /// The run store: what other runs printed, what is waiting for an answer, files that a step could lock.
  private static func store(_ policy: EffectivePolicy) -> [String] {
    policy.context.guarded.filter { path in
      PathText.base(path) == ".rundown" || PathText.base(FileSystem.parent(of: path)) == ".rundown"
    }
  }

  /// What a step may write outside the project holds data: caches, reports. Programs are built in the project, in the run's
  /// folder for temporary files, and an agent keeps its own where its profile says.
  private static func withoutExecution(
    _ roots: [PathRoot], _ real: [String: String], outside repo: String
  ) -> [String] {
    roots.compactMap { root in
      if case .agent = root.rule.origin { return nil }
      guard let path = real[root.path], !PathText.isInside(path, repo) else { return nil }
      return path
    }
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

  private static func unique(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }
}
