internal import Arguments

/// Commands that set a project, a user or a CI system up, and keep what belongs to them.
extension ProgramSpec {
  static let worktree = CommandSpec(
    "worktree", "list, merge and remove the git worktrees that agents worked in",
    commands: [
      CommandSpec("ls", "list them", options: [.flag("json", "as JSON"), .flag("no-color", "no colours")]),
      CommandSpec(
        "merge", "merge the work of an agent into the branch that is checked out, and remove its worktree",
        details: "Git runs without hooks, filters and merge drivers. With conflicts nothing is changed.",
        example: "worktree merge r-7f3k2mq-1", positionals: [PositionalSpec("NAME")],
        options: [.flag("json", "as JSON")]),
      CommandSpec(
        "rm", "remove worktrees with their branches", positionals: [PositionalSpec("NAME", .oneOrMore)],
        options: [.flag("json", "as JSON")]),
    ])

  static let initialize = CommandSpec(
    "init", "write a policy with comments that fits the languages found in the project",
    options: [.flag("print", "print it instead"), .flag("json", "as JSON")])

  static let config = CommandSpec(
    "config", "show and set your own configuration, which narrows every policy",
    commands: [
      CommandSpec("show", "print what is set", options: [.flag("json", "as JSON")]),
      CommandSpec(
        "get", "print the value of a key; exit code 1 when it is not set",
        positionals: [PositionalSpec("KEY")]),
      CommandSpec(
        "set", "set a key; the rest of the file stays as it is",
        example: "config set default.run.deny docker,kubectl",
        positionals: [PositionalSpec("KEY"), PositionalSpec("VALUE")]),
      CommandSpec("explain", "say what the keys mean", positionals: [PositionalSpec("KEY", .optional)]),
    ])

  static let ci = CommandSpec(
    "ci", "set up a CI system",
    commands: [
      CommandSpec(
        "init", "write a job that checks and runs a runbook: github, gitlab or shell",
        example: "ci init github --runbook Runbooks/release.runbook.md",
        positionals: [PositionalSpec("github|gitlab|shell")],
        options: [
          .value("runbook", "FILE", "the runbook (default Runbooks/ci.runbook.md)"),
          .flag("print", "print it instead"),
        ])
    ])

  static let trust = CommandSpec(
    "trust", "list, confirm and revoke the policies that repositories bring along",
    details: "A policy that allows more than the built-in one is confirmed once for each content.",
    commands: [
      CommandSpec("ls", "list what was confirmed", options: [.flag("json", "as JSON")]),
      CommandSpec(
        "show", "show what the policy here allows beyond the built-in one",
        options: [.flag("json", "as JSON")]),
      CommandSpec("add", "confirm the policy here as it is now", options: [.flag("json", "as JSON")]),
      CommandSpec(
        "revoke", "forget a confirmation: of the policy here, or of a path or digest",
        positionals: [PositionalSpec("PATH", .optional)],
        options: [.flag("all", "forget all"), .flag("json", "as JSON")]),
    ])
}
