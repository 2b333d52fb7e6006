internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import SourceText

/// The lines in which a run is told, the same for every display.
struct RunLines {
  let abilities: Console.Abilities

  enum Tone: String {
    case good = "32"
    case bad = "31"
    case dim = "2"
    case strong = "1"
    case warn = "33"
  }

  func paint(_ text: String, _ tone: Tone) -> String {
    abilities.hasColor ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
  }

  private func symbol(_ unicode: String, _ ascii: String) -> String { abilities.hasUnicode ? unicode : ascii }

  var arrow: String { symbol("→", "->") }
  var bar: String { symbol("│", "|") }
  var ellipsis: String { symbol("…", "...") }

  // MARK: the run

  func head(_ head: RunHead) -> String {
    let steps = "\(head.steps) step\(head.steps == 1 ? "" : "s")"
    let parts = [
      paint(DisplayText.visible(head.runbook), .strong), steps, "policy \(DisplayText.visible(head.policy))",
      "sandbox \(head.sandbox)",
      head.limitsSteps.map { "limits for each \($0 ? "step" : "process")" },
      head.id + (head.isResumed ? " (continued)" : ""),
    ].compactMap { $0 }
    return parts.joined(separator: "  ") + "\n"
      + head.gaps.map { "  \(paint("sandbox:", .warn)) \(DisplayText.visible($0))\n" }.joined()
  }

  func end(_ end: RunEnd) -> String {
    let tone: Tone
    switch end.status {
    case .completed: tone = .good
    case .stopped, .refused: tone = .bad
    case .waiting, .interrupted: tone = .warn
    }
    var counts: [String] = []
    if end.failed > 0 { counts.append("\(end.failed) failed") }
    counts.append("\(end.passed) passed")
    counts.append(DurationText.text(nanoseconds: end.nanoseconds))
    let word = paint(end.status.rawValue, tone)
    let message = end.message.map { "  \(DisplayText.visible($0))" } ?? ""
    let outputs = end.outputs.sorted { $0.key < $1.key }.map { name, value in
      "  \(name) = \(TextWidth.cut(DisplayText.visible(value.templateText), to: 200, ellipsis: ellipsis))\n"
    }
    return outputs.joined() + "\(word)  \(counts.joined(separator: ", "))  \(end.id)\(message)\n"
  }

  /// `Runbook:  COMPLETE` or `STOP`: the run's result in the words of the language, for tools that read the text.
  func verdict(_ end: RunEnd) -> String? {
    switch end.status {
    case .completed: return "Runbook:  COMPLETE\n"
    case .stopped, .refused: return "Runbook:  STOP\n"
    case .waiting, .interrupted: return nil
    }
  }

  // MARK: steps

  /// ` ✓ 3  Publish      0.4s   exit 1`
  func finished(_ place: UnitPlace, _ outcome: StepOutcome, nanoseconds: Int64) -> String {
    let mark: String
    var remark = ""
    switch outcome {
    case .pass: mark = paint(symbol("✓", "ok  "), .good)
    case .fail(let code):
      mark = paint(symbol("✗", "FAIL"), .bad)
      if let code { remark = "exit \(code)" }
    case .signal(let name, _):
      mark = paint(symbol("✗", "FAIL"), .bad)
      remark = "ended by \(name)"
    case .differs(let expected, let found):
      mark = paint(symbol("✗", "FAIL"), .bad)
      let (wanted, seen) = (DisplayText.visible(expected), DisplayText.visible(found))
      remark = "the output differs: expected ‘\(wanted)’, found ‘\(seen)’"
    case .skipped(let reason):
      mark = paint(symbol("○", "skip"), .dim)
      remark = "left out" + (reason.isEmpty ? "" : ": \(DisplayText.visible(reason))")
    case .leftArtifacts(let paths):
      mark = paint(symbol("✗", "FAIL"), .bad)
      remark =
        "it left \(paths.count) file\(paths.count == 1 ? "" : "s") that may run later (on-artifacts=fail)"
    case .timeout(let seconds):
      mark = paint(symbol("✗", "FAIL"), .bad)
      remark = "ended after \(seconds) s (time-out)"
    case .refused:
      mark = paint(symbol("✗", "FAIL"), .bad)
      remark = "refused"
    case .interrupted:
      mark = paint(symbol("✗", "FAIL"), .warn)
      remark = "interrupted"
    case .launchFailed(let why):
      mark = paint(symbol("✗", "FAIL"), .bad)
      remark = "could not be started: \(DisplayText.visible(why))"
    }
    let time = DurationText.text(nanoseconds: nanoseconds)
    let label = TextWidth.pad(TextWidth.cut(self.label(place), to: 44, ellipsis: ellipsis), to: 40)
    return " \(mark) \(label) \(paint(time, .dim))" + (remark.isEmpty ? "" : "   \(remark)") + "\n"
  }

  /// `3  Publish`, in a loop with its value.
  func label(_ place: UnitPlace) -> String {
    let value = place.value.map { " [\(DisplayText.visible($0))]" } ?? ""
    return "\(place.unit)  \(DisplayText.visible(place.title))\(value)"
  }

  func started(_ place: UnitPlace, attempt: Int, attempts: Int) -> String {
    let mark = paint(symbol("●", ">"), .dim)
    let tries = attempts > 1 ? "   try \(attempt) of \(attempts)" : ""
    return " \(mark) \(label(place))\(tries)\n"
  }

  /// `      FAIL → GOTO Rollback`; nil for what goes without saying.
  func transition(_ transition: Transition) -> String? {
    let verdict = transition.verdict.map { $0 == .pass ? "PASS" : "FAIL" } ?? ""
    if let retry = transition.retry {
      return "      \(verdict) \(arrow) try \(retry.attempt) of \(retry.limit)\n"
    }
    guard let action = transition.action else { return nil }
    switch (transition.verdict, action) {
    case (.pass?, .continue), (.pass?, .deferred), (.pass?, .complete(message: nil)),
      (.fail?, .stop(message: nil)):
      return nil
    default: break
    }
    return
      "      \(verdict.isEmpty ? "" : "\(verdict) \(arrow) ")\(DisplayText.visible(action.description))\n"
  }

  func outputLine(_ line: String) -> String { "      \(paint(bar, .dim)) \(line)\n" }

  func refusal(_ refusal: Refusal) -> String {
    var text =
      "\(DisplayText.visible(refusal.place)): \(paint("refused", .bad)): \(DisplayText.visible(refusal.message))\n"
    text += refusal.excerpt
    for (index, line) in refusal.help.enumerated() {
      text += (index == 0 ? "  help: " : "        ") + DisplayText.visible(line) + "\n"
    }
    return text
  }

  /// What a file that the sandbox refused is told as.
  func denial(_ denial: FileDenial) -> String {
    // The reason names the path once more.
    let isRepeated = denial.reason.hasPrefix(denial.path + " ")
    let reason = isRepeated ? "it" + denial.reason.dropFirst(denial.path.count) : denial.reason
    let what = "\(denial.access) \(denial.path) by \(denial.chain.last ?? "a program"): \(reason)"
    var text =
      "\(DisplayText.visible(denial.place)): \(paint("denied while running", .bad)): \(DisplayText.visible(what))\n"
    for (index, line) in denial.help.enumerated() {
      text += (index == 0 ? "  help: " : "        ") + DisplayText.visible(line) + "\n"
    }
    return text
  }

  /// What a refused or failed connection is told as, once a run; nil for others.
  func connection(_ record: ConnectionRecord) -> String? {
    if record.isMade || !record.isNew { return nil }
    let program = record.program.map { ", by \($0)" } ?? ""
    return "network: \(record.reason) (\(record.status)\(program))"
  }

  /// What a step did to files: how many, and each that may run later with the reason.
  func changes(_ changes: StepChanges) -> String {
    let counts = [FileChange.added, .changed, .removed].compactMap { change in
      changes.counts[change].map { "\($0) \(change.rawValue)" }
    }
    var text = "      files: \(counts.isEmpty ? "none changed" : counts.joined(separator: ", "))"
    let plain = changes.files.filter { $0.reason == nil }
    if !plain.isEmpty {
      text += " (\(plain.prefix(5).map { DisplayText.visible($0.path) }.joined(separator: ", "))"
      text += plain.count > 5 ? ", \(ellipsis))" : ")"
    }
    if changes.isCut { text += "; not everything could be looked at" }
    text += "\n"
    if let worktree = changes.worktree {
      text += "      kept on branch \(worktree.branch), in \(DisplayText.visible(worktree.path))\n"
      text += "      rundown worktree merge \(worktree.name)   or   rundown worktree rm \(worktree.name)\n"
    }
    let artifacts = changes.artifacts
    guard !artifacts.isEmpty else { return text }
    text += "      \(paint("may run later, outside the sandbox:", .warn))\n"
    let width = min(48, artifacts.map { $0.path.utf8.count }.max() ?? 0)
    for file in artifacts {
      let path = TextWidth.pad(DisplayText.visible(file.path), to: width)
      text += "        \(path)  \(TextWidth.pad(file.change.rawValue, to: 7))  \(file.reason ?? "")\n"
    }
    return text
  }

  /// `step 2: a storm of processes: 1200 programs were started (warned)`
  static func conduct(_ record: ConductRecord) -> String {
    let done =
      switch record.action {
      case .off, .warn: "told"
      case .pause: "held"
      case .kill: "ended"
      }
    return "step \(record.place.unit): \(record.kind.title): \(record.detail) (\(done))"
  }

  func waiting(_ place: UnitPlace) -> String {
    """
      \(label(place)) waits for a person:
        rundown pass | rundown fail | rundown goto STEP | rundown stop

    """
  }

  /// Text of the runbook for the person, indented.
  func shown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "      \(DisplayText.visible(String($0)))".trimmedRight() + "\n" }.joined()
  }
}

extension String {
  /// Without blanks at the end.
  func trimmedRight() -> String {
    var slice = self[...]
    while slice.last == " " { slice.removeLast() }
    return String(slice)
  }
}
