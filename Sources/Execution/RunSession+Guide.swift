internal import Linux
internal import Run
internal import Runbook
internal import SourceText

/// What is particular to documents that were taken as runbooks.
extension RunSession {
  /// Refuses a block in which a placeholder stands that nothing was given for: to a shell it would be a redirection.
  func refusesPlaceholder(
    _ block: CommandBlock, _ text: RenderedText, _ place: UnitPlace, _ began: Stopwatch
  ) throws(RunFailure) -> Bool {
    let unknown = Set(text.unknown.map(\.name))
    let open = block.placeholders.filter { unknown.contains($0.name) }
    guard !open.isEmpty else { return false }
    let words = open.map(\.text).joined(separator: ", ")
    let message = "\(words) must be replaced before this block can run"
    tell(
      .refused([
        Refusal(
          place: "\(place.file):\(place.line)", message: message, excerpt: "",
          help: ["give " + open.map { "--var \($0.name)=VALUE" }.joined(separator: " ")])
      ]))
    try settle(.refused(reason: message), place: place, outcome: .refused, began: began)
    return true
  }

  /// Shows the prose before a block.
  func showProse(_ unit: UnitPath) {
    guard settings.runbook.isGuide else { return }
    let parts = promptSpans(of: unit).map { settings.runbook.file.text($0) }
    if !parts.isEmpty { tell(.shown(parts.joined(separator: "\n\n"))) }
  }

  /// How a block that has passed compares with the output that the document shows.
  func compared(_ block: CommandBlock, _ capture: OutputCapture) -> StepOutcome {
    guard settings.comparesOutput, let expected = block.expectedOutput else { return .pass }
    let found = String(decoding: capture.bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    guard let difference = OutputComparison.difference(expected: expected, found: found) else { return .pass }
    return .differs(expected: difference.expected, found: difference.found)
  }
}

/// Compares output line by line; a line `...` in the expected output stands for any lines.
enum OutputComparison {
  /// The first line that differs; nil when there is none. Blanks at the end of lines and empty lines around do not count.
  static func difference(expected: [String], found: [String]) -> (expected: String, found: String)? {
    let (expected, found) = (trimmed(expected), trimmed(found))
    var (i, j) = (0, 0)
    while i < expected.count {
      if ["...", "…", "[...]"].contains(expected[i]) {
        i += 1
        guard i < expected.count else { return nil }
        while j < found.count, found[j] != expected[i] { j += 1 }
        continue
      }
      guard j < found.count, expected[i] == found[j] else {
        return (expected[i], j < found.count ? found[j] : "the end of the output")
      }
      (i, j) = (i + 1, j + 1)
    }
    return j < found.count ? ("the end of the output", found[j]) : nil
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    var lines = lines.map { line in
      var text = line[...]
      while text.last == " " || text.last == "\t" || text.last == "\r" { text.removeLast() }
      return String(text)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return Array(lines.drop { $0.isEmpty })
  }
}
