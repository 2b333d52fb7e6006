internal import CLinux

extension FileSystem {
  /// Removes a directory with all below it, however deep. Links are removed, never followed; a directory that is swapped
  /// for a link meanwhile is not entered. What cannot be removed stays, and the first reason is thrown when all the rest
  /// is gone. Nothing there is no error.
  public static func removeTree(_ path: String) throws(FileError) {
    var bytes = Array(path.utf8)
    while bytes.count > 1 && bytes.last == 0x2F { bytes.removeLast() }
    let name = bytes.lastIndex(of: 0x2F).map { Array(bytes[($0 + 1)...]) } ?? bytes
    do throws(Errno) {
      if bytes.contains(0) || name.isEmpty || name == [0x2E] || name == [0x2E, 0x2E] {
        throw .invalidArgument
      }
      let above = try FileDescriptor.open(parent(of: path), [.directory])
      var remover = TreeRemover()
      try remover.remove(name, in: above.rawValue)
    } catch { throw .system(call: "remove", path: path, error) }
  }
}

/// Each level holds a descriptor and stack, so what lies deeper than a few levels is moved up to the top and removed from
/// there: no depth is an attack on the cleaner.
private struct TreeRemover {
  private static let levels = 64

  /// The tree's own directory.
  private var top: Int32 = -1
  private var hasMoved = false
  private var failure: Errno?

  mutating func remove(_ name: [UInt8], in directory: Int32) throws(Errno) {
    let reason: Errno
    switch Self.unlink(name, in: directory) {
    case .gone: return
    case .directory(let error): reason = error
    case .stays(let error): throw error
    }
    let folder = try Self.open(name, in: directory, reason)
    top = folder.rawValue
    repeat {
      hasMoved = false
      try folder.rewind()
      empty(folder, depth: 0)
    } while hasMoved
    if let failure { throw failure }
    try Self.withName(name) { unsafe rd_unlinkat(directory, $0, 1) }
  }

  private mutating func empty(_ folder: borrowing FileDescriptor, depth: Int) {
    let number = folder.rawValue
    let entries: [DirectoryEntry]
    do throws(Errno) { entries = try DirectoryEntry.read(number) } catch {
      note(error)
      return
    }
    for entry in entries {
      switch Self.unlink(entry.nameBytes, in: number) {
      case .gone: continue
      case .stays(let error): note(error)
      case .directory(let error):
        do throws(Errno) { try removeFolder(entry.nameBytes, in: number, depth, error) } catch { note(error) }
      }
    }
  }

  private mutating func removeFolder(
    _ name: [UInt8], in directory: Int32, _ depth: Int, _ reason: Errno
  ) throws(Errno) {
    if depth >= Self.levels {
      let (from, to, place) = (directory, top, Array(RandomBytes.hex(8).utf8))
      try Self.withName(name) { old in
        unsafe Self.withTerminated(place) { unsafe rd_renameat(from, old, to, $0) }
      }
      hasMoved = true
      return
    }
    let inside = try Self.open(name, in: directory, reason)
    empty(inside, depth: depth + 1)
    try Self.withName(name) { unsafe rd_unlinkat(directory, $0, 1) }
  }

  private mutating func note(_ error: Errno) {
    // A folder that is not empty is so because of what has been noted before.
    if failure == nil { failure = error }
  }

  private enum Unlinked {
    case gone
    /// It may be one; unlink(2) answers EISDIR, POSIX says EPERM.
    case directory(Errno)
    case stays(Errno)
  }

  private static func unlink(_ name: [UInt8], in directory: Int32) -> Unlinked {
    do throws(Errno) {
      try withName(name) { unsafe rd_unlinkat(directory, $0, 0) }
      return .gone
    } catch .noSuchFile {
      return .gone
    } catch {
      return error == .isADirectory || error == .notPermitted ? .directory(error) : .stays(error)
    }
  }

  private static func open(
    _ name: [UInt8], in directory: Int32, _ reason: Errno
  ) throws(Errno) -> FileDescriptor {
    do throws(Errno) {
      return FileDescriptor(owning: try withName(name) { unsafe rd_open_directory_to_empty(directory, $0) })
    } catch { throw error == .notADirectory ? reason : error }
  }

  /// Hands a name as bytes to C. Names come from directories, which hold no NUL.
  @discardableResult
  @safe
  private static func withName(
    _ name: [UInt8], _ call: (UnsafePointer<CChar>) -> Int32
  ) throws(Errno) -> Int32 {
    try retrying { () -> Int32 in unsafe withTerminated(name, call) }
  }

  @unsafe
  private static func withTerminated(_ name: [UInt8], _ call: (UnsafePointer<CChar>) -> Int32) -> Int32 {
    let terminated = name.map { CChar(bitPattern: $0) } + [0]
    return unsafe terminated.withUnsafeBufferPointer { raw -> Int32 in
      // The array is never empty, so it has a base address.
      guard let base = raw.baseAddress else { return -22 }
      return unsafe call(base)
    }
  }
}
