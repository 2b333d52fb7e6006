internal import Markdown
internal import SourceText

/// Cuts an ordinary Markdown document into sections with shell blocks.
struct GuideReader {
  /// A shell block and the prose since the one before it.
  struct Part {
    var prose: [SourceSpan]
    var block: GuideBlock
    var span: SourceSpan
  }

  /// A heading with at least one shell block below it.
  struct Section {
    var title: String
    var level: Int
    var span: SourceSpan
    var parts: [Part]
    /// What stands behind the last block.
    var rest: [SourceSpan] = []
  }

  private(set) var title: String?
  private(set) var sections: [Section] = []
  private var heading: (title: String, level: Int, span: SourceSpan)?
  private var parts: [Part] = []
  private var prose: [SourceSpan] = []

  /// The sections that have something to run, in order.
  mutating func read(_ blocks: [Block]) {
    for block in blocks {
      if case .heading(let level, let text) = block.kind {
        close()
        if level == 1, title == nil { title = text }
        heading = (text, level, block.span)
      } else {
        read(block)
      }
    }
    close()
  }

  private mutating func close() {
    if let first = parts.first {
      let head = heading ?? (title: title ?? "Commands", level: 1, span: first.span)
      sections.append(
        Section(title: head.title, level: head.level, span: head.span, parts: parts, rest: prose))
    }
    (parts, prose) = ([], [])
  }

  private mutating func read(_ block: Block) {
    switch block.kind {
    case .code(let code):
      if let found = GuideBlock(code) {
        parts.append(Part(prose: prose, block: found, span: block.span))
        prose = []
      } else {
        prose.append(block.span)
      }
    case .list(let items) where items.contains(where: { $0.blocks.contains(where: Self.hasShell) }):
      // Steps of a guide are often items of a list, with their blocks inside.
      for item in items { for inner in item.blocks { read(inner) } }
    case .quote(let inner) where inner.contains(where: Self.hasShell): for block in inner { read(block) }
    case .paragraph, .list, .quote: prose.append(block.span)
    case .heading, .html, .thematicBreak: break
    }
  }

  private static func hasShell(_ block: Block) -> Bool {
    switch block.kind {
    case .code(let code): return GuideBlock(code) != nil
    case .list(let items): return items.contains { $0.blocks.contains(where: hasShell) }
    case .quote(let inner): return inner.contains(where: hasShell)
    case .heading, .paragraph, .html, .thematicBreak: return false
    }
  }
}
