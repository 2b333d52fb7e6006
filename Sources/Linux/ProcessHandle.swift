internal import CLinux

/// A process that is held by its descriptor: as long as it lives, its number means it and no other.
public struct ProcessHandle: ~Copyable {
  /// The process id.
  public let id: Int32
  /// The id of its parent when it was opened.
  public let parentID: Int32
  /// What tells the process from all others, also from later ones with the same id.
  public let number: UInt64
  private let file: FileDescriptor

  /// Opens a process. `.noSuchFile`: the id is that of a thread of another process.
  public init(of id: Int32) throws(Errno) {
    var kin = rd_process_kin()
    file = FileDescriptor(owning: try retrying { unsafe rd_process_kin(id, &kin) })
    self.id = id
    parentID = kin.parent
    number = kin.number
  }

  /// The id of its parent now; nil when it has gone.
  public var parentNow: Int32? {
    var kin = rd_process_kin()
    return unsafe rd_process_kin_of(file.rawValue, id, &kin) == 0 ? kin.parent : nil
  }

  /// Whether it has not ended yet.
  public var isAlive: Bool { rd_process_has_ended(file.rawValue) == 0 }
}

/// Tells which process or thread was made last.
public struct LastProcess: ~Copyable {
  private let file: FileDescriptor

  /// Opens what tells. Where that cannot be opened, no process counts as the last one.
  public init() {
    do throws(Errno) { file = try FileDescriptor.open("/proc/loadavg") } catch {
      file = FileDescriptor(owning: -1)
    }
  }

  /// Whether no process and no thread that this process can see was made after this process: then it has no children.
  public borrowing func isLast(_ process: Int32) -> Bool { rd_last_process(file.rawValue) == process }
}

extension ProcessStatus {
  /// The process that a thread belongs to.
  public static func process(of thread: Int32) throws(Errno) -> Int32 {
    try retrying { rd_process_of(thread) }
  }

  /// The children of a process with one thread.
  public static func children(of process: Int32) -> [Int32] {
    do throws(Errno) {
      let name = "task/\(process)/children"
      func read(_ size: Int) throws(Errno) -> [UInt8] {
        try ExecNotice.fill(size) { buffer, size in
          unsafe name.withCString { unsafe rd_process_file(process, $0, buffer, size) }
        }
      }
      var bytes = try read(512)
      if bytes.count == 512 { bytes = try read(1 << 20) }
      return bytes.split(separator: 0x20).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    } catch {
      return []  // it has gone, and its children have other parents
    }
  }

  /// The file that a process executes.
  public static func image(of process: Int32) throws(Errno) -> FileInfo {
    var raw = rd_stat()
    try retrying { unsafe rd_process_image(process, &raw) }
    return FileInfo(raw)
  }
}
