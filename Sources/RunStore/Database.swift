internal import CSQLite
internal import Linux

/// An open SQLite database; it closes itself.
@safe struct Database: ~Copyable {
  private let handle: OpaquePointer
  let path: String
  /// Milliseconds that another process' transaction is waited for.
  private static let patience: Int32 = 5000
  /// Bytes of the write-ahead log that are left for the next process to read.
  private static let logLimit: Int64 = 600_000
  /// Statements that change something are few and run at each transition, so each is compiled once.
  private let kept = KeptStatements()

  /// Opens an existing file. Symbolic links are refused: the file stands in a folder that a repository can bring along.
  init(path: String) throws(StoreError) {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX
    let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let opened = unsafe handle else {
      let message = unsafe handle.map { unsafe String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      unsafe sqlite3_close_v2(handle)
      throw .database(path: path, code: code, message: message, doing: "opening it")
    }
    unsafe self.handle = opened
    self.path = path
    unsafe sqlite3_busy_timeout(opened, Self.patience)
    // A planted file's triggers and views must not run, nor may its schema call functions with effects.
    unsafe rd_sqlite_harden(opened)
  }

  deinit {
    unsafe sqlite3_close_v2(handle)
  }

  /// Folds the write-ahead log in and empties it, unless it is short. It outlives the process, the next one reads it back
  /// whole at its start, and only the process that has folded it in knows that it may begin it anew. While a run goes on
  /// this would wait for the disk often.
  borrowing func shortenLog() {
    let size: Int64
    do throws(FileError) { size = try FileSystem.info(path + "-wal").size } catch { return }  // there is none
    guard size > Self.logLimit else { return }
    // Whether it is done now, or another time because somebody reads, nothing is lost: no wait and no error.
    unsafe sqlite3_busy_timeout(handle, 0)
    unsafe sqlite3_exec(handle, "PRAGMA wal_checkpoint(TRUNCATE)", nil, nil, nil)
    unsafe sqlite3_busy_timeout(handle, Self.patience)
  }

  /// Runs statements that return nothing.
  borrowing func execute(_ sql: String, doing: String) throws(StoreError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code, doing) }
  }

  /// Compiles a statement.
  borrowing func prepare(_ sql: String, doing: String) throws(StoreError) -> Statement {
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let prepared = unsafe statement else { throw failure(code, doing) }
    return unsafe Statement(prepared)
  }

  private borrowing func keptStatement(_ sql: String, doing: String) throws(StoreError) -> Statement {
    if let known = unsafe kept.statements[sql] { return unsafe Statement(known, isKept: true) }
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let prepared = unsafe statement else { throw failure(code, doing) }
    unsafe kept.statements[sql] = prepared
    return unsafe Statement(prepared, isKept: true)
  }

  /// Runs one statement with values to its end.
  borrowing func run(_ sql: String, _ values: [SQLValue], doing: String) throws(StoreError) {
    let statement = try keptStatement(sql, doing: doing)
    statement.bind(values)
    let code = statement.step()
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code, doing) }
  }

  /// The rows of a query.
  borrowing func rows(
    _ sql: String, _ values: [SQLValue] = [], doing: String
  ) throws(StoreError) -> [[SQLValue]] {
    let statement = try prepare(sql, doing: doing)
    statement.bind(values)
    var rows: [[SQLValue]] = []
    while true {
      let code = statement.step()
      if code == SQLITE_DONE { return rows }
      guard code == SQLITE_ROW else { throw failure(code, doing) }
      rows.append(statement.row())
    }
  }

  /// Runs `body` in one write transaction: all of it happens, or nothing.
  borrowing func transaction<Result>(
    doing: String, _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try execute("BEGIN IMMEDIATE", doing: doing)
    do throws(StoreError) {
      let result = try body()
      try execute("COMMIT", doing: doing)
      return result
    } catch {
      unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// How many rows the last statement changed.
  borrowing func changes() -> Int { Int(unsafe sqlite3_changes(handle)) }

  private borrowing func failure(_ code: Int32, _ doing: String) -> StoreError {
    .database(
      path: path, code: code & 0xFF, message: unsafe String(cString: sqlite3_errmsg(handle)), doing: doing)
  }
}

/// A value of a column.
enum SQLValue: Equatable {
  case null
  case int(Int64)
  case text(String)
  case blob([UInt8])

  var int: Int64? {
    if case .int(let value) = self { return value }
    return nil
  }

  var text: String? {
    if case .text(let value) = self { return value }
    return nil
  }

  var blob: [UInt8]? {
    if case .blob(let value) = self { return value }
    return nil
  }
}

/// The statements that a database keeps. SQLite closes a database when the last of them is gone.
@safe private final class KeptStatements {
  @unsafe var statements: [String: OpaquePointer] = unsafe [:]

  deinit {
    unsafe statements.values.forEach { _ = unsafe sqlite3_finalize($0) }
  }
}

/// A compiled statement; it frees itself, or is made ready for its next use.
@safe struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let isKept: Bool

  @unsafe init(_ handle: OpaquePointer, isKept: Bool = false) {
    unsafe self.handle = handle
    self.isKept = isKept
  }

  deinit {
    if isKept {
      unsafe sqlite3_reset(handle)
      unsafe sqlite3_clear_bindings(handle)
    } else {
      unsafe sqlite3_finalize(handle)
    }
  }

  /// Gives the parameters their values, in order. SQLite copies them (SQLITE_TRANSIENT).
  borrowing func bind(_ values: [SQLValue]) {
    let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      switch value {
      case .null: unsafe sqlite3_bind_null(handle, place)
      case .int(let int): unsafe sqlite3_bind_int64(handle, place, int)
      case .text(let text): unsafe sqlite3_bind_text(handle, place, text, Int32(text.utf8.count), transient)
      case .blob(let bytes):
        unsafe bytes.withUnsafeBytes { buffer in
          // A null pointer would bind NULL; an empty blob has a pointer to nothing and length 0.
          let base = unsafe buffer.baseAddress ?? UnsafeRawPointer(handle)
          _ = unsafe sqlite3_bind_blob(handle, place, base, Int32(buffer.count), transient)
        }
      }
    }
  }

  /// One step; SQLite's code.
  borrowing func step() -> Int32 { unsafe sqlite3_step(handle) }

  /// The current row.
  borrowing func row() -> [SQLValue] {
    let count = unsafe sqlite3_column_count(handle)
    return (0..<count).map { column in
      switch unsafe sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: return .int(unsafe sqlite3_column_int64(handle, column))
      case SQLITE_TEXT:
        return .text(String(decoding: bytes(column), as: UTF8.self))
      case SQLITE_BLOB: return .blob(bytes(column))
      default: return .null
      }
    }
  }

  /// The bytes of a text or blob. `sqlite3_column_blob` gives a text's bytes as they are.
  private borrowing func bytes(_ column: Int32) -> [UInt8] {
    guard let base = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
  }
}
