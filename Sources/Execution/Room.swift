// The room Execution; see Docs/architecture.md.
