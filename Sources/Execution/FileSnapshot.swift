internal import Linux
internal import SourceText

/// Which files there were in some folders, so that what a step did to them can be told.
struct FileSnapshot: Sendable {
  /// Files and folders that are looked at at most.
  static let entryLimit = 200_000
  private static let depthLimit = 64

  /// A path or a name: strings that are spelled in other bytes are equal to each other, files are not the same.
  private typealias Bytes = [UInt8]

  /// Folders by absolute path.
  private var folders: [Bytes: FolderListing] = [:]
  /// Roots that are no folders.
  private var single: [Bytes: FileInfo] = [:]
  /// Whether there was more than the limit, or a folder that could not be read.
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
    if skipped.contains(path) { return }
    guard left > 0, depth < Self.depthLimit else {
      isCut = true
      return
    }
    left -= 1
    let listing: FolderListing
    do throws(FileError) { listing = try FileSystem.listing(path) } catch {
      switch error.errno {
      case .notADirectory?, .tooManyLinks?: lookAtFile(path)
      case .noSuchFile?: break  // it is gone already
      default: isCut = true
      }
      return
    }
    left -= listing.files.count
    folders[Bytes(path.utf8)] = listing
    for file in listing.files where file.isFolder {
      let name = listing.name(of: file)
      if !Self.isGitData(path, name) {
        look(at: path + "/" + FileName.text(name), depth: depth + 1)
      }
    }
  }

  private mutating func lookAtFile(_ path: String) {
    do throws(FileError) { single[Bytes(path.utf8)] = try FileSystem.linkInfo(path) } catch {
      // It is gone already.
    }
  }

  /// What git writes in its folder all the time and never runs.
  private static let gitData = Set(
    [
      "objects", "logs", "refs", "index", "HEAD", "ORIG_HEAD", "FETCH_HEAD", "COMMIT_EDITMSG", "MERGE_HEAD",
      "MERGE_MSG", "packed-refs", "lfs", "rr-cache", "description",
    ].map { Bytes($0.utf8) })

  private static func isGitData(_ folder: String, _ name: Bytes) -> Bool {
    gitData.contains(name) && (folder + "/").containsBytewise("/.git/")
  }

  /// The files of a folder by name.
  private static func files(_ path: Bytes, _ listing: FolderListing?) -> [Bytes: FolderListing.File] {
    guard let listing else { return [:] }
    let path = String(decoding: path, as: UTF8.self)
    var files: [Bytes: FolderListing.File] = [:]
    for file in listing.files where !file.isFolder {
      let name = listing.name(of: file)
      if !isGitData(path, name) { files[name] = file }
    }
    return files
  }

  /// How many files there are.
  var count: Int { single.count + folders.reduce(0) { $0 + Self.files($1.key, $1.value).count } }

  /// What has become of the files since `before`, by path, in order.
  func changes(since before: FileSnapshot) -> [(path: String, change: FileChange, isExecutable: Bool)] {
    var found: [(path: String, change: FileChange, isExecutable: Bool)] = []
    func add(_ folder: Bytes, _ name: Bytes, _ change: FileChange, _ isExecutable: Bool = false) {
      let folder = String(decoding: folder, as: UTF8.self)
      found.append((name.isEmpty ? folder : folder + "/" + FileName.text(name), change, isExecutable))
    }
    // Most folders are as they were, and are not looked into.
    for (path, listing) in folders where before.folders[path] != listing {
      var known = Self.files(path, before.folders[path])
      for (name, file) in Self.files(path, listing) {
        let old = known.removeValue(forKey: name)
        if let old, old.isSame(as: file) { continue }
        add(path, name, old == nil ? .added : .changed, file.isExecutable)
      }
      for name in known.keys { add(path, name, .removed) }
    }
    for (path, listing) in before.folders where folders[path] == nil {
      for name in Self.files(path, listing).keys { add(path, name, .removed) }
    }
    for (path, info) in single where before.single[path] != info {
      let isExecutable = info.kind == .regular && info.permissions & 0o111 != 0
      add(path, [], before.single[path] == nil ? .added : .changed, isExecutable)
    }
    for path in before.single.keys where single[path] == nil { add(path, [], .removed) }
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
