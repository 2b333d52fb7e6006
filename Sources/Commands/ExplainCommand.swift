internal import Arguments
internal import Gate
internal import JSON
internal import Linux
internal import Policy
internal import ShellSyntax
internal import SourceText

/// `rundown explain [TEXT|-]`: the programs that a shell text can start.
struct ExplainCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    guard let dialect = Dialect(rawValue: arguments.value("shell") ?? "bash") else {
      let error = UsageError.invalidValue(
        option: "--shell", value: arguments.value("shell") ?? "", expected: "sh or bash")
      console.fail(error.message, help: error.help)
      return .usage
    }
    let text: SourceFile
    if let given = arguments.positionals.first, given != "-" {
      text = SourceFile(name: "text", text: given)
    } else {
      do throws(FileError) {
        text = SourceFile(name: "-", bytes: try RunbookFile.read("-").bytes)
      } catch {
        console.fail(error.description, help: RunbookFile.help(error))
        return RunbookFile.exitCode(error)
      }
    }
    let analysis = ScriptAnalysis.analyze(text.bytes, dialect: dialect)
    if arguments.has("json") {
      console.print(json(analysis, text).encoded() + "\n")
    } else {
      console.print(tree(analysis, text))
    }
    return analysis.refusal == nil ? .success : .invalidData
  }

  // MARK: JSON

  private func json(_ analysis: ScriptAnalysis, _ text: SourceFile) -> JSONValue {
    let invocations = analysis.findings.compactMap { finding -> JSONValue? in
      guard let request = finding.request else { return nil }
      var members: [JSONValue.Member] = []
      if case .literal(let name) = request.program {
        members.append(.init("program", .string(name)))
      } else {
        members.append(.init("program", .null))
      }
      members.append(.init("argv", .array(([request.program] + request.arguments).map(argument))))
      members.append(.init("certainty", .string(finding.certainty)))
      members.append(.init("kind", .string(finding.kind.rawValue)))
      members.append(.init("range", range(finding.span, text)))
      members.append(.init("via", .array(finding.via.map { .string($0) })))
      if let why = finding.why { members.append(.init("why", .string(why))) }
      return .object(members)
    }
    var errors: [JSONValue] = []
    if let refusal = analysis.refusal {
      errors.append(
        .object([
          "message": .string(refusal.message), "range": range(refusal.span, text),
          "help": refusal.help.map { .string($0) },
        ]))
    }
    return .object([
      "executables": .array(analysis.executables.map { .string($0) }), "invocations": .array(invocations),
      "dynamic": .bool(analysis.isDynamic), "errors": .array(errors),
      "error": analysis.refusal.map { .string($0.message) } ?? .null,
    ])
  }

  private func argument(_ argument: Argument) -> JSONValue {
    switch argument {
    case .literal(let text): return .string(text)
    case .unknown, .anyNumber: return .null
    }
  }

  private func range(_ span: SourceSpan, _ text: SourceFile) -> JSONValue {
    let start = text.position(at: span.start)
    return .object([
      "start": .int(span.start), "end": .int(span.end), "line": .int(start.line),
      "column": .int(start.column),
    ])
  }

  // MARK: text

  private func tree(_ analysis: ScriptAnalysis, _ text: SourceFile) -> String {
    let lines = RunLines(abilities: console.output)
    if let refusal = analysis.refusal {
      let problem = Diagnostic("SH001", refusal.message, at: refusal.span, help: refusal.help)
      return problem.rendered(in: text) + "\n" + SourceExcerpt.caret(refusal.span, in: text)
    }
    var out = ""
    for finding in analysis.findings {
      guard let request = finding.request else { continue }
      let place = text.position(at: finding.span.start)
      let depth = String(repeating: "  ", count: finding.via.count)
      let command = ([request.program] + request.arguments).map(shown).joined(separator: " ")
      out +=
        "\(TextWidth.pad("\(place.line):\(place.column)", to: 7)) \(depth)\(lines.paint(DisplayText.visible(command), .strong))"
      if !finding.via.isEmpty {
        out += "   via \(DisplayText.visible(finding.via.joined(separator: " > ")))"
      }
      if finding.kind != .exec { out += "   \(lines.paint(finding.kind.rawValue, .warn))" }
      out += "\n"
      if let why = finding.why { out += "        \(depth)\(lines.paint(DisplayText.visible(why), .dim))\n" }
    }
    return out.isEmpty ? "no programs: built-ins of the shell only\n" : out
  }

  private func shown(_ argument: Argument) -> String {
    switch argument {
    case .literal(let text): return ShellQuote.quote(text)
    case .unknown: return "…"
    case .anyNumber: return "[…]"
    }
  }
}
