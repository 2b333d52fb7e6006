internal import Linux

/// A folder for a run's temporary files, which this process alone uses. It is locked while the value lives, so that a
/// later run knows the folders that a killed one has left behind.
struct RunFolder: ~Copyable {
  /// Where it is.
  let path: String
  private let lock: FileLock

  private static let prefix = "rundown-run-"
  /// How old, in nanoseconds, a folder that nobody has locked must be: its maker may be about to lock it.
  private static let age: Int64 = 10_000_000_000
  /// How many folders one run removes of others, so that no run pays for all.
  private static let most = 16

  /// Makes one inside a policy's `{tmp}`.
  static func make(in parent: String) throws(FileError) -> RunFolder {
    let path = try FileSystem.makeTemporaryDirectory(in: parent, prefix: prefix)
    guard let lock = try FileLock.acquire(directory: path) else {
      throw .system(call: "flock", path: path, .wouldBlock)
    }
    return RunFolder(path: path, lock: lock)
  }

  private init(path: String, lock: consuming FileLock) {
    self.path = path
    self.lock = lock
  }

  /// Removes it, without following what steps may have planted in it.
  consuming func remove() throws(FileError) {
    try FileSystem.removeTree(path)
  }

  /// Removes what runs of this user left there that were killed. What cannot be looked at or removed stays.
  static func sweep(_ parent: String) {
    let user = ThisProcess.userID
    let before = SystemClock.realtime() - age
    var removed = 0
    for entry in (try? FileSystem.entries(parent)) ?? [] where removed < most {
      guard isName(entry.nameBytes), case let path = "\(parent)/\(entry.name)",
        let info = try? FileSystem.linkInfo(path), info.kind == .directory, info.userID == user,
        info.modified < before, let lock = try? FileLock.acquire(directory: path)
      else { continue }
      try? FileSystem.removeTree(path)
      _ = lock
      removed += 1
    }
  }

  private static func isName(_ name: [UInt8]) -> Bool {
    name.count == prefix.utf8.count + 16 && name.starts(with: prefix.utf8)
      && name.dropFirst(prefix.utf8.count).allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66)
      }
  }
}
