internal import Markdown
public import SourceText

/// Writes a runbook in its normal form. Only what is a construct of the language changes: headings of steps, directives and
/// transitions, info strings of blocks that run. Everything else stays as it is, byte for byte.
public struct RunbookFormatter {
  private let file: SourceFile
  private var edits: [(span: SourceSpan, text: String)] = []

  /// The normal form; nil when the runbook is not valid, or when its meaning would change, which would be a bug.
  public static func format(_ file: SourceFile) -> [UInt8]? {
    guard let runbook = RunbookCompiler.compile(file).runbook, !runbook.isGuide else { return nil }
    var start = TextCheck.byteOrderMarkLength(file)
    if let bounds = FrontmatterReader.bounds(file, from: start) { start = bounds.end }
    guard let blocks = try? Document.parse(file, from: start).blocks else { return nil }
    var formatter = RunbookFormatter(file: file)
    for block in blocks { formatter.read(block) }
    let bytes = formatter.apply()
    let formatted = RunbookCompiler.compile(SourceFile(name: file.name, bytes: bytes)).runbook
    return formatted?.fingerprint == runbook.fingerprint ? bytes : nil
  }

  private init(file: SourceFile) {
    self.file = file
  }

  private func apply() -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    for edit in edits.sorted(by: { $0.span.start < $1.span.start }) where edit.span.start >= index {
      out += file.bytes[index..<edit.span.start]
      out += Array(edit.text.utf8)
      index = edit.span.end
    }
    return out + file.bytes[index...]
  }

  private mutating func read(_ block: Block) {
    switch block.kind {
    case .heading(let level, let text) where level == 2 || level == 3: readHeading(level, text, block.span)
    case .list(let items) where items.first?.isBullet == true: readList(items)
    case .code(let code) where code.isFenced && code.isClosed: readInfo(code)
    case .heading, .paragraph, .list, .code, .quote, .html, .thematicBreak: break
    }
  }

  // MARK: headings

  /// `##1)  Title ##` is `## 1. Title`. A heading whose identifier is marked up, or that is underlined, stays.
  private mutating func readHeading(_ level: Int, _ text: String, _ span: SourceSpan) {
    // The whole line: libcmark leaves out the signs that may close a heading.
    let end = file.bytes[span.end...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? file.bytes.count
    let line = SourceSpan(span.start, end)
    let raw = file.text(line)
    let sign = String(repeating: "#", count: level)
    guard raw.hasPrefix(sign), !raw.contains("\n") else { return }
    var rest = raw.dropFirst(level).drop { $0 == " " || $0 == "\t" }
    let heading: HeadingParser.Heading?
    do throws(HeadingParser.Failure) {
      heading = level == 2 ? try HeadingParser.step(text) : try HeadingParser.substep(text)
    } catch {
      heading = nil
    }
    guard let heading else { return }
    var name = "\(heading.name)"
    if let parent = heading.parent { name = "\(parent).\(name)" }
    guard rest.hasPrefix(name) else { return }
    rest = rest.dropFirst(name.count).drop { ".:—→-) \t".contains($0) }
    var title = rest
    while title.last == " " || title.last == "\t" || title.last == "\r" { title.removeLast() }
    if level == 2, case .number = heading.name { name += "." }
    edits.append((line, "\(sign) \(name)" + (title.isEmpty ? "" : " \(title)")))
  }

  // MARK: lists

  private mutating func readList(_ items: [ListItem]) {
    let lines = items.map(construct)
    // A list with other items keeps its bullets: another one would cut it in two.
    guard lines.allSatisfy({ $0 != nil }) else { return }
    for (item, lines) in zip(items, lines) {
      guard let lines, let span = wholeLines(item.span) else { continue }
      edits.append((span, lines.joined(separator: "\n")))
    }
  }

  /// From the beginning of the item's first line to its last byte that is no blank; nil inside another container.
  private func wholeLines(_ span: SourceSpan) -> SourceSpan? {
    let start = file.offset(ofLine: file.position(at: span.start).line)
    guard file.bytes[start..<span.start].allSatisfy({ $0 == 0x20 }) else { return nil }
    var end = span.end
    while end > span.start, [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[end - 1]) { end -= 1 }
    return SourceSpan(start, end)
  }

  /// The lines of an item that is a directive, a transition or a reference; nil for other items.
  private func construct(_ item: ListItem) -> [String]? {
    guard let first = item.blocks.first, case .paragraph = first.kind,
      let text = Self.normal(UnitReader.itemText(first.span, in: file))
    else { return nil }
    var lines = ["- \(text)"]
    let takesNested: Bool
    if ["ARTIFACTS", "OUTPUTS"].contains(text) || text.hasPrefix("FOR ") || UnitReader.isReference(text) {
      takesNested = true
    } else if text == "DELEGATE" || TransitionParser.looksLikeTransition(text) {
      takesNested = false
    } else {
      return nil
    }
    for block in item.blocks.dropFirst() {
      guard takesNested, case .list(let nested) = block.kind else { return nil }
      for inner in nested {
        guard inner.blocks.count == 1, let first = inner.blocks.first, case .paragraph = first.kind,
          let text = Self.normal(UnitReader.itemText(first.span, in: file))
        else { return nil }
        lines.append("  - \(text)")
      }
    }
    return lines
  }

  /// One blank between words; quotations and templates stay as they are.
  private static func normal(_ text: String) -> String? {
    WordScanner.words(text)?.map(\.text).joined(separator: " ")
  }

  // MARK: blocks

  private mutating func readInfo(_ code: CodeBlock) {
    var reader = InfoString(span: code.infoSpan)
    guard case .execute = reader.read(code.info) else { return }
    let words = code.info.split { $0 == " " || $0 == "\t" }.map { word -> String in
      guard let sign = word.firstIndex(of: "=") else { return word.lowercased() }
      return word[..<sign].lowercased() + word[sign...]
    }
    // The span is the source's, where an entity may stand for a character.
    guard file.text(code.infoSpan) == code.info else { return }
    edits.append((code.infoSpan, words.joined(separator: " ")))
  }
}

extension Runbook {
  /// Everything that a runbook means, places left out: two runbooks with the same one do the same.
  public var fingerprint: String {
    var parts = [title ?? "", frontmatter.name ?? "", description.map(file.text).joined(separator: "|")]
    for step in steps {
      parts.append(
        "step \(step.name) “\(step.title)” \(prompt(step.prompt)) \(step.outputs) \(step.artifacts) "
          + "\(step.isDelegated) \(step.aggregation.map { "\($0)" } ?? "") \(Self.words(step.handlers))")
      if let loop = step.loop {
        parts.append(
          "loop \(loop.variable ?? "") \(loop.source) \(loop.aggregation.map { "\($0)" } ?? "") "
            + (loop.handlers.map(Self.words) ?? ""))
      }
      switch step.body {
      case .single(let content): parts.append(Self.words(content))
      case .substeps(let substeps):
        for substep in substeps {
          parts.append(
            "substep \(substep.name) “\(substep.title)” \(prompt(substep.prompt)) \(substep.outputs) "
              + "\(substep.artifacts) \(substep.isDelegated) \(Self.words(substep.handlers)) "
              + Self.words(substep.content))
        }
      }
    }
    return parts.joined(separator: "\n")
  }

  private func prompt(_ spans: [SourceSpan]) -> String { spans.map(file.text).joined(separator: "|") }

  private static func words(_ handlers: Handlers) -> String {
    [handlers.pass, handlers.fail].map { "\($0.retries) \($0.action.description)" }.joined(separator: " / ")
  }

  private static func words(_ content: Content) -> String {
    switch content {
    case .manual: return "manual"
    case .command(let block):
      return "\(block.shell) \(block.options) \(String(decoding: block.text, as: UTF8.self))"
    case .display(let block): return "shows \(block.info) \(block.text)"
    case .runbook(let reference): return "runs \(reference.text)"
    }
  }
}
