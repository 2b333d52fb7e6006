internal import Markdown
public import SourceText

/// Takes an ordinary Markdown document as a runbook: each section with shell blocks is a step, its blocks are substeps.
public enum GuideCompiler {
  /// Whether a file is a document and no runbook: its name does not end in `.runbook.md`, and no heading of level 2 is
  /// step 1.
  public static func isGuide(_ file: SourceFile) -> Bool {
    guard !file.name.hasSuffix(".runbook.md"),
      TextCheck.problem(in: file, sizeLimit: RunbookCompiler.sizeLimit) == nil,
      case .success(let blocks) = blocks(of: file)
    else { return false }
    return !blocks.contains { block in
      guard case .heading(2, let text) = block.kind, let heading = try? HeadingParser.step(text) else {
        return false
      }
      return heading.name == .number(1)
    }
  }

  /// Compiles a document.
  public static func compile(_ file: SourceFile) -> Compilation {
    if let problem = TextCheck.problem(in: file, sizeLimit: RunbookCompiler.sizeLimit) {
      return Compilation(file: file, runbook: nil, problems: [problem])
    }
    var reader = GuideReader()
    switch blocks(of: file) {
    case .success(let blocks): reader.read(blocks)
    case .failure(let problem): return Compilation(file: file, runbook: nil, problems: [problem])
    }
    guard !reader.sections.isEmpty else {
      return Compilation(
        file: file, runbook: nil,
        problems: [
          Diagnostic(
            "RB110", "the document has no step and no shell block: there is nothing to run",
            at: SourceSpan(0, 0),
            help:
              "commands stand in blocks of ```sh, ```bash or ```console; a runbook's step is a heading ## 1. Build"
          )
        ])
    }
    return Compilation(file: file, runbook: runbook(reader, file), problems: [])
  }

  private static func blocks(of file: SourceFile) -> Result<[Block], Diagnostic> {
    var start = TextCheck.byteOrderMarkLength(file)
    // Other tools keep their own frontmatter there.
    if let bounds = FrontmatterReader.bounds(file, from: start), bounds.isClosed { start = bounds.end }
    do throws(Diagnostic) {
      return .success(try Document.parse(file, from: start).blocks)
    } catch {
      return .failure(error)
    }
  }

  private static func runbook(_ reader: GuideReader, _ file: SourceFile) -> Runbook {
    var frontmatter = Frontmatter()
    let steps = reader.sections.enumerated().map { index, section in
      let count = section.parts.count
      let substeps = section.parts.enumerated().map { number, part in
        for placeholder in part.block.placeholders where !frontmatter.inputs.contains(placeholder.name) {
          frontmatter.inputs.append(placeholder.name)
          frontmatter.required.append(placeholder.name)
        }
        var block = CommandBlock(
          shell: part.block.shell, text: part.block.text, origin: part.block.origin, options: BlockOptions())
        block.placeholders = part.block.placeholders.map { BlockPlaceholder(name: $0.name, text: $0.text) }
        block.expectedOutput = part.block.expected
        return Substep(
          name: .number(number + 1),
          title: count == 1 ? section.title : "\(section.title) (\(number + 1) of \(count))",
          span: part.span, prompt: part.prose, outputs: [], artifacts: [], isDelegated: false,
          handlers: .standard,
          content: .command(block))
      }
      return Step(
        name: .number(index + 1), title: section.title, span: section.span, prompt: [], outputs: [],
        artifacts: [],
        isDelegated: false, loop: nil, aggregation: nil, handlers: .standard, body: .substeps(substeps))
    }
    return Runbook(
      file: file, frontmatter: frontmatter, title: reader.title, description: [], steps: steps, isGuide: true)
  }
}
