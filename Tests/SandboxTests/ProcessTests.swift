import Foundation
import Linux
import Sandbox
import Testing

/// A number that names a process of one test among all processes of the machine.
private func mark() -> String { String(Int.random(in: 100_000...999_999)) }

@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct ProcessTests {
  @Test(arguments: Account.all)
  func startsCleanly(_ account: Account) throws {
    let rig = try Rig(account)
    let session = try rig.probe([], ["session"])
    let signals = try rig.probe([], ["signals"])
    let privileges = try rig.probe([], ["no_new_privileges"])
    let environment = try rig.run(["--environment", "A=1 2"], ["/usr/bin/env"])
    rig.close()
    #expect(session.result == "1 1 0")
    #expect(signals.result == "0000000000000000 0000000000000000")
    #expect(privileges.result == "1")
    #expect(environment.output == "A=1 2\nPATH=/usr/local/bin:/usr/bin:/bin\n")
  }

  @Test(arguments: Account.all)
  func dropsCapabilities(_ account: Account) throws {
    let rig = try Rig(account)
    let report = try rig.probe([], ["capabilities"])
    let change = try rig.probe([], ["set_uid", account == .root ? "65534" : "0"])
    rig.close()
    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE.
    #expect(report.result == (account == .root ? "4fb 4fb" : "0 0"))
    #expect(change.result == (account == .root ? "OK" : "EPERM") || change.result == "EINVAL")
  }

  @Test(arguments: Account.all)
  func seesAndSignalsOnlyItself(_ account: Account) throws {
    let rig = try Rig(account)
    let name = mark()
    // The victim belongs to the same user, so that only the confinement protects it.
    let victim = try RunningProcess(
      ["\(rig.bin)/probe", "become", "\(account.uid)", "\(account.gid)", "/bin/sleep", name])
    let id = "\(victim.id)"
    let one = try rig.probe([], ["signal", id, "9"])
    let group = try rig.probe([], ["signal", "-\(id)", "9"])
    let holder = try rig.probe([], ["signal", "1", "9"])
    let all = try rig.shell([], "trap '' TERM; kill -TERM -1; echo done")
    let list = try rig.run([], ["/bin/ls", "/proc"])
    let isAlive = victim.isRunning
    victim.end()
    rig.close()
    #expect(["ESRCH", "EPERM"].contains(one.result))
    #expect(["ESRCH", "EPERM"].contains(group.result))
    #expect(holder.result == "EPERM" || holder.result == "OK")
    #expect(all.end.hasPrefix("@end exited(0)"), "\(all.error)")
    #expect(isAlive)
    #expect(!list.output.split(separator: "\n").contains(Substring(id)))
  }

  /// Files of other processes that hold their memory, environment and root.
  @Test(arguments: Account.all, ["mem", "environ", "root/etc/passwd", "fd/0", "maps"])
  func reachesNoOtherProcessThroughProc(_ account: Account, _ file: String) throws {
    let rig = try Rig(account)
    let name = mark()
    let victim = try RunningProcess(
      ["\(rig.bin)/probe", "become", "\(account.uid)", "\(account.gid)", "/bin/sleep", name],
      environment: ["SECRET": Rig.canary])
    let direct = try rig.probe([], ["read", "/proc/\(victim.id)/\(file)"])
    let holder = try rig.probe([], ["read", "/proc/1/\(file)"])
    victim.end()
    rig.close()
    #expect(direct.result == "ENOENT")
    #expect(["EACCES", "EPERM", "ENOENT"].contains(holder.result))
    #expect(!(direct.output + holder.output).contains(Rig.canary))
  }

  /// Daemons with sessions of their own, ignoring signals and holding the output open, in each mode.
  @Test(arguments: Account.all, [[], ["--off"]])
  func endsWhatAStepLeavesBehind(_ account: Account, _ options: [String]) throws {
    let rig = try Rig(account)
    let name = mark()
    let report = try rig.probe(options, ["daemon", name])
    rig.close()
    #expect(report.result == "OK")
    #expect(report.end.hasPrefix("@end exited(0) cause=exited(0) swept=true cut=false"), "\(report.error)")
    #expect(isGone(name))
  }

  @Test(arguments: Account.all, [[], ["--off"]])
  func diesWithItsSupervisor(_ account: Account, _ options: [String]) throws {
    let rig = try Rig(account)
    let name = mark()
    let running = try rig.start(
      options, ["/bin/sh", "-c", "'\(rig.bin)/probe' daemon \(name); echo started; exec sleep \(name)"])
    #expect(running.line() == "result: OK")
    #expect(running.line() == "started")
    #expect(isRunning(name))
    kill(running.id, SIGKILL)
    running.wait()
    #expect(isGone(name))
    rig.close()
  }

  @Test(arguments: Account.all, [[], ["--off"]])
  func endsInTime(_ account: Account, _ options: [String]) throws {
    let rig = try Rig(account)
    let polite = try rig.shell(options + ["--timeout", "50", "--grace", "60000"], "sleep 1000")
    let stubborn = try rig.probe(options + ["--timeout", "50", "--grace", "50"], ["stubborn"])
    rig.close()
    #expect(polite.end.hasPrefix("@end timedOut cause=signaled(SIGINT) swept=true"), "\(polite.error)")
    #expect(stubborn.end.hasPrefix("@end timedOut cause=signaled(SIGKILL) swept=true"), "\(stubborn.error)")
  }

  @Test(arguments: [
    (SIGINT, "SIGINT", "SIGINT"), (SIGTERM, "SIGTERM", "SIGTERM"), (SIGHUP, "SIGHUP", "SIGTERM"),
  ])
  func passesOnRequestsToStop(_ signal: Int32, _ name: String, _ sent: String) throws {
    let rig = try Rig(Account.all[0])
    let running = try rig.start(["--grace", "60000"], ["/bin/sh", "-c", "echo ready; exec sleep 1000"])
    #expect(running.line() == "ready")
    kill(running.id, signal)
    let report = running.finish()
    rig.close()
    #expect(report.end.hasPrefix("@end interrupted(\(name)) cause=signaled(\(sent))"), "\(report.error)")
  }

  @Test func killsAtTheSecondRequest() throws {
    let rig = try Rig(Account.all[0])
    let running = try rig.start(["--grace", "60000"], ["\(rig.bin)/probe", "stubborn"])
    #expect(running.line() == "ready")
    kill(running.id, SIGINT)
    // Two signals of one kind that are both pending are one signal; so the second is of another kind.
    kill(running.id, SIGTERM)
    let report = running.finish()
    rig.close()
    #expect(report.end.hasPrefix("@end interrupted(SIGINT) cause=signaled(SIGKILL)"), "\(report.error)")
  }

  @Test func reportsHowAStepEnded() throws {
    let rig = try Rig(Account.all[0])
    let killed = try rig.shell([], "kill -SEGV $$")
    let code = try rig.shell([], "exit 200")
    let none = try rig.run([], ["/nonexistent"])
    let directory = try rig.run(["--directory", "/nonexistent"], ["/bin/true"])
    let text = try rig.run([], ["\(rig.work)/file"])
    rig.close()
    #expect(killed.end.hasPrefix("@end signaled(SIGSEGV)"))
    #expect(code.end.hasPrefix("@end exited(200)"))
    #expect(none.end == "@fail launch executing the program: No such file or directory (ENOENT)")
    #expect(
      directory.end == "@fail launch entering the working directory: No such file or directory (ENOENT)")
    #expect(text.end == "@fail launch executing the program: Permission denied (EACCES)")
  }

  /// Where root may make groups; nil: no cgroup of version 2 hands on the controllers.
  private static let groups: String? = {
    if case .step(let place) = LimitScope.here, ThisProcess.userID == 0 { place.path } else { nil }
  }()

  /// Memory that several processes share out among themselves: a limit for each would let it pass.
  @Test(.enabled(if: groups != nil, "no cgroup v2 hands on memory and pids here, or it is not ours to write"))
  func limitsTheMemoryOfTheWholeStep() throws {
    let rig = try Rig(.root)
    let text =
      "for i in 1 2 3; do head -c 60000000 /dev/zero | tail > /dev/null & done; wait; echo survived"
    let report = try rig.shell(["--memory", "100000000"], text)
    let enough = try rig.shell(["--memory", "1000000000"], text)
    let many = try rig.shell(
      ["--memory", "1000000000", "--processes", "30"],
      "i=0; while [ $i -lt 60 ]; do sleep 300 & i=$((i+1)); done; echo reached")
    rig.close()
    #expect(
      report.end.hasPrefix("@end signaled(SIGKILL)") && !report.output.contains("survived"), "\(report)")
    #expect(report.end.contains("memory=true"), "\(report)")
    #expect(enough.output == "survived\n" && enough.end.contains("memory=false"), "\(enough)")
    #expect(!many.output.contains("reached"), "\(many)")
    let left = try FileSystem.entries(try #require(Self.groups)).map(\.name)
    #expect(!left.contains { $0.hasPrefix("rundown-") }, "\(left)")
  }

  @Test(arguments: Account.all)
  func enforcesLimits(_ account: Account) throws {
    let rig = try Rig(account)
    let memory = try rig.probe(["--memory", "1000000000"], ["memory"])
    let size = try rig.probe(["--file-size", "100000"], ["large_file", "\(rig.work)/large"])
    let cpu = try rig.probe(["--cpu", "1"], ["spin"])
    let forks = try rig.probe(["--processes", "200"], ["forks"])
    let path = "\(rig.work)/large"
    let written = try FileSystem.info(path).size
    rig.close()
    // A group counts what is used, and not what is only mapped.
    #expect(memory.result == (Self.groups != nil && account == .root ? "OK" : "ENOMEM"))
    #expect(size.result == "SIGXFSZ" && written <= 100_000)
    #expect(["SIGXCPU", "SIGKILL"].contains(cpu.result))
    #expect(forks.result == "EAGAIN")
  }

  /// Root's processes are not counted by the kernel's own limit, and a root that makes threads makes no processes.
  @Test(arguments: Account.all)
  func countsProcessesAndThreadsOfTheStepAlone(_ account: Account) throws {
    let rig = try Rig(account)
    let options = ["--processes", "40"]
    let text = "i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1)); done; exit 0"
    let shell = try rig.shell(options, "(\(text)) 2>/dev/null; ls -d /proc/[0-9]* | wc -l; echo reached")
    let threads = try rig.probe(options, ["threads", "200"])
    let raise = try rig.shell(options, "echo 4194304 > /proc/sys/kernel/pid_max || echo refused")
    // One process needs one number: nothing of the limit is lost from step to step.
    let steps = try rig.shell(["--processes", "3", "--repeat", "20"], "/bin/true; echo step")
    rig.close()
    #expect(
      !shell.output.contains("reached") || (Int(shell.output.split(separator: "\n")[0]) ?? 999) <= 41,
      "\(shell)")
    #expect((Int(threads.result) ?? 999) <= 39 && (Int(threads.result) ?? 0) >= 20, "\(threads)")
    #expect(raise.output == "refused\n", "\(raise)")
    #expect(steps.output == String(repeating: "step\n", count: 20), "\(steps)")
  }

  @Test(arguments: Account.all)
  func survivesAForkBomb(_ account: Account) throws {
    let rig = try Rig(account)
    let name = mark()
    let report = try rig.shell(
      ["--timeout", "300", "--grace", "1", "--processes", "300"],
      "bomb() { (sleep \(name) & bomb & bomb & bomb) 2>/dev/null; }; i=0; while [ $i -lt 40 ]; do sleep \(name) & "
        + "i=$((i+1)); done; wait")
    rig.close()
    #expect(report.end.hasPrefix("@end timedOut"), "\(report.error)")
    #expect(report.end.contains("swept=true"))
    #expect(isGone(name))
  }

  @Test func runsManyStepsWithoutLeaks() throws {
    let rig = try Rig(Account.all[0])
    let report = try rig.shell(["--repeat", "200"], "echo x; ls /proc/self/fd | wc -l")
    rig.close()
    let lines = report.output.split(separator: "\n")
    #expect(lines.count == 400)
    // 0, 1, 2 and the folder that is listed.
    #expect(Set(lines) == ["x", "4"])
    #expect(report.error.split(separator: "\n").allSatisfy { $0.hasPrefix("@end exited(0)") })
  }

  @Test func carriesLargeOutputOfBothStreamsInOrder() throws {
    let rig = try Rig(Account.all[0])
    let report = try rig.shell(
      [], "yes 0123456789 | head -c 5000000; head -c 1000000 /dev/zero | tr '\\0' e >&2; echo end")
    rig.close()
    #expect(report.output.utf8.count == 5_000_004)
    #expect(report.output.hasSuffix("end\n"))
    #expect(report.error.utf8.filter { $0 == 0x65 }.count >= 1_000_000)
  }

  @Test func aFullTerminalIsGiven() throws {
    let rig = try Rig(Account.all[0])
    let report = try rig.shell(
      ["--terminal"], "tty; stty size; stty -echo; printf 'y' > /dev/tty; test -t 0 && test -t 2 && echo ok")
    let typed = try rig.probe(["--terminal"], ["terminal", "5412"])
    rig.close()
    #expect(report.output.replacing("\r\n", with: "\n") == "/dev/pts/0\n24 80\nyok\n")
    #expect(typed.output.contains("result: EPERM"), "\(typed.output)")
  }

  @Test func aStoppedSupervisorStopsTheStep() throws {
    let rig = try Rig(Account.all[0])
    let running = try rig.start(
      ["--timeout", "2000"], ["/bin/sh", "-c", "echo ready; sleep 0.2; echo after"])
    #expect(running.line() == "ready")
    kill(running.id, SIGTSTP)
    var state: UInt8 = 0
    for _ in 0..<200 where state != 0x54 {
      usleep(10_000)
      state = ProcessStatus(of: running.id)?.state ?? 0
    }
    #expect(state == 0x54)
    kill(running.id, SIGCONT)
    let report = running.finish()
    rig.close()
    #expect(report.output == "after\n")
    #expect(report.end.hasPrefix("@end exited(0)"))
  }
}
