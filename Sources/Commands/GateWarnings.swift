internal import Execution
internal import SourceText

/// Warnings of `check` about what a runbook's blocks would start.
enum GateWarnings {
  /// Whether a row is worth a warning.
  @Sendable static func concerns(_ row: RunbookPlan.Row) -> Bool {
    row.isPipeIntoShell || row.isDynamic || row.decision == "deny"
  }

  /// Texts that are not understood, unquoted templates, words that only the run knows, pipes into a shell, programs that
  /// the policy in force denies.
  static func of(_ plan: RunbookPlan) -> [Diagnostic] {
    var warnings = plan.refusals + plan.unquotedTemplates
    var seen: Set<String> = []
    for row in plan.rows {
      if row.isPipeIntoShell {
        warnings.append(
          Diagnostic(
            "RB823", "a shell runs what it reads from its input", at: row.span, severity: .warning,
            help: "download to a file, look at it, then run it by name"))
      } else if row.isDynamic {
        warnings.append(
          Diagnostic(
            "RB822", row.reason, at: row.span,
            severity: .warning,
            help: "name the program literally; a run without a person refuses this"))
      } else if row.decision == "deny", seen.insert(row.reason).inserted {
        warnings.append(
          Diagnostic(
            "RB824", row.reason, at: row.span, severity: .warning,
            help: "‘rundown policy explain’ says why and how to allow it"))
      }
    }
    return warnings
  }
}
