internal import Markdown
internal import SourceText

/// A shell block of a document: what of it runs, and what it shows as output.
struct GuideBlock {
  var shell: Shell
  /// The commands, prompts taken away, placeholders made templates.
  var text: [UInt8]
  var origin: OriginMap
  /// Lines that the document shows as the commands' output; nil when it shows none.
  var expected: [String]?
  /// Names of the inputs that placeholders stand for, and the placeholders as written.
  var placeholders: [(name: String, text: String)]

  /// Languages whose blocks hold commands alone, unless they begin with a prompt.
  private static let shells: [String: Shell] = ["bash": .bash, "sh": .sh, "shell": .sh]
  /// Languages whose blocks show a session at a terminal.
  private static let sessions: Set<String> = [
    "console", "shell-session", "shellsession", "terminal", "sh-session", "bash-session",
  ]

  /// Nil for a block that nothing of runs: no shell's language, no commands in it, or not closed.
  init?(_ code: CodeBlock) {
    guard code.isFenced, code.isClosed, let (language, words) = Self.language(code.info) else { return nil }
    if words.contains("prompt") { return nil }
    let lines = Self.lines(code.text)
    let isSession: Bool
    if let shell = Self.shells[language] {
      self.shell = shell
      isSession = SessionReader.beginsWithPrompt(lines)
    } else {
      guard Self.sessions.contains(language) else { return nil }
      shell = .bash
      isSession = true
    }
    var kept: [(bytes: ArraySlice<UInt8>, start: Int)]
    if isSession {
      var reader = SessionReader(lines)
      reader.read()
      kept = reader.commands
      expected = reader.output.isEmpty ? nil : reader.output
      shell = .bash
    } else {
      kept = lines.map { ($0, $0.startIndex) }
    }
    guard kept.contains(where: { !Self.isCommentOrBlank($0.bytes) }) else { return nil }
    var builder = PlaceholderReader(origin: code.origin)
    for line in kept { builder.add(line.bytes, at: line.start) }
    let filled = builder.finish()
    (text, origin, placeholders) = (filled.text, filled.origin, filled.placeholders)
  }

  /// `bash`, `{.sh}`, `bash title="x"`, `shell,ignore`: the first word and the others.
  private static func language(_ info: String) -> (String, [String])? {
    let words = info.lowercased().split { " \t,{}=:;\"".contains($0) }.map(String.init)
    guard let first = words.first else { return nil }
    return (first.hasPrefix(".") ? String(first.dropFirst()) : first, Array(words.dropFirst()))
  }

  private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func isCommentOrBlank(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return true }
    return first == 0x23
  }
}
