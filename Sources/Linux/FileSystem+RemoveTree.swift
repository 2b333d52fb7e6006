internal import CLinux

extension FileSystem {
  /// Removes a directory with all below it. Links are removed, never followed; a directory that is swapped
  /// for a link meanwhile is not entered. Nothing there is no error.
  public static func removeTree(_ path: String) throws(FileError) {
    var bytes = Array(path.utf8)
    while bytes.count > 1 && bytes.last == 0x2F { bytes.removeLast() }
    let name = bytes.lastIndex(of: 0x2F).map { Array(bytes[($0 + 1)...]) } ?? bytes
    do throws(Errno) {
      if bytes.contains(0) || name.isEmpty || name == [0x2E] || name == [0x2E, 0x2E] {
        throw .invalidArgument
      }
      let above = try FileDescriptor.open(parent(of: path), [.directory])
      try removeTree(name, in: above.rawValue, depth: 0)
    } catch { throw .system(call: "remove", path: path, error) }
  }

  private static func removeTree(_ name: [UInt8], in directory: Int32, depth: Int) throws(Errno) {
    // Each level holds a descriptor and stack; a deeper tree is an attack on the cleaner.
    if depth > 400 { throw .tooManyLinks }
    do throws(Errno) {
      try withName(name) { unsafe rd_unlinkat(directory, $0, 0) }
      return
    } catch .noSuchFile {
      return
    } catch  where error == .isADirectory || error == .notPermitted {
      // A directory: emptied below.
    }
    try empty(name, in: directory, depth: depth)
    try withName(name) { unsafe rd_unlinkat(directory, $0, 1) }
  }

  private static func empty(_ name: [UInt8], in directory: Int32, depth: Int) throws(Errno) {
    let inside = FileDescriptor(
      owning: try withName(name) { unsafe rd_open_directory_to_empty(directory, $0) })
    for entry in try DirectoryEntry.read(inside.rawValue) {
      try removeTree(entry.nameBytes, in: inside.rawValue, depth: depth + 1)
    }
  }

  /// Hands a name as bytes to C. Names come from directories, which hold no NUL.
  @discardableResult
  @safe
  private static func withName(
    _ name: [UInt8], _ call: (UnsafePointer<CChar>) -> Int32
  ) throws(Errno) -> Int32 {
    let terminated = name.map { CChar(bitPattern: $0) } + [0]
    return try retrying { () -> Int32 in
      unsafe terminated.withUnsafeBufferPointer { raw -> Int32 in
        // The array is never empty, so it has a base address.
        guard let base = raw.baseAddress else { return -22 }
        return unsafe call(base)
      }
    }
  }
}
