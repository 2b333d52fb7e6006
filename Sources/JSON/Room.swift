// The room JSON; see Docs/architecture.md.
