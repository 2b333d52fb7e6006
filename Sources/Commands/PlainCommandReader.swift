internal import Execution
internal import Linux
internal import Policy

/// Reads a command of plain words for `policy explain`; whatever a shell would treat specially is not understood.
enum PlainCommandReader {
  /// The one program of a text of plain words.
  static func read(_ text: String, _ shell: String, _ context: PolicyContext) -> ExplainedText {
    let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
    let special = "|&;<>()$`\\\"'*?[]#~=%!{}\n"
    guard let name = words.first, !text.contains(where: special.contains) else {
      return .notUnderstood(
        message: "only plain words can be explained", help: "ask about one command at a time")
    }
    let resolver = ProgramResolver(path: Environment.current["PATH"], root: context.repo) { _ in false }
    let request = ProgramRequest(
      program: .literal(name), arguments: words.dropFirst().map { .literal($0) },
      resolvedPath: resolver.resolve(name, in: context.cwd))
    return .programs([ExplainedProgram(command: words.joined(separator: " "), request: request, via: "")])
  }
}
