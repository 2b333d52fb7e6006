internal import Linux
internal import Sandbox
internal import Supervisor

/// Runs this very program as a child, and takes what it prints.
enum SelfRun {
  /// How it ended.
  struct End {
    var code: Int32
    var output: String
  }

  private static let outputLimit = 1 << 20

  /// This program's file.
  static func program() throws(FileError) -> String { try FileSystem.linkTarget("/proc/self/exe") }

  /// Runs it with words in a folder, as in a CI job without colours: what it says is nobody's report.
  static func run(
    _ words: [String], program: String, in folder: String, home: String, environment more: [String: String],
    timeout: Duration, with supervisor: borrowing Supervisor
  ) throws(SupervisorError) -> End {
    var environment = Environment.current.variables.filter {
      !$0.key.hasPrefix("RD_") && !$0.key.hasPrefix("GITHUB_") && $0.key != "GITLAB_CI"
    }
    environment.merge(["HOME": home, "CI": "true", "NO_COLOR": "1", "TERM": "dumb"]) { $1 }
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
        workingDirectory: folder, hasTerminal: false),
      with: launcher, StepOptions(timeout: timeout)
    ) { _, bytes in
      if output.count < outputLimit { output += bytes }
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
