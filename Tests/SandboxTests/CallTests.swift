import Foundation
import Testing

/// One forbidden system call and what the kernel must answer.
struct CallCase: CustomTestStringConvertible, Sendable {
  var act: [String]
  var answers: Set<String>
  init(_ act: String..., answers: Set<String>) {
    self.act = act
    self.answers = answers
  }
  var testDescription: String { act.joined(separator: " ") }
  /// Whether the filter is who refuses, and a supervisor hears of it: clone3 is refused so often, and by so
  /// many, that it is not told; a child for one's parent and a whiteout the gate itself refuses, raw sockets the
  /// kernel; other tables end the process.
  var isTold: Bool {
    let answersItself = [["clone", "8000"], ["socket", "2", "3", "FF"]]
    return !["clone3", "rename_whiteout"].contains(act[0]) && !answersItself.contains(act)
      && answers.isDisjoint(with: ["OK", "SIGSYS"])
  }

  private static func refused(_ act: String...) -> CallCase {
    var value = CallCase(answers: ["EPERM"])
    value.act = act
    return value
  }
  private static func noFamily(_ act: String...) -> CallCase {
    var value = CallCase(answers: ["EAFNOSUPPORT"])
    value.act = act
    return value
  }

  static let all: [CallCase] = [
    // mounts and roots
    refused("mount_tmpfs", "/tmp"), refused("mount_bind", "/tmp"), refused("remount"),
    refused("umount", "/proc"),
    refused("fsopen"), refused("open_tree"), refused("move_mount"), refused("mount_setattr"),
    refused("pivot_root"), refused("chroot", "/"), refused("quotactl"), refused("swapon"),
    // namespaces: user, mounts, cgroup, host name, IPC, processes, network, time
    refused("unshare", "10000000"), refused("unshare", "20000"), refused("unshare", "2000000"),
    refused("unshare", "4000000"), refused("unshare", "8000000"), refused("unshare", "20000000"),
    refused("unshare", "40000000"), refused("unshare", "80"), refused("unshare", "10020000"),
    refused("clone", "10000000"), refused("clone", "20000"), refused("clone", "40000000"),
    refused("clone", "50020000"), CallCase("clone3", answers: ["ENOSYS"]), refused("setns"),
    // a child that would be rundown's
    refused("clone", "8000"),
    // other processes
    refused("trace_me"), refused("attach", "1"), refused("seize", "1"), refused("vm_read", "1"),
    refused("vm_write", "1"), refused("pidfd_getfd"), refused("process_madvise"), refused("kcmp"),
    refused("limit", "1", "to nothing"), CallCase("limit", "0", answers: ["OK"]), refused("open_tree_attr"),
    refused("rename_whiteout"),
    // kernel interfaces
    refused("bpf"), refused("perf"), refused("userfaultfd"), refused("keyctl"), refused("add_key"),
    refused("request_key"), CallCase("io_uring", answers: ["ENOSYS"]), refused("kexec"),
    refused("kexec_file"),
    refused("init_module"), refused("finit_module"), refused("delete_module"), refused("fanotify"),
    refused("personality"),
    // the machine
    refused("acct"), refused("syslog"), refused("reboot"), refused("set_time"), refused("set_clock"),
    refused("hostname"), refused("domainname"), refused("vhangup"),
    // terminals: TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD, and with junk in the high half
    refused("terminal", "5412"), refused("terminal", "541C"), refused("terminal", "541D"),
    refused("terminal", "5423"), refused("terminal", "100005412"), refused("terminal", "FFFFFFFF00005412"),
    refused("terminal", "20000541C"),
    // sockets: VSOCK, PACKET, ALG, KEY, XDP, CAN, BLUETOOTH, NETLINK that is not routing, VSOCK with junk
    noFamily("socket", "28", "1", "0"), noFamily("socket", "11", "3", "0"),
    noFamily("socket", "26", "5", "0"),
    noFamily("socket", "F", "3", "2"), noFamily("socket", "2C", "3", "0"), noFamily("socket", "1D", "3", "1"),
    noFamily("socket", "1F", "3", "1"), noFamily("socket", "10", "3", "F"),
    noFamily("socket", "100000028", "1", "0"), noFamily("socket", "10", "3", "100000000"),
    CallCase("socket", "2", "3", "FF", answers: ["EPERM"]),
    CallCase("socket", "10", "3", "0", answers: ["OK"]), CallCase("socketpair", answers: ["OK"]),
    CallCase("socket", "1", "1", "0", answers: ["OK"]),
    // foreign system call tables
    CallCase("x32", answers: ["SIGSYS"]), CallCase("i386", answers: ["SIGSYS"]),
    // what a step must still be able to do
    CallCase("clone", "0", answers: ["OK"]), CallCase("unshare", "200", answers: ["OK"]),
    CallCase("loopback", answers: ["OK"]),
  ]
}

@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct CallTests {
  @Test(arguments: Account.all, CallCase.all)
  func answersAForbiddenCall(_ account: Account, _ item: CallCase) throws {
    let rig = try Rig(account)
    let report = try rig.probe([], item.act)
    // Behind the gate the answer is the supervisor's, and the same; what it refuses, it tells.
    let gated = try rig.probe(["--gate", "--quiet"], item.act)
    rig.close()
    for report in [report, gated] {
      #expect(item.answers.contains(report.result), "\(report.output)\(report.error)")
      #expect(report.end.hasPrefix("@end"), "\(report.error)")
    }
    let told = gated.error.split(separator: "\n").filter { $0.hasPrefix("@call ") }
    #expect(told.count == (item.isTold ? 1 : 0), "\(gated.error)")
    if item.isTold { #expect(told.first?.hasSuffix(" \(gated.result) step") == true, "\(told)") }
  }

  @Test(arguments: Account.all) func withTheEndOfWhoAnswersTheyStayRefused(_ account: Account) throws {
    let report = try Rig(account).probe(["--gate", "--quiet", "--close-gate"], ["refused_later"])
    #expect(report.result == "ENOSYS" && !report.error.contains("@call"), "\(report)")
  }

  @Test(arguments: Account.all) func aFloodIsAnsweredAndToldOnce(_ account: Account) throws {
    let rig = try Rig(account)
    let report = try rig.probe(["--gate", "--quiet"], ["flood", "20000"])
    #expect(report.result == "EPERM", "\(report)")
    #expect(report.error.components(separatedBy: "@call ").count == 2, "\(report.error)")
  }

  #if arch(x86_64)
    @Test(arguments: Account.all, ["iopl", "ioperm", "modify_ldt"])
    func answersAForbiddenCallOfTheProcessor(_ account: Account, _ act: String) throws {
      let rig = try Rig(account)
      let report = try rig.probe([], [act])
      rig.close()
      #expect(report.result == "EPERM")
    }
  #endif
}
