internal import Arguments
internal import Execution
internal import Linux
internal import Policy
internal import Run
internal import RunStore
internal import Runbook
internal import ShellSyntax
internal import SourceText

/// `rundown exec -- COMMAND...` and `rundown shell`: one command, or a shell to type into, under the policy and the
/// confinement that a step of a runbook has. It is a run of one step, so that all of it is judged, asked, confined and
/// recorded in the same way.
struct ExecCommand {
  let console: Console

  /// Runs it; the exit status is the command's own, or says why it did not come to that.
  func run(_ arguments: ParsedArguments) -> Int32 {
    switch begin(arguments) {
    case .success(let status): return status
    case .failure(let failure): return failure.code.rawValue
    }
  }

  private func begin(_ arguments: ParsedArguments) -> Result<Int32, ToldFailure> {
    if arguments.command == ["agent"] {
      let words: [(option: String, values: [String])] = [
        ("access", AgentAccess.allCases.map(\.rawValue)),
        ("isolation", IsolationOption.allCases.map(\.rawValue)),
        ("on-artifacts", ArtifactOption.allCases.map(\.rawValue)),
      ]
      for (option, values) in words {
        guard let value = arguments.value(option), !values.contains(value) else { continue }
        console.fail(
          "--\(option): ‘\(value)’ is not \(values.joined(separator: " or "))",
          help: "write " + values.map { "--\(option) \($0)" }.joined(separator: " or "))
        return .failure(ToldFailure(code: .usage))
      }
      return launch(arguments) { Self.agent(arguments, $0) }
    }
    let isShell = arguments.command == ["shell"]
    guard isShell || !arguments.rest.isEmpty else {
      console.fail(
        "exec: a command is missing", help: "write it behind two dashes: rundown exec -- git status")
      return .failure(ToldFailure(code: .usage))
    }
    if isShell, !(StandardStream.input.isTerminal && StandardStream.output.isTerminal) {
      console.fail("shell: there is no terminal to type at", help: "run a command: rundown exec -- COMMAND")
      return .failure(ToldFailure(code: .usage))
    }
    return launch(arguments) { _ in isShell ? Self.shell : Self.document(arguments.rest) }
  }

  /// Makes the run of a document, and gives the exit status.
  private func launch(
    _ arguments: ParsedArguments, _ document: (Project) -> SourceFile?
  ) -> Result<Int32, ToldFailure> {
    let options: PolicyOptions
    let timeout: Int?
    do throws(UsageError) {
      options = try RunOptions.policy(arguments)
      timeout = try RunOptions.seconds(arguments, "timeout")
    } catch {
      console.fail(error.message, help: error.help)
      return .failure(ToldFailure(code: .usage))
    }
    let loader = ProjectLoader(console: console)
    return loader.load(policyFile: arguments.value("policy"), options: options, runbook: nil, isRunning: true)
      .flatMap {
        project in
        ReportOptions.read(arguments, isNewRun: true, console: console).flatMap { reports in
          let starter = RunStarter(console: console, arguments: arguments)
          guard let file = document(project) else {
            AgentCommand(console: console).unknown(arguments.positionals[0])
            return .failure(ToldFailure(code: .usage))
          }
          guard let runbook = starter.compile(file) else { return .failure(ToldFailure(code: .bug)) }
          do throws(StoreError) {
            let isShell = arguments.command == ["shell"]
            return .success(try start(runbook, timeout, project, starter, reports, isShell: isShell))
          } catch {
            console.fail(error.message, help: error.help)
            return .failure(ToldFailure(code: .inputOutput))
          }
        }
      }
  }

  private func start(
    _ runbook: Runbook, _ timeout: Int?, _ project: Project, _ starter: RunStarter, _ reports: ReportOptions,
    isShell: Bool
  ) throws(StoreError) -> Int32 {
    let machine = Machine(runbook)
    let state: RunState
    do throws(RunEventError) { state = try machine.start() } catch {
      console.fail("this is a bug of rundown: the step cannot be entered (\(error))")
      return ExitCode.bug.rawValue
    }
    let store = try RunStore.open(root: project.root)
    let id = try store.create(
      NewRun(
        path: runbook.file.name, text: runbook.file.bytes, isPrompted: false, variables: [:], state: state))
    let renderer = DirectRenderer(console: console)
    let held = HeldRun(
      id: id, machine: machine, state: state, variables: [:], isPrompted: false,
      limits: StepLimits(timeout: timeout),
      reports: reports, direct: renderer, manner: isShell ? .shell : .direct)
    let code = starter.drive(held, store: store, project: project, isResumed: false)
    // What the command said of itself counts, unless it never came to speak.
    guard code == .success || code == .stopped, let status = renderer.status else { return code.rawValue }
    return status
  }

  /// A runbook of one step that becomes the command.
  private static func document(
    _ words: [String], name: String = "exec", options: String = ""
  ) -> SourceFile {
    let command = ([program(words[0])] + words.dropFirst().map(ShellQuote.quote)).joined(separator: " ")
    // A fence is longer than any row of backticks in the block (CommonMark 4.5).
    var longest = 2
    var count = 0
    for byte in command.utf8 {
      count = byte == UInt8(ascii: "`") ? count + 1 : 0
      longest = max(longest, count)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return SourceFile(
      name: name,
      text:
        "## 1. \(name)\n\n- PASS COMPLETE\n- FAIL STOP\n\n\(fence)sh tty=true\(options)\n\(command)\n\(fence)\n"
    )
  }

  /// The first word, which no shell may take for an assignment or for a word of its grammar.
  private static func program(_ word: String) -> String {
    let isPlain = !word.utf8.contains(UInt8(ascii: "=")) && !grammar.contains(word)
    return isPlain ? ShellQuote.quote(word) : "''" + ShellQuote.quote(word)
  }

  private static let grammar: Set<String> = [
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until",
    "while",
  ]

  /// The same for an agent: its own command, the arguments that switch its questions off, those of the command line.
  private static func agent(_ arguments: ParsedArguments, _ project: Project) -> SourceFile? {
    let name = arguments.positionals[0]
    let profiles = AgentProfile.all(project.loaded.document)
    guard let profile = profiles.first(where: { $0.name == name }) else { return nil }
    let access = arguments.value("access") ?? AgentAccess.read.rawValue
    let isolation = arguments.value("isolation").map { " isolation=\($0)" } ?? ""
    let artifacts = arguments.value("on-artifacts").map { " on-artifacts=\($0)" } ?? ""
    var context = project.policy.context
    // The worktree is not made yet; the command begins in it.
    if arguments.value("isolation") == IsolationOption.worktree.rawValue { context.repo = "." }
    return self.document(
      profile.command(in: context) + arguments.rest, name: name,
      options: " agent=\(name) access=\(access)\(isolation)\(artifacts)")
  }

  private static let shell = SourceFile(
    name: "shell", text: "## 1. shell\n\n- PASS COMPLETE\n- FAIL STOP\n\n```bash tty=true\n:\n```\n")
}

/// Passes the output of the one step on as it is, and says nothing but refusals and warnings.
final class DirectRenderer: RunObserver {
  private let console: Console
  private let lines: RunLines
  /// How the command ended; nil while it has not, and when it was never started.
  private(set) var status: Int32?

  init(console: Console) {
    self.console = console
    lines = RunLines(abilities: console.errors)
  }

  func observe(_ event: ProgressEvent) {
    switch event {
    case .output(let bytes, let isError): console.pass(bytes, isError: isError)
    case .stepFinished(_, let outcome, _):
      switch outcome {
      case .pass: status = 0
      case .fail(let code): status = Int32(truncatingIfNeeded: code ?? 1)
      case .signal(_, let number): status = Int32(truncatingIfNeeded: 128 + number)
      case .launchFailed(let why):
        status = 126
        console.fail(why)
      case .leftArtifacts:
        status = 1
        console.fail("it left files that may run later", help: "look at them, then run them or remove them")
      case .refused, .timeout, .interrupted, .skipped, .differs: break
      }
    case .refused(let refusals): for refusal in refusals { console.tell(lines.refusal(refusal)) }
    case .filesChanged(let changes): console.tell(lines.changes(changes))
    case .warning(let message, let help): console.warn(message, help: help)
    case .conductSeen(let record):
      console.warn(RunLines.conduct(record), help: nil)
    case .fileDenied(let denial): console.tell(lines.denial(denial))
    case .connectionDecided(let record):
      if let told = lines.connection(record) { console.warn(told, help: record.helpText) }
    case .runStarted, .stepStarted, .shown, .transition, .waiting, .runFinished, .commandChecked,
      .execDecided, .secretsGiven, .callRefused,
      .approvalRequested, .approvalAnswered, .tick:
      break
    }
  }
}
