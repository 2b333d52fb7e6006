internal import Linux

/// Sockets in the file system that something listens on: a mount that is read-only keeps nobody from connecting, and
/// before its ninth version Landlock does not either.
enum MachineSockets {
  /// The sockets that are there and lie outside these folders, in which a step may use them or does not see them.
  static func outside(_ folders: [String]) -> [String] {
    let known = folders.map(BytePath.init)
    return paths().filter { path in
      if known.contains(where: { $0.contains(path) }) { return false }
      // What this user cannot reach, a step cannot either.
      do throws(FileError) { return try FileSystem.linkInfo(path.text).kind == .socket } catch {
        return false
      }
    }.map(\.text)
  }

  /// The paths of /proc/net/unix: in each line what stands behind seven columns.
  private static func paths() -> Set<BytePath> {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.readFile("/proc/net/unix") } catch { return [] }
    var paths: Set<BytePath> = []
    for line in bytes.split(separator: 0x0A).dropFirst() {
      let columns = line.split(separator: 0x20, maxSplits: 7, omittingEmptySubsequences: true)
      guard columns.count == 8, columns[7].first == 0x2F else { continue }
      paths.insert(BytePath(FileName.text(Array(columns[7]))))
    }
    return paths
  }
}
