// The room Runbook; see Docs/architecture.md.
