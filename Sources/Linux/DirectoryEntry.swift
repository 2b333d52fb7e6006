internal import CLinux

/// One name in a directory.
public struct DirectoryEntry: Sendable {
  /// The name as bytes; Linux does not promise UTF-8.
  public let nameBytes: [UInt8]
  /// What the name stands for, as the directory says; `.unknown` where the file system does not say.
  public let kind: FileKind
  /// The number of the file.
  public let inode: UInt64

  /// The name as text, which stands for exactly these bytes (`FileName`).
  public var name: String { FileName.text(nameBytes) }

  static func read(_ directory: Int32) throws(Errno) -> [DirectoryEntry] {
    var entries: [DirectoryEntry] = []
    while true {
      let buffer = try records(directory)
      let size = buffer.count
      if size == 0 { return entries }
      var offset = 0
      // linux_dirent64: inode (8), offset (8), length of the record (2), type (1), name, NUL.
      while offset + 19 <= size {
        let length = Int(buffer[offset + 16]) | Int(buffer[offset + 17]) << 8
        if length < 19 || offset + length > size { throw .inputOutput }
        let name = buffer[(offset + 19)..<(offset + length)].prefix { $0 != 0 }
        if !name.elementsEqual([0x2E]) && !name.elementsEqual([0x2E, 0x2E]) {
          var inode: UInt64 = 0
          for index in 0..<8 { inode |= UInt64(buffer[offset + index]) << UInt64(8 * index) }
          entries.append(
            DirectoryEntry(nameBytes: Array(name), kind: kind(of: buffer[offset + 18]), inode: inode))
        }
        offset += length
      }
    }
  }

  /// The next records, as the kernel gives them; empty at the end.
  private static func records(_ directory: Int32) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let out = unsafe [UInt8](unsafeUninitializedCapacity: 32768) { raw, count in
      guard let base = raw.baseAddress else { return }
      do throws(Errno) {
        count = Int(try retrying { unsafe rd_getdents(directory, base, raw.count) })
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return out
  }

  private static func kind(of type: UInt8) -> FileKind {
    switch type {
    case 1: .fifo
    case 2: .characterDevice
    case 4: .directory
    case 6: .blockDevice
    case 8: .regular
    case 10: .symbolicLink
    case 12: .socket
    default: .unknown
    }
  }
}
