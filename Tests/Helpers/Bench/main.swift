// Measures what a confined launch costs, side by side with plain posix_spawn and with bubblewrap, in one
// run. `sandbox-bench [ROUNDS]`; medians and tenth percentiles in microseconds. For figures, build with -c
// release.
import Glibc
import Linux
import Sandbox
import Supervisor

func plain(_ command: [String]) {
  var arguments = command.map { strdup($0) } + [nil]
  var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
  defer { for pointer in arguments + environment { free(pointer) } }
  var pid: pid_t = 0
  guard posix_spawn(&pid, command[0], nil, nil, &arguments, &environment) == 0 else { return }
  var status: Int32 = 0
  waitpid(pid, &status, 0)
}

func profile(_ mode: SandboxProfile.Mode) -> SandboxProfile {
  SandboxProfile(
    readable: SystemPaths.readable, writable: ["/var/tmp"], executable: nil, network: .none,
    limits: .none, mode: mode)
}

/// A project with 200 denied files.
func maskedProfile(_ folder: String) -> SandboxProfile {
  var masked = profile(.strict)
  masked.writable = [folder]
  masked.denyRead = (0..<200).map { "\(folder)/secret\($0)" }
  return masked
}

func step(_ launcher: borrowing Launcher, _ supervisor: borrowing Supervisor) {
  let plan = LaunchPlan(
    executable: "/bin/sh", arguments: ["sh", "-c", "true"], environment: ["PATH": "/usr/bin:/bin"],
    workingDirectory: "/", hasTerminal: false)
  _ = try? supervisor.run(plan, with: launcher, StepOptions(timeout: nil)) { _, _ in }
}

/// Time for what a former round left to be dismantled, which the kernel does under a lock.
func settle() { usleep(30_000) }

func time(_ body: () -> Void) -> Double {
  let start = SystemClock.monotonic()
  body()
  return Double(SystemClock.monotonic() - start) / 1000
}

func run(rounds: Int, ballast: Int, supervisor: borrowing Supervisor) throws {
  var memory = [UInt8](repeating: 1, count: ballast << 20)
  memory.withUnsafeMutableBytes { bytes in
    for index in stride(from: 0, to: bytes.count, by: 4096) { bytes[index] = 2 }
  }
  let confined = try Launcher(profile(.strict))
  let open = try Launcher(profile(.off))
  let folder = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/var/tmp", prefix: "bench-"))
  defer { try? FileSystem.removeTree(folder) }
  for index in 0..<200 { try FileSystem.writeFileAtomically("\(folder)/secret\(index)", [1]) }
  let masked = maskedProfile(folder)
  let hasWrap = FileSystem.exists("/usr/bin/bwrap")
  var samples: [String: [Double]] = [:]
  for _ in 0..<rounds {
    samples["plain posix_spawn sh -c true", default: []].append(time { plain(["/bin/sh", "-c", "true"]) })
    samples["step, confined, further", default: []].append(time { step(confined, supervisor) })
    samples["step, sandbox off", default: []].append(time { step(open, supervisor) })
    if hasWrap {
      samples["bwrap --ro-bind / / sh -c true", default: []].append(
        time { plain(["/usr/bin/bwrap", "--ro-bind", "/", "/", "sh", "-c", "true"]) })
    }
    if ballast == 0 {
      settle()
      samples["step, confined, first (with all set-up)", default: []].append(
        time {
          if let launcher = try? Launcher(profile(.strict)) { step(launcher, supervisor) }
        })
      settle()
      samples["step, confined, first, 200 masks", default: []].append(
        time {
          if let launcher = try? Launcher(masked) { step(launcher, supervisor) }
        })
      if hasWrap {
        settle()
        samples["bwrap --unshare-all --proc --dev", default: []].append(
          time {
            plain([
              "/usr/bin/bwrap", "--ro-bind", "/", "/", "--unshare-all", "--proc", "/proc", "--dev", "/dev",
              "sh", "-c", "true",
            ])
          })
      }
    }
  }
  let base = median(samples["plain posix_spawn sh -c true"] ?? [])
  print("ballast \(ballast) MB, \(rounds) rounds, uid \(ThisProcess.userID)")
  for (name, times) in samples.sorted(by: { median($0.value) < median($1.value) }) {
    let middle = median(times)
    let low = times.sorted()[times.count / 10]
    print(
      "  \(name): median \(Int(middle)) us (\(middle >= base ? "+" : "")\(Int(middle - base))), p10 \(Int(low)) us"
    )
  }
}

func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

let supervisor = try Supervisor()
let rounds = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 200 : 200
try run(rounds: rounds, ballast: 0, supervisor: supervisor)
try run(rounds: rounds / 4, ballast: 300, supervisor: supervisor)
