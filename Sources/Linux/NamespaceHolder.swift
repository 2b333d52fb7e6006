internal import CLinux

/// The namespaces that a launch joins, by descriptor; -1 for those that it shares with this process.
public struct NamespaceSet: Sendable {
  let user: Int32
  let mounts: Int32
  let network: Int32
  let processes: Int32
  let ipc: Int32

  /// No namespaces.
  public static let none = NamespaceSet(user: -1, mounts: -1, network: -1, processes: -1, ipc: -1)
}

/// The kinds of namespace that a holder makes.
public struct NamespaceKinds: OptionSet, Sendable, Hashable {
  /// The bits, of our own numbering.
  public let rawValue: UInt32
  /// Kinds with these bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Own user ids, which give an ordinary user the right to make the others.
  public static let user = NamespaceKinds(rawValue: UInt32(RD_HOLD_USER))
  /// Own mounts.
  public static let mounts = NamespaceKinds(rawValue: UInt32(RD_HOLD_MOUNTS))
  /// An own network with nothing but loopback.
  public static let network = NamespaceKinds(rawValue: UInt32(RD_HOLD_NETWORK))
  /// Own process ids.
  public static let processes = NamespaceKinds(rawValue: UInt32(RD_HOLD_PROCESSES))
  /// Own System V and POSIX message queues.
  public static let ipc = NamespaceKinds(rawValue: UInt32(RD_HOLD_IPC))
  /// With `mounts`: a /dev of harmless nodes.
  public static let devices = NamespaceKinds(rawValue: UInt32(RD_HOLD_DEVICES))
}

/// The way to who kills what a program leaves behind; the numbers are the holder's.
public struct StepKeeper: Sendable {
  let control: Int32
  /// Readable: the children of the first process of the process namespace, by number; -1 where that is not known.
  /// Whatever lives there and is not what was launched comes from one of them, since what loses its parent becomes its
  /// child, and the call filter lets nobody give a child to its own parent (CLONE_PARENT).
  let children: Int32
}

/// Why namespaces could not be made.
public struct HolderFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was being done.
  public let act: String
  /// What the kernel said.
  public let errno: Errno
  /// Act and error.
  public var description: String { "\(act): \(errno)" }
}

/// A listener on the loopback of a new network, for this process to take connections from.
public struct InnerListener: Hashable, Sendable {
  /// The port there; 0 lets the kernel choose.
  public var port: UInt16
  /// Whether it is at ::1 and not at 127.0.0.1.
  public var isV6: Bool

  /// A listener.
  public init(port: UInt16, isV6: Bool) {
    self.port = port
    self.isV6 = isV6
  }

  /// How many a holder can make.
  public static let limit = Int(RD_HOLD_LISTENERS)
}

/// What became of a listener.
public struct OpenListener: Sendable {
  /// What was wanted, with the port that was chosen.
  public var wanted: InnerListener
  /// The descriptor, which the holder owns; or why there is none.
  public var descriptor: Result<Int32, Errno>
}

/// A process that owns the namespaces of a run. When this value or this process ends, so does every process
/// in its process namespace.
public struct NamespaceHolder: ~Copyable, Sendable {
  private let id: Int32
  private let channel: FileDescriptor
  /// What a launch joins; the numbers live as long as this value.
  public let namespaces: NamespaceSet
  /// The kinds that were made.
  public let kinds: NamespaceKinds
  /// The root directory as the programs inside see it.
  public let root: FileDescriptor
  /// The list of the holder's children.
  private let children: FileDescriptor
  /// For each act on mounts why it failed, or `nil`.
  public let mountErrors: [Errno?]
  /// Why there is no own /dev, or `nil`.
  public let devicesError: Errno?
  /// Why /proc still shows the machine's processes, or `nil`.
  public let procError: Errno?
  /// Why the process namespace does not limit how many processes there may be, or `nil`.
  public let limitError: Errno?
  /// What became of the listeners that were wanted; empty without an own network.
  public let listeners: [OpenListener]

  /// No namespaces and no process: programs share everything with this process.
  public static func absent() throws(Errno) -> NamespaceHolder {
    NamespaceHolder(root: try FileDescriptor.open("/", [.directory, .pathOnly]))
  }

  private init(root: consuming FileDescriptor) {
    id = -1
    channel = FileDescriptor(owning: -1)
    namespaces = .none
    kinds = []
    self.root = root
    children = FileDescriptor(owning: -1)
    mountErrors = []
    devicesError = nil
    procError = nil
    limitError = .noSuchCall
    listeners = []
  }

  /// What a begun holder has become.
  init(_ raw: rd_holder, _ kinds: NamespaceKinds, _ results: [Int32], _ opened: [rd_listener]) {
    id = raw.pid
    self.kinds = kinds
    channel = FileDescriptor(owning: raw.control)
    namespaces = NamespaceSet(
      user: raw.user, mounts: raw.mounts, network: raw.network, processes: raw.processes, ipc: raw.ipc)
    root = FileDescriptor(owning: raw.root)
    children = FileDescriptor(owning: raw.children)
    mountErrors = results.map { $0 == 0 ? nil : Errno(rawValue: $0) }
    devicesError = raw.devices_error == 0 ? nil : Errno(rawValue: raw.devices_error)
    procError = raw.proc_error == 0 ? nil : Errno(rawValue: raw.proc_error)
    limitError = raw.limit_error == 0 ? nil : Errno(rawValue: raw.limit_error)
    self.listeners = kinds.contains(.network) ? opened.map { Self.listener($0) } : []
  }

  private static func listener(_ raw: rd_listener) -> OpenListener {
    var wanted = InnerListener(port: raw.port, isV6: raw.is_v6 != 0)
    if raw.fd < 0 { return OpenListener(wanted: wanted, descriptor: .failure(Errno(rawValue: -raw.fd))) }
    do throws(Errno) {
      wanted.port = try TCP.port(of: raw.fd)
      return OpenListener(wanted: wanted, descriptor: .success(raw.fd))
    } catch {
      _ = rd_close(raw.fd)
      return OpenListener(wanted: wanted, descriptor: .failure(error))
    }
  }

  /// What a launch keeps for sweeping.
  public var keeper: StepKeeper { StepKeeper(control: channel.rawValue, children: children.rawValue) }

  /// Whether there is a /dev of harmless nodes.
  public var hasOwnDevices: Bool { kinds.contains(.devices) && devicesError == nil }

  /// Hides or pins a path while steps may run; other acts are refused. What is asked for twice is mounted
  /// twice, so ask `isMountPoint` first.
  public borrowing func apply(_ act: MountAct) throws(Errno) {
    let control = channel.rawValue
    switch act {
    case .hide(let path):
      try withPath(path) { unsafe rd_holder_mount(control, Int32(RD_MOUNT_HIDE.rawValue), 0, $0) }
    case .pin(let path, let attributes):
      try withPath(path) {
        unsafe rd_holder_mount(control, Int32(RD_MOUNT_PIN.rawValue), attributes.rawValue, $0)
      }
    case .clone, .readOnly, .cover, .attach, .link, .seal: throw .invalidArgument
    }
  }

  /// Whether something is mounted on a path, as the programs inside see it.
  public borrowing func isMountPoint(_ path: String) throws(Errno) -> Bool {
    let place = try FileDescriptor.openInside(root, path, [.pathOnly], followLinks: false)
    let above = try FileDescriptor.openInside(
      root, FileSystem.parent(of: path), [.pathOnly], followLinks: false)
    return try place.mountNumber() != above.mountNumber()
  }

  /// Begins to end every process in the process namespace, and the namespaces; this value can start nothing afterwards.
  public borrowing func beginEnd() {
    // The process is our own child and not yet waited for, so the number still means it.
    if id >= 0 { _ = rd_signal_process(id, Signal.kill.rawValue) }
  }

  deinit {
    if id < 0 { return }
    // Left to end by itself it would become a zombie where the machine's first process waits for nobody, as in many
    // containers.
    beginEnd()
    for number in [
      namespaces.user, namespaces.mounts, namespaces.network, namespaces.processes, namespaces.ipc,
    ] where number >= 0 {
      _ = rd_close(number)
    }
    for listener in listeners {
      if case .success(let number) = listener.descriptor { _ = rd_close(number) }
    }
    var raw = rd_exit()
    _ = unsafe rd_wait(id, 1, &raw)
  }
}
