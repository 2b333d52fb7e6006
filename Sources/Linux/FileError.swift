/// Why a file could not be used: the failed call with its path, or what the file is.
public enum FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A call of the kernel failed.
  case system(call: String, path: String, Errno)
  /// The path leads to something that is not a regular file.
  case notRegular(path: String, FileKind)
  /// The file is larger than the reader allows.
  case tooLarge(path: String, limit: Int)

  /// The path that was asked for.
  public var path: String {
    switch self {
    case .system(_, let path, _), .notRegular(let path, _), .tooLarge(let path, _): path
    }
  }

  /// The error number, where the kernel gave one.
  public var errno: Errno? {
    switch self {
    case .system(_, _, let errno): errno
    case .notRegular, .tooLarge: nil
    }
  }

  /// What went wrong, without the path.
  public var reason: String {
    switch self {
    case .system(let call, _, let errno): "\(errno.message) (\(call): \(errno.name))"
    case .notRegular(_, let kind): "is a \(kind.name), not a regular file"
    case .tooLarge(_, let limit): "is larger than \(limit) bytes"
    }
  }

  /// Path and reason.
  public var description: String { "\(path.isEmpty ? "‘’" : path): \(reason)" }
}
