import Foundation
import Linux
import Testing

/// Machines that give less: what is missing is told and, in strict mode, refused; what is left still holds.
@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct LadderTests {
  /// A user namespace in which no further namespace can be made.
  static let withoutNamespaces = [
    "/usr/bin/unshare", "-Ur", "/bin/sh", "-c",
    "for limit in /proc/sys/user/max_*_namespaces; do echo 0 > $limit; done; exec \"$@\"", "sh",
  ]

  private func run(_ rig: Rig, _ prefix: [String], _ options: [String], _ step: [String]) throws -> Report {
    let confine = ["\(rig.bin)/confine", "--read", rig.bin, "--write", rig.work, "--directory", rig.work]
    let become = ["\(rig.bin)/probe", "become", "\(rig.account.uid)", "\(rig.account.gid)"]
    let command = prefix + confine + options + ["--"] + step
    return try RunningProcess(rig.account.uid == geteuid() ? command : become + command).finish()
  }

  @Test(
    .enabled(if: FileSystem.exists("/usr/bin/unshare"), "unshare is not installed"), arguments: Account.all)
  func withoutNamespacesStrictRefuses(_ account: Account) throws {
    let rig = try Rig(account)
    let strict = try run(rig, Self.withoutNamespaces, [], ["/bin/echo", "ran"])
    let masked = try run(
      rig, Self.withoutNamespaces, ["--prefer", "--verbose", "--deny-read", "\(rig.work)/file"],
      ["/bin/echo", "ran"])
    rig.close()
    #expect(
      strict.end.hasPrefix("@fail missing process namespace (making the namespaces: No space left"),
      "\(strict)")
    #expect(strict.output == "")
    #expect(masked.output == "ran\n")
    for part in ["network namespace", "process namespace", "deny rules: \(rig.work)/file"] {
      #expect(masked.error.contains("@gap \(part)"), "\(masked)")
    }
  }

  /// Without a namespace only the gate connects a step, to the proxy alone; without the gate nothing does.
  @Test(
    .enabled(if: FileSystem.exists("/usr/bin/unshare"), "unshare is not installed"), arguments: Account.all)
  func withoutNamespacesAProxiedNetworkIsClosed(_ account: Account) throws {
    let rig = try Rig(account)
    let options = ["--prefer", "--verbose", "--network", "proxied"]
    let probe = ["\(rig.bin)/probe", "connect", "127.0.0.1", "22"]
    let closed = try run(rig, Self.withoutNamespaces, options, probe)
    let usual = try run(rig, [], options, probe)
    rig.close()
    #expect(closed.result == "EACCES", "\(closed)")
    #expect(usual.result == "ECONNREFUSED" && !usual.error.contains("@gap network proxy"), "\(usual)")
  }

  /// What holds by Landlock, the call filter and the warden alone.
  static let acts: [CallCase] = [
    CallCase("read", "SECRET", answers: ["EACCES"]), CallCase("write", "SECRET", answers: ["EACCES"]),
    CallCase("truncate", "SECRET", answers: ["EACCES"]), CallCase("create", "OUT/new", answers: ["EACCES"]),
    CallCase("create", "WORK/new", answers: ["OK"]), CallCase("mount_tmpfs", "/tmp", answers: ["EPERM"]),
    CallCase("unshare", "10000000", answers: ["EPERM"]), CallCase("trace_me", answers: ["EPERM"]),
    CallCase("socket", "2", "1", "0", answers: ["EAFNOSUPPORT"]),
    CallCase("socket", "A", "2", "0", answers: ["EAFNOSUPPORT"]),
    CallCase("socket", "2", "1", "106", answers: ["EAFNOSUPPORT"]),
    CallCase("socket", "100000002", "1", "0", answers: ["EAFNOSUPPORT"]),
    CallCase("connect", "127.0.0.1", "22", answers: ["EAFNOSUPPORT"]),
    CallCase("socketpair", answers: ["OK"]),
    CallCase("signal", "PARENT", "9", answers: ["EPERM"]), CallCase("unix", "@NAME", answers: ["EPERM"]),
    CallCase("no_new_privileges", answers: ["1"]), CallCase("descriptors", answers: [""]),
    CallCase("list", "/dev/pts", answers: ["EACCES"]), CallCase("read", "/dev/kmsg", answers: ["EACCES"]),
  ]

  @Test(
    .enabled(if: FileSystem.exists("/usr/bin/unshare"), "unshare is not installed"), arguments: Account.all,
    acts)
  func withoutNamespacesTheRestHolds(_ account: Account, _ item: CallCase) throws {
    let rig = try Rig(account)
    let name = "@rundown-\(Int.random(in: 0..<1_000_000_000))"
    let server = try RunningProcess(["\(rig.bin)/probe", "listen", name, Rig.canary])
    _ = server.line()
    let words = item.act.map {
      $0.replacing("SECRET", with: rig.secret).replacing("OUT", with: rig.outside)
        .replacing("WORK", with: rig.work).replacing("PARENT", with: "\(server.id)").replacing(
          "@NAME", with: name)
    }
    let report = try run(rig, Self.withoutNamespaces, ["--prefer"], ["\(rig.bin)/probe"] + words)
    let isAlive = server.isRunning
    server.end()
    rig.close()
    #expect(item.answers.contains(report.result), "\(report)")
    #expect(!report.output.contains(Rig.canary) && isAlive)
  }

  @Test(
    .enabled(if: FileSystem.exists("/usr/bin/unshare"), "unshare is not installed"), arguments: Account.all)
  func withoutNamespacesNothingIsLeftBehind(_ account: Account) throws {
    let rig = try Rig(account)
    let name = String(Int.random(in: 100_000...999_999))
    let report = try run(
      rig, Self.withoutNamespaces, ["--prefer"], ["\(rig.bin)/probe", "daemon", name])
    rig.close()
    #expect(report.end.hasPrefix("@end exited(0) cause=exited(0) swept=true cut=false"), "\(report)")
    #expect(isGone(name))
  }

  @Test(arguments: Account.all)
  func withoutLandlockStrictRefuses(_ account: Account) throws {
    let rig = try Rig(account)
    let prefix = ["\(rig.bin)/probe", "no_landlock"]
    let strict = try run(rig, prefix, [], ["/bin/echo", "ran"])
    let told = try run(rig, prefix, ["--prefer", "--verbose"], ["/bin/echo", "ran"])
    let write = try run(rig, prefix, ["--prefer"], ["\(rig.bin)/probe", "write", rig.secret])
    let mask = try run(
      rig, prefix, ["--prefer", "--deny-read", "\(rig.work)/file"],
      ["\(rig.bin)/probe", "read", "\(rig.work)/file"])
    let unmount = try run(
      rig, prefix, ["--prefer", "--deny-read", "\(rig.work)/file"],
      ["\(rig.bin)/probe", "umount", "\(rig.work)/file"])
    rig.close()
    #expect(strict.end.hasPrefix("@fail missing file rules (Function not implemented (ENOSYS))"), "\(strict)")
    #expect(strict.output == "" && told.output == "ran\n" && told.error.contains("@gap file rules"))
    #expect(write.result == "EROFS")
    #expect(mask.result == "EACCES")
    #expect(unmount.result == "EPERM")
  }
}
