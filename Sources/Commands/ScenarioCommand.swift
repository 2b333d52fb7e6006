internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Runbook
internal import SourceText
internal import Supervisor

/// `rundown scenario ls|run FILE [NAME]`: the tests that a runbook carries itself.
struct ScenarioCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let starter = RunStarter(console: console, arguments: arguments)
    let runbook: Runbook
    switch starter.runbook() {
    case .success(let compiled): runbook = compiled
    case .failure(let failure): return failure.code
    }
    let all = runbook.frontmatter.scenarios
    let name = arguments.positionals.dropFirst().first
    let chosen = all.filter { name == nil || $0.name == name }
    if let name, chosen.isEmpty {
      console.fail(
        "there is no scenario ‘\(name)’ in \(runbook.file.name)",
        help: Suggestion.nearest(to: name, in: all.map(\.name)).map { "did you mean \($0)?" }
          ?? "‘rundown scenario ls \(runbook.file.name)’ lists them")
      return .notFound
    }
    if arguments.command == ["scenario", "ls"] { return list(chosen, arguments) }
    return run(chosen, runbook, arguments)
  }

  private func list(_ scenarios: [Scenario], _ arguments: ParsedArguments) -> ExitCode {
    if arguments.has("json") {
      let items = scenarios.map { scenario in
        JSONValue.object([
          "name": .string(scenario.name), "description": scenario.description.map { .string($0) },
          "commands": .array(scenario.commands.map { .string($0) }),
          "result": scenario.result.map { .string($0) },
        ])
      }
      console.print(JSONValue.array(items).encoded() + "\n")
      return .success
    }
    for scenario in scenarios {
      let about = scenario.description.map { "  \($0)" } ?? ""
      console.print(DisplayText.visible("\(scenario.name)\(about)") + "\n")
    }
    return .success
  }

  // MARK: running

  private func run(_ scenarios: [Scenario], _ runbook: Runbook, _ arguments: ParsedArguments) -> ExitCode {
    let supervisor: Supervisor
    do throws(Errno) { supervisor = try Supervisor() } catch {
      console.fail("signals cannot be taken over: \(error.message)")
      return .inputOutput
    }
    let lines = RunLines(abilities: console.output)
    var failed = 0
    var results: [JSONValue] = []
    for scenario in scenarios {
      let why = play(scenario, runbook, supervisor)
      if why != nil { failed += 1 }
      results.append(
        .object([
          "name": .string(scenario.name), "ok": .bool(why == nil), "reason": why.map { .string($0) },
        ]))
      guard !arguments.has("json") else { continue }
      let mark = why == nil ? lines.paint("ok  ", .good) : lines.paint("FAIL", .bad)
      console.print(" \(mark) \(DisplayText.visible(scenario.name))\n")
      if let why { console.print("      " + DisplayText.visible(why, keepingNewlines: true) + "\n") }
    }
    if arguments.has("json") {
      console.print(JSONValue.array(results).encoded() + "\n")
    } else {
      console.print("\(scenarios.count - failed) of \(scenarios.count) scenarios as they should be\n")
    }
    return failed == 0 ? .success : .stopped
  }

  /// Plays one scenario in a project of its own; nil when everything came as it says.
  private func play(_ scenario: Scenario, _ runbook: Runbook, _ supervisor: borrowing Supervisor) -> String? {
    let project: ScenarioProject
    do throws(FileError) {
      project = try ScenarioProject(runbook: runbook.file.name, policy: policyPath)
    } catch {
      return "its project cannot be made: \(error)"
    }
    defer { project.remove() }
    do throws(SupervisorError) {
      for command in scenario.commands {
        if let why = try step(command, project, supervisor) { return why }
      }
      guard let expected = scenario.result else { return nil }
      let status = try project.run(["status", "--json"], environment: [:], with: supervisor)
      let found = result(status.output)
      return found == expected
        ? nil
        : "the run should end with \(expected), it \(found.map { "ended with \($0)" } ?? "has not ended")"
    } catch {
      return "a command cannot be run: \(error)"
    }
  }

  /// The project's policy document, if it has one.
  private var policyPath: String? {
    do throws(PolicyLoadError) { return try PolicyLoader.load().path } catch { return nil }
  }

  private func result(_ status: String) -> String? {
    do throws(Diagnostic) {
      switch try JSONParser.parse(text: status)["status"]?.string {
      case "completed": return "COMPLETE"
      case "stopped", "refused": return "STOP"
      default: return nil
      }
    } catch {
      return nil
    }
  }

  private func step(
    _ command: String, _ project: ScenarioProject, _ supervisor: borrowing Supervisor
  ) throws(SupervisorError) -> String? {
    let mustFail = command.hasPrefix("! ")
    guard var words = CommandWords.split(mustFail ? String(command.dropFirst(2)) : command) else {
      return "‘\(command)’ cannot be read: a quotation is not closed"
    }
    var environment: [String: String] = [:]
    while let word = words.first, let sign = word.firstIndex(of: "="), Identifier.isValid(word[..<sign]) {
      environment[String(word[..<sign])] = String(word[word.index(after: sign)...])
      words.removeFirst()
    }
    guard let program = words.first, program == "rd" || program == "rundown" else {
      return "‘\(command)’ is not run: a scenario starts rd and rundown alone"
    }
    let end = try project.run(Array(words.dropFirst()), environment: environment, with: supervisor)
    if mustFail { return end.code == 0 ? "‘\(command)’ should have failed" : nil }
    // A run that stops is what many scenarios are about; its result is compared at the end.
    guard end.code == 0 || end.code == 75 || end.output.contains("Runbook:  ") else {
      let last = end.output.split(separator: "\n").suffix(4).joined(separator: "\n")
      return "‘\(command)’ failed with exit code \(end.code)\n\(last)"
    }
    return nil
  }
}

/// Splits a command of a scenario into words: quotes and backslashes as in a shell, nothing else of it.
enum CommandWords {
  /// The words; nil when a quotation is not closed.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      switch (byte, quote) {
      case (0x27, nil), (0x22, nil):
        quote = byte
        word = word ?? []
      case (_, byte?): quote = nil
      case (0x5C, nil), (0x5C, 0x22?):
        guard let next = bytes.first else { return nil }
        if quote == nil || next == 0x22 || next == 0x5C || next == 0x24 {
          bytes.removeFirst()
          word = (word ?? []) + [next]
        } else {
          word = (word ?? []) + [byte]
        }
      case (0x20, nil), (0x09, nil):
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        word = nil
      default: word = (word ?? []) + [byte]
      }
    }
    guard quote == nil else { return nil }
    if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
    return words
  }
}
