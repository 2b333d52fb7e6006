import Arguments
import Testing

private let program = CommandSpec(
  "prog", "a program", options: [.flag("version", "show the version")],
  commands: [
    CommandSpec(
      "run", "run it", positionals: [PositionalSpec("FILE")],
      options: [
        .flag("yes", short: "y", "yes"), .value("policy", "FILE", short: "p", "policy"),
        .value("var", "K=V", repeats: true, "a variable"),
      ]),
    CommandSpec("exec", "run a command", takesRest: true),
    CommandSpec(
      "group", "a group",
      commands: [CommandSpec("check", "check", positionals: [PositionalSpec("FILE", .oneOrMore)])]),
  ])

@Suite struct ArgumentParserTests {
  private let parser = ArgumentParser(program)

  @Test func optionsInEveryForm() throws {
    let parsed = try parser.parse(["run", "-yp", "x", "--var=a=b", "--var", "c", "file"])
    #expect(parsed.command == ["run"])
    #expect(parsed.has("yes"))
    #expect(parsed.value("policy") == "x")
    #expect(parsed.all("var") == ["a=b", "c"])
    #expect(parsed.positionals == ["file"])
    #expect(try parser.parse(["run", "--", "--yes"]).positionals == ["--yes"])
    #expect(try parser.parse(["run", "-"]).positionals == ["-"])
    #expect(try parser.parse(["exec", "--", "ls", "-l"]).rest == ["ls", "-l"])
    #expect(try parser.parse(["group", "check", "a", "b"]).positionals == ["a", "b"])
    #expect(try parser.parse(["run", "--help"]).wantsHelp)
    #expect(try parser.parse(["--version"]).has("version"))
  }

  @Test(arguments: [
    (["rnu", "x"], UsageError.unknownCommand("rnu", of: "prog", suggestion: "run")),
    (["run", "--polcy", "x"], .unknownOption("--polcy", command: "prog run", suggestion: "policy")),
    (["run", "--pol", "x"], .unknownOption("--pol", command: "prog run", suggestion: nil)),
    (["run", "x", "--policy"], .missingValue(option: "--policy", placeholder: "FILE")),
    (["run", "x", "--yes=1"], .unexpectedValue(option: "--yes")),
    (["run", "--policy", "a", "--policy", "b", "x"], .repeatedOption("--policy")),
    (["run"], .missingPositional("FILE", command: "prog run")),
    (["run", "a", "b"], .unexpectedPositional("b", command: "prog run")),
    (["group"], .missingCommand(of: "prog group")),
    ([], .missingCommand(of: "prog")),
  ])
  func mistakesAreExplained(words: [String], error: UsageError) {
    #expect(throws: error) { try parser.parse(words) }
    #expect(!error.message.isEmpty && !error.help.isEmpty)
  }

  @Test func helpComesFromTheDeclaration() {
    let text = HelpText.text(parser.spec(["run"]), path: ["prog", "run"])
    #expect(text.contains("Usage: prog run [options] FILE"))
    #expect(text.contains("-p, --policy FILE"))
  }
}
