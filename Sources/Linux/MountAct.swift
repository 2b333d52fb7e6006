internal import CLinux

/// One act on the mounts of a holder. Acts happen in order; a path that leads through a symbolic link is
/// refused.
public enum MountAct: Sendable, Equatable {
  /// What a tree that is mounted anew may be used for.
  public struct Attributes: OptionSet, Sendable {
    /// The bits, of our own numbering.
    public let rawValue: UInt32
    /// Attributes with these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Nothing in it can be changed.
    public static let noWrite = Attributes(rawValue: UInt32(RD_MOUNT_NO_WRITE))
    /// Nothing in it can be executed or mapped as code.
    public static let noExecute = Attributes(rawValue: UInt32(RD_MOUNT_NO_EXECUTE))
  }

  /// Takes the tree at `path` aside, to be attached later by the index of this act.
  case clone(path: String, Attributes)
  /// Makes the mount at `path` and all below it read-only.
  case readOnly(path: String)
  /// Puts an empty directory in memory over `path`.
  case cover(path: String)
  /// Puts the tree that act number `tree` took aside at `path`, making missing directories above it.
  case attach(tree: Int, path: String)
  /// Makes a symbolic link.
  case link(path: String, target: String)
  /// Makes a cover read-only.
  case seal(path: String)
  /// Makes the file unreadable or the directory empty.
  case hide(path: String)
  /// Mounts `path` onto itself, so that it cannot be renamed or replaced.
  case pin(path: String, Attributes)

  /// The path that the act is on.
  public var path: String {
    switch self {
    case .clone(let path, _), .readOnly(let path), .cover(let path), .attach(_, let path), .link(let path, _),
      .seal(let path), .hide(let path), .pin(let path, _):
      path
    }
  }

  /// The act as C sees it; the texts live as long as the pointers do.
  @unsafe
  func raw(path: UnsafePointer<CChar>, target: UnsafePointer<CChar>) -> rd_mount {
    let (act, attributes, tree): (rd_mount_act, Attributes, Int) =
      switch self {
      case .clone(_, let attributes): (RD_MOUNT_CLONE, attributes, -1)
      case .readOnly: (RD_MOUNT_READ_ONLY, [], -1)
      case .cover: (RD_MOUNT_COVER, [], -1)
      case .attach(let tree, _): (RD_MOUNT_ATTACH, [], tree)
      case .link: (RD_MOUNT_LINK, [], -1)
      case .seal: (RD_MOUNT_SEAL, [], -1)
      case .hide: (RD_MOUNT_HIDE, [], -1)
      case .pin(_, let attributes): (RD_MOUNT_PIN, attributes, -1)
      }
    return unsafe rd_mount(
      act: Int32(act.rawValue), attributes: attributes.rawValue, tree: Int32(tree), path: path, target: target
    )
  }

  var target: String {
    switch self {
    case .link(_, let target): target
    case .clone, .readOnly, .cover, .attach, .seal, .hide, .pin: ""
    }
  }
}
