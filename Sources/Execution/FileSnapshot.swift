internal import Linux
internal import SourceText

/// Which files there were in some folders, so that what a step did to them can be told.
struct FileSnapshot {
  /// What makes a file the same as before. The time of its last change of any kind cannot be set by who changes it.
  struct State: Equatable {
    var inode: UInt64
    var size: Int64
    var modified: Int64
    var changed: Int64
    var permissions: UInt32
    var kind: FileKind
  }

  /// Files and folders that are looked at at most.
  static let entryLimit = 200_000
  private static let depthLimit = 64

  /// By absolute path; folders are left out.
  private(set) var files: [String: State] = [:]
  /// Whether there was more than the limit, or a name that is no text.
  private(set) var isCut = false
  private let skipped: Set<String>
  private var left = FileSnapshot.entryLimit

  /// Looks at all files below `roots`, but not at those below `skipped`.
  init(roots: [String], skipping skipped: [String]) {
    self.skipped = Set(skipped)
    var seen: [String] = []
    for root in roots.sorted() where !seen.contains(where: { PathText.isInside(root, $0) }) {
      seen.append(root)
      look(at: root, depth: 0)
    }
  }

  private mutating func look(at path: String, depth: Int) {
    guard left > 0, depth < Self.depthLimit else {
      isCut = true
      return
    }
    if skipped.contains(path) { return }
    left -= 1
    let info: FileInfo
    do throws(FileError) { info = try FileSystem.linkInfo(path) } catch { return }  // it is gone already
    guard info.kind == .directory else {
      files[path] = State(
        inode: info.inode, size: info.size, modified: info.modified, changed: info.changed,
        permissions: info.permissions, kind: info.kind)
      return
    }
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try FileSystem.entries(path) } catch {
      isCut = true
      return
    }
    let isGit = path.hasSuffix("/.git") || path.contains("/.git/")
    for entry in entries {
      if isGit, Self.gitData.contains(entry.name) { continue }
      if !entry.isUTF8 { isCut = true }
      look(at: path + "/" + entry.name, depth: depth + 1)
    }
  }

  /// What git writes in its folder all the time and never runs.
  private static let gitData: Set<String> = [
    "objects", "logs", "refs", "index", "HEAD", "ORIG_HEAD", "FETCH_HEAD", "COMMIT_EDITMSG", "MERGE_HEAD",
    "MERGE_MSG",
    "packed-refs", "lfs", "rr-cache", "description",
  ]

  /// What has become of the files since `before`, by path, in order.
  func changes(since before: FileSnapshot) -> [(path: String, change: FileChange, isExecutable: Bool)] {
    var found: [(path: String, change: FileChange, isExecutable: Bool)] = []
    for (path, state) in files where before.files[path] != state {
      let isExecutable = state.kind == .regular && state.permissions & 0o111 != 0
      found.append((path, before.files[path] == nil ? .added : .changed, isExecutable))
    }
    for path in before.files.keys where files[path] == nil { found.append((path, .removed, false)) }
    return found.sorted { $0.path < $1.path }
  }
}

/// What became of a file.
public enum FileChange: String, Sendable {
  /// It was not there before.
  case added
  /// It was written, replaced, or its permissions changed.
  case changed
  /// It is gone.
  case removed
}
