internal import Arguments

/// `rundown completions SHELL` and `rundown man`: what the table of commands says, for shells and readers.
struct ReferenceCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    if arguments.command == ["man"] {
      console.print(ManualPage.text(ProgramSpec.root, version: ProgramSpec.version, chapters: Self.chapters))
      return .success
    }
    let word = arguments.positionals[0]
    guard let shell = CompletionShell(rawValue: word) else {
      console.fail("there are no completions for ‘\(word)’", help: "the shells are bash, zsh and fish")
      return .usage
    }
    console.print(CompletionScript.text(ProgramSpec.root, for: shell))
    return .success
  }

  private static let chapters = [
    ManualPage.Chapter("EXIT STATUS", ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }),
    ManualPage.Chapter(
      "FILES",
      [
        (".rundownrc.yaml", "The project's policy; also .rundownrc, .rundownrc.json and package.json."),
        (".rundown/", "The runs of the project and what their steps printed; readable by its owner alone."),
      ]),
    ManualPage.Chapter(
      "ENVIRONMENT",
      [
        ("NO_COLOR", "No colours."), ("CLICOLOR_FORCE", "Colours also where there is no terminal."),
        ("CI", "No questions: what would be asked is refused."),
      ]),
  ]
}
