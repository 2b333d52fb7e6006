/// What to start: the program and all it gets. The environment is built from nothing: only what stands here
/// is set.
public struct LaunchPlan: Sendable {
  /// The absolute path of the program.
  public var executable: String
  /// The arguments, the program's own name first.
  public var arguments: [String]
  /// Names and values of the environment.
  public var environment: [String: String]
  /// The absolute path of the working directory.
  public var workingDirectory: String
  /// Whether the step gets a terminal of its own instead of pipes.
  public var hasTerminal: Bool

  /// A plan.
  public init(
    executable: String, arguments: [String], environment: [String: String], workingDirectory: String,
    hasTerminal: Bool
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.hasTerminal = hasTerminal
  }
}

/// The descriptors that become the step's standard streams. They stay the caller's.
public struct LaunchStreams: Sendable {
  /// Standard input.
  public var input: Int32
  /// Standard output.
  public var output: Int32
  /// Standard error.
  public var error: Int32
  /// Where the listener of the gate on program starts is sent; -1: no gate.
  public var gate: Int32
  /// Whether the gate asks about calls that name files, too.
  public var gateSeesFiles: Bool
  /// Whether the gate decides on connect and listen, too.
  public var gateDecidesSockets: Bool

  /// Streams by number.
  public init(
    input: Int32, output: Int32, error: Int32, gate: Int32 = -1, gateSeesFiles: Bool = false,
    gateDecidesSockets: Bool = false
  ) {
    self.gateDecidesSockets = gateDecidesSockets
    self.gate = gate
    self.gateSeesFiles = gateSeesFiles
    self.input = input
    self.output = output
    self.error = error
  }
}

/// A path of the profile that grants nothing, and why.
public struct IgnoredPath: Sendable, Equatable {
  /// The path as it stands in the profile.
  public let path: String
  /// The kernel's reason: ENOENT when nothing is there, ELOOP when a symbolic link is in it.
  public let reason: String

  /// A path with the reason.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
