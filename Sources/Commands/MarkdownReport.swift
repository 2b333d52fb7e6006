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
    out += denials
    for changes in report.changes { out += Self.changes(changes) }
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

  /// What steps were refused while they went on, with the lines that would allow it: nobody could be asked.
  private var denials: String {
    var out = ""
    for entry in report.entries where !entry.denials.isEmpty && entry.outcome != .refused {
      out += "\n## \(entry.place.unit) \(Self.inline(entry.place.title)): refused while it ran\n"
      for denial in entry.denials {
        out += "\n- \(Self.inline(denial.message))\n"
        if !denial.help.isEmpty { out += "\n" + Self.fence(denial.help, indent: "  ") }
      }
    }
    return out
  }

  /// What a step did to files.
  private static func changes(_ changes: StepChanges) -> String {
    var out = "\n## \(changes.place.unit) \(inline(changes.place.title)): files\n\n"
    let counts = [FileChange.added, .changed, .removed].map { "\(changes.counts[$0] ?? 0) \($0.rawValue)" }
    out +=
      counts.joined(separator: ", ") + (changes.isCut ? "; not everything could be looked at" : "") + "\n"
    if let worktree = changes.worktree {
      out += "\nKept on the branch `\(worktree.branch)`: `rundown worktree merge \(worktree.name)`\n"
    }
    let artifacts = changes.artifacts
    if !artifacts.isEmpty {
      out += "\nMay run later, outside the sandbox:\n\n| file | | why |\n|---|---|---|\n"
    }
    for file in artifacts {
      out += "| \(inline(file.path)) | \(file.change.rawValue) | \(file.reason ?? "") |\n"
    }
    let others = changes.files.filter { $0.reason == nil }
    if !others.isEmpty { out += "\n" }
    for file in others { out += "- \(file.change.rawValue) \(inline(file.path))\n" }
    return out
  }

  /// What happened, in words.
  static func words(_ outcome: StepOutcome?) -> String {
    switch outcome {
    case .pass?: return "passed"
    case .fail(let code)?: return code.map { "failed, exit \($0)" } ?? "failed"
    case .signal(let name, _)?: return "failed, ended by \(name)"
    case .skipped(let reason)?: return reason.isEmpty ? "left out" : "left out: \(inline(reason))"
    case .differs?: return "failed, the output differs"
    case .leftArtifacts?: return "failed, it left files that may run later"
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
