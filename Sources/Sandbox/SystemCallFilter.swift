internal import CSeccomp
internal import Linux

/// The list of system calls that a step has no business with, compiled for the kernel by libseccomp.
///
/// It guards what file rules and namespaces do not: mounts, tracing of other processes, new namespaces
/// (with all capabilities inside), kernel interfaces with a history of holes (io_uring, bpf, userfaultfd,
/// keyrings), terminals that can be typed into, exotic socket families. It does not guard files or
/// addresses.
struct SystemCallFilter {
  /// Which sockets of the Internet families a step can have.
  enum Internet {
    /// All: a network namespace decides what they reach.
    case all
    /// TCP over IPv4 without its short cuts; who connects where is for the gate and Landlock to decide.
    case streams
    /// None: where there is no network namespace.
    case none
  }

  var internet: Internet

  /// Refused with EPERM. A name that this architecture or library does not know is skipped: the call then
  /// does not exist here.
  static let refused: [String] = [
    // mounts and roots
    "mount", "umount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick",
    "open_tree",
    "move_mount", "mount_setattr", "quotactl", "quotactl_fd", "swapon", "swapoff", "nfsservctl",
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp", "setns",
    // files without a path
    "open_by_handle_at",
    // kernel interfaces
    "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "kexec_load",
    "kexec_file_load",
    "init_module", "finit_module", "delete_module", "create_module", "lookup_dcookie", "fanotify_init",
    "modify_ldt", "vm86", "vm86old", "iopl", "ioperm", "uselib", "_sysctl",
    // the machine
    "reboot", "sethostname", "setdomainname", "settimeofday", "stime", "clock_settime", "clock_settime64",
    "adjtimex", "clock_adjtime", "clock_adjtime64", "acct", "syslog", "vhangup",
  ]

  /// Refused like these, but younger than the library. Calls from 424 on have the same number on all
  /// architectures.
  static let refusedByNumber: [Int32: String] = [467: "open_tree_attr"]

  /// Refused with ENOSYS, so that programs use what they used before these existed.
  static let absent: [String] = ["clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"]

  /// Refused for some arguments only.
  static let partly: [String] = [
    "unshare", "clone", "prlimit64", "ioctl", "mknod", "mknodat", "renameat2", "personality", "socket",
    "sendto", "sendmsg", "sendmmsg",
  ]

  /// CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. In clone(2) the first is
  /// part of the exit signal, so there it is not tested.
  private static let namespaceFlags: [UInt64] = [
    0x0000_0080, 0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]

  /// CLONE_PARENT: a child of the step's that would be rundown's own, which nobody waits for.
  private static let ofParent: UInt64 = 0x8000

  /// TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD: typing into a terminal, its console, its output, its driver.
  private static let terminalCommands: [UInt64] = [0x5412, 0x541C, 0x541D, 0x5423]

  private enum Number {
    static let notPermitted: UInt32 = 1
    static let noSuchCall: UInt32 = 38
    static let noFamily: UInt32 = 97
  }

  /// What `compile` gives.
  var compiled: Result<[UInt8], SandboxError> {
    do throws(SandboxError) { return .success(try compile()) } catch { return .failure(error) }
  }

  /// The filter in the kernel's form: instructions of eight bytes.
  func compile() throws(SandboxError) -> [UInt8] {
    guard let context = unsafe seccomp_init(rd_scmp_allow) else {
      throw .setup(part: "system call filter", errno: "ENOMEM")
    }
    defer { unsafe seccomp_release(context) }
    do throws(Errno) {
      var builder = unsafe Builder(context: context)
      try builder.set(SCMP_FLTATR_ACT_BADARCH, rd_scmp_kill_process)
      try builder.set(SCMP_FLTATR_CTL_OPTIMIZE, 2)
      for name in Self.refused { try builder.refuse(name, Number.notPermitted) }
      for number in Self.refusedByNumber.keys { try builder.refuse(number, Number.notPermitted) }
      for name in Self.absent { try builder.refuse(name, Number.noSuchCall) }
      addArguments(&builder)
      if let failure = builder.failure { throw failure }
      let file = try FileDescriptor.memory(named: "filter")
      let code = unsafe seccomp_export_bpf(context, file.rawValue)
      if code != 0 { throw Errno(rawValue: -code) }
      try file.rewind()
      return try file.readAll(limit: 1 << 20)
    } catch { throw .setup(part: "system call filter", errno: error.description) }
  }

  private func addArguments(_ builder: inout Builder) {
    for flag in Self.namespaceFlags {
      builder.refuse("unshare", Number.notPermitted, [.bits(0, mask: flag, equal: flag)])
      if flag != 0x80 {
        builder.refuse("clone", Number.notPermitted, [.bits(0, mask: flag, equal: flag)])
      }
    }
    builder.refuse("clone", Number.notPermitted, [.bits(0, mask: Self.ofParent, equal: Self.ofParent)])
    // The limits of another process: the holder's are not the step's to lower, since it masks files while the step runs.
    builder.refuse("prlimit64", Number.notPermitted, [.not(0, 0), .not(2, 0)])
    // The kernel looks at the low 32 bits of the command only, so the filter must do the same.
    for command in Self.terminalCommands {
      builder.refuse("ioctl", Number.notPermitted, [.bits(1, mask: 0xFFFF_FFFF, equal: command)])
    }
    // Device nodes: S_IFCHR and S_IFBLK.
    for kind: UInt64 in [0x2000, 0x6000] {
      builder.refuse("mknod", Number.notPermitted, [.bits(1, mask: 0xF000, equal: kind)])
      builder.refuse("mknodat", Number.notPermitted, [.bits(2, mask: 0xF000, equal: kind)])
    }
    // RENAME_WHITEOUT leaves a device node behind, which Landlock does not see (landlock-lsm/linux#63).
    builder.refuse("renameat2", Number.notPermitted, [.bits(4, mask: 0x4, equal: 0x4)])
    // Only the default (0) passes; asking (0xFFFFFFFF) cannot be told apart by one comparison and hardly
    // anybody asks.
    builder.refuse("personality", Number.notPermitted, [.not(0, 0)])
    // Families: UNIX 1, INET 2, INET6 10, NETLINK 16 (routing only) pass. Larger numbers, also by junk in
    // the high half that the kernel would not see, do not.
    builder.refuse("socket", Number.noFamily, [.above(0, 16)])
    for family: UInt64 in Array(3...9) + Array(11...15) + refusedFamilies {
      builder.refuse("socket", Number.noFamily, [.bits(0, mask: 0xFFFF_FFFF, equal: family)])
    }
    builder.refuse("socket", Number.noFamily, [.bits(0, mask: 0xFFFF_FFFF, equal: 16), .not(2, 0)])
    if internet == .streams { addStreams(&builder) }
  }

  private var refusedFamilies: [UInt64] {
    switch internet {
    case .all: []
    case .streams: [10]
    case .none: [2, 10]
    }
  }

  /// Of the Internet sockets TCP's alone, by its own number or by none (MPTCP is another), and no data that opens a
  /// connection without connect (MSG_FASTOPEN).
  private func addStreams(_ builder: inout Builder) {
    let isInternet = Comparison.bits(0, mask: 0xFFFF_FFFF, equal: 2)
    for kind: UInt64 in [0] + Array(2...15) {
      builder.refuse("socket", Number.noFamily, [isInternet, .bits(1, mask: 0xF, equal: kind)])
    }
    builder.refuse("socket", Number.noFamily, [isInternet, .above(2, 6)])
    for number: UInt64 in 1...5 {
      builder.refuse("socket", Number.noFamily, [isInternet, .bits(2, mask: 0xFFFF_FFFF, equal: number)])
    }
    for (call, flags) in [("sendto", UInt32(3)), ("sendmsg", 2), ("sendmmsg", 3)] {
      builder.refuse(call, Number.notPermitted, [.bits(flags, mask: 0x2000_0000, equal: 0x2000_0000)])
    }
  }
}

/// A comparison of an argument of a system call.
private enum Comparison {
  case bits(UInt32, mask: UInt64, equal: UInt64)
  case above(UInt32, UInt64)
  case not(UInt32, UInt64)

  var term: scmp_arg_cmp {
    switch self {
    case .bits(let index, let mask, let value):
      scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
    case .above(let index, let value):
      scmp_arg_cmp(arg: index, op: SCMP_CMP_GT, datum_a: value, datum_b: 0)
    case .not(let index, let value):
      scmp_arg_cmp(arg: index, op: SCMP_CMP_NE, datum_a: value, datum_b: 0)
    }
  }
}

/// Adds rules to a context that outlives it; the first failure is kept.
@safe
private struct Builder {
  private let context: UnsafeMutableRawPointer
  private(set) var failure: Errno?

  @unsafe
  init(context: UnsafeMutableRawPointer) {
    unsafe self.context = context
  }

  func set(_ attribute: scmp_filter_attr, _ value: UInt32) throws(Errno) {
    let code = unsafe seccomp_attr_set(context, attribute, value)
    if code != 0 { throw Errno(rawValue: -code) }
  }

  func refuse(_ name: String, _ number: UInt32) throws(Errno) {
    let call = unsafe seccomp_syscall_resolve_name(name)
    if call >= 0 { try refuse(call, number) }
  }

  func refuse(_ call: Int32, _ number: UInt32) throws(Errno) {
    let code = unsafe seccomp_rule_add_array(context, rd_scmp_errno(number), call, 0, nil)
    if code != 0 { throw Errno(rawValue: -code) }
  }

  mutating func refuse(_ name: String, _ number: UInt32, _ comparisons: [Comparison]) {
    let call = unsafe seccomp_syscall_resolve_name(name)
    if call < 0 { return }
    let terms = comparisons.map(\.term)
    let code = unsafe terms.withUnsafeBufferPointer { list in
      unsafe seccomp_rule_add_array(
        context, rd_scmp_errno(number), call, UInt32(list.count), list.baseAddress)
    }
    if code != 0 && failure == nil { failure = Errno(rawValue: -code) }
  }
}
