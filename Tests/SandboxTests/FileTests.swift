import Foundation
import Linux
import Testing

@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct FileTests {
  /// Acts on files that the step's user owns but that the profile does not name. In the words `OUT`,
  /// `SECRET` and `WORK` stand for the folder outside, the canary in it, and the writable folder.
  static let outside: [CallCase] = [
    CallCase("read", "SECRET", answers: ["EACCES"]), CallCase("list", "OUT", answers: ["EACCES"]),
    CallCase("write", "SECRET", answers: ["EACCES", "EROFS"]),
    CallCase("create", "OUT/new", answers: ["EACCES", "EROFS"]),
    CallCase("truncate", "SECRET", answers: ["EACCES", "EROFS"]),
    CallCase("mkdir", "OUT/new", answers: ["EACCES", "EROFS"]),
    CallCase("unlink", "SECRET", answers: ["EACCES", "EROFS"]),
    CallCase("rmdir", "OUT/empty", answers: ["EACCES", "EROFS"]),
    CallCase("link", "SECRET", "WORK/hard", answers: ["EXDEV", "EACCES", "EROFS"]),
    CallCase("link", "WORK/file", "OUT/hard", answers: ["EXDEV", "EACCES", "EROFS"]),
    CallCase("symlink", "SECRET", "OUT/new", answers: ["EACCES", "EROFS"]),
    CallCase("rename", "SECRET", "WORK/mine", answers: ["EXDEV", "EACCES", "EROFS"]),
    CallCase("rename", "WORK/file", "OUT/new", answers: ["EXDEV", "EACCES", "EROFS"]),
    CallCase("exchange", "WORK/file", "SECRET", answers: ["EXDEV", "EACCES", "EROFS"]),
    CallCase("mkfifo", "OUT/new", answers: ["EACCES", "EROFS"]),
    CallCase("read", "/proc/self/root/SECRET", answers: ["EACCES"]),
    CallCase("read", "/proc/self/cwd/../outside/secret", answers: ["EACCES"]),
    CallCase("read", "/proc/1/root/SECRET", answers: ["EACCES", "ENOENT"]),
    CallCase("read", "/proc/1/environ", answers: ["EACCES"]),
    CallCase("read", "/proc/1/mem", answers: ["EACCES"]),
    CallCase("read", "/proc/1/fd/3", answers: ["EACCES"]), CallCase("list", "/root", answers: ["EACCES"]),
    CallCase("open_by_handle", "SECRET", answers: ["EPERM"]),
    CallCase("execute", "SECRET", answers: ["EACCES"]),
    CallCase("write", "/proc/sys/kernel/hostname", answers: ["EACCES", "EROFS"]),
    CallCase("write", "/proc/sys/kernel/core_pattern", answers: ["EACCES", "EROFS"]),
    CallCase("write", "/proc/self/oom_score_adj", answers: ["EACCES"]),
    CallCase("create", "/dev/shm/../new", answers: ["EACCES", "EROFS"]),
    CallCase("create", "/usr/lib/new", answers: ["EACCES", "EROFS"]),
    CallCase("read", "/etc/shadow", answers: ["EACCES"]),
    CallCase("list", "/sys/kernel", answers: ["EACCES"]),
    CallCase("list", "/tmp", answers: ["EACCES"]), CallCase("list", "/var", answers: ["EACCES"]),
    CallCase("list", "/run", answers: ["EACCES"]),
    // devices, also where making files is allowed
    CallCase("mknod", "WORK/null", answers: ["EPERM"]), CallCase("mkblock", "WORK/disk", answers: ["EPERM"]),
    CallCase("whiteout", "WORK/file2", answers: ["EPERM"]), CallCase("read", "/dev/vda", answers: ["ENOENT"]),
    CallCase("read", "/dev/kmsg", answers: ["ENOENT"]), CallCase("read", "/dev/pts/0", answers: ["ENOENT"]),
    // what the profile allows
    CallCase("read", "WORK/file", answers: ["OK"]), CallCase("create", "WORK/new", answers: ["OK"]),
    CallCase("mkdir", "WORK/newdir", answers: ["OK"]), CallCase("unlink", "WORK/file", answers: ["OK"]),
    CallCase("link", "WORK/file", "WORK/hard", answers: ["OK"]),
    CallCase("mkfifo", "WORK/fifo", answers: ["OK"]),
    CallCase("rename", "WORK/file", "WORK/moved", answers: ["OK"]),
    CallCase("chmod", "WORK/file", answers: ["OK"]),
    CallCase("read", "/etc/passwd", answers: ["OK"]), CallCase("read", "/dev/null", answers: ["OK"]),
    CallCase("write", "/dev/null", answers: ["OK"]), CallCase("read", "/proc/self/status", answers: ["OK"]),
    CallCase("create", "/dev/shm/new", answers: ["OK"]), CallCase("list", "/dev", answers: ["OK"]),
  ]

  @Test(arguments: Account.all, outside)
  func answersAnActOnAFile(_ account: Account, _ item: CallCase) throws {
    let rig = try Rig(account)
    let before = try FileSystem.info(rig.secret)
    let words = item.act.map {
      $0.replacingOccurrences(of: "SECRET", with: rig.secret).replacingOccurrences(
        of: "OUT", with: rig.outside
      )
      .replacingOccurrences(of: "WORK", with: rig.work)
    }
    let report = try rig.probe([], words)
    let after = try FileSystem.info(rig.secret)
    let left = try FileSystem.list(rig.outside).map(\.name)
    rig.close()
    #expect(item.answers.contains(report.result), "\(report.output)\(report.error)")
    #expect(!(report.output + report.error).contains(Rig.canary))
    #expect(before == after)
    #expect(left == ["empty", "secret"])
  }

  @Test(arguments: Account.all)
  func followsNoLinkOutOfTheProfile(_ account: Account) throws {
    let rig = try Rig(account)
    try FileSystem.makeSymbolicLink("\(rig.work)/out", to: rig.outside)
    try FileSystem.makeSymbolicLink("\(rig.root)/granted", to: rig.outside)
    let through = try rig.probe([], ["read", "\(rig.work)/out/secret"])
    // A path of the profile that is a link grants nothing, and this is told.
    let granted = try rig.probe(["--read", "\(rig.root)/granted", "--verbose"], ["read", rig.secret])
    let missing = try rig.probe(["--write", "\(rig.root)/none", "--verbose"], ["read", rig.secret])
    let relative = try rig.probe(["--read", "outside", "--verbose"], ["read", rig.secret])
    let root = rig.root
    rig.close()
    #expect(through.result == "EACCES")
    #expect(granted.result == "EACCES" && granted.error.contains("@ignored \(root)/granted"))
    #expect(missing.result == "EACCES" && missing.error.contains("@ignored \(root)/none"))
    #expect(relative.result == "EACCES" && relative.error.contains("@ignored outside"))
  }

  @Test(arguments: Account.all)
  func executesOnlyWhatIsExecutable(_ account: Account) throws {
    let rig = try Rig(account)
    let options = ["--execute", "/usr", "--execute", "\(rig.bin)"]
    let copy = try rig.shell(options, "cp /bin/true copied && ./copied; echo $?")
    let open = try rig.shell([], "cp /bin/true copied && ./copied; echo $?")
    rig.close()
    #expect(copy.output == "126\n")
    #expect(open.output == "0\n")
  }

  @Test(arguments: Account.all)
  func closesInheritedDescriptors(_ account: Account) throws {
    let rig = try Rig(account)
    let command = rig.command([], ["\(rig.bin)/probe", "descriptors"])
    let process = try RunningProcess(
      ["/bin/sh", "-c", "exec 3<'\(rig.secret)' 9<'\(rig.secret)' 5>&1; exec \"$0\" \"$@\""] + command)
    let report = process.finish()
    rig.close()
    #expect(report.output == "result:\n")
  }
}
