internal import Gate
internal import Policy
internal import Runbook
internal import ShellSyntax
internal import SourceText

/// Puts the gate's findings into words: places in the runbook, refusals with their way out, the question to a person.
struct GateDesk {
  let file: SourceFile
  /// The text that was judged, with its places.
  let text: RenderedText
  let judged: JudgedScript
  /// `step 3 “Publish”`.
  let step: String

  // MARK: words

  static func name(_ request: ProgramRequest) -> String {
    if case .literal(let name) = request.program { return name }
    return "a program that only the run knows"
  }

  /// The words of a request as a person would type them; what only the run knows is `…`.
  static func command(_ request: ProgramRequest) -> String {
    ([request.program] + request.arguments).map { argument in
      switch argument {
      case .literal(let text): return ShellQuote.quote(text)
      case .unknown: return "…"
      case .anyNumber: return "[…]"
      }
    }.joined(separator: " ")
  }

  static func word(_ answer: Answer) -> String {
    switch answer {
    case .once: return "once"
    case .session: return "session"
    case .allForSession: return "all-session"
    case .always: return "always"
    case .denyOnce: return "deny"
    case .denyAllForSession: return "deny-all-session"
    case .abort: return "abort"
    }
  }

  // MARK: places

  private func place(_ span: SourceSpan) -> String {
    let position = file.position(at: text.origin.offset(span.start))
    return "\(file.name):\(position.line):\(position.column)"
  }

  private func excerpt(_ span: SourceSpan) -> String { SourceExcerpt.caret(text.origin.span(span), in: file) }

  var firstPlace: String { judged.asked.first.map { place($0.span) } ?? file.name }

  /// What was decided about each program, for the journal.
  var checked: [CheckedCommand] {
    judged.invocations.map { item in
      CheckedCommand(
        program: Self.name(item.request), command: Self.command(item.request),
        decision: item.isDecidedLive ? "live" : item.decision.verdict.rawValue,
        rule: item.isDecidedLive ? "decided when it starts" : item.decision.summary, place: place(item.span))
    }
  }

  // MARK: refusals

  /// What is refused without a question.
  var refusals: [Refusal] {
    if let refusal = judged.refusal {
      return [
        Refusal(
          place: place(refusal.span),
          message: "this text is not understood, so it does not run: \(refusal.message)",
          excerpt: excerpt(refusal.span),
          help: [refusal.help ?? "write it in a simpler form; ‘rundown explain’ shows what is understood"])
      ]
    }
    return unique(judged.denied.map { refusal($0, $0.decision.summary) })
  }

  /// The same program refused twice for the same reason is told once, at its first place.
  private func unique(_ refusals: [Refusal]) -> [Refusal] {
    var seen: Set<String> = []
    return refusals.filter { seen.insert($0.message).inserted }
  }

  /// What would have to be asked, when nobody can be.
  var unasked: [Refusal] {
    unique(judged.asked.map { refusal($0, "\($0.decision.summary); nobody can be asked") })
  }

  var deniedByPerson: [Refusal] {
    unique(judged.asked.map { refusal($0, "\(Self.name($0.request)) was denied at the terminal") })
  }

  private func refusal(_ item: JudgedInvocation, _ message: String) -> Refusal {
    var message = message
    if !item.via.isEmpty { message += " (via \(item.via.joined(separator: " > ")))" }
    if let remark = item.remark { message += ": \(remark)" }
    return Refusal(
      place: place(item.span), message: message, excerpt: excerpt(item.span), help: item.decision.helpLines)
  }

  // MARK: the question

  /// Whether a session grant, or a saved rule, may be offered for everything that is asked.
  var canRemember: Bool {
    judged.asked.allSatisfy { item in
      guard case .literal = item.request.program, !item.isOpaque else { return false }
      return item.request.arguments.allSatisfy { argument in
        switch argument {
        case .literal: return true
        case .unknown, .anyNumber: return false
        }
      }
    }
  }

  func question(previews: [Question.Preview]) -> Question {
    Question(
      step: step,
      items: judged.asked.map { item in
        Question.Item(
          command: Self.command(item.request), program: Self.name(item.request),
          path: item.request.resolvedPath,
          via: item.via, place: place(item.span), why: item.remark ?? item.decision.summary,
          candidates: RunCandidate.candidates(for: item.request), canRemember: canRemember)
      },
      text: String(decoding: text.bytes, as: UTF8.self),
      previews: previews)
  }
}
