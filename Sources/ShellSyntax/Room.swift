// The room ShellSyntax; see Docs/architecture.md.
