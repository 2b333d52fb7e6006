// The room RunStore; see Docs/architecture.md.
