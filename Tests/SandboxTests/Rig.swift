import Foundation
import Linux
import Testing

/// Who a test runs the sandbox as.
enum Account: CustomStringConvertible, Sendable {
  case root, ordinary

  /// Both for root; a user can only be itself.
  static let all: [Account] = geteuid() == 0 ? [.root, .ordinary] : [.ordinary]

  var description: String { self == .root ? "root" : "user" }
  /// The uid that the test switches to.
  var uid: UInt32 { self == .root ? 0 : geteuid() == 0 ? 65534 : geteuid() }
  var gid: UInt32 { self == .root ? 0 : geteuid() == 0 ? 65534 : getegid() }
}

/// What a confined command printed and how it ended.
struct Report {
  var output: String
  var error: String
  /// The line of the probe: what the kernel answered.
  var result: String {
    output.split(separator: "\n").last { $0.hasPrefix("result:") }.map { String($0.dropFirst(8)) }
      ?? "nothing (\(output)\(error))"
  }
  /// The last line of `confine`.
  var end: String { error.split(separator: "\n").last { $0.hasPrefix("@") }.map(String.init) ?? error }
}

/// A folder for one test: helpers, a writable place, and canaries outside it. Removed by `close`.
final class Rig {
  static let canary = "CANARY-7f3a91c4"
  let root: String
  let account: Account
  var bin: String { "\(root)/bin" }
  /// The step may write here.
  var work: String { "\(root)/work" }
  /// The step has no rights here, but its user owns all of it.
  var outside: String { "\(root)/outside" }
  var secret: String { "\(outside)/secret" }

  init(_ account: Account) throws {
    self.account = account
    let root = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    self.root = root
    chmod(root, 0o755)
    for name in ["bin", "work", "outside", "outside/empty"] {
      try FileSystem.makeDirectory("\(root)/\(name)", mode: 0o755)
    }
    for tool in ["confine", "probe"] {
      // A link is enough, and where the build is on another file system a copy.
      if link("\(Self.products)/\(tool)", "\(root)/bin/\(tool)") != 0 {
        try FileManager.default.copyItem(atPath: "\(Self.products)/\(tool)", toPath: "\(root)/bin/\(tool)")
      }
    }
    try FileSystem.writeFileAtomically("\(root)/outside/secret", Array(Self.canary.utf8), mode: 0o644)
    try FileSystem.writeFileAtomically("\(root)/work/file", Array("mine".utf8), mode: 0o644)
    for name in ["work", "work/file", "outside", "outside/secret", "outside/empty"] {
      chown("\(root)/\(name)", account.uid, account.gid)
    }
  }

  func close() { try? FileSystem.removeTree(root) }
  deinit { close() }

  /// The folder of the built programs: beside the test bundle.
  static let products: String = {
    let arguments = CommandLine.arguments
    if let mark = arguments.firstIndex(of: "--test-bundle-path"), mark + 1 < arguments.count {
      var path = arguments[mark + 1]
      while path != "/" && path != "." {
        path = FileSystem.parent(of: path)
        if FileSystem.exists("\(path)/probe") { return path }
      }
    }
    return FileSystem.parent(of: arguments[0])
  }()

  /// The command line of `confine` as the rig's user.
  func command(_ options: [String], _ step: [String]) -> [String] {
    let confine =
      ["\(bin)/confine", "--read", bin, "--write", work, "--directory", work] + options + ["--"] + step
    if account.uid == geteuid() { return confine }
    return ["\(bin)/probe", "become", "\(account.uid)", "\(account.gid)"] + confine
  }

  /// Runs one step to its end.
  func run(_ options: [String] = [], _ step: [String]) throws -> Report {
    let process = try start(options, step)
    return process.finish()
  }

  /// Runs one act of the probe.
  func probe(_ options: [String] = [], _ act: [String]) throws -> Report {
    try run(options, ["\(bin)/probe"] + act)
  }

  /// Runs a shell text.
  func shell(_ options: [String] = [], _ text: String) throws -> Report {
    try run(options, ["/bin/sh", "-c", text])
  }

  func start(_ options: [String], _ step: [String]) throws -> RunningProcess {
    try RunningProcess(command(options, step))
  }
}

/// A process of a test, with its output collected. Not Foundation's: that lets pipes leak into processes
/// that other tests start at the same time, which then wait for each other.
final class RunningProcess {
  let id: pid_t
  private let output: FileDescriptor
  private let error: FileDescriptor
  private var status: Int32?

  init(_ command: [String], environment: [String: String] = [:]) throws {
    let out = try Linux.Pipe()
    let err = try Linux.Pipe()
    let null = try FileDescriptor.open("/dev/null")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, null.rawValue, 0)
    posix_spawn_file_actions_adddup2(&actions, out.writer.rawValue, 1)
    posix_spawn_file_actions_adddup2(&actions, err.writer.rawValue, 2)
    let variables = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    var arguments = command.map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in arguments + settings { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, command[0], &actions, nil, &arguments, &settings)
    if code != 0 { throw Errno(rawValue: code) }
    id = pid
    output = out.reader
    error = err.reader
  }

  var isRunning: Bool {
    if status != nil { return false }
    var value: Int32 = 0
    if waitpid(id, &value, WNOHANG) == id { status = value }
    return status == nil
  }

  func wait() {
    var value: Int32 = 0
    if status == nil && waitpid(id, &value, 0) == id { status = value }
  }

  func end() {
    if status == nil { kill(id, SIGKILL) }
    wait()
  }

  deinit { end() }

  /// The next line of standard output.
  func line() -> String {
    var bytes: [UInt8] = []
    while let byte = try? output.read(upTo: 1), byte.count == 1, byte[0] != 10 { bytes += byte }
    return String(decoding: bytes, as: UTF8.self)
  }

  func finish() -> Report {
    var out: [UInt8] = []
    var err: [UInt8] = []
    var isOpen = (true, true)
    while isOpen.0 || isOpen.1 {
      var poller = Poller()
      let first = poller.add(isOpen.0 ? output.rawValue : -1, [.readable])
      let second = poller.add(isOpen.1 ? error.rawValue : -1, [.readable])
      guard (try? poller.wait(for: .seconds(240))) == true else { break }
      if !poller.seen(first).isEmpty {
        let bytes = (try? output.read(upTo: 65536)) ?? []
        if bytes.isEmpty { isOpen.0 = false } else { out += bytes }
      }
      if !poller.seen(second).isEmpty {
        let bytes = (try? error.read(upTo: 65536)) ?? []
        if bytes.isEmpty { isOpen.1 = false } else { err += bytes }
      }
    }
    wait()
    return Report(output: String(decoding: out, as: UTF8.self), error: String(decoding: err, as: UTF8.self))
  }
}

/// Whether a process with this text in its command line runs anywhere on the machine.
func isRunning(_ text: String) -> Bool {
  let entries = (try? FileSystem.list("/proc")) ?? []
  return entries.contains { entry in
    guard Int32(entry.name) != nil,
      let line = try? FileSystem.readFile("/proc/\(entry.name)/cmdline", limit: 1 << 16)
    else { return false }
    return String(decoding: line, as: UTF8.self).split(separator: "\0").contains { $0 == text }
  }
}

/// Waits until a process is gone; it is being killed, so this takes milliseconds.
func isGone(_ text: String) -> Bool {
  for _ in 0..<500 {
    if !isRunning(text) { return true }
    usleep(10_000)
  }
  return false
}

/// Whether the machine gives this account the full confinement; otherwise the tests that need it are
/// skipped and the reason is shown. RUNDOWN_REQUIRE_SANDBOX=1 runs them all the same.
enum Machine {
  static let gaps: [String] = {
    var found: [String] = []
    for account in Account.all {
      guard let rig = try? Rig(account), let report = try? rig.run(["--prefer", "--verbose"], ["/bin/true"])
      else {
        return ["the helpers cannot be run"]
      }
      if !report.end.hasPrefix("@end exited(0)") { found.append(report.end) }
      found += report.error.split(separator: "\n").filter { $0.hasPrefix("@gap") }.map { "\(account): \($0)" }
      rig.close()
    }
    return found
  }()
  static var isComplete: Bool {
    gaps.isEmpty || ProcessInfo.processInfo.environment["RUNDOWN_REQUIRE_SANDBOX"] == "1"
  }
  static var reason: Comment {
    "this machine does not give the full confinement: \(gaps.joined(separator: "; "))"
  }
}
