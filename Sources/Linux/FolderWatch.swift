internal import CLinux

/// Tells which names in some folders come, go or are replaced (inotify).
public struct FolderWatch: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// A name that changed, in the folder with this number; `name` is `nil` when events were lost.
  public struct Change: Sendable, Equatable {
    /// What `add` answered for the folder.
    public let folder: Int32
    /// The name within the folder.
    public let name: String?
    /// Whether the name is new there.
    public let isMade: Bool

    /// Changes that were lost.
    public static let lost = Change(folder: -1, name: nil, isMade: false)
  }

  /// A watch of no folder yet. Ending one that watched a folder takes the kernel some ten milliseconds.
  public init() throws(Errno) { file = FileDescriptor(owning: try retrying { rd_watch_open() }) }

  private init(absent: Void) { file = FileDescriptor(owning: -1) }

  /// No watch.
  public static func absent() -> FolderWatch { FolderWatch(absent: ()) }

  /// The number to poll.
  public var rawValue: Int32 { file.rawValue }

  /// Watches a folder; adding it again gives the same number.
  public borrowing func add(_ folder: String) throws(Errno) -> Int32 {
    let number = file.rawValue
    return try withPath(folder) { unsafe rd_watch_add(number, $0) }
  }

  /// The changes since the last call.
  public borrowing func changes() throws(Errno) -> [Change] {
    var changes: [Change] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let size: Int
      do throws(Errno) { size = try file.read(into: &buffer) } catch .wouldBlock { return changes }
      var offset = 0
      // inotify_event: watch (4), mask (4), cookie (4), length of the name (4), name with NULs.
      while offset + 16 <= size {
        let words = (0..<4).map { word in
          (0..<4).reduce(UInt32(0)) { $0 | UInt32(buffer[offset + 4 * word + $1]) << UInt32(8 * $1) }
        }
        let length = Int(words[3])
        if offset + 16 + length > size { throw .inputOutput }
        let name = buffer[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 }
        let isLost = words[1] & 0x4000 != 0
        changes.append(
          Change(
            folder: Int32(bitPattern: words[0]), name: isLost ? nil : FileName.text(name),
            // IN_CREATE, IN_MOVED_TO.
            isMade: words[1] & 0x180 != 0))
        offset += 16 + length
      }
      if size == 0 { return changes }
    }
  }
}
