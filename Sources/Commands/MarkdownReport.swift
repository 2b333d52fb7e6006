internal import Execution
internal import Markdown
internal import Runbook
internal import SourceText

/// A run as Markdown: for people, and for GitHub's job summary.
struct MarkdownReport {
  let report: RunReport
  let runbook: Runbook

  /// GitHub takes a summary of 1 MiB.
  private static let sizeLimit = 900 << 10

  /// The text.
  var text: String {
    let result = report.end?.status.rawValue ?? "interrupted"
    var out = "# \(Self.inline(runbook.title ?? runbook.file.name)): \(result)\n\n"
    if let message = report.end?.message { out += "\(Self.inline(message))\n\n" }
    out += facts + table
    for entry in report.entries where entry.outcome != .pass && entry.outcome != nil { out += details(entry) }
    if let outputs = report.end?.outputs, !outputs.isEmpty {
      out += "\n## Outputs\n\n"
      for (name, value) in outputs.sorted(by: { $0.key < $1.key }) {
        out += "- `\(name)`: \(Self.inline(value.templateText))\n"
      }
    }
    if !report.warnings.isEmpty {
      out += "\n## Warnings\n\n" + report.warnings.map { "- \(Self.inline($0))\n" }.joined()
    }
    guard out.utf8.count > Self.sizeLimit else { return out }
    return String(decoding: out.utf8.prefix(Self.sizeLimit), as: UTF8.self) + "\n\n(the rest is left out)\n"
  }

  private var facts: String {
    let time = DurationText.text(nanoseconds: report.end?.nanoseconds ?? 0)
    let lines = [
      "runbook `\(runbook.file.name)`", "run `\(report.head?.id ?? "")`", "started \(report.started)",
      "took \(time)",
      "policy \(Self.inline(report.head?.policy ?? ""))", "sandbox \(report.head?.sandbox ?? "")",
    ]
    return lines.map { "- \($0)\n" }.joined() + "\n"
  }

  private var table: String {
    var out = "| step | title | result | time |\n|---|---|---|---|\n"
    for entry in report.entries {
      let value = entry.place.value.map { " [\($0)]" } ?? ""
      let attempt = entry.attempt > 1 ? " (try \(entry.attempt))" : ""
      out +=
        "| \(entry.place.unit) | \(Self.inline(entry.place.title + value + attempt)) | \(Self.words(entry.outcome)) "
        + "| \(DurationText.text(nanoseconds: entry.nanoseconds)) |\n"
    }
    for item in report.missing(of: runbook) {
      out += "| \(item.place.unit) | \(Self.inline(item.place.title)) | \(item.why) | |\n"
    }
    return out
  }

  private func details(_ entry: RunReport.Entry) -> String {
    var out = "\n## \(entry.place.unit) \(Self.inline(entry.place.title)): \(Self.words(entry.outcome))\n\n"
    out += "`\(entry.place.file):\(entry.place.line)`\n"
    for refusal in entry.refusals {
      out += "\n- \(refusal.place): \(Self.inline(refusal.message))\n"
      if !refusal.help.isEmpty { out += "\n" + Self.fence(refusal.help, indent: "  ") }
    }
    guard !entry.tail.isEmpty else { return out }
    if entry.lineCount > entry.tail.count {
      out += "\nThe last \(entry.tail.count) of \(entry.lineCount) lines:\n"
    }
    return out + "\n" + Self.fence(entry.tail)
  }

  /// What happened, in words.
  static func words(_ outcome: StepOutcome?) -> String {
    switch outcome {
    case .pass?: return "passed"
    case .fail(let code)?: return code.map { "failed, exit \($0)" } ?? "failed"
    case .signal(let name, _)?: return "failed, ended by \(name)"
    case .skipped(let reason)?: return reason.isEmpty ? "left out" : "left out: \(inline(reason))"
    case .differs?: return "failed, the output differs"
    case .timeout(let seconds)?: return "timed out after \(seconds) s"
    case .refused?: return "refused"
    case .interrupted?: return "interrupted"
    case .launchFailed?: return "could not be started"
    case nil: return "waits for a person"
    }
  }

  /// A fence longer than any run of backticks in it.
  private static func fence(_ lines: [String], indent: String = "") -> String {
    let fence = CodeFence.around(lines)
    return ([fence + "text"] + lines + [fence]).map { "\(indent)\($0)\n" }.joined()
  }

  /// Text in which nothing is markup: whoever wrote the runbook's titles is not who reads the report.
  static func inline(_ text: String) -> String {
    var out = ""
    for scalar in DisplayText.visible(text).unicodeScalars {
      if "\\`*_{}[]<>#|!&".unicodeScalars.contains(scalar) { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out
  }
}
