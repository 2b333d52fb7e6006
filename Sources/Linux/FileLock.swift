internal import CLinux

/// A lock on a file that ends with this value or with the process, also by kill -9.
public struct FileLock: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// Locks the file at `path`, making it (0600) when absent. `nil` when another process holds the lock and
  /// `wait` is false.
  public static func acquire(
    _ path: String, exclusive: Bool = true, wait: Bool = false
  ) throws(FileError) -> FileLock? {
    try acquire(
      FileSystem.opening(path, [.readWrite, .create, .noFollow, .nonBlocking], mode: 0o600), path,
      exclusive: exclusive, wait: wait)
  }

  /// Locks a directory itself, not through a link. `nil` when another process holds the lock.
  public static func acquire(directory path: String) throws(FileError) -> FileLock? {
    try acquire(FileSystem.opening(path, [.directory, .noFollow]), path, exclusive: true, wait: false)
  }

  private static func acquire(
    _ file: consuming FileDescriptor, _ path: String, exclusive: Bool, wait: Bool
  ) throws(FileError) -> FileLock? {
    let number = file.rawValue
    do throws(Errno) {
      try retrying { rd_flock(number, exclusive ? 1 : 0, wait ? 1 : 0) }
    } catch .wouldBlock {
      return nil
    } catch { throw .system(call: "flock", path: path, error) }
    return FileLock(file: file)
  }

  private init(file: consuming FileDescriptor) { self.file = file }

  /// Replaces the content of the locked file, such as by the holder's process id.
  public borrowing func write(_ bytes: [UInt8]) throws(Errno) {
    try file.truncate(to: 0)
    try file.writeAll(bytes)
  }
}
