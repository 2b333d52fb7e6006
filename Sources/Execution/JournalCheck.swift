internal import JSON
internal import SourceText

/// Whether the lines of a journal are those that were written, in their order and without a gap.
///
/// Each line holds its run, the number of its place, the hash of the line before it and its own. So a line that was
/// changed, taken out, put in, moved or brought from another run shows; a journal whose last lines are gone shows if its run
/// has ended, since the last line says so, or if another run came after it, since that begins with its last line's hash.
public enum JournalCheck {
  /// What is wrong with a line.
  public struct Problem: Error, Sendable, Equatable {
    /// The line, counted from 1; one past the last when lines are missing at the end.
    public let line: Int
    /// What is wrong, as a clause.
    public let message: String
  }

  /// The first problem of a journal; nil when there is none. What follows a wrong line proves nothing.
  ///
  /// - Parameters:
  ///   - run: whose journal it is; nil: that of one run, whichever.
  ///   - hasEnded: whether the run is over, so that the journal must say so.
  public static func problem(in lines: [String], of run: String? = nil, hasEnded: Bool) -> Problem? {
    var previous: String?
    var type = ""
    var run = run
    for (index, line) in lines.enumerated() {
      let number = index + 1
      guard let event = object(line) else { return Problem(line: number, message: "it is no JSON object") }
      guard event["seq"]?.int == number else {
        return Problem(
          line: number, message: "its number is \(event["seq"]?.int.map(String.init) ?? "missing")")
      }
      guard let name = event["run"]?.string, name == run ?? name else {
        return Problem(line: number, message: "it is of another run: \(event["run"]?.string ?? "none")")
      }
      run = name
      guard let before = event["prev"], before.isNull ? previous == nil : before.string == previous else {
        return Problem(
          line: number,
          message: previous == nil
            ? "it follows a line that is missing" : "the line before it is another one than was written")
      }
      guard event["hash"]?.string != nil else {
        return Problem(
          line: number,
          message: "it has no hash of its own: it was taken out, or an earlier version wrote the line")
      }
      guard EventJSON.isWhole(line) else {
        return Problem(line: number, message: "it was changed: its own hash is another one")
      }
      type = event["type"]?.string ?? ""
      previous = ContentHash.sha256(Array(line.utf8))
    }
    if hasEnded, type != "run_finished" {
      return Problem(
        line: lines.count + 1,
        message: "the run has ended, but its journal does not say so: lines are missing")
    }
    return nil
  }

  /// The last line of another journal, which the first line of this one names; nil when it names none.
  public static func predecessor(of first: String) -> JournalLine? {
    guard let after = object(first)?["after"], let run = after["run"]?.string,
      let hash = after["hash"]?.string
    else { return nil }
    return after["seq"]?.int.map { JournalLine(run: run, sequence: $0, hash: hash) }
  }

  /// Whether what is left of a run is what `rundown prune` leaves of one: its journal's last line.
  public static func isRemoved(_ run: String, _ lines: [String]) -> Bool {
    guard lines.count == 1, let event = object(lines[0]) else { return false }
    return event["run"]?.string == run && event["type"]?.string == "run_finished"
      && EventJSON.isWhole(lines[0])
  }

  /// What is wrong when the line that a journal's first line names is not there as it was written.
  public static func gap(_ before: JournalLine) -> Problem {
    Problem(
      line: 1,
      message:
        "the journal of \(before.run), which came before it, is gone from line \(before.sequence) on, or changed"
    )
  }

  private static func object(_ line: String) -> DocumentNode? {
    do throws(Diagnostic) {
      let node = try JSONParser.parseTree(SourceFile(name: "journal", text: line))
      return node.entries == nil ? nil : node
    } catch {
      return nil
    }
  }
}
