internal import Execution
internal import JSON
package import Linux
package import Policy
internal import SourceText

/// What `policy explain` is asked about; several may be asked at once.
package struct PolicyQuestion: Sendable {
  /// A shell text.
  package var command: String?
  /// A path to read.
  package var read: String?
  /// A path to write.
  package var write: String?
  /// A variable.
  package var env: String?
  /// `host:port`; without a port 443.
  package var net: String?
  /// For which shell the text is.
  package var shell = "bash"

  /// Nothing yet.
  package init() {}
}

extension PolicyReports {
  private struct Row {
    var subject: String
    var via: String
    var decision: Decision
  }

  /// What the policy decides, and why; nothing is run.
  package static func explain(
    _ question: PolicyQuestion, policy: String?, runbook: String?, options: PolicyOptions,
    environment: Environment, asJSON: Bool, from directory: String? = nil,
    readText: (String, String, Evaluator) -> ExplainedText
  ) -> PolicyReport {
    let loaded: LoadedPolicy
    let effective: EffectivePolicy
    switch Self.effective(
      policy: policy, runbook: runbook, options: options, environment: environment, from: directory)
    {
    case .failure(let failure): return failure.report
    case .success(let found): (loaded, effective) = found
    }
    var report = PolicyReport(errors: loaded.warnings.joined())
    let evaluator = Evaluator(policy: effective)
    var rows: [Row] = []
    if let text = question.command, options.allowAll, !options.denyAll {
      // Nothing is read then: the person trusts the text whole.
      let request = AccessRequest.execute(ProgramRequest(program: .unknown))
      rows.append(Row(subject: text, via: "", decision: evaluator.decide(request)))
    } else if let text = question.command {
      switch readText(text, question.shell, evaluator) {
      case .notUnderstood(let message, let help):
        report.errors += "rundown: error: the text is not understood, so nothing of it would run: "
        report.errors += DisplayText.visible(message) + "\n"
        if let help { report.errors += "  help: \(DisplayText.visible(help))\n" }
        report.code = .refused
        return report
      case .programs(let programs):
        rows += programs.map { program in
          Row(subject: program.command, via: program.via, decision: program.decision)
        }
      }
    }
    for request in requests(question, effective.context, &report) {
      rows.append(Row(subject: subject(request), via: "", decision: evaluator.decide(request)))
    }
    if report.code != .success { return report }
    if rows.isEmpty, question.command == nil {
      report.errors += "rundown: error: say what is to be explained\n"
      report.errors +=
        "  help: rundown policy explain 'git push', or --read PATH, --write PATH, --env NAME, --net HOST:PORT\n"
      report.code = .usage
      return report
    }
    let verdict = Evaluator.combined(rows.map(\.decision))
    if verdict == .deny { report.code = .refused }
    report.output = asJSON ? json(rows, verdict).encoded(pretty: true) + "\n" : text(rows, verdict)
    return report
  }

  private static func requests(
    _ question: PolicyQuestion, _ context: PolicyContext, _ report: inout PolicyReport
  ) -> [AccessRequest] {
    var out: [AccessRequest] = []
    if let path = question.read { out.append(.read(path: absolute(path, context))) }
    if let path = question.write { out.append(.write(path: absolute(path, context))) }
    if let name = question.env { out.append(.environment(name: name)) }
    if let net = question.net {
      if let (host, port) = hostAndPort(net) {
        out.append(.connect(host: host, port: port))
      } else {
        report.errors += "rundown: error: --net \(DisplayText.visible(net)) is no host with a port\n"
        report.errors += "  help: write it like example.com:443\n"
        report.code = .usage
      }
    }
    return out
  }

  /// The path that the kernel would see: links of the part that exists resolved.
  private static func absolute(_ path: String, _ context: PolicyContext) -> String {
    var base = path.hasPrefix("/") ? path : context.cwd + "/" + path
    if path == "~" || path.hasPrefix("~/") { base = context.home + path.dropFirst() }
    var parts: [Substring] = []
    for part in base.split(separator: "/") where part != "." {
      if part == ".." { parts = Array(parts.dropLast()) } else { parts.append(part) }
    }
    var rest: [Substring] = []
    while !parts.isEmpty {
      let head = "/" + parts.joined(separator: "/")
      if FileSystem.exists(head) {
        do throws(FileError) {
          return ([try FileSystem.realPath(head)] + rest.map(String.init)).joined(separator: "/")
        } catch {
          break  // a dangling link: the text is the best name there is
        }
      }
      rest.insert(parts.removeLast(), at: 0)
    }
    return "/" + (parts + rest).joined(separator: "/")
  }

  private static func hostAndPort(_ text: String) -> (String, Int)? {
    if HostName.normalized(text) != nil { return (text, 443) }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[colon...].dropFirst()),
      (1...65_535).contains(port)
    else { return nil }
    let host = String(text[..<colon])
    return HostName.normalized(host) == nil ? nil : (host, port)
  }

  private static func subject(_ request: AccessRequest) -> String {
    switch request {
    case .execute: "run"
    case .read(let path): "read \(path)"
    case .write(let path): "write \(path)"
    case .environment(let name): "env \(name)"
    case .connect(let host, let port): "connect \(host):\(port)"
    }
  }

  private static func word(_ verdict: Verdict) -> String {
    verdict == .deny ? "DENY" : verdict.rawValue
  }

  private static func text(_ rows: [Row], _ verdict: Verdict) -> String {
    let shown = rows.map { DisplayText.visible($0.subject) }
    let width = min(44, shown.map(\.unicodeScalars.count).max() ?? 0)
    var out = ""
    for (index, row) in rows.enumerated() {
      let pad = String(repeating: " ", count: max(0, width - shown[index].unicodeScalars.count))
      let answer = word(row.decision.verdict)
      out += "\(index + 1)  \(shown[index])\(pad)   \(answer)"
      if let rule = row.decision.reason.rule {
        out += String(repeating: " ", count: 5 - answer.utf8.count)
        out +=
          "   \(rule.list) \"\(DisplayText.visible(rule.text))\"   \(DisplayText.visible(rule.origin.text))"
      }
      out += "\n"
      if !row.via.isEmpty { out += "       started by \(DisplayText.visible(row.via))\n" }
      out += "       \(DisplayText.visible(row.decision.summary))\n"
      if let help = row.decision.help {
        out += "  help: \(DisplayText.visible(help, keepingNewlines: true))\n"
      }
    }
    if rows.isEmpty { out += "no program is started\n" }
    let end: String
    switch verdict {
    case .allow: end = "it would run"
    case .ask: end = "a person would be asked; without a terminal it would be refused (exit 77)"
    case .deny: end = "it would be refused (exit 77)"
    }
    return out + "verdict  \(word(verdict))   \(end)\n"
  }

  private static func json(_ rows: [Row], _ verdict: Verdict) -> JSONValue {
    .object([
      "verdict": .string(verdict.rawValue),
      "decisions": .array(
        rows.map { row in
          let reason = row.decision.reason
          return .object([
            "subject": .string(row.subject), "type": .string(reason.kind.rawValue),
            "via": row.via.isEmpty ? nil : .string(row.via),
            "verdict": .string(row.decision.verdict.rawValue),
            "reason": .string(row.decision.summary),
            "rule": reason.rule.map { rule in
              .object(
                [.init("list", .string(rule.list)), .init("pattern", .string(rule.text))] + json(rule.origin))
            },
            "remedies": .array(
              reason.remedies.map { remedy in
                switch remedy {
                case .flag(let text): .object(["flag": .string(text)])
                case .policyLine(let text): .object(["policy": .string(text)])
                case .advice(let text): .object(["advice": .string(text)])
                }
              }),
          ])
        }),
    ])
  }
}
