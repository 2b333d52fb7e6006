public import JSON
public import Linux
public import Run

/// The runs of a project, in `.rundown/rundown.db`.
///
/// Every change is one SQLite transaction in write-ahead mode, so a process that is killed at any point leaves the
/// state of before or of after. A run belongs to the process that took it, known by pid and start time.
public struct RunStore: ~Copyable {
  let database: Database

  /// The layout of the tables, in `PRAGMA user_version`.
  static let version = 2

  private static let schema = """
    CREATE TABLE run(
      id TEXT PRIMARY KEY, path TEXT NOT NULL, text BLOB NOT NULL, prompted INTEGER NOT NULL,
      variables TEXT NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL, holder INTEGER, holder_start INTEGER,
      user TEXT NOT NULL, started INTEGER NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX run_updated ON run(updated);
    CREATE TABLE attempt(
      run TEXT NOT NULL, seq INTEGER NOT NULL, unit TEXT NOT NULL, title TEXT NOT NULL, attempt INTEGER NOT NULL,
      outcome TEXT NOT NULL, code INTEGER, started INTEGER NOT NULL, duration INTEGER NOT NULL,
      output BLOB NOT NULL, truncated INTEGER NOT NULL, decided_by TEXT, PRIMARY KEY(run, seq)) WITHOUT ROWID;
    CREATE TABLE event(
      run TEXT NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(run, seq)) WITHOUT ROWID;
    \(frames)
    """

  /// Runbooks inside a run's own; came with layout 2.
  private static let frames = """
    CREATE TABLE frame(
      run TEXT NOT NULL, depth INTEGER NOT NULL, path TEXT NOT NULL, text BLOB NOT NULL,
      prompted INTEGER NOT NULL, variables TEXT NOT NULL, state TEXT NOT NULL,
      PRIMARY KEY(run, depth)) WITHOUT ROWID;
    """

  /// Opens the store of a project, or makes it.
  public static func open(root: String) throws(StoreError) -> RunStore {
    let folder = StoreFolder(root: root)
    try folder.create()
    return try RunStore(path: folder.database)
  }

  /// Opens the store of a project if there is one.
  public static func existing(root: String) throws(StoreError) -> RunStore? {
    let folder = StoreFolder(root: root)
    guard try folder.exists() else { return nil }
    return try RunStore(path: folder.database)
  }

  private init(path: String) throws(StoreError) {
    let opened = try Database(path: path)
    try Self.prepare(opened)
    database = opened
  }

  private static func prepare(_ database: borrowing Database) throws(StoreError) {
    // NORMAL loses at most the last transactions at a power failure, and none when a process is killed.
    // A run writes to a few pages at a time: more than half a megabyte of them in memory helps nobody.
    try database.execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-512", doing: "opening it")
    let found = try layout(of: database)
    if found == version { return }
    guard found < version else { throw .newerVersion(path: database.path, found: found, known: version) }
    try database.transaction(doing: "making its tables") { () throws(StoreError) in
      // Another process may have done it while this one waited for the lock.
      let found = try layout(of: database)
      guard found < version else { return }
      try database.execute(found == 0 ? schema : frames, doing: "making its tables")
      try database.execute("PRAGMA user_version=\(version)", doing: "making its tables")
    }
  }

  private static func layout(of database: borrowing Database) throws(StoreError) -> Int {
    Int(try database.rows("PRAGMA user_version", doing: "opening it").first?.first?.int ?? 0)
  }

  // MARK: runs

  /// Stores a new run, held by this process, and gives its id.
  public borrowing func create(_ run: NewRun) throws(StoreError) -> String {
    let id = Self.makeID()
    let holder = ProcessIdentity.current
    let now = SystemClock.realtime()
    try database.run(
      "INSERT INTO run VALUES(?,?,?,?,?,?,?,?,?,?,?,\(Self.latest))",
      [
        .text(id), .text(run.path), .blob(run.text), .int(run.isPrompted ? 1 : 0),
        .text(RunStateCoding.encode(run.variables)), .text(RunStateCoding.encode(run.state)),
        .text(RunStatus.running.rawValue), .int(Int64(holder.id)),
        .int(Int64(bitPattern: holder.startTime ?? 0)), .text(ThisProcess.userName), .int(now), .int(now),
      ], doing: "storing a run")
    return id
  }

  /// A moment that lies behind that of every run, also when the clock was set back: which run is meant when none is named
  /// follows from the order of changes, not from what the clock says.
  private static let latest = "max(?, (SELECT coalesce(max(updated),0)+1 FROM run))"

  /// `r-` and seven characters without those that look alike.
  private static func makeID() -> String {
    let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz")
    return "r-" + String(RandomBytes.make(7).map { alphabet[Int($0) % alphabet.count] })
  }

  /// Stores a transition: the attempt that led to it, and the state after it, together or not at all. A run whose
  /// state is an end is over from that moment: a process killed before it lets the run go leaves nothing to resume.
  public borrowing func save(
    _ id: String, state: RunState, variables: [String: JSONValue],
    children: [StoredFrame] = [], attempt: Attempt? = nil, events: [String] = []
  ) throws(StoreError) {
    try database.transaction(doing: "storing a transition") { () throws(StoreError) in
      if let attempt { try insert(attempt, run: id) }
      try insert(events, run: id)
      try database.run(
        "UPDATE run SET state=?, status=?, variables=?, updated=\(Self.latest) WHERE id=?",
        [
          .text(RunStateCoding.encode(state)), .text(RunStatus(of: state).rawValue),
          .text(RunStateCoding.encode(variables)),
          .int(SystemClock.realtime()), .text(id),
        ], doing: "storing a transition")
      try save(children, of: id)
    }
  }

  /// Frames below the innermost do not change while it is at work, and were stored when it was entered.
  private borrowing func save(_ children: [StoredFrame], of id: String) throws(StoreError) {
    try database.run(
      "DELETE FROM frame WHERE run=? AND depth>?", [.text(id), .int(Int64(children.count))],
      doing: "storing a transition")
    guard let last = children.last else { return }
    try database.run(
      """
      INSERT INTO frame VALUES(?,?,?,?,?,?,?)
      ON CONFLICT(run, depth) DO UPDATE SET variables=excluded.variables, state=excluded.state
      """,
      [
        .text(id), .int(Int64(children.count)), .text(last.path), .blob(last.text),
        .int(last.isPrompted ? 1 : 0), .text(RunStateCoding.encode(last.variables)),
        .text(RunStateCoding.encode(last.state)),
      ], doing: "storing a transition")
  }

  private borrowing func children(of id: String) throws(StoreError) -> [StoredFrame] {
    let rows = try database.rows(
      "SELECT path, text, prompted, variables, state FROM frame WHERE run=? ORDER BY depth", [.text(id)],
      doing: "reading runs")
    var frames: [StoredFrame] = []
    for row in rows {
      guard let path = row[0].text, let text = row[1].blob, let prompted = row[2].int,
        let variables = row[3].text.flatMap(RunStateCoding.decodeVariables),
        let state = row[4].text.flatMap(RunStateCoding.decode)
      else { throw .record(run: id, why: "a part of it is missing or damaged") }
      frames.append(
        StoredFrame(path: path, text: text, isPrompted: prompted != 0, variables: variables, state: state))
    }
    return frames
  }

  private borrowing func insert(_ attempt: Attempt, run id: String) throws(StoreError) {
    try database.run(
      """
      INSERT INTO attempt VALUES(
        ?1, (SELECT coalesce(max(seq),0)+1 FROM attempt WHERE run=?1), ?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)
      """,
      [
        .text(id), .text(attempt.unit), .text(attempt.title), .int(Int64(attempt.attempt)),
        .text(attempt.outcome), attempt.code.map { .int(Int64($0)) } ?? .null, .int(attempt.started),
        .int(attempt.duration), .blob(attempt.output), .int(attempt.isTruncated ? 1 : 0),
        attempt.by.map { .text($0) } ?? .null,
      ], doing: "storing an attempt")
  }

  /// Makes this process the holder of a run, unless another one that lives is.
  ///
  /// - Returns: nil when it is ours now, else the process that holds it.
  public borrowing func take(_ id: String) throws(StoreError) -> ProcessIdentity? {
    try database.transaction(doing: "taking a run") { () throws(StoreError) -> ProcessIdentity? in
      let row = try database.rows(
        "SELECT holder, holder_start FROM run WHERE id=?", [.text(id)], doing: "taking a run")
      if let holder = Self.holder(row.first ?? []), holder.isAlive, holder != ProcessIdentity.current {
        return holder
      }
      let current = ProcessIdentity.current
      try database.run(
        "UPDATE run SET holder=?, holder_start=?, status='running', updated=\(Self.latest) WHERE id=?",
        [
          .int(Int64(current.id)), .int(Int64(bitPattern: current.startTime ?? 0)),
          .int(SystemClock.realtime()), .text(id),
        ], doing: "taking a run")
      return nil
    }
  }

  /// Lets a run go, with the last lines of its journal: nobody executes it any more.
  public borrowing func release(_ id: String, status: RunStatus, events: [String] = []) throws(StoreError) {
    try database.transaction(doing: "letting a run go") { () throws(StoreError) in
      try insert(events, run: id)
      try database.run(
        "UPDATE run SET holder=NULL, holder_start=NULL, status=?, updated=\(Self.latest) WHERE id=?",
        [.text(status.rawValue), .int(SystemClock.realtime()), .text(id)], doing: "letting a run go")
    }
    database.shortenLog()
  }

  static func holder(_ columns: [SQLValue]) -> ProcessIdentity? {
    guard columns.count >= 2, let id = columns[0].int, let start = columns[1].int else { return nil }
    return ProcessIdentity(id: Int32(truncatingIfNeeded: id), startTime: UInt64(bitPattern: start))
  }

  // MARK: looking up

  private static let columns =
    "id, path, text, prompted, variables, state, status, holder, holder_start, user, started, updated"

  /// The run of an id.
  public borrowing func run(_ id: String) throws(StoreError) -> RunRecord? {
    try records("WHERE id=?", [.text(id)]).first
  }

  /// The run that a person means when none is named: the open run that changed last.
  public borrowing func activeRun() throws(StoreError) -> RunRecord? {
    try records("WHERE status IN ('running','waiting','interrupted') ORDER BY updated DESC LIMIT 1", []).first
  }

  /// The run that changed last.
  public borrowing func latestRun() throws(StoreError) -> RunRecord? {
    try records("ORDER BY updated DESC LIMIT 1", []).first
  }

  borrowing func records(_ clause: String, _ values: [SQLValue]) throws(StoreError) -> [RunRecord] {
    let rows = try database.rows("SELECT \(Self.columns) FROM run \(clause)", values, doing: "reading runs")
    var records: [RunRecord] = []
    for row in rows {
      var record = try Self.record(row)
      record.children = try children(of: record.id)
      records.append(record)
    }
    return records
  }

  private static func record(_ row: [SQLValue]) throws(StoreError) -> RunRecord {
    let id = row[0].text ?? "?"
    guard let path = row[1].text, let text = row[2].blob, let prompted = row[3].int,
      let variables = row[4].text.flatMap(RunStateCoding.decodeVariables),
      let state = row[5].text.flatMap(RunStateCoding.decode),
      var status = row[6].text.flatMap(RunStatus.init(rawValue:)), let started = row[10].int,
      let updated = row[11].int
    else { throw .record(run: id, why: "a part of it is missing or damaged") }
    var holder = holder(Array(row[7...8]))
    if status == .running, holder?.isAlive != true {
      status = .interrupted
      holder = nil
    }
    return RunRecord(
      id: id, path: path, text: text, isPrompted: prompted != 0, variables: variables, state: state,
      status: status, holder: holder, user: row[9].text ?? "", started: started, updated: updated)
  }

  /// The attempts of a run in their order, without their output unless asked for.
  public borrowing func attempts(of id: String, withOutput: Bool = false) throws(StoreError) -> [Attempt] {
    let output = withOutput ? "output" : "x''"
    let rows = try database.rows(
      """
      SELECT unit, title, attempt, outcome, code, started, duration, \(output), truncated, decided_by
      FROM attempt WHERE run=? ORDER BY seq
      """, [.text(id)], doing: "reading attempts")
    return rows.map { row in
      Attempt(
        unit: row[0].text ?? "", title: row[1].text ?? "", attempt: Int(row[2].int ?? 1),
        outcome: row[3].text ?? "", code: row[4].int.map { Int($0) }, started: row[5].int ?? 0,
        duration: row[6].int ?? 0, output: row[7].blob ?? [], isTruncated: row[8].int == 1, by: row[9].text)
    }
  }

  // MARK: events

  private borrowing func insert(_ events: [String], run id: String) throws(StoreError) {
    for event in events {
      try database.run(
        "INSERT INTO event VALUES(?1, (SELECT coalesce(max(seq),0)+1 FROM event WHERE run=?1), ?2)",
        [.text(id), .text(event)], doing: "writing the journal")
    }
  }

  /// Adds lines to a run's journal.
  public borrowing func append(_ events: [String], to id: String) throws(StoreError) {
    try database.transaction(doing: "writing the journal") { () throws(StoreError) in
      try insert(events, run: id)
    }
  }

  /// The last line of the journal, other than this run's, whose run changed last.
  public borrowing func lastLine(
    before id: String
  ) throws(StoreError) -> (run: String, sequence: Int, line: String)? {
    let rows = try database.rows(
      """
      SELECT run, seq, json FROM event
      WHERE run=(SELECT id FROM run WHERE id<>? ORDER BY updated DESC LIMIT 1) ORDER BY seq DESC LIMIT 1
      """, [.text(id)], doing: "reading the journal")
    guard let row = rows.first, let run = row[0].text, let number = row[1].int, let line = row[2].text else {
      return nil
    }
    return (run, Int(number), line)
  }

  /// A line of a run's journal.
  public borrowing func event(_ sequence: Int, of id: String) throws(StoreError) -> String? {
    try database.rows(
      "SELECT json FROM event WHERE run=? AND seq=?", [.text(id), .int(Int64(sequence))],
      doing: "reading the journal"
    ).first?.first?.text
  }

  /// The last event of a run's journal and its number.
  public borrowing func lastEvent(of id: String) throws(StoreError) -> (sequence: Int, line: String)? {
    let rows = try database.rows(
      "SELECT seq, json FROM event WHERE run=? ORDER BY seq DESC LIMIT 1", [.text(id)],
      doing: "reading the journal")
    guard let row = rows.first, let number = row[0].int, let line = row[1].text else { return nil }
    return (Int(number), line)
  }

  /// The journal of a run.
  public borrowing func events(of id: String) throws(StoreError) -> [String] {
    try database.rows(
      "SELECT json FROM event WHERE run=? ORDER BY seq", [.text(id)], doing: "reading the journal"
    )
    .compactMap { $0.first?.text }
  }
}
