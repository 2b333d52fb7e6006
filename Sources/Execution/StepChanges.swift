/// What a step did to the files that it could write.
public struct StepChanges: Sendable {
  /// One file.
  public struct File: Sendable {
    /// The path: in the project, or absolute outside of it.
    public var path: String
    /// What became of it.
    public var change: FileChange
    /// Why it may run later, outside the sandbox; nil for most files.
    public var reason: String?
  }

  /// The git worktree that the step worked in.
  public struct Worktree: Sendable {
    /// Its name, for `rundown worktree`.
    public var name: String
    /// Its folder.
    public var path: String
    /// Its branch.
    public var branch: String
    /// The commit that it began from.
    public var base: String
    /// The commit that holds what the step did; nil when that could not be committed.
    public var commit: String?
  }

  /// The step.
  public var place: UnitPlace
  /// The files, by path: those that may run later all, of the others the first.
  public var files: [File]
  /// How many files became what.
  public var counts: [FileChange: Int]
  /// Whether not everything could be looked at.
  public var isCut: Bool
  /// Where they are, when the step worked in a worktree that was kept.
  public var worktree: Worktree?

  /// The files that may run later.
  public var artifacts: [File] { files.filter { $0.reason != nil } }

  /// Files are told of at most, beside those that may run later.
  static let fileLimit = 200

  /// What is to be told of changes.
  init(_ place: UnitPlace, _ found: [File], isCut: Bool, worktree: Worktree?) {
    self.place = place
    self.isCut = isCut
    self.worktree = worktree
    counts = found.reduce(into: [:]) { $0[$1.change, default: 0] += 1 }
    var room = Self.fileLimit
    files = found.filter { file in
      if file.reason != nil { return true }
      room -= 1
      return room >= 0
    }
  }
}
