// The room Run; see Docs/architecture.md.
