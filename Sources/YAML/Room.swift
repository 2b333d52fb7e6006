// The room YAML; see Docs/architecture.md.
