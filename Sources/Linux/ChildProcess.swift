internal import CLinux

/// How a process ended and what it used, the children it waited for included.
public struct ProcessEnd: Sendable, Equatable {
  /// By itself or by a signal.
  public enum Cause: Sendable, Equatable {
    /// With this exit status.
    case exited(Int32)
    /// By this signal.
    case signaled(Signal)
  }
  /// By itself or by a signal.
  public let cause: Cause
  /// Processor time in user code.
  public let userTime: Duration
  /// Processor time in the kernel.
  public let systemTime: Duration
  /// The largest resident size of one process, in bytes.
  public let peakMemory: Int64

  init(_ raw: rd_exit) {
    cause = raw.exited == 1 ? .exited(raw.status) : .signaled(Signal(rawValue: raw.status))
    userTime = .microseconds(raw.user_microseconds)
    systemTime = .microseconds(raw.system_microseconds)
    peakMemory = raw.peak_kilobytes * 1024
  }
}

/// A running child that must be waited for. When this value ends, so does the child with all that it
/// started.
public struct ChildProcess: ~Copyable, Sendable {
  /// The process id, as this process sees it.
  public let id: Int32
  /// A pidfd of the program, or -1 when it had ended before one could be had.
  private let handle: FileDescriptor
  /// The way to who kills what the program leaves behind: the first process of its process namespace, or a
  /// warden.
  private let keeper: FileDescriptor
  /// See `StepKeeper.children`.
  private let children: FileDescriptor
  /// The warden, our own child; -1 when the program itself is.
  private let warden: Int32
  private var end: ProcessEnd?
  private var isSwept = false
  /// The cgroup of the program and all that it starts; it ends when they have.
  private let group: ControlGroup?

  /// Starts a program inside the namespaces of `holder`, if that holds a process namespace; below a warden
  /// otherwise. Returns after execve has succeeded.
  public static func start(
    _ launch: ProcessLaunch, in namespaces: NamespaceSet, keeper: StepKeeper,
    group: consuming ControlGroup? = nil
  ) throws(LaunchFailure) -> ChildProcess {
    if launch.hasNUL { throw LaunchFailure(stage: .execute, errno: .invalidArgument) }
    var result = rd_launch_result()
    var channel: Int32 = -1
    var warden: Int32 = -1
    let inHolder = namespaces.processes >= 0
    let entry =
      switch group {
      case .some(let group): group.entry.rawValue
      case .none: Int32(-1)
      }
    withPlan(launch, namespaces, group: entry) { plan in
      if inHolder {
        unsafe rd_launch(plan, &result)
      } else {
        unsafe rd_launch_warded(plan, &result, &channel, &warden)
      }
    }
    if result.stage != 0 {
      let stage = LaunchFailure.Stage(rawValue: result.stage) ?? .clone
      throw LaunchFailure(stage: stage, errno: Errno(rawValue: result.error))
    }
    return ChildProcess(
      id: result.pid, handle: FileDescriptor(owning: result.pidfd),
      keeper: FileDescriptor(owning: inHolder ? rd_duplicate(keeper.control, 3) : channel),
      children: FileDescriptor(owning: inHolder ? rd_duplicate(keeper.children, 3) : -1),
      warden: inHolder ? -1 : warden, group: group)
  }

  private init(
    id: Int32, handle: consuming FileDescriptor, keeper: consuming FileDescriptor,
    children: consuming FileDescriptor, warden: Int32, group: consuming ControlGroup?
  ) {
    self.group = group
    self.id = id
    self.handle = handle
    self.keeper = keeper
    self.children = children
    self.warden = warden
  }

  @safe
  private static func withPlan(
    _ launch: ProcessLaunch, _ namespaces: NamespaceSet, group: Int32,
    _ body: (UnsafePointer<rd_launch_plan>) -> Void
  ) {
    withCStrings(launch.arguments) { arguments in
      withCStrings(launch.environment) { environment in
        withCStrings([launch.executable, launch.directory], areNames: true) { paths in
          unsafe launch.filter.withUnsafeBytes { filter in
            // Two strings were handed over, so both pointers are there.
            guard let executable = unsafe paths[0] else { return }
            var plan = unsafe rd_launch_plan(
              path: executable, arguments: arguments, environment: environment, directory: paths[1],
              input: launch.input, output: launch.output, error: launch.error,
              terminal: launch.hasTerminal ? 1 : 0,
              user_namespace: namespaces.user, ipc_namespace: namespaces.ipc,
              network_namespace: namespaces.network, process_namespace: namespaces.processes,
              mount_namespace: namespaces.mounts, group: group, ruleset: launch.ruleset,
              filter: launch.filter.isEmpty ? nil : filter.baseAddress,
              filter_length: UInt32(launch.filter.count / 8),
              gate_wants: (launch.gateSeesFiles ? Int32(RD_GATE_ASKS_FILES) : 0)
                | (launch.gateDecidesSockets ? Int32(RD_GATE_ASKS_SOCKETS) : 0), gate: launch.gate,
              keep_capabilities: launch.keptCapabilities ?? .max,
              limits: (
                launch.processLimit ?? .max, launch.memoryLimit ?? .max, launch.fileSizeLimit ?? .max,
                launch.cpuLimit ?? .max
              ))
            unsafe body(&plan)
          }
        }
      }
    }
  }

  /// The number to poll: readable when the program has ended.
  public var waitDescriptor: Int32 { warden < 0 ? handle.rawValue : keeper.rawValue }

  /// Whether the kernel ended processes because the memory of all was used up.
  public var ranOutOfMemory: Bool {
    switch group {
    case .some(let group): group.ranOutOfMemory
    case .none: false
    }
  }

  /// Sends a signal to the program alone; nothing happens when it has just ended.
  public borrowing func signal(_ signal: Signal) throws(Errno) {
    let number = handle.rawValue
    if end != nil || number < 0 { return }
    do throws(Errno) { try retrying { rd_pidfd_signal(number, signal.rawValue) } } catch .noSuchProcess {
      // It has ended and will be waited for.
    }
  }

  /// Sends a signal to the program and all that stayed in its process group.
  public borrowing func signalGroup(_ signal: Signal) throws(Errno) {
    // The group's number is the program's id, which cannot be reused before it is waited for.
    if end == nil { try signal.send(to: -id) }
  }

  /// How the program ended; `nil` while it runs, unless `block` waits for it.
  public mutating func wait(block: Bool) throws(Errno) -> ProcessEnd? {
    if let end { return end }
    try waitForEnd(block: block)
    var raw = rd_exit()
    let number = warden < 0 ? id : keeper.rawValue
    let warded = warden >= 0
    let got = try retrying { () -> Int32 in
      warded
        ? unsafe rd_warden_wait(number, block ? 1 : 0, &raw) : unsafe rd_wait(number, block ? 1 : 0, &raw)
    }
    if got == 1 { end = ProcessEnd(raw) }
    return end
  }

  /// A gate may hold the program in a stop of its own, which wait(2) would take out of the gate's hands: so wait(2) is
  /// called only when the program has ended.
  private borrowing func waitForEnd(block: Bool) throws(Errno) {
    guard block, warden < 0, handle.rawValue >= 0 else { return }
    var poller = Poller()
    poller.add(handle.rawValue, [.readable])
    _ = try poller.wait(for: nil)
  }

  /// Kills the program, if it still runs, and everything it started that still lives, in whatever session
  /// it is, and waits until all is gone.
  public mutating func sweep(within time: Duration) throws(Errno) {
    if isSwept { return }
    if end == nil {
      try signal(.kill)
      _ = try wait(block: true)
    }
    if isAlone {
      isSwept = true
      return
    }
    let number = keeper.rawValue
    let limit = time.nanoseconds
    try retrying { rd_sweep(number, limit) }
    isSwept = true
  }

  /// Whether the program, which has ended and was waited for, has left nothing behind. Asking the kernel takes a tenth of the
  /// time of asking who sweeps.
  private var isAlone: Bool {
    if children.rawValue < 0 { return false }
    var byte: UInt8 = 0
    return unsafe rd_read_at(children.rawValue, &byte, 1, 0) == 0
  }

  deinit {
    var raw = rd_exit()
    if end == nil {
      _ = rd_pidfd_signal(handle.rawValue, Signal.kill.rawValue)
      do throws(Errno) { try waitForEnd(block: true) } catch {
        // Then wait(2) itself waits.
      }
      if warden < 0 { _ = unsafe rd_wait(id, 1, &raw) }
    }
    if !isSwept { _ = rd_sweep(keeper.rawValue, 5_000_000_000) }
    if warden >= 0 { _ = unsafe rd_wait(warden, 1, &raw) }
  }
}
