public import Runbook
public import SourceText

/// Parts of the language that are read and checked but not run by this version. A run that needs one ends before its
/// first step, not in the middle.
public enum LaterFeatures {
  /// A diagnostic for each, in document order.
  public static func problems(in runbook: Runbook) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for step in runbook.steps {
      check(
        isDelegated: step.isDelegated, artifacts: step.artifacts, step.span, &problems)
      switch step.body {
      case .single: break
      case .substeps(let substeps):
        for substep in substeps {
          check(
            isDelegated: substep.isDelegated, artifacts: substep.artifacts,
            substep.span,
            &problems)
        }
      }
    }
    return problems
  }

  private static func check(
    isDelegated: Bool, artifacts: [Artifact], _ span: SourceSpan,
    _ problems: inout [Diagnostic]
  ) {
    if !artifacts.isEmpty { problems.append(later("ARTIFACTS", span)) }
    if isDelegated { problems.append(later("DELEGATE", span)) }
  }

  private static func later(_ what: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "RB901", "\(what) is not run by this version of rundown", at: span,
      help: "‘rundown check’ accepts it; --prompted goes through the runbook without running anything")
  }
}
