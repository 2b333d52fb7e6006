internal import JSON
internal import SourceText

/// Whether the lines of a journal are those that were written, in their order and without a gap.
///
/// Each line holds the number of its place and the hash of the line before it. So a line that was changed, taken out, put
/// in or moved shows; a journal whose last lines are gone shows if its run has ended, since the last line says so.
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
  /// - Parameter hasEnded: whether the run is over, so that the journal must say so.
  public static func problem(in lines: [String], hasEnded: Bool) -> Problem? {
    var previous: String?
    var type = ""
    for (index, line) in lines.enumerated() {
      let number = index + 1
      guard let event = object(line) else { return Problem(line: number, message: "it is no JSON object") }
      guard event["seq"]?.int == number else {
        return Problem(
          line: number, message: "its number is \(event["seq"]?.int.map(String.init) ?? "missing")")
      }
      guard let before = event["prev"], before.isNull ? previous == nil : before.string == previous else {
        return Problem(
          line: number,
          message: previous == nil
            ? "it follows a line that is missing" : "the line before it is another one than was written")
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

  private static func object(_ line: String) -> DocumentNode? {
    do throws(Diagnostic) {
      let node = try JSONParser.parseTree(SourceFile(name: "journal", text: line))
      return node.entries == nil ? nil : node
    } catch {
      return nil
    }
  }
}
