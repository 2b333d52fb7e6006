// The room Markdown; see Docs/architecture.md.
