internal import Gate
internal import Linux
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
    /// What is judged; nil for a unit that starts nothing.
    private let item: JudgedInvocation?
    /// What is said of a unit that starts nothing.
    private let remark: String
    /// `allow`, `ask`, `deny`, or `person`.
    public let decision: String
    /// Where it stands in the runbook.
    public var span: SourceSpan

    init(unit: String, title: String, span: SourceSpan, decision: String, remark: String) {
      (self.unit, self.title, self.span, self.decision, self.remark) = (unit, title, span, decision, remark)
      item = nil
    }

    init(unit: String, title: String, span: SourceSpan, _ item: JudgedInvocation) {
      (self.unit, self.title, self.span, self.item) = (unit, title, span, item)
      decision = item.isDecidedLive ? "live" : item.decision.verdict.rawValue
      remark = ""
    }

    /// The words as far as they are known.
    public var command: String { item.map { GateDesk.command($0.request) } ?? "" }
    /// The file that the program's name stands for.
    public var path: String? { item?.request.resolvedPath }
    /// Why, with the rule and its origin.
    public var reason: String { item.map { $0.remark ?? $0.decision.summary } ?? remark }
    /// Through what it is started.
    public var via: [String] { item?.via ?? [] }
    /// Whether only the run knows a part of it.
    public var isDynamic: Bool { item?.request.program == .unknown }
    /// Whether a shell reads its commands from a pipe.
    public var isPipeIntoShell: Bool { item?.remark == "a shell reads commands from its input" }
  }

  /// The rows in document order.
  public var rows: [Row] = []
  /// Texts that are not understood, as diagnostics in the runbook.
  public var refusals: [Diagnostic] = []
  /// Secrets that steps would have as placeholders.
  public var brokers: [PlannedBroker] = []
  /// Units that hand their work to agents, with the names of these.
  public var agents: [(unit: String, agent: String)] = []
  /// Templates that stand outside quotes in a command.
  public var unquotedTemplates: [Diagnostic] = []

  /// Whether a run without a person would refuse something.
  public var wouldRefuse: Bool {
    !refusals.isEmpty || rows.contains { $0.decision == "deny" || $0.decision == "ask" }
      || brokers.contains { $0.refusal != nil }
  }

  /// Which rows are kept; a check of a large runbook needs few of them.
  private let keeps: (@Sendable (Row) -> Bool)?

  /// Judges every block of a runbook with these variables.
  ///
  /// - Parameter policies: who knows the policies of agents; blocks of these are judged by them, as a run does.
  public static func make(
    _ runbook: Runbook, policy: EffectivePolicy, resolver: ProgramResolver, variables: VariableScope,
    policies: (any PolicySource)? = nil, keeping keeps: (@Sendable (Row) -> Bool)? = nil
  ) -> RunbookPlan {
    let steps = runbook.steps
    let judges = PlanJudges(runbook, RunbookPolicy(policy: policy, resolver: resolver), policies)
    let parts = Thread.inParts(of: steps.count, atLeast: stepsPerThread) { part in
      var plan = RunbookPlan(keeps: keeps)
      let desks = PlanDesks(judges, variables)
      for step in steps[part] { plan.add(step, desks) }
      return plan
    }
    return parts.reduce(into: RunbookPlan(keeps: keeps)) { plan, part in
      plan.rows += part.rows
      plan.refusals += part.refusals
      plan.brokers += part.brokers
      plan.agents += part.agents
      plan.unquotedTemplates += part.unquotedTemplates
    }
  }

  /// Fewer steps are read or judged sooner than a thread is started for them.
  static let stepsPerThread = 200

  private mutating func add(_ step: Step, _ desks: PlanDesks) {
    switch step.body {
    case .single(let content): add(content, "\(step.name)", step.title, step.span, desks)
    case .substeps(let substeps):
      for substep in substeps {
        add(substep.content, "\(step.name).\(substep.name)", substep.title, substep.span, desks)
      }
    }
  }

  private mutating func add(_ row: Row) {
    if keeps?(row) != false { rows.append(row) }
  }

  private mutating func add(
    _ content: Content, _ unit: String, _ title: String, _ span: SourceSpan, _ desks: PlanDesks
  ) {
    switch content {
    case .manual, .display:
      add(Row(unit: unit, title: title, span: span, decision: "person", remark: "a person decides"))
    case .runbook(let reference):
      add(Row(unit: unit, title: title, span: span, decision: "person", remark: "runs \(reference.text)"))
    case .command(let block):
      if let agent = block.options.agent { agents.append((unit, agent)) }
      let desk: PlanDesk
      switch desks.desk(for: block) {
      case .success(let found): desk = found
      case .failure(let refusal):
        return add(Row(unit: unit, title: title, span: span, decision: "deny", remark: refusal.message))
      }
      brokers += PlannedBroker.all(block, unit, desks.judges.runbook, desk.evaluator)
      let text = Template.render(block.text, origin: block.origin) { desk.variables.text($0) }
      let dialect: Dialect = block.shell == .bash ? .bash : .sh
      let root = desk.evaluator.policy.context.repo
      let directory = block.options.cwd.map { root + "/" + $0 } ?? root
      let judged = StaticGate.judge(
        text.bytes, dialect: dialect, by: desk.evaluator, memo: desk.memo,
        isLive: LiveSupport.isInForce(desk.evaluator.policy)
      ) {
        desk.resolve($0, in: directory)
      }
      if let refusal = judged.refusal {
        refusals.append(
          Diagnostic(
            "RB821", "this text is not understood, so it would not run: \(refusal.message)",
            at: text.origin.span(refusal.span), severity: .warning, help: refusal.help))
      }
      if judged.invocations.isEmpty, judged.refusal == nil {
        add(
          Row(unit: unit, title: title, span: span, decision: "allow", remark: "built-ins of the shell only"))
      }
      for item in judged.invocations {
        add(Row(unit: unit, title: title, span: text.origin.span(item.span), item))
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

/// By what each block of a runbook is judged: the runbook's policy, or that of the agent that it hands its work to.
private struct PlanJudges: Sendable {
  struct Refusal: Error { let message: String }

  let runbook: Runbook
  let own: RunbookPolicy
  private let agents: [String: Result<RunbookPolicy, Refusal>]

  init(_ runbook: Runbook, _ own: RunbookPolicy, _ policies: (any PolicySource)?) {
    (self.runbook, self.own) = (runbook, own)
    var agents: [String: Result<RunbookPolicy, Refusal>] = [:]
    let options = own.policy.options
    for case .command(let block) in runbook.units.map(\.content) {
      guard let policies, let agent = block.options.agent, let key = Self.key(block), agents[key] == nil
      else {
        continue
      }
      if options.allowAll, !options.denyAll {
        agents[key] = .failure(Refusal(message: "agents run under a policy, whatever --allow-all says"))
      } else if let found = policies.policy(
        for: runbook.file.name, agent: agent, access: Self.access(block), worktree: nil)
      {
        agents[key] = .success(found)
      } else {
        agents[key] = .failure(Refusal(message: "there is no profile for the agent ‘\(agent)’"))
      }
    }
    self.agents = agents
  }

  /// The worktree that such an agent would work in is not there yet; it is judged as in the project.
  private static func access(_ block: CommandBlock) -> AgentAccess {
    block.options.access == .write || block.options.isolation == .worktree ? .write : .read
  }

  /// What stands for the policy of a block; nil for the runbook's own.
  static func key(_ block: CommandBlock) -> String? {
    block.options.agent.map { "\($0) \(access(block).rawValue)" }
  }

  func policy(_ key: String?) -> Result<RunbookPolicy, Refusal> {
    key.flatMap { agents[$0] } ?? .success(own)
  }
}

/// What judging blocks under several policies shares; one for each thread.
private final class PlanDesks {
  let judges: PlanJudges
  private let variables: VariableScope
  private var desks: [String?: PlanDesk] = [:]

  init(_ judges: PlanJudges, _ variables: VariableScope) {
    (self.judges, self.variables) = (judges, variables)
  }

  func desk(for block: CommandBlock) -> Result<PlanDesk, PlanJudges.Refusal> {
    let key = PlanJudges.key(block)
    if let known = desks[key] { return .success(known) }
    return judges.policy(key).map { policy in
      let desk = PlanDesk(policy, variables)
      desks[key] = desk
      return desk
    }
  }
}

/// What judging all blocks under one policy shares.
private final class PlanDesk {
  let evaluator: Evaluator
  let variables: VariableScope
  let memo = DecisionMemo()
  private let resolver: ProgramResolver
  private var paths: [String: String?] = [:]

  init(_ policy: RunbookPolicy, _ variables: VariableScope) {
    var evaluator = Evaluator(policy: policy.policy)
    evaluator.findsRemedies = false
    self.evaluator = evaluator
    resolver = policy.resolver
    self.variables = variables
  }

  /// The file of a name; bare names are looked up once.
  func resolve(_ name: String, in directory: String) -> String? {
    if name.utf8.contains(0x2F) { return resolver.resolve(name, in: directory) }
    if let known = paths[name] { return known }
    let path = resolver.resolve(name, in: directory)
    paths[name] = path
    return path
  }
}
