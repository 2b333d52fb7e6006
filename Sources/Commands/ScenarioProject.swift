internal import Linux
internal import Supervisor

/// A temporary project in which the commands of a scenario run: the runbook with what stands beside it, the project's
/// policy, and `rd` and `rundown` that mean this program.
struct ScenarioProject {
  /// Files beyond this number, and bytes beyond this sum, are not copied.
  private static let fileLimit = 500
  private static let byteLimit = 32 << 20

  private let top: String
  private var root: String { top + "/project" }
  private let program: String
  private var filesLeft = ScenarioProject.fileLimit
  private var bytesLeft = ScenarioProject.byteLimit

  /// Whether something beside the runbook was too much to be copied.
  private(set) var isCut = false

  /// Makes the project of a runbook.
  init(runbook: String, policy: String?) throws(FileError) {
    program = try SelfRun.program()
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
  ) throws(SupervisorError) -> SelfRun.End {
    var environment = ["PATH": top + "/bin:" + (Environment.current["PATH"] ?? "/usr/bin:/bin")]
    environment.merge(more) { $1 }
    return try SelfRun.run(
      words, program: program, in: root, home: top + "/home", environment: environment,
      timeout: .seconds(120), with: supervisor)
  }
}
