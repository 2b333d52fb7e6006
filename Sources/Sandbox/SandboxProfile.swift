/// What a step may touch, as plain data: complete by construction, no member has a default.
public struct SandboxProfile: Sendable, Equatable {
  /// How much of the network a step sees.
  public enum Network: Sendable, Equatable {
    /// Nothing but a loopback interface of its own.
    case none
    /// A loopback interface of its own on which a proxy of ours listens. The ports are those of the machine's own
    /// services that the step finds at its loopback.
    case proxied(localPorts: [UInt16])
    /// The network of the machine.
    case host
  }

  /// What happens when the machine cannot give all of it.
  public enum Mode: Sendable, Equatable {
    /// No confinement of files, network and calls.
    case off
    /// The step runs with what there is, and the gaps are told.
    case prefer
    /// The step does not run.
    case strict
  }

  /// Absolute paths, without symbolic links, that may be read; a directory stands for all below it.
  public var readable: [String]
  /// Absolute paths, without symbolic links, that may be read and written.
  public var writable: [String]
  /// Absolute paths whose files may be executed; `nil`: whatever may be read.
  public var executable: [String]?
  /// Absolute paths, among those that may be written, whose files may not be executed, nor mapped as code.
  public var withoutExecution: [String]
  /// Absolute paths, inside those, whose files may be executed all the same.
  public var executableInside: [String]
  /// Absolute paths that may not be read, inside what may be. Each is made unreadable; so are the other
  /// names of a file with several.
  public var denyRead: [String]
  /// Those among `denyRead` above which nothing may be renamed either: their rule means the place.
  public var denyMove: [String]
  /// Absolute paths that may not be changed, renamed or replaced, inside what may be written.
  public var denyWrite: [String]
  /// Directories that are shown empty but for the paths above: the home directory, with its sockets. /run
  /// always is.
  public var hidden: [String]
  /// Absolute paths that are made unreadable where there are masks, although no rule asks for it.
  public var hiddenFiles: [String]
  /// A directory of the run's own that is shown as /tmp and /var/tmp, may be written and executed from;
  /// `nil`: /tmp is like any other path.
  public var privateTemporary: String?
  /// How much of the network a step sees.
  public var network: Network
  /// How much a step may use.
  public var limits: ResourceLimits
  /// What happens when the machine cannot give all of it.
  public var mode: Mode

  /// A profile. Paths that do not exist or that lead through a symbolic link grant nothing; the launcher
  /// tells which.
  public init(
    readable: [String], writable: [String], executable: [String]?, denyRead: [String] = [],
    denyMove: [String] = [], denyWrite: [String] = [], withoutExecution: [String] = [],
    executableInside: [String] = [], hidden: [String] = [], hiddenFiles: [String] = [],
    privateTemporary: String? = nil, network: Network,
    limits: ResourceLimits, mode: Mode
  ) {
    self.readable = readable
    self.writable = writable
    self.executable = executable
    self.withoutExecution = withoutExecution
    self.executableInside = executableInside
    self.denyRead = denyRead
    self.denyMove = denyMove
    self.denyWrite = denyWrite
    self.hidden = hidden
    self.hiddenFiles = hiddenFiles
    self.privateTemporary = privateTemporary
    self.network = network
    self.limits = limits
    self.mode = mode
  }
}

extension SandboxProfile {
  /// Whether files of a path that may be written may be executed. Of several paths that contain it the nearest counts.
  func isExecutable(_ path: BytePath) -> Bool {
    func nearest(_ paths: [String]) -> Int? {
      paths.map(BytePath.init).filter { $0.contains(path) }.map(\.text.utf8.count).max()
    }
    guard let closed = nearest(withoutExecution) else {
      return executable.map { nearest($0) != nil } ?? true
    }
    return nearest(executableInside).map { $0 > closed } ?? false
  }
}

/// How much a step may use; `nil` is no limit of ours.
public struct ResourceLimits: Sendable, Equatable {
  /// Processes and threads of the step; where there is no process namespace, of its user, and then not for root.
  public var processes: UInt64?
  /// Bytes of address space of one process.
  public var memory: UInt64?
  /// Bytes of one file.
  public var fileSize: UInt64?
  /// Seconds of processor time of one process.
  public var cpuSeconds: UInt64?

  /// Limits.
  public init(processes: UInt64?, memory: UInt64?, fileSize: UInt64?, cpuSeconds: UInt64?) {
    self.processes = processes
    self.memory = memory
    self.fileSize = fileSize
    self.cpuSeconds = cpuSeconds
  }

  /// No limits.
  public static let none = ResourceLimits(processes: nil, memory: nil, fileSize: nil, cpuSeconds: nil)
}
