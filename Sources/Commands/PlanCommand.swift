internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import Runbook
internal import SourceText

/// `rundown plan FILE`: what would run and what policy would say, without running anything.
struct PlanCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let starter = RunStarter(console: console, arguments: arguments)
    let runbook: Runbook
    switch starter.runbook() {
    case .success(let compiled): runbook = compiled
    case .failure(let failure): return failure.code
    }
    var options: PolicyOptions
    do throws(UsageError) {
      options = try RunOptions.policy(arguments)
    } catch {
      console.fail(error.message, help: error.help)
      return .usage
    }
    // A plan says what must be asked; whether somebody is there to answer is not its business.
    options.nonInteractive = false
    let project: Project
    switch ProjectLoader(console: console).load(
      policyFile: arguments.value("policy"), options: options, runbook: runbook.file.name)
    {
    case .success(let loaded): project = loaded
    case .failure(let failure): return failure.code
    }
    let variables: [String: JSONValue]
    let reader = VariableOptions(console: console, arguments: arguments, root: project.root)
    switch reader.variables(of: runbook) {
    case .success(let found): variables = found
    case .failure(let failure): return failure.code
    }
    let missing = MissingInputs(console: console, runbook: runbook).names(
      variables, from: nil, Selection())
    let plan = RunbookPlan.make(
      runbook, policy: project.policy, resolver: project.resolver,
      variables: VariableScope(variables: variables, root: project.root),
      policies: ProjectPolicies(console: console, project: project))
    let secrets = PlannedSecrets(runbook, root: project.root)
    if arguments.has("json") {
      console.print(json(plan, runbook, project, missing, secrets).encoded() + "\n")
    } else {
      console.print(table(plan, runbook.file, project, missing, secrets))
    }
    return plan.wouldRefuse || secrets.isLacking || (runbook.isGuide && !missing.isEmpty)
      ? .refused : .success
  }

  // MARK: text

  private func table(
    _ plan: RunbookPlan, _ file: SourceFile, _ project: Project, _ missing: [String],
    _ secrets: PlannedSecrets
  ) -> String {
    let lines = RunLines(abilities: console.output)
    var out =
      "plan for \(DisplayText.visible(file.name))   policy \(project.policyName)   nothing was executed\n\n"
    let heads = ["STEP", "TITLE", "PROGRAM", "DECISION", "RULE OR REASON"]
    var cells: [[String]] = []
    var last = ""
    for row in plan.rows {
      let isSame = row.unit == last
      last = row.unit
      let via = row.via.isEmpty ? "" : "   via \(row.via.joined(separator: " > "))"
      cells.append([
        isSame ? "" : row.unit, isSame ? "" : TextWidth.cut(DisplayText.visible(row.title), to: 24),
        TextWidth.cut(DisplayText.visible(row.command), to: 44),
        row.decision == "allow" ? "allow" : row.decision.uppercased(),
        DisplayText.visible(row.reason + via),
      ])
    }
    let widths = (0..<4).map { column in
      (cells.map { TextWidth.columns($0[column]) } + [heads[column].count]).max() ?? 0
    }
    for (number, row) in ([heads] + cells).enumerated() {
      let padded = (0..<4).map { TextWidth.pad(row[$0], to: widths[$0]) } + [row[4]]
      let line = " " + padded.joined(separator: "  ").trimmedRight()
      out += (number == 0 ? lines.paint(line, .dim) : line) + "\n"
    }
    for problem in plan.refusals {
      out += "\n" + problem.rendered(in: file) + "\n" + SourceExcerpt.caret(problem.span, in: file)
    }
    if !missing.isEmpty {
      out +=
        "\ninputs   " + missing.map { "\($0)=?  missing: --var \($0)=VALUE" }.joined(separator: "\n         ")
        + "\n"
    }
    return out + agents(plan) + secrets.text + brokers(plan) + "\n" + verdict(plan, secrets) + "\n"
  }

  /// Which steps are judged by the policy of an agent.
  private func agents(_ plan: RunbookPlan) -> String {
    if plan.agents.isEmpty { return "" }
    let lines = plan.agents.map { unit, agent in
      "step \(unit) under the policy of \(agent); each program that it starts is decided on (gate: tree)"
    }
    return "\nagents   " + lines.joined(separator: "\n         ") + "\n"
  }

  /// Which secrets steps have as placeholders, and where these would stay placeholders.
  private func brokers(_ plan: RunbookPlan) -> String {
    if plan.brokers.isEmpty { return "" }
    let lines = plan.brokers.flatMap { planned in
      ["step \(planned.unit) has a placeholder: \(planned.rule.text); over TLS it stays one"]
        + (planned.refusal.map { ["  REFUSED  \($0)"] } ?? [])
        + planned.remarks.map { "  line \($0.line): \($0.text)" }
    }
    return "\nbroker   " + lines.map { DisplayText.visible($0) }.joined(separator: "\n         ") + "\n"
  }

  private func verdict(_ plan: RunbookPlan, _ secrets: PlannedSecrets) -> String {
    let asks = plan.rows.count { $0.decision == "ask" }
    let denies = plan.rows.count { $0.decision == "deny" } + plan.refusals.count
    let unknown = plan.rows.count(where: \.isDynamic)
    let people = plan.rows.count { $0.decision == "person" }
    var parts = ["\(asks) to ask", "\(denies) denied"]
    if unknown > 0 { parts.append("\(unknown) that only the run knows") }
    if people > 0 { parts.append("\(people) for a person") }
    let end =
      plan.wouldRefuse || secrets.isLacking
      ? ": a non-interactive run would be refused (exit 77)" : ": a non-interactive run would not be refused"
    return "verdict  " + parts.joined(separator: ", ") + end
  }

  // MARK: JSON

  private func json(
    _ plan: RunbookPlan, _ runbook: Runbook, _ project: Project, _ missing: [String],
    _ secrets: PlannedSecrets
  ) -> JSONValue {
    let file = runbook.file
    return .object([
      "runbook": .string(file.name), "kind": .string(runbook.isGuide ? "document" : "runbook"),
      "missing": .array(missing.map { .string($0) }), "policy": .string(project.policyName),
      "wouldRefuse": .bool(plan.wouldRefuse || secrets.isLacking), "secrets": secrets.json,
      "agents": .array(
        plan.agents.map { .object(["step": .string($0.unit), "agent": .string($0.agent)]) }),
      "brokers": .array(
        plan.brokers.map { planned in
          .object([
            "step": .string(planned.unit), "secret": .string(planned.rule.secret),
            "host": .string(planned.rule.url), "header": .string(planned.rule.header),
            "upstream": .string(planned.rule.upstreamURL),
            "refusal": planned.refusal.map { .string($0) } ?? .null,
            "remarks": .array(
              planned.remarks.map { .object(["line": .int($0.line), "message": .string($0.text)]) }),
          ])
        }),
      "rows": .array(
        plan.rows.map { row in
          let place = file.position(at: row.span.start)
          return .object([
            "step": .string(row.unit), "title": .string(row.title), "command": .string(row.command),
            "path": row.path.map { .string($0) }, "decision": .string(row.decision),
            "reason": .string(row.reason),
            "via": .array(row.via.map { .string($0) }), "line": .int(place.line),
            "column": .int(place.column),
            "dynamic": .bool(row.isDynamic),
          ])
        }),
      "refusals": .array(
        plan.refusals.map { problem in
          let place = file.position(at: problem.span.start)
          return .object([
            "line": .int(place.line), "column": .int(place.column), "message": .string(problem.message),
          ])
        }),
    ])
  }
}
