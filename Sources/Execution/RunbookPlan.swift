internal import Gate
public import Policy
public import Runbook
internal import ShellSyntax
public import SourceText

/// What would be decided about each program of a runbook, without running anything.
public struct RunbookPlan: Sendable {
  /// One program of one unit, or a unit that a person decides.
  public struct Row: Sendable {
    /// The unit, as `2.1`.
    public var unit: String
    /// Its title.
    public var title: String
    /// The words as far as they are known.
    public var command: String
    /// The file that the program's name stands for.
    public var path: String?
    /// `allow`, `ask`, `deny`, or `person`.
    public var decision: String
    /// Why, with the rule and its origin.
    public var reason: String
    /// Through what it is started.
    public var via: [String]
    /// Where it stands in the runbook.
    public var span: SourceSpan
    /// Whether only the run knows a part of it.
    public var isDynamic: Bool
    /// Whether a shell reads its commands from a pipe.
    public var isPipeIntoShell: Bool
  }

  /// The rows in document order.
  public var rows: [Row] = []
  /// Texts that are not understood, as diagnostics in the runbook.
  public var refusals: [Diagnostic] = []
  /// Templates that stand outside quotes in a command.
  public var unquotedTemplates: [Diagnostic] = []

  /// Whether a run without a person would refuse something.
  public var wouldRefuse: Bool {
    !refusals.isEmpty || rows.contains { $0.decision == "deny" || $0.decision == "ask" }
  }

  /// Judges every block of a runbook with these variables.
  public static func make(
    _ runbook: Runbook, policy: EffectivePolicy, resolver: ProgramResolver, variables: VariableScope
  ) -> RunbookPlan {
    var plan = RunbookPlan()
    for step in runbook.steps {
      switch step.body {
      case .single(let content):
        plan.add(content, "\(step.name)", step.title, step.span, runbook, policy, resolver, variables)
      case .substeps(let substeps):
        for substep in substeps {
          plan.add(
            substep.content, "\(step.name).\(substep.name)", substep.title, substep.span, runbook, policy,
            resolver,
            variables)
        }
      }
    }
    return plan
  }

  private mutating func add(
    _ content: Content, _ unit: String, _ title: String, _ span: SourceSpan, _ runbook: Runbook,
    _ policy: EffectivePolicy, _ resolver: ProgramResolver, _ variables: VariableScope
  ) {
    func row(_ command: String, _ decision: String, _ reason: String) -> Row {
      Row(
        unit: unit, title: title, command: command, path: nil, decision: decision, reason: reason, via: [],
        span: span,
        isDynamic: false, isPipeIntoShell: false)
    }
    switch content {
    case .manual, .display: rows.append(row("", "person", "a person decides"))
    case .runbook(let reference): rows.append(row(reference.text, "person", "another runbook"))
    case .command(let block):
      let text = Template.render(block.text, origin: block.origin) { variables.text($0) }
      let dialect: Dialect = block.shell == .bash ? .bash : .sh
      let root = policy.context.repo
      let directory = block.options.cwd.map { root + "/" + $0 } ?? root
      let judged = StaticGate.judge(text.bytes, dialect: dialect, by: Evaluator(policy: policy)) {
        resolver.resolve($0, in: directory)
      }
      if let refusal = judged.refusal {
        refusals.append(
          Diagnostic(
            "RB821", "this text is not understood, so it would not run: \(refusal.message)",
            at: text.origin.span(refusal.span), severity: .warning, help: refusal.help))
      }
      if judged.invocations.isEmpty, judged.refusal == nil {
        rows.append(row("", "allow", "built-ins of the shell only"))
      }
      for item in judged.invocations {
        rows.append(
          Row(
            unit: unit, title: title, command: GateDesk.command(item.request),
            path: item.request.resolvedPath,
            decision: item.decision.verdict.rawValue,
            reason: item.remark ?? item.decision.summary, via: item.via, span: text.origin.span(item.span),
            isDynamic: item.request.program == .unknown,
            isPipeIntoShell: item.remark == "a shell reads commands from its input"))
      }
      unquotedTemplates += Self.unquoted(block, dialect)
    }
  }

  /// Templates outside quotes: a value with a blank or a sign becomes several words there.
  private static func unquoted(_ block: CommandBlock, _ dialect: Dialect) -> [Diagnostic] {
    var seen: Set<SourceSpan> = []
    return Template.places(in: block.text).compactMap { place in
      guard QuoteContext.isBare(at: place.span.start, in: block.text, dialect: dialect) else { return nil }
      let span = block.origin.span(place.span)
      guard seen.insert(span).inserted else { return nil }
      return Diagnostic(
        "RB820", "{{\(place.name)}} stands outside quotes in a command", at: span, severity: .warning,
        help: "write \"$RD_VAR_\(place.name)\", which stays one word whatever the value")
    }
  }
}
