public import Linux

/// Why the run store cannot be used. The program ends with exit code 74, unless a case says otherwise.
public enum StoreError: Error, Sendable, Equatable {
  /// The folder cannot be made or is not ours alone.
  case folder(path: String, why: String)
  /// A file of it cannot be used.
  case file(FileError)
  /// SQLite says no: its code, its words, and what was being done.
  case database(path: String, code: Int32, message: String, doing: String)
  /// A record cannot be understood: written by another version, or damaged.
  case record(run: String, why: String)
  /// The database was made by a newer version of rundown.
  case newerVersion(path: String, found: Int, known: Int)

  /// What is wrong, in one clause.
  public var message: String {
    switch self {
    case .folder(let path, let why): return "the run store \(path) cannot be used: \(why)"
    case .file(let error): return "the run store cannot be used: \(error)"
    case .database(let path, let code, let message, let doing):
      return "the run store \(path) failed while \(doing): \(message) (SQLite \(code))"
    case .record(let run, let why): return "the record of run \(run) cannot be read: \(why)"
    case .newerVersion(let path, let found, let known):
      return "the run store \(path) has format \(found), this rundown knows up to \(known)"
    }
  }

  /// How to mend it.
  public var help: String {
    switch self {
    case .folder(_, let why) where why.contains("belongs to"):
      return "remove it, or work in a copy of the project that is yours"
    case .folder, .file:
      return "make the project's folder writable, free disk space, or run from another folder"
    case .database(_, 13, _, _):
      return "the disk is full: free some space; what is stored is whole, ‘rundown resume’ goes on from there"
    case .database(_, 11, _, _), .database(_, 26, _, _):
      return
        "the file is damaged: move it away (mv rundown.db rundown.db.bad); past runs are then no longer listed"
    case .database: return "free disk space and check the folder's permissions"
    case .record: return "start the runbook anew with ‘rundown run’"
    case .newerVersion: return "use the rundown that made it, or move the file away"
    }
  }
}
