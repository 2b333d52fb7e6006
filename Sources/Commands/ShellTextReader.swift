internal import Gate
internal import Policy
internal import ShellSyntax
internal import SourceText

/// Reads a shell text for `policy explain`, as the gate reads the text of a step.
struct ShellTextReader {
  /// The file that a program's name stands for.
  let resolve: (String) -> String?

  /// The programs of a text with what policy says about each.
  func read(_ text: String, _ shell: String, _ evaluator: Evaluator) -> ExplainedText {
    let bytes = Array(text.utf8)
    let judged = StaticGate.judge(
      bytes, dialect: shell == "sh" ? .sh : .bash, by: evaluator, resolve: resolve)
    if let refusal = judged.refusal {
      return .notUnderstood(message: refusal.message, help: refusal.help)
    }
    return .programs(
      judged.invocations.map { item in
        let words = SourceFile(name: "", bytes: bytes).text(item.span)
        return ExplainedProgram(
          command: words, decision: item.decision, via: item.via.joined(separator: " > "))
      })
  }
}
