internal import Execution
internal import Linux
internal import Runbook
internal import SourceText

/// A run as a JUnit file, in the form that Jenkins, GitLab and most other readers share.
struct JUnitReport {
  let report: RunReport
  let runbook: Runbook

  /// The XML text.
  var text: String {
    let missing = report.missing(of: runbook)
    let failures = report.count { $0.isFailure }
    let errors = report.count { $0.isError }
    let waiting = report.entries.count { $0.outcome?.isDecided != true }
    let seconds = Self.seconds(report.end?.nanoseconds ?? 0)
    let name = Self.escaped(runbook.file.name)
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let counts =
      "tests=\"\(report.entries.count + missing.count)\" failures=\"\(failures)\" errors=\"\(errors)\" "
      + "skipped=\"\(missing.count + waiting)\" time=\"\(seconds)\""
    out += "<testsuites name=\"\(name)\" \(counts)>\n"
    out +=
      "  <testsuite name=\"\(name)\" \(counts) timestamp=\"\(report.started.dropLast(5))\" hostname=\"\(Self.escaped(ThisProcess.hostName))\">\n"
    out += properties
    for entry in report.entries { out += testcase(entry) }
    for item in missing {
      out +=
        head(item.place, seconds: "0.000") + ">\n      <skipped message=\"\(Self.escaped(item.why))\"/>\n"
      out += "    </testcase>\n"
    }
    return out + "  </testsuite>\n</testsuites>\n"
  }

  private var properties: String {
    let values = [
      ("run", report.head?.id ?? ""), ("policy", report.head?.policy ?? ""),
      ("sandbox", report.head?.sandbox ?? ""), ("result", report.end?.status.rawValue ?? "interrupted"),
    ]
    let lines = values.map { "      <property name=\"\($0.0)\" value=\"\(Self.escaped($0.1))\"/>\n" }
    return "    <properties>\n\(lines.joined())    </properties>\n"
  }

  private func head(_ place: UnitPlace, seconds: String) -> String {
    let suite =
      runbook.file.name.hasSuffix(".runbook.md") ? runbook.file.name.dropLast(11) : runbook.file.name[...]
    let value = place.value.map { " [\($0)]" } ?? ""
    return "    <testcase classname=\"\(Self.escaped(String(suite)))\" "
      + "name=\"\(Self.escaped("\(place.unit) \(place.title)\(value)"))\" file=\"\(Self.escaped(place.file))\" "
      + "line=\"\(place.line)\" time=\"\(seconds)\""
  }

  private func testcase(_ entry: RunReport.Entry) -> String {
    var name = entry.place
    if entry.attempt > 1 { name.title += " (try \(entry.attempt))" }
    let head = head(name, seconds: Self.seconds(entry.nanoseconds))
    guard let outcome = entry.outcome else {
      return head + ">\n      <skipped message=\"waits for a person\"/>\n    </testcase>\n"
    }
    let last = entry.tail.last { !$0.isEmpty }.map { ": \($0)" } ?? ""
    let tail = Self.escaped(entry.tail.joined(separator: "\n"))
    func element(_ name: String, _ type: String, _ message: String, _ text: String) -> String {
      "\(head)>\n      <\(name) type=\"\(type)\" message=\"\(Self.escaped(message))\">\(text)</\(name)>\n    </testcase>\n"
    }
    switch outcome {
    case .pass:
      guard !entry.denials.isEmpty else { return head + "/>\n" }
      let text = entry.denials.flatMap { ["refused: \($0.message)"] + $0.help.map { "  \($0)" } }
      return
        "\(head)>\n      <system-err>\(Self.escaped(text.joined(separator: "\n")))</system-err>\n    </testcase>\n"
    case .fail(let code):
      return element("failure", "exit", (code.map { "exit \($0)" } ?? "a person said so") + last, tail)
    case .signal(let name, _): return element("failure", "signal", "ended by \(name)\(last)", tail)
    case .skipped(let reason):
      let message = reason.isEmpty ? "left out by a person" : "left out: \(reason)"
      return "\(head)>\n      <skipped message=\"\(Self.escaped(message))\"/>\n    </testcase>\n"
    case .differs(let expected, let found):
      return element("failure", "output", "expected ‘\(expected)’, found ‘\(found)’", tail)
    case .leftArtifacts(let paths):
      return element(
        "failure", "artifacts", "it left files that may run later",
        Self.escaped(paths.joined(separator: "\n")))
    case .timeout(let seconds): return element("failure", "timeout", "over \(seconds) s", tail)
    case .refused:
      let message = entry.refusals.map(\.message).joined(separator: "; ")
      let help = entry.refusals.flatMap { ["\($0.place): \($0.message)"] + $0.help.map { "  \($0)" } }
      return element(
        "error", "policy", message.isEmpty ? "refused" : message, Self.escaped(help.joined(separator: "\n")))
    case .interrupted: return element("error", "interrupted", "interrupted", tail)
    case .launchFailed(let why): return element("error", "launch", why, tail)
    }
  }

  private static func seconds(_ nanoseconds: Int64) -> String {
    let milliseconds = max(0, nanoseconds) / 1_000_000
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  /// XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: out += "&amp;"
      case 0x3C: out += "&lt;"
      case 0x3E: out += "&gt;"
      case 0x22: out += "&quot;"
      case 0x0A: out += "&#10;"
      case 0x09: out += "&#9;"
      case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: out += "\\u{\(String(scalar.value, radix: 16))}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

extension StepOutcome {
  /// The unit's own fault.
  var isFailure: Bool {
    switch self {
    case .fail, .signal, .differs, .leftArtifacts, .timeout: return true
    case .pass, .skipped, .refused, .interrupted, .launchFailed: return false
    }
  }

  /// The set-up's fault, or nobody's.
  var isError: Bool {
    switch self {
    case .refused, .interrupted, .launchFailed: return true
    case .pass, .skipped, .fail, .signal, .differs, .leftArtifacts, .timeout: return false
    }
  }

  /// Whether it came to a result: not when a person left it out.
  var isDecided: Bool {
    if case .skipped = self { return false }
    return true
  }
}
