// The room Linux; see Docs/architecture.md.
