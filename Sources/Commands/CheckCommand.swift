internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Runbook
internal import SourceText

/// `rundown check FILE...`: every problem of every file.
struct CheckCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    var worst = ExitCode.success
    var found: [Compilation] = []
    let isStrict = arguments.has("strict")
    for path in arguments.positionals {
      let file: SourceFile
      do throws(FileError) {
        file = try RunbookFile.read(path)
      } catch {
        console.fail(error.description, help: RunbookFile.help(error))
        worst = RunbookFile.exitCode(error)
        continue
      }
      let compilation = withGateWarnings(RunbookCompiler.compileInThreads(file))
      let isBad = compilation.runbook == nil || (isStrict && !compilation.problems.isEmpty)
      if isBad, worst == .success { worst = .invalidData }
      if arguments.has("sarif") {
        found.append(compilation)
      } else {
        report(compilation, isBad: isBad, asJSON: arguments.has("json"))
      }
    }
    if arguments.has("sarif") { console.print(SARIFReport(compilations: found).json.encoded() + "\n") }
    return worst
  }

  /// Adds what the gate and the policy in force would say to a valid runbook.
  private func withGateWarnings(_ compilation: Compilation) -> Compilation {
    guard let runbook = compilation.runbook, !runbook.isGuide,
      case .success(let project) = ProjectLoader(console: console).load(
        policyFile: nil, options: PolicyOptions(), runbook: compilation.file.name)
    else { return compilation }
    let plan = RunbookPlan.make(
      runbook, policy: project.policy, resolver: project.resolver,
      variables: VariableScope(variables: [:], root: project.root), keeping: GateWarnings.concerns)
    return compilation.adding(GateWarnings.of(plan))
  }

  /// The one thing to say about an ordinary document.
  private func tellGuide(_ runbook: Runbook) {
    let name = DisplayText.visible(runbook.file.name)
    let needs = runbook.frontmatter.inputs
    console.print(
      "\(name): a document, not a runbook: ‘rundown plan’ and ‘run’ take it as \(runbook.steps.count) steps with "
        + "\(runbook.units.count) blocks\(needs.isEmpty ? "" : " that need \(needs.joined(separator: ", "))"); "
        + "‘rundown import’ makes a runbook of it\n")
  }

  private func report(_ compilation: Compilation, isBad: Bool, asJSON: Bool) {
    if !asJSON, let runbook = compilation.runbook, runbook.isGuide { return tellGuide(runbook) }
    if asJSON {
      console.print(json(compilation, isBad: isBad).encoded() + "\n")
      return
    }
    for problem in compilation.problems { console.print(problem.rendered(in: compilation.file) + "\n") }
    if !isBad {
      let steps = compilation.runbook?.steps.count ?? 0
      console.print(
        "\(DisplayText.visible(compilation.file.name)): ok, \(steps) step\(steps == 1 ? "" : "s")\n")
    }
  }

  private func json(_ compilation: Compilation, isBad: Bool) -> JSONValue {
    .object([
      "file": .string(compilation.file.name), "valid": .bool(!isBad),
      "kind": .string(compilation.runbook?.isGuide == true ? "document" : "runbook"),
      "problems": .array(
        compilation.problems.map { problem in
          let place = compilation.file.position(at: problem.span.start)
          return .object([
            "severity": .string(problem.severity.rawValue), "code": .string(problem.code),
            "line": .int(place.line), "column": .int(place.column), "message": .string(problem.message),
            "help": problem.help.map { .string($0) },
          ])
        }),
    ])
  }
}
