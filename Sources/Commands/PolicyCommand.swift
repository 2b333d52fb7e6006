internal import Arguments
internal import Execution
internal import JSON
internal import Linux
package import Policy
internal import SourceText

/// What a policy command prints and how it ends.
package struct PolicyReport: Sendable {
  /// For stdout.
  package var output = ""
  /// For stderr.
  package var errors = ""
  /// The exit code.
  package var code = ExitCode.success

  static func failure(_ error: PolicyLoadError) -> PolicyReport {
    PolicyReport(errors: error.rendered, code: error.exitCode)
  }
}

/// A program that a shell text can start, as `policy explain` asks about it.
package struct ExplainedProgram: Sendable {
  /// Its words, for showing.
  package var command: String
  /// What is asked, and the answer.
  package var decision: Decision
  /// Through what it is started; empty for a plain command.
  package var via: String

  /// A program.
  package init(command: String, decision: Decision, via: String) {
    self.command = command
    self.decision = decision
    self.via = via
  }
}

/// What a shell text can start, or why it is not understood.
package enum ExplainedText: Sendable {
  /// These programs.
  case programs([ExplainedProgram])
  /// The text is not understood; nothing of it would run.
  case notUnderstood(message: String, help: String?)
}

/// `rundown policy check|show|explain|init|grants`.
struct PolicyCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let options: PolicyOptions
    do throws(UsageError) {
      options = try RunOptions.policy(arguments)
    } catch {
      console.fail(error.message, help: error.help)
      return .usage
    }
    let asJSON = arguments.has("json")
    let report: PolicyReport
    switch arguments.command.last {
    case "check": report = PolicyReports.check(arguments.positionals, asJSON: asJSON)
    case "show" where arguments.has("sandbox"): return showSandbox(arguments, options)
    case "show":
      report = PolicyReports.show(
        policy: arguments.value("policy"), runbook: arguments.positionals.first, options: options,
        environment: .current, asJSON: asJSON)
    case "explain":
      report = PolicyReports.explain(
        PolicyQuestion(arguments), policy: arguments.value("policy"), runbook: arguments.value("runbook"),
        options: options, environment: .current, asJSON: asJSON, readText: Self.readText)
    case "init": report = PolicyReports.makeDocument(asJSON: asJSON)
    case "grants": report = PolicyReports.grants(policy: arguments.value("policy"), asJSON: asJSON)
    default: report = PolicyReport(code: .bug)
    }
    if !report.output.isEmpty { console.print(report.output) }
    if !report.errors.isEmpty { console.tell(report.errors) }
    return report.code
  }

  /// What a step would be confined by: the confinement is made as `run` makes it, and looked at.
  private func showSandbox(_ arguments: ParsedArguments, _ options: PolicyOptions) -> ExitCode {
    let project: Project
    switch ProjectLoader(console: console).load(
      policyFile: arguments.value("policy"), options: options, runbook: arguments.positionals.first)
    {
    case .success(let loaded): project = loaded
    case .failure(let failure): return failure.code
    }
    do throws(RunFailure) {
      let report = SandboxReport(
        policy: project.policy, policyName: project.policyName,
        preview: try ConfinementPreview.make(project.policy, resolver: project.resolver))
      console.print(
        arguments.has("json") ? report.json.encoded(pretty: true) + "\n" : report.text)
      return .success
    } catch {
      return error.tell(console)
    }
  }

  private static func readText(_ text: String, _ shell: String, _ evaluator: Evaluator) -> ExplainedText {
    let context = evaluator.policy.context
    let writable = evaluator.policy.writeRoots.map(\.path)
    let resolver = ProgramResolver(path: Environment.current["PATH"], root: context.repo) { folder in
      writable.contains { PathText.isInside(folder, $0) }
    }
    return ShellTextReader { resolver.resolve($0, in: context.cwd) }.read(text, shell, evaluator)
  }
}

extension PolicyQuestion {
  init(_ arguments: ParsedArguments) {
    self.init()
    command = arguments.positionals.first
    read = arguments.value("read")
    write = arguments.value("write")
    env = arguments.value("env")
    net = arguments.value("net")
    shell = arguments.value("shell") ?? "bash"
  }
}
