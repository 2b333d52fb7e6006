// The room Arguments; see Docs/architecture.md.
