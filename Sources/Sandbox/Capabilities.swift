/// Which of root's powers a step keeps: those over files and ids that ordinary tools use, within what
/// Landlock allows.
enum Capabilities {
  /// CAP_SYS_ADMIN, as a bit.
  static let administration: UInt64 = 1 << 21

  /// CHOWN, DAC_OVERRIDE, FOWNER, FSETID, SETGID, SETUID and NET_BIND_SERVICE; KILL where only the step's
  /// own processes can be seen. Gone are, among others, DAC_READ_SEARCH (reads under a mask), SYS_ADMIN,
  /// SYS_PTRACE, MKNOD, SYS_RAWIO, SYS_MODULE, NET_ADMIN, NET_RAW, SYS_CHROOT.
  static func kept(isRoot: Bool, hasProcesses: Bool) -> UInt64 {
    if !isRoot { return 0 }
    let bits: [UInt64] = [0, 1, 3, 4, 6, 7, 10] + (hasProcesses ? [5] : [])
    return bits.reduce(0) { $0 | 1 << $1 }
  }
}
