internal import Linux

/// Finds the other names of files that have several: a mask over one name leaves the others readable.
enum HardLinks {
  /// How many names are looked at before the search is given up.
  private static let limit = 400_000

  private static func isOne(of wanted: [UInt64: [(info: FileInfo, path: String)]], _ path: String) -> Bool {
    do throws(FileError) {
      let info = try FileSystem.linkInfo(path)
      return wanted[info.inode]?.contains { $0.info.isSameFile(as: info) } ?? false
    } catch { return false }
  }

  /// The other names, below `roots`, of those of `paths` that have more than one; and the paths for which
  /// not all names were found.
  static func otherNames(of paths: Set<String>, in roots: [String]) -> (
    names: Set<String>, unsearched: [String]
  ) {
    var wanted: [UInt64: [(info: FileInfo, path: String)]] = [:]
    for path in paths {
      do throws(FileError) {
        let info = try FileSystem.linkInfo(path)
        if info.kind == .regular && info.links > 1 { wanted[info.inode, default: []].append((info, path)) }
      } catch {
        // Gone meanwhile: nothing to mask.
      }
    }
    if wanted.isEmpty { return ([], []) }
    var names = Set(roots.filter { isOne(of: wanted, $0) })
    var isCut = false
    var budget = limit
    var folders = roots
    while let folder = folders.popLast() {
      let entries: [DirectoryEntry]
      do throws(FileError) { entries = try FileSystem.list(folder) } catch { continue }
      for entry in entries {
        budget -= 1
        let path = "\(folder)/\(entry.name)"
        if entry.kind == .directory && entry.isUTF8 {
          folders.append(path)
        } else if wanted[entry.inode] != nil {
          if isOne(of: wanted, path) { names.insert(path) } else { isCut = isCut || !entry.isUTF8 }
        }
      }
      if budget < 0 {
        isCut = true
        break
      }
    }
    return (names.subtracting(paths), isCut ? wanted.values.flatMap { $0.map(\.path) }.sorted() : [])
  }
}
