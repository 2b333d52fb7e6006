// The room Gate; see Docs/architecture.md.
