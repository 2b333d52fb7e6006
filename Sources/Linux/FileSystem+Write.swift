internal import CLinux

extension FileSystem {
  /// Replaces a file as a whole: readers see the old content or the new one, also after a crash. A symbolic
  /// link at `path` is replaced, not followed.
  public static func writeFileAtomically(
    _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(FileError) {
    let temporary = "\(path).\(RandomBytes.hex(8)).tmp"
    do throws(FileError) {
      try writeNewFile(temporary, bytes, mode: mode, isDurable: true)
      try rename(temporary, to: path)
    } catch {
      discard(temporary)
      throw error
    }
    try synchronizeDirectory(of: path)
  }

  /// Writes a file that was not there. One that need not outlive a crash costs no wait for the disk.
  public static func writeNewFile(
    _ path: String, _ bytes: [UInt8], mode: UInt32, isDurable: Bool = false
  ) throws(FileError) {
    let file = try opening(path, [.write, .create, .exclusive, .noFollow], mode: mode)
    do throws(Errno) {
      let number = file.rawValue
      // The mode is what was asked for, whatever the umask.
      try retrying { rd_fchmod(number, mode) }
      try file.writeAll(bytes)
      if isDurable { try file.synchronize() }
      try file.close()
    } catch { throw .system(call: "write", path: path, error) }
  }

  private static func discard(_ path: String) {
    do throws(FileError) { try remove(path) } catch {
      // The write has failed already and that is what is reported; the rest of a temporary file is
      // harmless.
    }
  }

  /// Makes the names in the directory of `path` last through a crash.
  public static func synchronizeDirectory(of path: String) throws(FileError) {
    let directory = try opening(parent(of: path), [.directory])
    do throws(Errno) { try directory.synchronize() } catch .invalidArgument {
      // Some file systems cannot synchronize a directory; they order renames themselves.
    } catch { throw .system(call: "fsync", path: path, error) }
  }

  /// The directory part of a path: "." for a bare name, "/" for the root.
  public static func parent(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1 && bytes.last == 0x2F { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: 0x2F) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// Renames, replacing what was there.
  public static func rename(_ from: String, to path: String) throws(FileError) {
    do throws(Errno) {
      try withPaths(from, path) { unsafe rd_renameat(workingDirectory, $0, workingDirectory, $1) }
    } catch { throw .system(call: "rename", path: path, error) }
  }

  /// Makes one directory with exactly this mode. An existing directory is accepted as it is; anything else
  /// there is an error.
  public static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
    do throws(Errno) {
      try withPath(path) { unsafe rd_mkdirat(workingDirectory, $0, mode) }
    } catch .fileExists {
      if try linkInfo(path).kind != .directory { throw .system(call: "mkdir", path: path, .fileExists) }
      return
    } catch { throw .system(call: "mkdir", path: path, error) }
    let directory = try opening(path, [.directory, .noFollow])
    let number = directory.rawValue
    do throws(Errno) { try retrying { rd_fchmod(number, mode) } } catch {
      throw .system(call: "fchmod", path: path, error)
    }
  }

  /// Makes a directory and the missing ones above it.
  public static func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
    let above = parent(of: path)
    if above != path && above != "." && !exists(above) { try makeDirectories(above, mode: mode) }
    try makeDirectory(path, mode: mode)
  }

  /// Makes a directory below another one, and the missing ones between them. No link is followed on the way.
  public static func makeDirectories(
    _ path: String, beneath root: String, mode: UInt32 = 0o755
  ) throws(FileError) {
    do throws(Errno) {
      var folder = try FileDescriptor.openWithoutLinks(root, [.pathOnly, .directory])
      for part in path.split(separator: "/") {
        let number = folder.rawValue
        do throws(Errno) {
          try withPath(String(part)) { unsafe rd_mkdirat(number, $0, mode) }
        } catch .fileExists {
          // Opened below, if it is a directory.
        }
        folder = try FileDescriptor.openBeneath(folder, String(part), [.pathOnly, .directory])
      }
    } catch { throw .system(call: "mkdir", path: root + "/" + path, error) }
  }

  /// Makes a directory of mode 0700 with a name that nobody can guess, and returns its path.
  public static func makeTemporaryDirectory(in parent: String, prefix: String) throws(FileError) -> String {
    let path = "\(parent)/\(prefix)\(RandomBytes.hex(8))"
    do throws(Errno) {
      try withPath(path) { unsafe rd_mkdirat(workingDirectory, $0, 0o700) }
    } catch { throw .system(call: "mkdir", path: path, error) }
    return path
  }

  /// Makes a symbolic link.
  public static func makeSymbolicLink(_ path: String, to target: String) throws(FileError) {
    do throws(Errno) {
      try withPaths(target, path) { unsafe rd_symlinkat($0, workingDirectory, $1) }
    } catch { throw .system(call: "symlink", path: path, error) }
  }

  /// Removes a file or a link.
  public static func remove(_ path: String) throws(FileError) {
    do throws(Errno) {
      try withPath(path) { unsafe rd_unlinkat(workingDirectory, $0, 0) }
    } catch { throw .system(call: "unlink", path: path, error) }
  }

  /// Removes an empty directory.
  public static func removeDirectory(_ path: String) throws(FileError) {
    do throws(Errno) {
      try withPath(path) { unsafe rd_unlinkat(workingDirectory, $0, 1) }
    } catch { throw .system(call: "rmdir", path: path, error) }
  }
}
