internal import Arguments

/// The commands and options of the program: the one table that parsing, help, completions and the manual come from.
enum ProgramSpec {
  static let version = "0.1.0"

  static let root = CommandSpec(
    "rundown", "executes Markdown runbooks under a policy that the kernel enforces",
    details: """
      A step starts no program that the policy does not allow, and what starts is confined.
      First steps: rundown check FILE, rundown run FILE.
      """,
    example: "run deploy.runbook.md",
    options: [.flag("version", "show the version")],
    commands: [
      run, plan, check, fmt, importing, ls, explain, status, history, show, logs, pass, fail, yes, no, goto,
      complete, stop,
      resume, approve, stash, pop, prune, scenario, policy, doctor,
      exec, shell, agent, worktree, trust, secret, initialize, config, ci, audit, echo, completions, man,
    ])

  // MARK: shared options

  private static let policyOptions: [OptionSpec] = [
    .value("policy", "FILE", "use this policy document and no other", group: "Policy"),
    .value("allow-run", "PROGRAM", repeats: true, "allow programs (comma separated)", group: "Policy"),
    .value("allow-read", "PATH", repeats: true, "allow reading", group: "Policy"),
    .value("allow-write", "PATH", repeats: true, "allow writing", group: "Policy"),
    .value("allow-env", "NAME", repeats: true, "pass environment variables on", group: "Policy"),
    .value("allow-net", "HOST[:PORT]", repeats: true, "allow connections", group: "Policy"),
    .flag("allow-all", "trust the runbook: no policy, no sandbox", group: "Policy"),
    .flag("deny-all", "deny what is not allowed by name", group: "Policy"),
    .flag("trust", "accept the project's policy for this run without asking", group: "Policy"),
    .flag("yes", short: "y", "answer yes to every question; never lifts a deny", group: "Policy"),
    .value("gate", "MODE", "which starts are decided on: static, live or tree", group: "Policy"),
    .value("approve-within", "TIME", "let ‘rundown approve’ answer, within this time", group: "Policy"),
    .flag(
      "approve-token", "with --approve-within: an answer needs the token told with the question",
      group: "Policy"),
    .flag("non-interactive", "never ask: what would be asked is refused", group: "Policy"),
  ]

  private static let sandboxOptions: [OptionSpec] = [
    .flag("sandbox", "confine the steps as far as the machine can", group: "Sandbox"),
    .flag("sandbox-strict", "refuse to run when a part of the sandbox is missing", group: "Sandbox"),
    .flag("no-sandbox", "do not confine the steps", group: "Sandbox"),
    explainOption,
  ]

  private static let explainOption = OptionSpec.flag(
    "explain-denials", "tell each file that the sandbox refuses, and the rule", group: "Sandbox")

  private static let outputOptions: [OptionSpec] = [
    .flag("verbose", short: "v", "show the whole output of every step", group: "Output"),
    .flag("json", "events as JSON lines on stdout, output of steps on stderr", group: "Output"),
    .value("events", "FILE", "write events as JSON lines to a file, or to - or fd:N", group: "Output"),
    .value("report", "KIND=FILE", repeats: true, "write a report: junit or markdown", group: "Output"),
    .flag("no-color", "no colours", group: "Output"),
  ]

  private static let variableOptions: [OptionSpec] = [
    .value("var", "NAME=VALUE", repeats: true, "give a variable", group: "Variables"),
    .value("var-json", "NAME=JSON", repeats: true, "give a number, list or mapping", group: "Variables"),
    .value("vars", "FILE", repeats: true, "variables from a YAML or JSON file", group: "Variables"),
    .value("input", "NAME=VALUE", repeats: true, "the same as --var", group: "Variables"),
    .value("input-json", "NAME=JSON", repeats: true, "the same as --var-json", group: "Variables"),
    .value("input-file", "FILE", repeats: true, "the same as --vars", group: "Variables"),
  ]

  private static let jobsOption = OptionSpec.value(
    "jobs", "N", "run up to N units of a step at the same time", group: "Steps")

  private static let driveOptions =
    [OptionSpec.value("run", "RUN", "the run, when it is not the active one"), jobsOption]
    + policyOptions + sandboxOptions + outputOptions

  // MARK: commands

  private static let run = CommandSpec(
    "run", "run a runbook",
    details: """
      FILE is a path; - reads the runbook from standard input. An ordinary Markdown document is taken as one: each section
      with shell blocks is a step, and steps are also named by their headings.
      """,
    example: "run deploy.runbook.md --var env=prod --allow-run kubectl",
    positionals: [PositionalSpec("FILE")],
    options: [
      .value("from", "STEP", "begin at this step", group: "Steps"),
      .value("until", "STEP", "complete after this step", group: "Steps"),
      .value("only", "STEP,...", repeats: true, "these steps alone; 2-4 and 5- are ranges", group: "Steps"),
      .value("skip", "STEP,...", repeats: true, "pass over these steps", group: "Steps"),
      .value("step", "STEP", "run it as the step that the active run waits at", group: "Steps"),
      .flag("prompted", "show the blocks instead of running them", group: "Steps"),
      .value("timeout", "TIME", "end a step after this long, such as 10m", group: "Steps"), jobsOption,
    ] + variableOptions + guideOptions + policyOptions + sandboxOptions + outputOptions)

  private static let guideOptions: [OptionSpec] = [
    .flag("share-env", "blocks hand exported variables and the directory on", group: "Documents"),
    .flag(
      "compare-output", "a block passes only with the output that the document shows", group: "Documents"),
  ]

  private static let fmt = CommandSpec(
    "fmt", "write runbooks in their normal form",
    details: """
      Only constructs of the language change: headings of steps, directives, transitions, info strings. With - the normal
      form of standard input goes to standard output.
      """,
    example: "fmt --check Runbooks/*.runbook.md",
    positionals: [PositionalSpec("FILE", .oneOrMore)],
    options: [
      .flag("check", "write nothing; exit code 1 when a file would change"), .flag("json", "as JSON"),
    ])

  private static let importing = CommandSpec(
    "import", "make the draft of a runbook from an ordinary document",
    details:
      "The draft goes to NAME.runbook.md here. Prompts and shown output are taken away, <placeholders> are inputs.",
    example: "import INSTALL.md -o install.runbook.md",
    positionals: [PositionalSpec("FILE")],
    options: [
      .value("output", "FILE", short: "o", "where the draft goes; - is standard output"),
      .flag("force", "replace a file that is there"), .flag("json", "as JSON"),
    ])

  private static let plan = CommandSpec(
    "plan", "show what a runbook would start and what the policy says, without running it",
    details: "The exit code is 77 when a non-interactive run would be refused.",
    example: "plan deploy.runbook.md --var env=prod",
    positionals: [PositionalSpec("FILE")],
    options: [
      .flag("json", "as JSON"), .flag("no-color", "no colours"),
    ] + variableOptions + policyOptions)

  private static let check = CommandSpec(
    "check", "report every problem of runbooks",
    example: "check Runbooks/*.runbook.md",
    positionals: [PositionalSpec("FILE", .oneOrMore)],
    options: [
      .flag("strict", "warnings count as errors"), .flag("json", "a JSON object for each file"),
      .flag("sarif", "all findings as one SARIF 2.1.0 document"),
      .flag("no-color", "no colours"),
    ])

  private static let explain = CommandSpec(
    "explain", "show the programs that a shell text can start",
    details: "TEXT is shell text; without it, or with -, it is read from standard input.",
    example: "explain 'sudo -u www sh -c \"curl x | tar xz\"'",
    positionals: [PositionalSpec("TEXT", .optional)],
    options: [
      .value("shell", "sh|bash", "the shell that reads the text (default bash)"), .flag("json", "as JSON"),
      .flag("no-color", "no colours"),
    ])

  private static let status = CommandSpec(
    "status", "show the active run, or the last one",
    positionals: [PositionalSpec("RUN", .optional)],
    options: [.flag("json", "as JSON"), .flag("no-color", "no colours")])

  private static let history = CommandSpec(
    "history", "list the runs of the project, the latest first",
    options: [
      .value("limit", "N", "at most so many (default 20)"), .flag("json", "as JSON"),
      .flag("no-color", "no colours"),
    ])

  private static let show = CommandSpec(
    "show", "show one run: its steps and its variables", positionals: [PositionalSpec("RUN")],
    options: [.flag("json", "as JSON"), .flag("no-color", "no colours")])

  private static let logs = CommandSpec(
    "logs", "print what the steps of a run printed", example: "logs r-7f3k2mq 2.1",
    positionals: [PositionalSpec("RUN"), PositionalSpec("STEP", .optional)],
    options: [.flag("json", "as JSON"), .flag("no-color", "no colours")])

  private static let prune = CommandSpec(
    "prune", "remove runs that have ended",
    details: "Without options, those that ended more than 30 days ago. Open runs stay.",
    options: [
      .value("keep", "N", "keep the latest N runs, remove the others"),
      .value("days", "N", "remove only what is older than N days"),
      .flag("json", "as JSON"),
    ])

  private static let stash = CommandSpec(
    "stash", "put the run that waits aside, to run something else", options: [.flag("json", "as JSON")])

  private static let pop = CommandSpec(
    "pop", "take the run that was put aside last up again", options: [.flag("json", "as JSON")])

  private static let scenario = CommandSpec(
    "scenario", "list or run the tests that a runbook carries itself",
    commands: [
      CommandSpec(
        "ls", "list the scenarios of a runbook", positionals: [PositionalSpec("FILE")],
        options: [.flag("json", "as JSON")]),
      CommandSpec(
        "run", "run the scenarios of a runbook, or one of them, each in a temporary project",
        example: "scenario run deploy.runbook.md happy",
        positionals: [PositionalSpec("FILE"), PositionalSpec("NAME", .optional)],
        options: [.flag("json", "as JSON"), .flag("no-color", "no colours")]),
    ])

  private static let approve = CommandSpec(
    "approve", "list and answer what runs ask with --approve-within",
    details: """
      ANSWER is once, session, always, deny or stop. Without it the question is shown whole. A token names its question:
      ‘approve --token TOKEN ANSWER’; - reads it from standard input, so that no list of processes shows it.
      """,
    example: "approve 3fa1c2 once",
    positionals: [PositionalSpec("QUESTION", .optional), PositionalSpec("ANSWER", .optional)],
    options: [
      .value("token", "TOKEN", "the token that a run with --approve-token told"),
      .flag("json", "as JSON"), .flag("no-color", "no colours"),
    ])

  private static let ls = CommandSpec(
    "ls", "list the runbooks here, in Runbooks/ and in .rundown/runbooks/",
    options: [
      .value("tags", "TAG", repeats: true, "only those with these tags (comma separated)"),
      .flag("json", "as JSON"), .flag("no-color", "no colours"),
    ])

  private static let pass = CommandSpec(
    "pass", "say that the step that waits has passed, and go on", options: driveOptions)

  private static let fail = CommandSpec(
    "fail", "say that the step that waits has failed, and go on", options: driveOptions)

  private static let yes = CommandSpec("yes", "the same as pass", options: driveOptions)

  private static let no = CommandSpec("no", "the same as fail", options: driveOptions)

  private static let goto = CommandSpec(
    "goto", "send the run to a step", example: "goto Rollback", positionals: [PositionalSpec("STEP")],
    options: driveOptions)

  private static let complete = CommandSpec(
    "complete", "end the run as succeeded", positionals: [PositionalSpec("MESSAGE", .optional)],
    options: [.value("run", "RUN", "the run, when it is not the active one")] + outputOptions)

  private static let stop = CommandSpec(
    "stop", "end the run as failed", positionals: [PositionalSpec("MESSAGE", .optional)],
    options: [.value("run", "RUN", "the run, when it is not the active one")] + outputOptions)

  private static let resume = CommandSpec(
    "resume", "go on with a run that was interrupted",
    details: "The step that was interrupted runs again from its beginning.",
    positionals: [PositionalSpec("RUN", .optional)],
    options: [jobsOption] + policyOptions + sandboxOptions + outputOptions)

  private static let policy = CommandSpec(
    "policy", "check, show and explain the policy",
    commands: [
      CommandSpec(
        "check", "report every problem of policy documents", example: "policy check .rundownrc.yaml",
        positionals: [PositionalSpec("FILE", .any)], options: [.flag("json", "as JSON")]),
      CommandSpec(
        "show", "print the policy in force, each entry with its origin",
        details:
          "--sandbox makes the confinement of a step, as a run does, and prints what the kernel was told.",
        example: "policy show --sandbox deploy.runbook.md",
        positionals: [PositionalSpec("RUNBOOK", .optional)],
        options: [
          .flag("sandbox", "the file rules, masks, network and limits that a step gets"),
          .flag("json", "as JSON"),
        ] + policyOptions),
      CommandSpec(
        "explain", "say what the policy decides about an operation, and why, without running it",
        example: "policy explain 'git push --force'", positionals: [PositionalSpec("COMMAND", .optional)],
        options: [
          .value("read", "PATH", "ask about reading a file"),
          .value("write", "PATH", "ask about writing a file"),
          .value("env", "NAME", "ask about an environment variable"),
          .value("net", "HOST:PORT", "ask about a connection"),
          .value("runbook", "FILE", "as if this runbook asked"),
          .value("shell", "sh|bash", "the shell that reads the text (default bash)"),
          .flag("json", "as JSON"),
        ] + policyOptions),
      CommandSpec("init", "write a policy document to start from", options: [.flag("json", "as JSON")]),
      CommandSpec(
        "learn", "run with what no rule lists recorded, and print the policy that it needed",
        example: "policy learn deploy.runbook.md", positionals: [PositionalSpec("FILE")],
        options: [.value("write", "FILE", "also write it to a new file")]
          + variableOptions + policyOptions + sandboxOptions + outputOptions),
      CommandSpec("grants", "list what was allowed always", options: [.flag("json", "as JSON")]),
    ])

  private static let doctor = CommandSpec(
    "doctor", "show what this machine can enforce, and what each missing part costs",
    options: [.flag("json", "as JSON"), .value("policy", "FILE", "judge by this policy document")])

  private static let exec = CommandSpec(
    "exec", "run one command under the policy and the confinement of a step",
    details: "The exit status is the command's; 77 when the policy refuses it.",
    example: "exec --allow-net example.com -- curl -sS https://example.com/", takesRest: true,
    options: [.value("timeout", "TIME", "end it after this long, such as 10m")] + policyOptions
      + sandboxOptions + [.flag("no-color", "no colours")])

  private static let shell = CommandSpec(
    "shell", "type into a shell under the policy and the confinement of a step",
    details: "What is started from it is decided on when it starts, if the policy's gate is live or tree.",
    options: policyOptions + sandboxOptions + [.flag("no-color", "no colours")])

  private static let agent = CommandSpec(
    "agent", "run an AI agent under its profile; agent ls lists them, agent show NAME shows one",
    details: """
      The agent and all it starts are decided on one by one, in the strictest sandbox, with its own hosts only.
      Words behind -- go to the agent. A block of a runbook has the same by ```bash agent=NAME access=write.
      """,
    example: "agent claude --access write -- -p 'mend the failing test'",
    positionals: [PositionalSpec("NAME"), PositionalSpec("AGENT", .optional)], takesRest: true,
    options: [
      .value("access", "read|write", "what it may do with the project (default read)"),
      .value("isolation", "worktree|none", "let it work on a branch of its own, in a git worktree"),
      .value("on-artifacts", "fail|warn", "what it means that it leaves files that run later (default warn)"),
      .value("timeout", "TIME", "end it after this long, such as 2h"), .flag("json", "profiles as JSON"),
      explainOption,
    ] + policyOptions + [.flag("no-color", "no colours")])

  private static let secret = CommandSpec(
    "secret", "keep values for steps, encrypted, and masked wherever they are printed",
    details: """
      A block gets them by secrets=NAME or secrets=file:NAME, a runbook by secrets: in its frontmatter. The key is in
      ~/.config/rundown/secret.key, or in RUNDOWN_SECRET_KEY.
      """,
    commands: [
      CommandSpec(
        "set", "set a secret; its value comes from the terminal, unseen, or from standard input",
        example: "secret set DEPLOY_TOKEN --runbook 'deploy/*.runbook.md'",
        positionals: [PositionalSpec("NAME")],
        options: [.value("runbook", "PATTERN", "give it only to runbooks whose path this matches")]),
      CommandSpec("ls", "list the names", options: [.flag("json", "as JSON")]),
      CommandSpec("rm", "remove secrets", positionals: [PositionalSpec("NAME", .oneOrMore)]),
    ])

  private static let audit = CommandSpec(
    "audit", "show the journals of the runs, and whether they are whole",
    commands: [
      CommandSpec(
        "show", "print the journal of a run, or of the last one, as JSON lines",
        positionals: [PositionalSpec("RUN", .optional)]),
      CommandSpec(
        "verify", "check that no line of a journal was changed, removed or added",
        details: "Without RUN, all runs of the project. The exit code is 65 when a journal is broken.",
        positionals: [PositionalSpec("RUN", .optional)],
        options: [.value("file", "FILE", "a file that --events wrote"), .flag("json", "as JSON")]),
    ])

  private static let completions = CommandSpec(
    "completions", "print the completion script for a shell",
    details: """
      bash: source <(rundown completions bash)
      zsh: rundown completions zsh > _rundown, in a folder of $fpath
      fish: rundown completions fish > ~/.config/fish/completions/rundown.fish
      """, positionals: [PositionalSpec("bash|zsh|fish")])

  private static let man = CommandSpec(
    "man", "print the manual page", example: "man | man -l -")

  private static let echo = CommandSpec(
    "echo", "print words and pass or fail: for trying out transitions",
    example: "echo hello --result fail --result pass", positionals: [PositionalSpec("WORD", .any)],
    options: [
      .value("result", "pass|fail", short: "r", repeats: true, "the verdict of the first, second, ... try")
    ])
}
