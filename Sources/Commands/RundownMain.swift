internal import Arguments
internal import Linux

/// The whole program: parses `arguments` (the program's name first), runs the command, returns its exit code.
public func rundownMain(arguments: [String]) -> Int32 {
  StandardStream.reserve()
  ThisProcess.ignoreBrokenPipes()
  let parser = ArgumentParser(ProgramSpec.root)
  let words = Array(arguments.dropFirst())
  let parsed: ParsedArguments
  do throws(UsageError) {
    parsed = try parser.parse(words)
  } catch {
    let console = Console(environment: .current)
    if words.isEmpty {
      console.print(HelpText.text(ProgramSpec.root, path: [ProgramSpec.root.name]))
      return ExitCode.success.rawValue
    }
    console.fail(error.message, help: error.help)
    return ExitCode.usage.rawValue
  }
  let console = Console(
    environment: .current, noColor: parsed.has("no-color"), isDataAlone: parsed.value("events") == "-")
  if parsed.wantsHelp {
    console.print(HelpText.text(parser.spec(parsed.command), path: [ProgramSpec.root.name] + parsed.command))
    return console.settled(.success).rawValue
  }
  if parsed.command.isEmpty {
    console.print("rundown \(ProgramSpec.version)\n")
    return console.settled(.success).rawValue
  }
  let isProfile = ["ls", "show"].contains(parsed.positionals.first)
  if [["exec"], ["shell"]].contains(parsed.command) || (parsed.command == ["agent"] && !isProfile) {
    return ExecCommand(console: console).run(parsed)
  }
  return console.settled(dispatch(parsed, console)).rawValue
}

private func dispatch(_ parsed: ParsedArguments, _ console: Console) -> ExitCode {
  let drive = DriveCommand(console: console)
  switch parsed.command {
  case ["check"]: return CheckCommand(console: console).run(parsed)
  case ["run"]: return RunCommand(console: console).run(parsed)
  case ["scenario", "ls"], ["scenario", "run"]: return ScenarioCommand(console: console).run(parsed)
  case ["fmt"]: return FormatCommand(console: console).run(parsed)
  case ["import"]: return ImportCommand(console: console).run(parsed)
  case ["ls"]: return ListCommand(console: console).run(parsed)
  case ["history"], ["logs"], ["prune"], ["stash"], ["pop"]:
    return HistoryCommand(console: console).run(parsed)
  case ["status"], ["show"]: return StatusCommand(console: console).run(parsed)
  case ["pass"], ["yes"]: return drive.run(.pass, parsed)
  case ["fail"], ["no"]: return drive.run(.fail, parsed)
  case ["goto"]: return drive.run(.goto(parsed.positionals[0]), parsed)
  case ["stop"]: return drive.run(.stop(parsed.positionals.first), parsed)
  case ["complete"]: return drive.run(.complete(parsed.positionals.first), parsed)
  case ["resume"]: return drive.run(.resume(parsed.positionals.first), parsed)
  case ["approve"]: return ApproveCommand(console: console).run(parsed)
  case ["explain"]: return ExplainCommand(console: console).run(parsed)
  case ["policy", "check"], ["policy", "show"], ["policy", "explain"], ["policy", "init"],
    ["policy", "grants"]:
    return PolicyCommand(console: console).run(parsed)
  case ["policy", "learn"]: return LearnCommand(console: console).run(parsed)
  case ["plan"]: return PlanCommand(console: console).run(parsed)
  case ["doctor"]: return DoctorCommand(console: console).run(parsed)
  case ["agent"]: return AgentCommand(console: console).run(parsed)
  case ["secret", "set"], ["secret", "ls"], ["secret", "rm"]:
    return SecretCommand(console: console).run(parsed)
  case ["init"]: return InitCommand(console: console).run(parsed)
  case ["config", "show"], ["config", "get"], ["config", "set"], ["config", "explain"]:
    return ConfigCommand(console: console).run(parsed)
  case ["ci", "init"]: return CICommand(console: console).run(parsed)
  case ["trust", "ls"], ["trust", "show"], ["trust", "add"], ["trust", "revoke"]:
    return TrustCommand(console: console).run(parsed)
  case ["worktree", "ls"], ["worktree", "merge"], ["worktree", "rm"]:
    return WorktreeCommand(console: console).run(parsed)
  case ["audit", "show"], ["audit", "verify"]: return AuditCommand(console: console).run(parsed)
  case ["completions"], ["man"]: return ReferenceCommand(console: console).run(parsed)
  case ["echo"]: return EchoCommand(console: console).run(parsed)
  default:
    console.fail("this is a bug of rundown: ‘\(parsed.command.joined(separator: " "))’ has no code")
    return .bug
  }
}
