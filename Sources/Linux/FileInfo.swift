internal import CLinux

/// What a path leads to.
public enum FileKind: Sendable, Equatable {
  /// The kinds of file that Linux knows.
  case regular, directory, symbolicLink, fifo, socket, characterDevice, blockDevice, unknown

  /// In words, for messages.
  public var name: String {
    switch self {
    case .regular: "regular file"
    case .directory: "directory"
    case .symbolicLink: "symbolic link"
    case .fifo: "FIFO"
    case .socket: "socket"
    case .characterDevice: "character device"
    case .blockDevice: "block device"
    case .unknown: "file of unknown kind"
    }
  }
}

/// The identity, size, owner and times of a file.
public struct FileInfo: Sendable, Equatable {
  /// What it is.
  public let kind: FileKind
  /// Bytes.
  public let size: Int64
  /// The owner.
  public let userID: UInt32
  /// The group.
  public let groupID: UInt32
  /// The twelve permission bits.
  public let permissions: UInt32
  /// The device that, with `inode`, names the file.
  public let device: UInt64
  /// The number that, with `device`, names the file.
  public let inode: UInt64
  /// How many names the file has.
  public let links: UInt64
  /// The last change of content, in nanoseconds since 1970.
  public let modified: Int64

  /// The last change of content, owner, permissions or names, in nanoseconds since 1970; nobody can set it.
  public let changed: Int64

  init(_ raw: rd_stat) {
    kind =
      switch raw.kind {
      case Int32(RD_KIND_FILE): .regular
      case Int32(RD_KIND_DIRECTORY): .directory
      case Int32(RD_KIND_SYMLINK): .symbolicLink
      case Int32(RD_KIND_FIFO): .fifo
      case Int32(RD_KIND_SOCKET): .socket
      case Int32(RD_KIND_CHARACTER): .characterDevice
      case Int32(RD_KIND_BLOCK): .blockDevice
      default: .unknown
      }
    size = raw.size
    userID = raw.uid
    groupID = raw.gid
    permissions = raw.permissions
    device = raw.device
    inode = raw.inode
    links = raw.links
    changed = raw.changed
    modified = raw.modified_seconds &* 1_000_000_000 &+ raw.modified_nanoseconds
  }

  /// Two infos of the same file, whatever the names.
  public func isSameFile(as other: FileInfo) -> Bool { device == other.device && inode == other.inode }
}
