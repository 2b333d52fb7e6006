internal import Markdown
internal import SourceText

/// Cuts a document into title, description and steps by its headings.
struct OutlineReader {
  /// The blocks under a heading, by index.
  struct Section: Sendable {
    var heading: String
    var span: SourceSpan
    var content: Range<Int>
    var substeps: [Section] = []
  }

  private(set) var title: String?
  private(set) var description: [SourceSpan] = []
  private(set) var steps: [Section] = []
  private(set) var problems: [Diagnostic] = []

  /// Reads the document's own headings; those inside lists and quotations are text.
  mutating func read(_ blocks: [Block]) {
    for (index, block) in blocks.enumerated() {
      if case .heading(let level, let text) = block.kind {
        read(level: level, text: text, block: block, index: index)
      } else if steps.isEmpty {
        description.append(block.span)
      } else if steps[steps.count - 1].substeps.isEmpty {
        steps[steps.count - 1].content = steps[steps.count - 1].content.lowerBound..<(index + 1)
      } else {
        let last = steps[steps.count - 1].substeps.count - 1
        let start = steps[steps.count - 1].substeps[last].content.lowerBound
        steps[steps.count - 1].substeps[last].content = start..<(index + 1)
      }
    }
  }

  private mutating func read(level: Int, text: String, block: Block, index: Int) {
    let section = Section(heading: text, span: block.span, content: (index + 1)..<(index + 1))
    switch level {
    case 1:
      if looksLikeStep(text) {
        add(
          "RB107", "a heading of level 1 that looks like a step", block.span,
          "write steps with two signs: ## \(text)")
      } else if title == nil, steps.isEmpty {
        title = text
      } else {
        problems.append(
          Diagnostic(
            "RB108", "a second title", at: block.span, severity: .warning,
            help: "steps are headings of level 2: ## 1. Build"))
      }
    case 2: steps.append(section)
    case 3:
      guard !steps.isEmpty else {
        add("RB305", "a substep before the first step", block.span, "put a step above it: ## 1. Title")
        return
      }
      steps[steps.count - 1].substeps.append(section)
    default:
      add(
        "RB106", "a heading of level \(level)", block.span,
        "steps are ##, substeps ###; make it bold text instead")
    }
  }

  private func looksLikeStep(_ text: String) -> Bool {
    guard let heading = try? HeadingParser.step(text) else { return false }
    switch heading.name {
    case .number:
      // A year or a count may begin a title; a number with a separator is a step's.
      let rest = text.drop { $0.isNumber }
      return rest.first.map { ".:)".contains($0) } ?? false
    case .name: return false
    }
  }

  private mutating func add(_ code: String, _ message: String, _ span: SourceSpan, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}
