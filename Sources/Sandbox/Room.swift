// The room Sandbox; see Docs/architecture.md.
