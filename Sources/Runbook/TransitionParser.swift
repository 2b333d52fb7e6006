internal import SourceText

/// One line of a runbook's transitions, read.
struct TransitionLine {
  enum Signal: Equatable {
    case pass
    case fail
    /// `- DEFER` alone: both results.
    case both
  }

  var signal: Signal
  var quantifier: Aggregation?
  var handler: Handler
}

/// Reads `PASS [ALL|ANY] [RETRY n] ACTION`, `FAIL …`, `YES …`, `NO …` and `DEFER`.
struct TransitionParser {
  let span: SourceSpan

  /// Whether a list item's text is meant as a transition: it begins with one of the four words, whole, exact case.
  static func looksLikeTransition(_ text: String) -> Bool {
    if text == "DEFER" { return true }
    guard let word = words.first(where: text.hasPrefix) else { return false }
    guard let next = text.utf8.dropFirst(word.utf8.count).first else { return true }
    return next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") || next == UInt8(ascii: ":")
  }

  private static let words = ["PASS", "FAIL", "YES", "NO"]

  /// Reads a line that `looksLikeTransition`.
  func parse(_ text: String) throws(Diagnostic) -> TransitionLine {
    if text == "DEFER" {
      return TransitionLine(signal: .both, handler: Handler(.deferred, span: span))
    }
    guard let all = WordScanner.words(text) else {
      throw problem("RB504", "a quotation or template in ‘\(text)’ is not closed", help: "close it")
    }
    if let colon = all.first?.bareText, colon.utf8.contains(0x3A) {
      let mended = text.replacing(":", with: "", maxReplacements: 1)
      throw problem(
        "RB501", "a transition has no colon", help: "write it without the colon: - \(mended)")
    }
    var words = all[...]
    let signal: TransitionLine.Signal =
      words.popFirst()?.bareText.map { $0 == "PASS" || $0 == "YES" } == true ? .pass : .fail
    var quantifier: Aggregation?
    if let word = words.first?.bareText, word == "ALL" || word == "ANY" {
      words.removeFirst()
      quantifier = word == "ALL" ? .all : .any
    }
    var handler = try outcome(&words, line: text)
    handler.span = span
    return TransitionLine(signal: signal, quantifier: quantifier, handler: handler)
  }

  private func outcome(_ words: inout ArraySlice<WordScanner.Word>, line: String) throws(Diagnostic)
    -> Handler
  {
    guard words.first?.bareText == "RETRY" else { return Handler(try action(words, line: line)) }
    words.removeFirst()
    let form = "RETRY takes a number and what to do when the tries are used up: FAIL RETRY 2 STOP"
    guard let word = words.popFirst()?.bareText, let retries = Int(word) else {
      throw problem("RB503", "RETRY without a number of tries", help: form)
    }
    guard (1...1000).contains(retries) else {
      throw problem("RB503", "RETRY \(word): the number of further tries is from 1 to 1000", help: form)
    }
    guard let next = words.first else {
      throw problem(
        "RB503", "RETRY \(retries) does not say what to do when the tries are used up", help: form)
    }
    if next.bareText == "RETRY" { throw problem("RB503", "RETRY inside RETRY", help: form) }
    return Handler(try action(words, line: line), retries: retries)
  }

  private func action(_ all: ArraySlice<WordScanner.Word>, line: String) throws(Diagnostic) -> Action {
    var words = all
    guard let first = words.popFirst() else {
      throw problem(
        "RB502", "‘\(line)’ does not say what to do",
        help: "add an action: CONTINUE, STOP, COMPLETE, GOTO step, RETRY n action")
    }
    let action: Action
    switch first.bareText {
    case "CONTINUE": action = .continue
    case "DEFER": action = .deferred
    case "NEXT": action = .next
    case "BREAK": action = .break
    case "STOP": action = .stop(message: try message(&words, of: "STOP"))
    case "COMPLETE": action = .complete(message: try message(&words, of: "COMPLETE"))
    case "GOTO": action = try goto(&words)
    default:
      let known = ["CONTINUE", "DEFER", "NEXT", "BREAK", "STOP", "COMPLETE", "GOTO", "RETRY"]
      let suggestion = Suggestion.nearest(to: first.text, in: known)
      throw problem(
        "RB502", "‘\(first.text)’ is not an action",
        help: suggestion.map { "did you mean \($0)?" }
          ?? "the actions are CONTINUE, STOP, COMPLETE, GOTO, RETRY and, in loops and substeps, DEFER, NEXT, BREAK; "
          + "a line of prose must not begin with PASS, FAIL, YES or NO")
    }
    if let extra = words.first {
      throw problem(
        "RB502", "‘\(extra.text)’ is one word too many behind \(first.text)",
        help: "remove it, or quote a message of several words: STOP \"not ready yet\"")
    }
    return action
  }

  private func message(
    _ words: inout ArraySlice<WordScanner.Word>, of action: String
  ) throws(Diagnostic) -> String? {
    guard let word = words.popFirst() else { return nil }
    guard words.isEmpty else {
      throw problem(
        "RB504", "a message of several words needs quotes",
        help: "write \(action) \"\(([word] + words).map(\.text).joined(separator: " "))\"")
    }
    switch word {
    case .quoted(let text), .template(let text): return text
    case .bare(let text):
      guard !ReservedWords.units.contains(text) else {
        throw problem(
          "RB504", "‘\(text)’ is a reserved word, not a message", help: "quote it: \(action) \"\(text)\"")
      }
      return text
    }
  }

  private func goto(_ words: inout ArraySlice<WordScanner.Word>) throws(Diagnostic) -> Action {
    guard let word = words.popFirst() else {
      throw problem(
        "RB508", "GOTO without a target", help: "name a step or substep: GOTO 2, GOTO Recover, GOTO 2.1")
    }
    guard let target = word.bareText.flatMap({ UnitPath($0) }) else {
      let isOld = word.text.hasPrefix("{")
      throw problem(
        "RB508", "‘\(word.text)’ is not the name of a step",
        help: isOld
          ? "steps with {N} are of an older language: use a FOR loop"
          : "name a step or substep: GOTO 2, GOTO Recover, GOTO 2.1")
    }
    guard words.first?.bareText == "AT" else { return .goto(target, at: nil) }
    words.removeFirst()
    switch words.popFirst() {
    case .template(let text): return .goto(target, at: text)
    case .bare(let text) where Int(text) != nil: return .goto(target, at: text)
    case .bare, .quoted, nil:
      throw problem("RB508", "AT needs a number or a template", help: "write GOTO \(target) AT 3")
    }
  }

  private func problem(_ code: String, _ message: String, help: String) -> Diagnostic {
    Diagnostic(code, message, at: span, help: help)
  }
}
