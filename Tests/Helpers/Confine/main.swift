// Runs one command under a sandbox that the arguments describe, for tests that need a process of their own:
// another user, signals, kill -9. The last line on standard error tells the outcome.
import Glibc
import Linux
import Sandbox
import Supervisor
import Synchronization

/// A gate for tests: refuses programs by the last part of their file's path, and says what it saw.
final class Doorman: ExecAuthority {
  let denied: Set<String>
  /// Files that are refused whatever their name.
  let files: Set<UInt64>
  let asksAll: Bool
  let allowsUnverified = true
  let delay: UInt32
  let isQuiet: Bool
  init(denied: [String], files: [String], asksAll: Bool, delay: UInt32, isQuiet: Bool) {
    self.denied = Set(denied)
    self.files = Set(files.compactMap { try? FileSystem.info($0).inode })
    self.asksAll = asksAll
    self.delay = delay
    self.isQuiet = isQuiet
  }

  func decide(_ attempt: ExecAttempt, _ held: [HeldFile]) -> ExecAnswer {
    if delay > 0 { usleep(delay) }
    let names = ([attempt.file] + attempt.interpreters).map {
      $0.path.split(separator: "/").last.map(String.init) ?? ""
    }
    let isDenied =
      attempt.file.isNameless || files.contains(attempt.file.info.inode)
      || attempt.interpreters.contains { files.contains($0.info.inode) }
      || attempt.words.dropFirst().contains { denied.contains($0) } || names.contains { denied.contains($0) }
    if !isQuiet {
      say(
        "@exec \(isDenied ? "refused" : "allowed") \(attempt.chain.joined(separator: ">")) \(attempt.file.path)"
      )
    }
    let shells: Set = ["sh", "dash", "bash", "env", "xargs", "probe", "nice", "perl"]
    return isDenied ? .refuse : .allow(asksOn: shells.contains(names[0]))
  }
  func note(_ refusal: CallRefusal) {
    say("@call \(refusal.name) \(refusal.errno.name) \(refusal.chain.joined(separator: ">"))")
  }
  func withdraw(_ attempt: ExecAttempt) { say("@withdrawn \(attempt.chain.joined(separator: ">"))") }
  func note(_ incident: ExecIncident, _ attempt: ExecAttempt?) {
    say("@incident \(incident) \(attempt?.chain.joined(separator: ">") ?? "")")
  }
}

func say(_ text: String) { try? StandardStream.error.write(text + "\n") }

func fail(_ text: String) -> Never {
  say("@fail \(text)")
  _exit(125)
}

struct Settings {
  var readable: [String] = SystemPaths.readable
  var writable: [String] = []
  var executable: [String]?
  var denyRead: [String] = []
  var denyWrite: [String] = []
  var hidden: [String] = []
  var temporary: String?
  var network = SandboxProfile.Network.none
  var limits = ResourceLimits.none
  var mode = SandboxProfile.Mode.strict
  var options = StepOptions(timeout: nil)
  var hasTerminal = false
  var directory = "/"
  var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
  var command: [String] = []
  var repeats = 1
  var isVerbose = false
  var hasGate = false
  var denied: [String] = []
  var files: [String] = []
  var asksAll = false
  var delay: UInt32 = 0
  var isQuiet = false
  /// Whether the gate goes away soon after the start.
  var closesGate = false

  init(_ arguments: [String]) {
    var rest = arguments[...]
    func next() -> String {
      guard let value = rest.popFirst() else { fail("an option lacks its value") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--read": readable.append(next())
      case "--write": writable.append(next())
      case "--execute": executable = (executable ?? []) + [next()]
      case "--deny-read": denyRead.append(next())
      case "--deny-write": denyWrite.append(next())
      case "--hide": hidden.append(next())
      case "--temporary": temporary = next()
      case "--network":
        switch next() {
        case "host": network = .host
        case "proxied": network = .proxied(localPorts: [])
        default: network = .none
        }
      case "--off": mode = .off
      case "--prefer": mode = .prefer
      case "--timeout": options.timeout = .milliseconds(Int(next()) ?? 0)
      case "--grace": options.grace = .milliseconds(Int(next()) ?? 0)
      case "--terminal": hasTerminal = true
      case "--forward": options.forwardsTerminal = true
      case "--directory": directory = next()
      case "--processes": limits.processes = UInt64(next())
      case "--memory": limits.memory = UInt64(next())
      case "--file-size": limits.fileSize = UInt64(next())
      case "--cpu": limits.cpuSeconds = UInt64(next())
      case "--repeat": repeats = Int(next()) ?? 1
      case "--verbose": isVerbose = true
      case "--gate": hasGate = true
      case "--refuse": denied.append(next())
      case "--refuse-file": files.append(next())
      case "--tree": asksAll = true
      case "--delay": delay = UInt32(next()) ?? 0
      case "--quiet": isQuiet = true
      case "--close-gate": closesGate = true
      case "--environment":
        let parts = next().split(separator: "=", maxSplits: 1).map(String.init)
        environment[parts[0]] = parts.count > 1 ? parts[1] : ""
      case "--":
        command = Array(rest)
        return
      default: fail("unknown option \(option)")
      }
    }
  }
}

func run(_ settings: Settings) {
  let profile = SandboxProfile(
    readable: settings.readable, writable: settings.writable, executable: settings.executable,
    denyRead: settings.denyRead, denyWrite: settings.denyWrite, hidden: settings.hidden,
    privateTemporary: settings.temporary, network: settings.network, limits: settings.limits,
    mode: settings.mode)
  do {
    let supervisor = try Supervisor()
    let launcher = try Launcher(profile)
    if settings.isVerbose {
      for gap in launcher.enforcement.gaps { say("@gap \(gap.feature.rawValue): \(gap.reason)") }
      for path in launcher.ignoredPaths { say("@ignored \(path.path): \(path.reason)") }
    }
    for index in 0..<settings.repeats {
      if index > 0 {
        for gap in launcher.refresh(denyRead: settings.denyRead, denyWrite: settings.denyWrite) {
          say("@gap \(gap.feature.rawValue): \(gap.reason)")
        }
      }
      let plan = LaunchPlan(
        executable: settings.command[0], arguments: settings.command, environment: settings.environment,
        workingDirectory: settings.directory, hasTerminal: settings.hasTerminal)
      let doorman = Doorman(
        denied: settings.denied, files: settings.files, asksAll: settings.asksAll, delay: settings.delay,
        isQuiet: settings.isQuiet)
      let gate = settings.hasGate ? try ExecGate(authority: doorman, program: "step") : nil
      if settings.closesGate {
        _ = try Thread {
          usleep(150_000)
          gate?.close()
        }
      }
      let outcome = try supervisor.run(plan, with: launcher, settings.options, gate: gate) { channel, bytes in
        try? (channel == .output ? StandardStream.output : .error).write(Array(bytes))
      }
      say(
        "@end \(outcome.ending) cause=\(outcome.cause) swept=\(outcome.isSwept) cut=\(outcome.isOutputCut) memory=\(outcome.ranOutOfMemory)"
      )
    }
  } catch SandboxError.missing(let gaps) {
    fail("missing " + gaps.map { "\($0.feature.rawValue) (\($0.reason))" }.joined(separator: ", "))
  } catch SupervisorError.launch(let failure) {
    fail("launch \(failure)")
  } catch { fail("\(error)") }
}

run(Settings(Array(CommandLine.arguments.dropFirst())))
