/// Everything a program is started with, flat and complete. The layers above fill it; the C side only reads
/// it.
public struct ProcessLaunch: Sendable {
  /// The absolute path of the program; no search happens.
  public var executable: String
  /// The arguments, the program's own name first.
  public var arguments: [String]
  /// The whole environment as `NAME=value`.
  public var environment: [String]
  /// The working directory as the program sees it.
  public var directory: String
  /// The descriptors that become standard input, output and error.
  public var input: Int32
  /// See `input`.
  public var output: Int32
  /// See `input`.
  public var error: Int32
  /// Whether `input` is a terminal that becomes the program's controlling terminal.
  public var hasTerminal: Bool
  /// A Landlock rule set, or -1.
  public var ruleset: Int32
  /// A seccomp program in the kernel's form, or empty.
  public var filter: [UInt8]
  /// A socket that gets the listener of the gate on program starts, or -1.
  public var gate: Int32
  /// Whether the gate asks about calls that name files, too.
  public var gateSeesFiles = false
  /// Whether the gate decides on connect and listen, too.
  public var gateDecidesSockets = false
  /// The capabilities that stay, as a bit set; `nil` leaves them as they are.
  public var keptCapabilities: UInt64?
  /// The most processes of this user.
  public var processLimit: UInt64?
  /// The most bytes of address space of one process, where no group limits the memory of all.
  public var memoryLimit: UInt64?
  /// The most bytes of one file.
  public var fileSizeLimit: UInt64?
  /// The most seconds of processor time of one process.
  public var cpuLimit: UInt64?

  /// A launch without any confinement; the members are set one by one.
  public init(executable: String, arguments: [String], environment: [String], directory: String) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    input = 0
    output = 1
    error = 2
    hasTerminal = false
    ruleset = -1
    filter = []
    gate = -1
    keptCapabilities = nil
    processLimit = nil
    memoryLimit = nil
    fileSizeLimit = nil
    cpuLimit = nil
  }

  /// Whether some text holds a NUL byte, which C would take for its end.
  var hasNUL: Bool {
    executable.utf8.contains(0) || directory.utf8.contains(0) || arguments.contains { $0.utf8.contains(0) }
      || environment.contains { $0.utf8.contains(0) }
  }
}

/// Why a program was not started: the stage that failed, in the order in which the stages happen.
public struct LaunchFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The stages of a launch.
  public enum Stage: Int32, Sendable {
    case clone = 1
    case joinUser, joinIPC, joinNetwork, joinProcesses, joinMounts, cloneInside
    case session, terminal, streams, descriptors, directory, limits, noNewPrivileges, capabilities
    case landlock, seccomp, gate, execute, warden

    /// What was being done, for messages.
    public var name: String {
      switch self {
      case .clone: "making the process"
      case .joinUser: "joining the user namespace"
      case .joinIPC: "joining the IPC namespace"
      case .joinNetwork: "joining the network namespace"
      case .joinProcesses: "joining the process namespace"
      case .joinMounts: "joining the mount namespace"
      case .cloneInside: "making the process in its namespaces"
      case .session: "making a session"
      case .terminal: "taking the terminal"
      case .streams: "wiring the standard streams"
      case .descriptors: "closing inherited descriptors"
      case .directory: "entering the working directory"
      case .limits: "setting resource limits"
      case .noNewPrivileges: "giving up new privileges"
      case .capabilities: "dropping capabilities"
      case .landlock: "applying Landlock"
      case .seccomp: "applying the system call filter"
      case .gate: "putting the program behind the gate"
      case .execute: "executing the program"
      case .warden: "making the warden process"
      }
    }
  }

  /// Where it failed.
  public let stage: Stage
  /// What the kernel said.
  public let errno: Errno

  /// A failure.
  public init(stage: Stage, errno: Errno) {
    self.stage = stage
    self.errno = errno
  }

  /// Stage and error.
  public var description: String { "\(stage.name): \(errno)" }
}
