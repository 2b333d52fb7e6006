public import Linux

/// Starts programs under one profile. Made once for many steps: namespaces, Landlock rules and the call
/// filter are prepared here, so that a launch only applies them.
///
/// It guards files, processes, network and kernel interfaces against what the programs do. It does not
/// judge what is started; and what a program may read, it may show.
public struct Launcher: ~Copyable, Sendable {
  /// The profile as it was given.
  public let profile: SandboxProfile
  /// How much of the profile is enforced.
  public let enforcement: Enforcement
  /// The paths of the profile that grant nothing.
  public let ignoredPaths: [IgnoredPath]
  private let holder: NamespaceHolder
  private let ruleset: LandlockRuleset
  private let filter: [UInt8]
  /// The proxy's listener on the machine's loopback, where steps have no network of their own.
  private let outerDoor: OuterDoor?
  private let keptCapabilities: UInt64?
  /// What the limits of memory and processes hold for; `nil` without any that needs a group.
  public let limitScope: LimitScope?
  /// What files are confined by; `nil` where they are not.
  private let files: (rules: FileRules, view: FileView)?
  /// `nil` where there is nothing to mask or nothing to mask with.
  private let watch: DenialWatch?

  /// Prepares the confinement. In strict mode a missing part that the profile needs is an error; in mode
  /// `prefer` it becomes part of `enforcement`.
  public init(
    _ profile: SandboxProfile, _ preparation: consuming LauncherPreparation? = nil
  ) throws(SandboxError) {
    self = profile.mode == .off ? try Self.unconfined(profile) : try Self.confined(profile, preparation)
  }

  private struct OuterDoor: ~Copyable {
    let listener: FileDescriptor
    let port: UInt16
  }

  private init(
    _ profile: SandboxProfile, _ enforcement: Enforcement, _ ignored: [IgnoredPath],
    _ files: (rules: FileRules, view: FileView)?, _ holder: consuming NamespaceHolder,
    _ ruleset: consuming LandlockRuleset,
    _ outerDoor: consuming OuterDoor?, _ filter: [UInt8],
    _ keptCapabilities: UInt64?, _ watch: DenialWatch?, limitScope: LimitScope? = nil
  ) {
    self.profile = profile
    self.limitScope = limitScope
    self.enforcement = enforcement
    self.ignoredPaths = ignored
    self.files = files
    self.holder = holder
    self.ruleset = ruleset
    self.filter = filter
    self.outerDoor = outerDoor
    self.keptCapabilities = keptCapabilities
    self.watch = watch
  }

  private static func unconfined(_ profile: SandboxProfile) throws(SandboxError) -> Launcher {
    Launcher(profile, .none([]), [], nil, try NamespaceLadder.absent(), .absent(), nil, [], nil, nil)
  }

  private static func confined(
    _ profile: SandboxProfile, _ preparation: consuming LauncherPreparation?
  ) throws(SandboxError) -> Launcher {
    var gaps: [Gap] = []
    var ignored: [IgnoredPath] = []
    let kinds = NamespaceLadder.kinds(for: profile)
    // The namespaces are made while what is to be seen in them is found out, and the filter while that is mounted.
    var preparation = consume preparation
    let begun = NamespaceLadder.begin(kinds, preparation?.holder.take())
    let view = FileView(profile, &gaps)
    let wanted = NetworkDoor.listeners(for: profile.network)
    var usual: Result<[UInt8], SandboxError>?
    let holder = try NamespaceLadder.make(
      kinds, begun: begun, mounts: view.acts, listeners: wanted, processLimit: profile.limits.processes, &gaps
    ) { usual = preparation?.filter.take()?.get() ?? SystemCallFilter(internet: .all).compiled }
    let isClosed = profile.network != .host && !holder.kinds.contains(.network)
    let outer = isClosed && !wanted.isEmpty ? Self.openOuterDoor() : nil
    let isSupervised = outer != nil
    if !wanted.isEmpty && !isSupervised { NetworkDoor.judge(holder.listeners, &gaps) }
    if holder.kinds.contains(.mounts) {
      try view.judge(holder.mountErrors, &gaps)
    } else {
      view.judgeAbsence(&gaps)
    }
    let rules = FileRules(
      profile: profile, hasOwnDevices: holder.hasOwnDevices, hasOwnMounts: holder.kinds.contains(.mounts),
      closesTCP: isSupervised)
    let ruleset = try rules.build(in: holder.root, &gaps, &ignored)
    let internet: SystemCallFilter.Internet = !isClosed ? .all : isSupervised ? .streams : .none
    let known = internet == .all ? usual : nil
    let filter = try (known ?? SystemCallFilter(internet: internet).compiled).get()
    let kept = Capabilities.kept(
      isRoot: ThisProcess.effectiveUserID == 0, hasProcesses: holder.kinds.contains(.processes))
    let scope = LimitScope(profile.limits, countsProcesses: holder.limitError == nil)
    if profile.limits.processes != nil, ThisProcess.userID == 0, let error = holder.limitError,
      scope?.isOfStep != true
    {
      gaps.append(.processLimitOfRoot(error.description))
    }
    if profile.mode == .strict && gaps.contains(where: \.isNeeded) {
      throw .missing(gaps.filter(\.isNeeded))
    }
    // /etc is not the step's to change; what the profile denies is watched.
    let acts = (view.denials.acts + view.denials.awaited).filter {
      !BytePath("/etc").contains(BytePath($0.path))
    }
    let watch = holder.kinds.contains(.mounts) ? DenialWatch(acts) : nil
    return Launcher(
      profile, gaps.isEmpty ? .full : .partial(gaps), ignored, (rules, view), holder, ruleset, outer, filter,
      kept, watch, limitScope: scope)
  }

  /// Starts a program and returns when it runs. The descriptors of `streams` stay open here; the caller
  /// closes its copies.
  public borrowing func launch(
    _ plan: LaunchPlan, streams: LaunchStreams
  ) throws(LaunchFailure) -> ChildProcess {
    var launch = ProcessLaunch(
      executable: plan.executable, arguments: plan.arguments,
      environment: plan.environment.map { "\($0.key)=\($0.value)" }.sorted(), directory: plan.workingDirectory
    )
    launch.input = streams.input
    launch.output = streams.output
    launch.error = streams.error
    launch.hasTerminal = plan.hasTerminal
    launch.filter = filter
    launch.keptCapabilities = keptCapabilities
    if profile.mode != .off {
      // RLIMIT_NPROC counts what the user runs elsewhere, too.
      if holder.limitError != nil, limitScope?.isOfStep != true {
        launch.processLimit = profile.limits.processes
      }
      launch.fileSizeLimit = profile.limits.fileSize
      launch.cpuLimit = profile.limits.cpuSeconds
    }
    launch.ruleset = ruleset.rawValue
    launch.gate = streams.gate
    launch.gateSeesFiles = streams.gateSeesFiles
    launch.gateDecidesSockets = streams.gateDecidesSockets
    if case .process = limitScope { launch.memoryLimit = profile.limits.memory }
    return try ChildProcess.start(
      launch, in: holder.namespaces, keeper: holder.keeper, group: try makeGroup())
  }

  /// A group of the step's own, where it is limited by one.
  private borrowing func makeGroup() throws(LaunchFailure) -> ControlGroup? {
    guard case .step(let place) = limitScope else { return nil }
    do throws(FileError) {
      return try place.make(memory: profile.limits.memory, processes: profile.limits.processes)
    } catch { throw LaunchFailure(stage: .limits, errno: error.errno ?? .inputOutput) }
  }

  /// Begins to end what it has made, while the caller does something else; nothing can be launched afterwards.
  public borrowing func beginEnd() { holder.beginEnd() }

  /// The rules and mounts that files are confined by.
  public var facts: ConfinementFacts {
    guard let files else { return .none }
    return ConfinementFacts(
      files.rules, holder.kinds.contains(.mounts) ? files.view : nil, ignored: ignoredPaths)
  }

  /// The listeners on the steps' loopback; empty unless the network is proxied and that could be had. Without a network
  /// namespace it is one on the machine's, `outerPort`, which only the gate can connect a step to.
  public var doors: [NetworkDoor] {
    if let port = outerPort, case .some(let number) = outerListener {
      return [NetworkDoor(listener: number, port: port, isForward: false)]
    }
    return NetworkDoor.open(holder.listeners)
  }

  /// The port at 127.0.0.1 of the machine where the proxy is to listen; `nil` where steps have a network of their own,
  /// or none.
  public var outerPort: UInt16? {
    switch outerDoor {
    case .some(let door): door.port
    case .none: nil
    }
  }

  private var outerListener: Int32? {
    switch outerDoor {
    case .some(let door): door.listener.rawValue
    case .none: nil
    }
  }

  /// Landlock 4 must keep the steps from connecting themselves. Without a listener there is no door, and no network.
  private static func openOuterDoor() -> OuterDoor? {
    guard LandlockRuleset.version >= 4 else { return nil }
    do throws(Errno) {
      let listener = try TCP.listen(at: .loopback4, port: 0, backlog: 512)
      let port = try TCP.port(of: listener.rawValue)
      return OuterDoor(listener: listener, port: port)
    } catch { return nil }
  }

  /// Where a step's temporary files go, as the step sees it: /tmp, or the folder itself where nothing can
  /// be shown as /tmp; `nil` without a folder of the run's own.
  public var temporaryDirectory: String? {
    profile.privateTemporary.map { holder.kinds.contains(.mounts) ? "/tmp" : $0 }
  }

  /// Masks denied paths that appeared since the launcher was made, and those whose file was replaced from
  /// outside, which took the mask with it. To be called before each step. The denials that are not in
  /// effect are returned; in strict mode a step must then not run if one of them is needed.
  public borrowing func refresh(denyRead: [String], denyWrite: [String]) -> [Gap] {
    if !holder.kinds.contains(.mounts) || profile.mode == .off { return [] }
    var current = profile
    current.denyRead = denyRead
    current.denyWrite = denyWrite
    var gaps: [Gap] = []
    let denials = Denials(current, &gaps)
    renew(denials.acts, &gaps)
    watch?.follow(denials.acts + denials.awaited)
    return gaps
  }

  /// What appears in these folders is noticed, too, as long as masks are watched; `look` says what is denied of it. Where a
  /// step writes it makes files itself, in which nothing stands that it does not know: there nothing is looked at.
  public borrowing func follow(
    folders: [String], trees: [String], _ look: @escaping @Sendable (String) -> AppearedFiles
  ) {
    watch?.follow(folders: folders, trees: trees, writable: profile.writable, look)
  }

  /// Begins to notice denied paths that appear or are replaced, and masks those that were since the last
  /// look. For steps that last: ending the watch takes the kernel some milliseconds. Returns the denials
  /// that are not in effect.
  public borrowing func startWatching() -> [Gap] {
    guard let watch, !watch.isEmpty else { return [] }
    var gaps: [Gap] = []
    do throws(Errno) { renew(try watch.start(), &gaps) } catch { gaps.append(.renewal(error.description)) }
    if watch.isFull { gaps.append(.renewal("there are more folders than can be watched")) }
    return gaps
  }

  /// The number to poll while a step runs: readable when a denied path appeared or was replaced. -1 when
  /// nothing is watched.
  public var changeDescriptor: Int32 { watch?.rawValue ?? -1 }

  /// Masks what appeared or was replaced while a step runs; the denials that are not in effect are
  /// returned.
  public borrowing func renewMasks() -> [Gap] {
    var gaps: [Gap] = []
    if let watch { renew(watch.changed(), &gaps) }
    return gaps
  }

  private borrowing func renew(_ acts: [MountAct], _ gaps: inout [Gap]) {
    for act in acts {
      do throws(Errno) {
        if try !holder.isMountPoint(act.path) { try holder.apply(act) }
      } catch .noSuchFile {
        // Gone, or not shown to the step.
      } catch { gaps.append(.denial(act.path, error.description)) }
    }
  }

  /// A pseudo terminal that exists inside the confinement, so that a program finds its name there.
  public borrowing func makeTerminal(size: TerminalSize?) throws(Errno) -> PseudoTerminal {
    if holder.hasOwnDevices { return try PseudoTerminal(size: size, inside: holder.root) }
    return try PseudoTerminal(size: size)
  }
}
