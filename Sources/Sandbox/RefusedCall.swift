internal import CSeccomp
public import Linux

/// A system call that `SystemCallFilter` refuses, where a supervisor answers it so that it can be told.
public struct RefusedCall: Hashable, Sendable {
  /// Its name; its number, should the filter not know it.
  public let name: String
  /// What the filter would answer by itself.
  public let errno: Errno

  /// The call of a number.
  public init(number: Int32) {
    name = Self.names[number] ?? "\(number)"
    if SystemCallFilter.absent.contains(name) {
      errno = .noSuchCall
    } else {
      errno = name == "socket" ? .noFamily : .notPermitted
    }
  }

  private static let names: [Int32: String] = {
    var names = SystemCallFilter.refusedByNumber
    for name in SystemCallFilter.refused + SystemCallFilter.absent + SystemCallFilter.partly {
      names[unsafe seccomp_syscall_resolve_name(name)] = name
    }
    return names
  }()
}
