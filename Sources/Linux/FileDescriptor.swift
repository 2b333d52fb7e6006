internal import CLinux
internal import Glibc

/// How a file is opened. Close-on-exec is always set and cannot be left out.
public struct OpenOptions: OptionSet, Sendable {
  /// The bits of open(2).
  public let rawValue: Int32
  /// Options with these bits of open(2).
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// O_WRONLY
  public static let write = OpenOptions(rawValue: O_WRONLY)
  /// O_RDWR
  public static let readWrite = OpenOptions(rawValue: O_RDWR)
  /// O_CREAT
  public static let create = OpenOptions(rawValue: O_CREAT)
  /// O_EXCL
  public static let exclusive = OpenOptions(rawValue: O_EXCL)
  /// O_TRUNC
  public static let truncate = OpenOptions(rawValue: O_TRUNC)
  /// O_APPEND
  public static let append = OpenOptions(rawValue: O_APPEND)
  /// O_NONBLOCK: opening a FIFO does not wait for its other side.
  public static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
  /// O_NOFOLLOW: the last part of the path may not be a symbolic link.
  public static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
  /// O_DIRECTORY
  public static let directory = OpenOptions(rawValue: O_DIRECTORY)
  /// O_NOCTTY
  public static let noTerminal = OpenOptions(rawValue: O_NOCTTY)
  /// O_PATH: a handle on the place, without the right to read it.
  public static let pathOnly = OpenOptions(rawValue: 0o10000000)
}

/// A descriptor that is owned: it is closed when its owner ends, and cannot be closed twice.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The number. Valid only as long as this value lives.
  public let rawValue: Int32

  /// Takes ownership of a descriptor that nobody else will close.
  public init(owning rawValue: Int32) { self.rawValue = rawValue }

  deinit { if rawValue >= 0 { _ = rd_close(rawValue) } }

  /// Opens a file for reading unless `options` say otherwise.
  public static func open(
    _ path: String, _ options: OpenOptions = [], mode: UInt32 = 0o600, at directory: Int32 = -100
  ) throws(Errno) -> FileDescriptor {
    FileDescriptor(
      owning: try withPath(path) { unsafe rd_openat(directory, $0, options.rawValue, mode) })
  }

  /// Opens a path below a held directory. No part of it may be a symbolic link or lead out of the
  /// directory, so a link that a step planted is refused instead of followed.
  public static func openBeneath(
    _ directory: borrowing FileDescriptor, _ path: String, _ options: OpenOptions = [], mode: UInt32 = 0o600
  ) throws(Errno) -> FileDescriptor {
    let beneathNoLinksNoMagic: UInt64 = 0x08 | 0x04 | 0x02
    let number = directory.rawValue
    let bits = UInt64(UInt32(bitPattern: options.rawValue))
    let creating = options.contains(.create)
    return FileDescriptor(
      owning: try withPath(path) {
        unsafe rd_openat2(number, $0, bits, creating ? UInt64(mode) : 0, beneathNoLinksNoMagic)
      })
  }

  /// Opens a path as if `root` were the root directory: links and `..` cannot lead out of it. Without
  /// `followLinks` a path through a symbolic link is refused (ELOOP).
  public static func openInside(
    _ root: borrowing FileDescriptor, _ path: String, _ options: OpenOptions, followLinks: Bool
  ) throws(Errno) -> FileDescriptor {
    let inRootNoMagic: UInt64 = 0x10 | 0x02
    let noLinks: UInt64 = 0x04
    let number = root.rawValue
    let bits = UInt64(UInt32(bitPattern: options.rawValue))
    return FileDescriptor(
      owning: try withPath(path) {
        unsafe rd_openat2(number, $0, bits, 0, followLinks ? inRootNoMagic : inRootNoMagic | noLinks)
      })
  }

  /// Opens a path that must not lead through any symbolic link (ELOOP).
  public static func openWithoutLinks(
    _ path: String, _ options: OpenOptions, mode: UInt32 = 0o600
  ) throws(Errno) -> FileDescriptor {
    let bits = UInt64(UInt32(bitPattern: options.rawValue))
    let creating = options.contains(.create)
    return FileDescriptor(
      owning: try withPath(path) {
        unsafe rd_openat2(workingDirectory, $0, bits, creating ? UInt64(mode) : 0, 0x04 | 0x02)
      })
  }

  /// An anonymous file in memory.
  public static func memory(named name: String) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try withPath(name) { unsafe rd_memfd($0) })
  }

  /// Reads at most `limit` bytes. An empty answer is the end of the file.
  public borrowing func read(upTo limit: Int) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = try read(into: &bytes)
    bytes.removeLast(limit - count)
    return bytes
  }

  /// Reads into an existing array without growing it; the count of bytes read, 0 at the end of the file.
  public borrowing func read(into bytes: inout [UInt8]) throws(Errno) -> Int {
    let number = rawValue
    return Int(
      try retrying { () -> Int64 in
        unsafe bytes.withUnsafeMutableBytes { raw -> Int64 in
          guard let base = raw.baseAddress else { return 0 }
          return unsafe rd_read(number, base, raw.count)
        }
      })
  }

  /// Everything up to the end of the file, or at most `limit` bytes.
  public borrowing func readAll(limit: Int) throws(Errno) -> [UInt8] {
    var all: [UInt8] = []
    // Most files are small, and a buffer costs the zeros that it is filled with.
    var chunk = [UInt8](repeating: 0, count: 4096)
    while all.count < limit {
      let count = try read(into: &chunk)
      if count == 0 { break }
      all.append(contentsOf: chunk.prefix(min(count, limit - all.count)))
      if count == 4096 { chunk = [UInt8](repeating: 0, count: 65536) }
    }
    return all
  }

  /// Writes once; the count of bytes that were taken.
  public borrowing func write(_ bytes: ArraySlice<UInt8>) throws(Errno) -> Int {
    try writeOnce(rawValue, bytes)
  }

  /// Writes all bytes, or throws.
  public borrowing func writeAll(_ bytes: [UInt8]) throws(Errno) {
    try writeFully(rawValue, bytes[...])
  }

  /// Another descriptor for the same open file.
  public borrowing func duplicate() throws(Errno) -> FileDescriptor {
    let number = rawValue
    return FileDescriptor(owning: try retrying { rd_duplicate(number, 3) })
  }

  /// What the descriptor stands for.
  public borrowing func info() throws(Errno) -> FileInfo {
    let number = rawValue
    var raw = rd_stat()
    try retrying { unsafe rd_fstat(number, &raw) }
    return FileInfo(raw)
  }

  /// What a name in this directory is, a link not followed.
  public borrowing func linkInfo(of name: String) throws(Errno) -> FileInfo {
    let number = rawValue
    var raw = rd_stat()
    try withPath(name) { unsafe rd_stat(number, $0, 0, &raw) }
    return FileInfo(raw)
  }

  /// The number of the mount that the file was reached through; another than its folder's where something
  /// is mounted on it.
  public borrowing func mountNumber() throws(Errno) -> Int64 {
    let number = rawValue
    return try retrying { rd_mount_id(number) }
  }

  /// Makes reads and writes answer EAGAIN instead of waiting.
  public borrowing func setNonBlocking(_ on: Bool) throws(Errno) {
    let number = rawValue
    try retrying { rd_set_nonblocking(number, on ? 1 : 0) }
  }

  /// Makes what was written last through a crash of the machine.
  public borrowing func synchronize() throws(Errno) {
    let number = rawValue
    try retrying { rd_fsync(number) }
  }

  /// Goes back to the start of the file.
  public borrowing func rewind() throws(Errno) {
    let number = rawValue
    try retrying { rd_rewind(number) }
  }

  /// Cuts or extends the file.
  public borrowing func truncate(to length: Int64) throws(Errno) {
    let number = rawValue
    try retrying { rd_ftruncate(number, length) }
  }

  /// Closes, and reports what close(2) reports.
  public consuming func close() throws(Errno) {
    let number = rawValue
    discard self
    try retrying { rd_close(number) }
  }

  /// Gives the number away: the caller closes it.
  public consuming func release() -> Int32 {
    let number = rawValue
    discard self
    return number
  }
}

/// One write(2) of as many bytes as the kernel takes.
func writeOnce(_ number: Int32, _ bytes: ArraySlice<UInt8>) throws(Errno) -> Int {
  Int(
    try retrying { () -> Int64 in
      unsafe bytes.withUnsafeBytes { raw -> Int64 in
        guard let base = raw.baseAddress else { return 0 }
        return unsafe rd_write(number, base, raw.count)
      }
    })
}

/// Writes until nothing is left; waits where the descriptor is non-blocking.
func writeFully(_ number: Int32, _ bytes: ArraySlice<UInt8>) throws(Errno) {
  var rest = bytes
  while !rest.isEmpty {
    do throws(Errno) {
      let count = try writeOnce(number, rest)
      rest = rest.dropFirst(count)
    } catch .wouldBlock {
      var poller = Poller()
      poller.add(number, [.writable])
      _ = try poller.wait(for: nil)
    }
  }
}
