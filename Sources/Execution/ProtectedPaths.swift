internal import Linux

/// Protected files that were not there when a run began. The kernel has no rule for a name that does not exist inside a
/// folder that may be written, so what a step creates there is taken away when the step has ended.
struct ProtectedPaths {
  /// Absolute paths that did not exist at the start.
  private let absent: [String]
  /// Where they are moved to, a folder of the run store.
  private let quarantine: String

  /// Notes which of the paths are not there.
  init(_ paths: [String], quarantine: String) {
    absent = paths.filter { !Self.exists($0) }
    self.quarantine = quarantine
  }

  /// Moves what has been created meanwhile into the quarantine; nothing is deleted, since a person may have made it.
  ///
  /// - Returns: a line for each path.
  func takeAway() -> [(path: String, told: String)] {
    absent.filter(Self.exists).map { path in
      do throws(FileError) {
        let parent = FileSystem.parent(of: path)
        // Through a link that the step has planted, something else would be moved.
        guard try FileSystem.realPath(parent) == parent else {
          return (path, "it leads through a symbolic link and was left where it is")
        }
        try FileSystem.makeDirectories(quarantine, mode: 0o700)
        let name = path.split(separator: "/").last.map(String.init) ?? "file"
        let target = "\(quarantine)/\(name).\(RandomBytes.hex(4))"
        try FileSystem.rename(path, to: target)
        return (path, "it was moved to \(target)")
      } catch {
        return (path, "it could not be moved away: \(error.reason)")
      }
    }
  }

  private static func exists(_ path: String) -> Bool {
    do throws(FileError) {
      _ = try FileSystem.linkInfo(path)
      return true
    } catch {
      return false
    }
  }
}
