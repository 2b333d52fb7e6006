internal import Linux

/// What the kernel was told about a step's files, to be shown: the very lists that the launcher has applied.
public struct ConfinementFacts: Sendable, Equatable {
  /// The rules by Landlock; what none of them covers is refused.
  public var rules: [FileRule] = []
  /// The directories that are shown empty but for what rules grant in them.
  public var covers: [String] = []
  /// The mounts over denied paths, in the order in which they are made.
  public var masks: [DenialMask] = []

  /// Nothing is confined.
  static let none = ConfinementFacts()

  private init() {}

  init(_ rules: FileRules, _ view: FileView?, ignored: [IgnoredPath]) {
    let without = Set(ignored.map(\.path))
    if LandlockRuleset.version > 0 {
      self.rules = rules.rules.filter {
        !without.contains($0.path) && ($0.isAsked || FileSystem.exists($0.path))
      }
    }
    guard let view else { return }
    covers = view.acts.compactMap { if case .cover(let path) = $0 { path } else { nil } }
    masks = view.denials.acts.compactMap { DenialMask($0, isThere: true) }
    masks += view.extra.compactMap { DenialMask($0, isThere: true) }
    masks += view.denials.awaited.compactMap { DenialMask($0, isThere: false) }
  }
}

/// What a step may do with a path and all below it.
public struct FileRule: Sendable, Hashable {
  /// What it may do.
  public enum Access: String, Sendable, Hashable, CaseIterable {
    /// Read.
    case read = "read"
    /// Execute; where nothing limits what may be executed, read too.
    case run = "read, execute"
    /// Read and change.
    case write = "read, write"
    /// Read, change and execute.
    case writeAndRun = "read, write, execute"
    /// Read and write a device.
    case device = "device"
    /// The same, and control a terminal.
    case terminal = "terminal"
  }

  /// The path; a directory stands for all below it.
  public var path: String
  /// What a step may do with it.
  public var access: Access
  /// Whether the profile names it; the others are what every step has.
  public var isAsked: Bool

  init(path: String, access: Access, isAsked: Bool = true) {
    self.path = path
    self.access = access
    self.isAsked = isAsked
  }
}

/// What is done about a denied path.
public struct DenialMask: Sendable, Hashable {
  /// What a step finds there.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Nothing that can be read.
    case unreadable
    /// A file or folder that cannot be changed.
    case unchangeable
    /// A folder above such a path: its content changes, itself cannot be renamed or replaced.
    case pinned
  }

  /// The path.
  public var path: String
  /// What a step finds there.
  public var kind: Kind
  /// Whether the path is there. One that is not is masked as soon as it appears.
  public var isThere: Bool

  init?(_ act: MountAct, isThere: Bool) {
    switch act {
    case .hide: kind = .unreadable
    case .pin(_, let attributes): kind = attributes.contains(.noWrite) ? .unchangeable : .pinned
    case .clone, .readOnly, .cover, .attach, .link, .seal: return nil
    }
    path = act.path
    self.isThere = isThere
  }
}
