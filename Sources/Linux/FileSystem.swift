internal import CLinux

/// Questions about files and acts on them. Every failure names the call and the path.
public enum FileSystem {
  /// Reads a regular file of at most `limit` bytes. Anything else (a FIFO, a device, a directory) is
  /// refused without waiting for it.
  public static func readFile(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
    let file = try opening(path, [.nonBlocking, .noTerminal])
    return try read(file, path, limit: limit)
  }

  /// Reads a file below a held directory, following no symbolic link.
  public static func readFile(
    beneath directory: borrowing FileDescriptor, _ path: String, limit: Int = 64 << 20
  ) throws(FileError) -> [UInt8] {
    let file: FileDescriptor
    do throws(Errno) {
      file = try .openBeneath(directory, path, [.nonBlocking, .noTerminal])
    } catch { throw .system(call: "openat2", path: path, error) }
    return try read(file, path, limit: limit)
  }

  private static func read(
    _ file: borrowing FileDescriptor, _ path: String, limit: Int
  ) throws(FileError) -> [UInt8] {
    do throws(Errno) {
      let info = try file.info()
      if info.kind == .directory { throw Errno.isADirectory }
      if info.kind == .regular && info.size <= Int64(limit) {
        // One byte more than allowed, so that a file which grows meanwhile is noticed.
        let bytes = try file.readAll(limit: limit + 1)
        if bytes.count <= limit { return bytes }
      } else if info.kind != .regular {
        throw Errno.invalidArgument
      }
    } catch .isADirectory {
      throw .notRegular(path: path, .directory)
    } catch .invalidArgument {
      let kind = (try? file.info().kind) ?? .unknown
      throw .notRegular(path: path, kind)
    } catch { throw .system(call: "read", path: path, error) }
    throw .tooLarge(path: path, limit: limit)
  }

  static func opening(
    _ path: String, _ options: OpenOptions, mode: UInt32 = 0o600
  ) throws(FileError) -> FileDescriptor {
    do throws(Errno) {
      return try FileDescriptor.open(path, options, mode: mode)
    } catch { throw .system(call: "open", path: path, error) }
  }

  /// What the path leads to, links followed.
  public static func info(_ path: String) throws(FileError) -> FileInfo { try info(path, follow: true) }

  /// What the path itself is, the last link not followed.
  public static func linkInfo(_ path: String) throws(FileError) -> FileInfo { try info(path, follow: false) }

  private static func info(_ path: String, follow: Bool) throws(FileError) -> FileInfo {
    var raw = rd_stat()
    do throws(Errno) {
      try withPath(path) { unsafe rd_stat(workingDirectory, $0, follow ? 1 : 0, &raw) }
    } catch { throw .system(call: follow ? "stat" : "lstat", path: path, error) }
    return FileInfo(raw)
  }

  /// Whether something is there, a dangling link included.
  public static func exists(_ path: String) -> Bool {
    do throws(FileError) {
      _ = try linkInfo(path)
      return true
    } catch { return false }
  }

  /// The absolute path without links, `.` and `..`.
  public static func realPath(_ path: String) throws(FileError) -> String {
    do throws(Errno) {
      if path.utf8.contains(0) { throw .invalidArgument }
      return try text { buffer, size in FileName.withCString(path) { unsafe rd_realpath($0, buffer, size) } }
    } catch { throw .system(call: "realpath", path: path, error) }
  }

  /// Where a symbolic link points, as written in it.
  public static func linkTarget(_ path: String) throws(FileError) -> String {
    do throws(Errno) {
      if path.utf8.contains(0) { throw .invalidArgument }
      return try text { buffer, size in
        FileName.withCString(path) { unsafe rd_readlinkat(workingDirectory, $0, buffer, size) }
      }
    } catch { throw .system(call: "readlink", path: path, error) }
  }

  /// Whether this user may read the path.
  public static func isReadable(_ path: String) -> Bool { access(path, read: 1, write: 0, execute: 0) }
  /// Whether this user may write to the path.
  public static func isWritable(_ path: String) -> Bool { access(path, read: 0, write: 1, execute: 0) }
  /// Whether this user may execute (or, for a directory, enter) the path.
  public static func isExecutable(_ path: String) -> Bool { access(path, read: 0, write: 0, execute: 1) }

  private static func access(_ path: String, read: Int32, write: Int32, execute: Int32) -> Bool {
    do throws(Errno) {
      try withPath(path) { unsafe rd_access($0, read, write, execute) }
      return true
    } catch { return false }
  }

  /// The entries of a directory except `.` and `..`, in byte order of their names.
  public static func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
    try entries(path).sorted { $0.nameBytes.lexicographicallyPrecedes($1.nameBytes) }
  }

  /// The files of a directory with what tells whether they have changed; a link to one is none.
  public static func listing(_ path: String) throws(FileError) -> FolderListing {
    let directory = try opening(path, [.directory, .noFollow])
    do throws(Errno) { return try FolderListing(directory) } catch {
      throw .system(call: "getdents64", path: path, error)
    }
  }

  /// A directory and its entries, in the order that the file system keeps them in; not through a link. What changes
  /// after the look at the directory itself changes its times, too.
  public static func folder(
    _ path: String
  ) throws(FileError) -> (info: FileInfo, entries: [DirectoryEntry]) {
    let directory = try opening(path, [.directory, .noFollow])
    do throws(Errno) {
      let info = try directory.info()
      return (info, try DirectoryEntry.read(directory.rawValue))
    } catch { throw .system(call: "getdents64", path: path, error) }
  }

  /// The entries of a directory in the order that the file system keeps them in.
  public static func entries(_ path: String) throws(FileError) -> [DirectoryEntry] {
    let directory = try opening(path, [.directory])
    do throws(Errno) { return try DirectoryEntry.read(directory.rawValue) } catch {
      throw .system(call: "getdents64", path: path, error)
    }
  }
}
