public import SourceText

extension Runbook {
  /// What is executed or decided by itself: a step without substeps, or a substep.
  public struct Unit: Sendable {
    /// Its path.
    public let path: UnitPath
    /// Its title, templates unfilled.
    public let title: String
    /// Where its heading stands.
    public let span: SourceSpan
    /// What it does.
    public let content: Content
  }

  /// All units in document order.
  public var units: [Unit] {
    steps.flatMap { step -> [Unit] in
      switch step.body {
      case .single(let content):
        return [Unit(path: UnitPath(step.name), title: step.title, span: step.span, content: content)]
      case .substeps(let substeps):
        return substeps.map { substep in
          Unit(
            path: UnitPath(step.name, substep.name), title: substep.title, span: substep.span,
            content: substep.content)
        }
      }
    }
  }
}
