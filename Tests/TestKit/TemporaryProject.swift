import Foundation

/// The output and the end of a program.
public struct ProgramResult: Sendable {
  /// The exit status; 128 and the number for a signal.
  public let status: Int32
  /// What came on stdout.
  public let output: String
  /// What came on stderr.
  public let errors: String
  /// Both streams, for messages.
  public var all: String { output + errors }
}

/// Where the built programs stand: beside the test bundle.
public enum Built {
  /// The folder of this build.
  public static let folder: String = {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (executable as NSString).deletingLastPathComponent
  }()
  /// The program itself.
  public static var rundown: String { folder + "/rundown" }
  /// A helper program of the tests.
  public static func helper(_ name: String) -> String { folder + "/" + name }
}

/// A project in a temporary folder, with a home of its own; it goes away with the test.
public final class TemporaryProject {
  /// The folder that holds everything of the test.
  public let top: String
  /// The project.
  public let root: String
  /// The home of the programs that run.
  public let home: String

  /// Makes the folders.
  public init(in folder: String = "/tmp") throws {
    var template = Array("\(folder)/rundown-test-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
    top = String(cString: path)
    root = top + "/project"
    home = top + "/home"
    for folder in [root, home] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
  }

  deinit {
    // Folders that a test made read-only must be writable to be emptied.
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/bin/chmod")
    tool.arguments = ["-R", "u+rwX", top]
    tool.standardError = FileHandle.nullDevice
    try? tool.run()
    tool.waitUntilExit()
    try? FileManager.default.removeItem(atPath: top)
  }

  /// Writes a file of the project and gives its path.
  @discardableResult
  public func write(_ name: String, _ text: String, mode: Int = 0o644) throws -> String {
    try write(name, bytes: Array(text.utf8), mode: mode)
  }

  /// Writes a file of the project and gives its path.
  @discardableResult
  public func write(_ name: String, bytes: [UInt8], mode: Int = 0o644) throws -> String {
    let path = root + "/" + name
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  /// The text of a file of the project.
  public func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: root + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the project has such a file.
  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + name) }

  /// The environment of programs that a test starts: nothing of the tester's own but PATH.
  public func environment(_ more: [String: String] = [:]) -> [String: String] {
    var base = [
      "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": home, "LANG": "C.UTF-8",
      "TERM": "xterm",
      "SWIFT_BACKTRACE": "enable=no",
    ]
    base.merge(more) { $1 }
    return base
  }

  /// Runs `rundown` in the project.
  @discardableResult
  public func rundown(
    _ arguments: String..., input: String? = nil, environment more: [String: String] = [:],
    in folder: String? = nil,
    prefix: [String] = []
  ) throws -> ProgramResult {
    try run(
      prefix + [Built.rundown] + arguments, input: input, environment: more, in: folder)
  }

  /// Runs `rundown` in the project.
  @discardableResult
  public func rundown(
    _ arguments: [String], input: String? = nil, environment more: [String: String] = [:],
    in folder: String? = nil
  ) throws -> ProgramResult {
    try run([Built.rundown] + arguments, input: input, environment: more, in: folder)
  }

  /// Starts `rundown` in the project and does not wait; its output is thrown away. Its folder for temporary files goes
  /// away with the project, since a program that is killed cannot remove it.
  public func start(_ arguments: String...) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Built.rundown)
    process.arguments = arguments
    let temporary = top + "/tmp"
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    process.environment = environment(["TMPDIR": temporary])
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Confirms the project's policy, if it has one, so that no run asks about it.
  public func confirmPolicy() throws {
    let names = [".rundownrc", ".rundownrc.json", ".rundownrc.yaml", ".rundownrc.yml", "package.json"]
    if names.contains(where: { read($0) != nil }) { _ = try run([Built.rundown, "trust", "add"]) }
  }

  /// Runs a program in the project and waits for its end.
  public func run(
    _ words: [String], input: String? = nil, environment more: [String: String] = [:],
    in folder: String? = nil
  ) throws -> ProgramResult {
    let id = UUID().uuidString
    let outputPath = top + "/out-" + id
    let errorPath = top + "/err-" + id
    _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
    _ = FileManager.default.createFile(atPath: errorPath, contents: nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = environment(more)
    process.currentDirectoryURL = URL(fileURLWithPath: folder ?? root)
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
    let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: errorPath))
    process.standardOutput = output
    process.standardError = errors
    if let input {
      let inputPath = top + "/in-" + id
      try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    process.waitUntilExit()
    try output.close()
    try errors.close()
    func text(_ path: String) -> String {
      defer { try? FileManager.default.removeItem(atPath: path) }
      return FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let status =
      process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
    return ProgramResult(status: status, output: text(outputPath), errors: text(errorPath))
  }
}
