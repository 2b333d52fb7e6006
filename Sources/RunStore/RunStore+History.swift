internal import Linux

/// A stored run in one line.
public struct RunSummary: Sendable {
  /// Its id.
  public let id: String
  /// The runbook's path.
  public let path: String
  /// How it looks; a run whose process is gone is `interrupted`.
  public let status: RunStatus
  /// Who started it.
  public let user: String
  /// When it began, in nanoseconds since 1970.
  public let started: Int64
  /// When it changed last.
  public let updated: Int64
}

extension RunStore {
  /// The runs that changed last, the latest first. A run whose record is damaged is listed as far as it can be read.
  public borrowing func history(limit: Int) throws(StoreError) -> [RunSummary] {
    let rows = try database.rows(
      "SELECT id, path, status, holder, holder_start, user, started, updated FROM run ORDER BY updated DESC LIMIT ?",
      [.int(Int64(limit))], doing: "reading runs")
    return rows.map { row in
      var status = row[2].text.flatMap(RunStatus.init(rawValue:)) ?? .interrupted
      if status == .running, Self.holder(Array(row[3...4]))?.isAlive != true { status = .interrupted }
      return RunSummary(
        id: row[0].text ?? "?", path: row[1].text ?? "?", status: status, user: row[5].text ?? "",
        started: row[6].int ?? 0, updated: row[7].int ?? 0)
    }
  }

  /// The run that was put aside last.
  public borrowing func stashedRun() throws(StoreError) -> RunRecord? {
    try records("WHERE status='stashed' ORDER BY updated DESC LIMIT 1", []).first
  }

  /// Removes runs that have ended and changed last before a moment, all but the latest ones. The last line of each journal
  /// stays: without it the run would seem to have been taken away.
  ///
  /// - Returns: how many were removed.
  public borrowing func prune(before: Int64, keeping: Int) throws(StoreError) -> Int {
    try database.transaction(doing: "removing runs") { () throws(StoreError) -> Int in
      let rows = try database.rows(
        """
        SELECT id FROM run WHERE status IN ('completed','stopped','refused') AND updated<?
        AND id NOT IN (SELECT id FROM run ORDER BY updated DESC LIMIT ?)
        """, [.int(before), .int(Int64(keeping))], doing: "removing runs")
      for id in rows.compactMap({ $0.first?.text }) {
        try database.run(
          "DELETE FROM event WHERE run=?1 AND seq<(SELECT max(seq) FROM event WHERE run=?1)", [.text(id)],
          doing: "removing runs")
        for table in ["attempt WHERE run", "frame WHERE run", "run WHERE id"] {
          try database.run("DELETE FROM \(table)=?", [.text(id)], doing: "removing runs")
        }
      }
      return rows.count
    }
  }
}
