internal import CLinux

/// Rights on files that Landlock knows, with the version that brought them.
public struct LandlockRights: OptionSet, Sendable, Hashable {
  /// The bits of LANDLOCK_ACCESS_FS_*.
  public let rawValue: UInt64
  /// Rights with these bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Execute a file.
  public static let execute = LandlockRights(rawValue: 1 << 0)
  /// Open a file for writing.
  public static let writeFile = LandlockRights(rawValue: 1 << 1)
  /// Open a file for reading.
  public static let readFile = LandlockRights(rawValue: 1 << 2)
  /// List a directory.
  public static let readDirectory = LandlockRights(rawValue: 1 << 3)
  /// Remove a directory or rename it.
  public static let removeDirectory = LandlockRights(rawValue: 1 << 4)
  /// Remove a file or rename it.
  public static let removeFile = LandlockRights(rawValue: 1 << 5)
  /// Make a character device.
  public static let makeCharacterDevice = LandlockRights(rawValue: 1 << 6)
  /// Make a directory.
  public static let makeDirectory = LandlockRights(rawValue: 1 << 7)
  /// Make a regular file.
  public static let makeRegular = LandlockRights(rawValue: 1 << 8)
  /// Make a socket.
  public static let makeSocket = LandlockRights(rawValue: 1 << 9)
  /// Make a FIFO.
  public static let makeFIFO = LandlockRights(rawValue: 1 << 10)
  /// Make a block device.
  public static let makeBlockDevice = LandlockRights(rawValue: 1 << 11)
  /// Make a symbolic link.
  public static let makeSymbolicLink = LandlockRights(rawValue: 1 << 12)
  /// Link or rename between directories (version 2).
  public static let refer = LandlockRights(rawValue: 1 << 13)
  /// Truncate a file (version 3).
  public static let truncate = LandlockRights(rawValue: 1 << 14)
  /// Commands to a device (version 5).
  public static let deviceCommands = LandlockRights(rawValue: 1 << 15)

  /// All rights that this version can govern.
  public static func known(to version: Int32) -> LandlockRights {
    switch version {
    case ..<1: []
    case 1: LandlockRights(rawValue: 1 << 13 - 1)
    case 2: LandlockRights(rawValue: 1 << 14 - 1)
    case 3, 4: LandlockRights(rawValue: 1 << 15 - 1)
    default: LandlockRights(rawValue: 1 << 16 - 1)
    }
  }

  /// The rights that make sense on something that is not a directory; the kernel refuses a rule with
  /// others.
  public static let ofFiles: LandlockRights = [.execute, .writeFile, .readFile, .truncate, .deviceCommands]
}

/// A Landlock rule set: from the moment it is applied, what it governs and does not allow is refused.
public struct LandlockRuleset: ~Copyable, Sendable {
  private let file: FileDescriptor
  private let handled: LandlockRights

  /// The version of the running kernel; 0 without Landlock.
  public static var version: Int32 { max(0, rd_landlock_version()) }

  /// Why there is no Landlock.
  public static var absence: Errno? {
    let answer = rd_landlock_version()
    return answer < 0 ? Errno(rawValue: -answer) : nil
  }

  /// A rule set that governs all file rights of `version`, TCP where `network` (version 4), and the scopes
  /// of version 6: signals and abstract sockets stay inside.
  public init(version: Int32, network: Bool) throws(Errno) {
    handled = .known(to: version)
    let files = handled.rawValue
    let ports: UInt64 = network && version >= 4 ? 3 : 0
    let scopes: UInt64 = version >= 6 ? 3 : 0
    file = FileDescriptor(owning: try retrying { rd_landlock_create(files, ports, scopes) })
  }

  /// No rule set: nothing is governed.
  public static func absent() -> LandlockRuleset { LandlockRuleset() }

  private init() {
    file = FileDescriptor(owning: -1)
    handled = []
  }

  /// The number that a launch hands to the kernel.
  public var rawValue: Int32 { file.rawValue }

  /// Allows these rights on a file, or on a directory and all below it. Rights that the version does not
  /// govern are left out; an empty rest is no rule.
  public borrowing func allow(_ rights: LandlockRights, on place: borrowing FileDescriptor) throws(Errno) {
    let kind = try place.info().kind
    let effective = rights.intersection(handled).intersection(kind == .directory ? handled : .ofFiles)
    if effective.isEmpty || file.rawValue < 0 { return }
    let ruleset = file.rawValue
    let number = place.rawValue
    try retrying { rd_landlock_allow(ruleset, number, effective.rawValue) }
  }
}
