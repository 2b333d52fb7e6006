internal import Execution
internal import Linux
internal import Sandbox
internal import SourceText
internal import Supervisor

/// A temporary project in which the commands of a scenario run: the runbook with what stands beside it, the project's
/// policy, and `rd` and `rundown` that mean this program.
struct ScenarioProject {
  /// Files beyond this number, and bytes beyond this sum, are not copied.
  private static let fileLimit = 500
  private static let byteLimit = 32 << 20

  /// How a command ended.
  struct End {
    var code: Int32
    var output: String
  }

  private let top: String
  private var root: String { top + "/project" }
  private let program: String
  private var filesLeft = ScenarioProject.fileLimit
  private var bytesLeft = ScenarioProject.byteLimit

  /// Whether something beside the runbook was too much to be copied.
  private(set) var isCut = false

  /// Makes the project of a runbook.
  init(runbook: String, policy: String?) throws(FileError) {
    program = try FileSystem.linkTarget("/proc/self/exe")
    top = try FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-scenario-")
    // A project of its own, whatever stands above.
    for folder in ["home", "bin", "project/.git", "project/.rundown/runbooks"] {
      try FileSystem.makeDirectories(top + "/" + folder, mode: 0o700)
    }
    for name in ["rd", "rundown"] { try FileSystem.makeSymbolicLink("\(top)/bin/\(name)", to: program) }
    let folder = FileSystem.parent(of: try FileSystem.realPath(runbook))
    try copy(folder, to: root, depth: 0)
    if let policy {
      let name = policy.split(separator: "/").last.map(String.init) ?? ".rundownrc.yaml"
      try FileSystem.writeFileAtomically(root + "/" + name, try FileSystem.readFile(policy))
    }
  }

  /// Copies plain files and folders; hidden ones and links are left out.
  private mutating func copy(_ folder: String, to target: String, depth: Int) throws(FileError) {
    for entry in try FileSystem.entries(folder) where !entry.name.hasPrefix(".") {
      let (from, to) = (folder + "/" + entry.name, target + "/" + entry.name)
      if entry.kind == .directory, depth < 4, filesLeft > 0 {
        try FileSystem.makeDirectories(to)
        try copy(from, to: to, depth: depth + 1)
      } else if entry.kind == .regular {
        let size = Int(try FileSystem.info(from).size)
        guard filesLeft > 0, size <= bytesLeft else {
          isCut = true
          continue
        }
        filesLeft -= 1
        bytesLeft -= size
        let bytes = try FileSystem.readFile(from)
        try FileSystem.writeFileAtomically(to, bytes)
        if depth == 0, entry.name.hasSuffix(".runbook.md") {
          try FileSystem.writeFileAtomically(root + "/.rundown/runbooks/" + entry.name, bytes)
        }
      }
    }
  }

  /// Removes everything.
  func remove() {
    do throws(FileError) { try FileSystem.removeTree(top) } catch {
      // A folder in /tmp stays; nothing depends on it.
    }
  }

  /// Runs this program with words in the project.
  func run(
    _ words: [String], environment more: [String: String], with supervisor: borrowing Supervisor
  ) throws(SupervisorError) -> End {
    // What the scenario's runs say is not the CI job's report.
    var environment = Environment.current.variables.filter {
      !$0.key.hasPrefix("RD_") && !$0.key.hasPrefix("GITHUB_") && $0.key != "GITLAB_CI"
    }
    environment["HOME"] = top + "/home"
    environment["CI"] = "true"
    environment["NO_COLOR"] = "1"
    environment["TERM"] = "dumb"
    environment["PATH"] = top + "/bin:" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment.merge(more) { $1 }
    let launcher: Launcher
    do throws(SandboxError) {
      // The program confines its own steps.
      launcher = try Launcher(
        SandboxProfile(
          readable: [], writable: [], executable: nil, network: .host, limits: .none, mode: .off))
    } catch {
      throw .system(call: "preparing the launch", .invalidArgument)
    }
    var output: [UInt8] = []
    let outcome = try supervisor.run(
      LaunchPlan(
        executable: program, arguments: ["rundown"] + words, environment: environment,
        workingDirectory: root, hasTerminal: false),
      with: launcher, StepOptions(timeout: .seconds(120))
    ) { _, bytes in
      if output.count < 1 << 20 { output += bytes }
    }
    let text = String(decoding: output, as: UTF8.self)
    switch outcome.ending {
    case .exited(let code): return End(code: code, output: text)
    case .signaled(let signal), .interrupted(let signal):
      return End(code: 128 + signal.rawValue, output: text)
    case .refused: return End(code: 77, output: text)
    case .timedOut: return End(code: 124, output: text)
    }
  }
}
