internal import CLinux
internal import Glibc

/// An error number of the kernel. Carries the C name and the C library's message.
public struct Errno: Error, RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number, as in errno(3).
  public let rawValue: Int32

  /// An error with this number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The name of the C constant, such as `ENOENT`.
  public var name: String { unsafe String(cString: rd_errno_name(rawValue)) }
  /// What the C library says, such as "No such file or directory".
  public var message: String { unsafe String(cString: rd_errno_message(rawValue)) }
  /// Message and name.
  public var description: String { "\(message) (\(name))" }

  /// ENOENT
  public static let noSuchFile = Errno(rawValue: ENOENT)
  /// EEXIST
  public static let fileExists = Errno(rawValue: EEXIST)
  /// EACCES
  public static let permissionDenied = Errno(rawValue: EACCES)
  /// EPERM
  public static let notPermitted = Errno(rawValue: EPERM)
  /// EINTR
  public static let interrupted = Errno(rawValue: EINTR)
  /// EAGAIN
  public static let wouldBlock = Errno(rawValue: EAGAIN)
  /// EINVAL
  public static let invalidArgument = Errno(rawValue: EINVAL)
  /// ENOTDIR
  public static let notADirectory = Errno(rawValue: ENOTDIR)
  /// EISDIR
  public static let isADirectory = Errno(rawValue: EISDIR)
  /// EXDEV
  public static let crossDevice = Errno(rawValue: EXDEV)
  /// ENOSPC
  public static let noSpace = Errno(rawValue: ENOSPC)
  /// EROFS
  public static let readOnlyFileSystem = Errno(rawValue: EROFS)
  /// EPIPE
  public static let brokenPipe = Errno(rawValue: EPIPE)
  /// EBADF
  public static let badDescriptor = Errno(rawValue: EBADF)
  /// ENOSYS
  public static let noSuchCall = Errno(rawValue: ENOSYS)
  /// EAFNOSUPPORT
  public static let noFamily = Errno(rawValue: EAFNOSUPPORT)
  /// ESRCH
  public static let noSuchProcess = Errno(rawValue: ESRCH)
  /// ELOOP
  public static let tooManyLinks = Errno(rawValue: ELOOP)
  /// EBUSY
  public static let deviceBusy = Errno(rawValue: EBUSY)
  /// E2BIG
  public static let tooBig = Errno(rawValue: E2BIG)
  /// There is no memory left.
  public static let noMemory = Errno(rawValue: ENOMEM)
  /// ENOEXEC
  public static let notExecutable = Errno(rawValue: ENOEXEC)
  /// EIO
  public static let inputOutput = Errno(rawValue: EIO)
  /// ETIMEDOUT
  public static let timedOut = Errno(rawValue: ETIMEDOUT)
  /// ECANCELED
  public static let canceled = Errno(rawValue: ECANCELED)
  /// EHOSTUNREACH
  public static let hostUnreachable = Errno(rawValue: EHOSTUNREACH)
  /// ENETUNREACH
  public static let networkUnreachable = Errno(rawValue: ENETUNREACH)
  /// ECONNREFUSED
  public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
}
