internal import Linux

/// Finds the other names of files that have several: a mask over one name leaves the others readable.
enum HardLinks {
  /// How many names are looked at before the search is given up.
  private static let limit = 400_000

  private typealias Wanted = [UInt64: [(info: FileInfo, path: BytePath)]]

  /// What a search found.
  struct Names {
    /// Each other name with the path that it is another name of.
    var found: [(name: BytePath, path: BytePath)] = []
    /// The paths for which not all names were found.
    var unsearched: [BytePath] = []
  }

  /// The other names, below `roots`, of files that have more than one.
  static func otherNames(of files: [(path: BytePath, info: FileInfo)], in roots: [String]) -> Names {
    var wanted: Wanted = [:]
    for (path, info) in files where info.kind == .regular {
      wanted[info.inode, default: []].append((info, path))
    }
    if wanted.isEmpty { return Names() }
    var names = Names()
    for root in roots { add(root, wanted, &names) }
    var budget = limit
    var folders = roots
    while let folder = folders.popLast(), budget > 0 {
      let entries: [DirectoryEntry]
      do throws(FileError) { entries = try FileSystem.list(folder) } catch { continue }
      budget -= entries.count
      for entry in entries {
        if entry.kind == .directory {
          folders.append("\(folder)/\(entry.name)")
        } else if wanted[entry.inode] != nil {
          add("\(folder)/\(entry.name)", wanted, &names)
        }
      }
    }
    if budget <= 0 { names.unsearched = wanted.values.flatMap { $0.map(\.path) }.sorted() }
    return names
  }

  private static func add(_ name: String, _ wanted: Wanted, _ names: inout Names) {
    do throws(FileError) {
      let info = try FileSystem.linkInfo(name)
      for (other, path) in wanted[info.inode] ?? [] where info.isSameFile(as: other) && path != BytePath(name)
      {
        names.found.append((BytePath(name), path))
      }
    } catch {
      // Gone meanwhile: nothing to mask.
    }
  }
}
