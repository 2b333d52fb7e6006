internal import Linux

/// The folder `.rundown/` in a project: made private, and refused when somebody else prepared it.
struct StoreFolder {
  let path: String

  static let name = ".rundown"
  static let databaseName = "rundown.db"

  init(root: String) {
    path = (root == "/" ? "" : root) + "/" + Self.name
  }

  var database: String { path + "/" + Self.databaseName }

  /// Whether there is a database.
  func exists() throws(StoreError) -> Bool {
    guard try Self.isThere(path) else { return false }
    try check()
    guard try Self.isThere(database) else { return false }
    try checkFile(database)
    return true
  }

  /// Whether something is there; a folder that cannot be searched is not an empty one.
  private static func isThere(_ path: String) throws(StoreError) -> Bool {
    do throws(FileError) {
      _ = try FileSystem.linkInfo(path)
      return true
    } catch {
      if error.errno == .noSuchFile { return false }
      throw .file(error)
    }
  }

  /// Makes what is missing: the folder 0700, the database file 0600, a .gitignore so that nobody commits it.
  func create() throws(StoreError) {
    if !FileSystem.exists(path) {
      do throws(FileError) {
        try FileSystem.makeDirectory(path, mode: 0o700)
      } catch {
        if error.errno != .fileExists { throw .file(error) }
      }
    }
    try check()
    try createFile(path + "/.gitignore", content: "*\n")
    // SQLite would make the file with the umask's permissions, so an empty one is made first.
    try createFile(database, content: "")
  }

  /// Makes a file for its owner alone unless it is there; one that is there must be a plain file of ours.
  private func createFile(_ path: String, content: String) throws(StoreError) {
    let file: FileDescriptor
    do throws(Errno) {
      file = try FileDescriptor.open(path, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    } catch {
      guard error == .fileExists else { throw .file(.system(call: "open", path: path, error)) }
      return try checkFile(path)
    }
    do throws(Errno) {
      try file.writeAll(Array(content.utf8))
      try file.close()
    } catch {
      // Half a file would be taken for a whole one the next time.
      do throws(FileError) { try FileSystem.remove(path) } catch { throw .file(error) }
      throw .file(.system(call: "write", path: path, error))
    }
  }

  /// The folder must be a folder, ours, and closed to others: a repository can bring one along.
  private func check() throws(StoreError) {
    let info: FileInfo
    do throws(FileError) {
      info = try FileSystem.linkInfo(path)
    } catch {
      throw .file(error)
    }
    guard info.kind == .directory else {
      throw .folder(path: path, why: "it is a \(info.kind.name), not a folder")
    }
    guard info.userID == ThisProcess.effectiveUserID else {
      throw .folder(path: path, why: "it belongs to user \(info.userID)")
    }
    guard info.permissions & 0o022 == 0 else {
      throw .folder(path: path, why: "others may write into it (mode \(String(info.permissions, radix: 8)))")
    }
  }

  private func checkFile(_ path: String) throws(StoreError) {
    let info: FileInfo
    do throws(FileError) {
      info = try FileSystem.linkInfo(path)
    } catch {
      throw .file(error)
    }
    guard info.kind == .regular else {
      throw .folder(path: path, why: "it is a \(info.kind.name), not a file")
    }
    guard info.userID == ThisProcess.effectiveUserID else {
      throw .folder(path: path, why: "it belongs to user \(info.userID)")
    }
  }
}
