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
    PolicyReport(errors: error.rendered, code: .invalidPolicy)
  }
}

/// A program that a shell text can start, as `policy explain` asks about it.
package struct ExplainedProgram: Sendable {
  /// Its words, for showing.
  package var command: String
  /// What is asked.
  package var request: ProgramRequest
  /// Through what it is started; empty for a plain command.
  package var via: String

  /// A program.
  package init(command: String, request: ProgramRequest, via: String) {
    self.command = command
    self.request = request
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
  let environment: Environment
  /// Reads a shell text: (text, shell, policy's context).
  let readText: (String, String, PolicyContext) -> ExplainedText

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let report: PolicyReport
    let asJSON = arguments.has("json")
    let options = PolicyOptions(arguments)
    switch arguments.command.last {
    case "check": report = PolicyReports.check(arguments.positionals, asJSON: asJSON)
    case "show":
      report = PolicyReports.show(
        policy: arguments.value("policy"), runbook: arguments.positionals.first, options: options,
        environment: environment, asJSON: asJSON)
    case "explain":
      report = PolicyReports.explain(
        PolicyQuestion(arguments), policy: arguments.value("policy"), runbook: arguments.value("runbook"),
        options: options, environment: environment, asJSON: asJSON, readText: readText)
    case "init": report = PolicyReports.makeDocument(asJSON: asJSON)
    case "grants": report = PolicyReports.grants(policy: arguments.value("policy"), asJSON: asJSON)
    default: report = PolicyReport(code: .bug)
    }
    if !report.output.isEmpty { console.print(report.output) }
    if !report.errors.isEmpty { console.tell(report.errors) }
    return report.code
  }
}

extension PolicyOptions {
  /// What the command line says.
  init(_ arguments: ParsedArguments) {
    self.init()
    allowRun = arguments.all("allow-run")
    allowRead = arguments.all("allow-read")
    allowWrite = arguments.all("allow-write")
    allowEnv = arguments.all("allow-env")
    allowNet = arguments.all("allow-net")
    allowAll = arguments.has("allow-all")
    denyAll = arguments.has("deny-all")
    yes = arguments.has("yes")
    nonInteractive = arguments.has("non-interactive")
    if arguments.has("no-sandbox") { sandbox = .off }
    if arguments.has("sandbox") { sandbox = .prefer }
    if arguments.has("sandbox-strict") { sandbox = .strict }
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
