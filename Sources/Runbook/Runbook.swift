public import SourceText

/// A runbook whose every rule of the language was checked.
public struct Runbook: Sendable {
  /// The document.
  public let file: SourceFile
  /// What the frontmatter says; empty without one.
  public let frontmatter: Frontmatter
  /// The H1, if there is one.
  public let title: String?
  /// The text between title and first step, block by block.
  public let description: [SourceSpan]
  /// The steps in document order, at least one.
  public let steps: [Step]
  /// Whether it is an ordinary document that was taken as a runbook.
  public let isGuide: Bool

  init(
    file: SourceFile, frontmatter: Frontmatter, title: String?, description: [SourceSpan], steps: [Step],
    isGuide: Bool = false
  ) {
    (self.file, self.frontmatter, self.title) = (file, frontmatter, title)
    (self.description, self.steps, self.isGuide) = (description, steps, isGuide)
  }

  /// The first step of the sequence: the first numbered one, else the first.
  public var firstStep: Step { steps.first { $0.isNumbered } ?? steps[0] }

  /// The step of a name.
  public func step(_ name: UnitName) -> Step? { steps.first { $0.name == name } }

  /// The numbered step that follows a step in the document; nil after the last.
  public func step(after name: UnitName) -> Step? {
    guard let index = steps.firstIndex(where: { $0.name == name }) else { return nil }
    return steps[(index + 1)...].first { $0.isNumbered }
  }
}

extension Step {
  /// Whether it stands in the sequence.
  public var isNumbered: Bool {
    switch name {
    case .number: return true
    case .name: return false
    }
  }
}
