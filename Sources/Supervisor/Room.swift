// The room Supervisor; see Docs/architecture.md.
