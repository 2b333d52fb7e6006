internal import Markdown
internal import SourceText

/// Reads the blocks between two headings: directives, transitions, prompt text and one body, in this order.
struct UnitReader {
  /// What stood in a unit, before anything is said about its neighbours.
  struct Unit {
    var outputs: [String] = []
    var artifacts: [Artifact] = []
    var loop: LoopClause?
    var delegate: SourceSpan?
    var transitions = WrittenTransitions()
    var prompt: [SourceSpan] = []
    var block: Content?
    var runbooks: [(reference: RunbookReference, isDelegated: Bool)] = []
  }

  struct LoopClause {
    var variable: String?
    var source: LoopSource
    var transitions = WrittenTransitions()
    var text: String
    var span: SourceSpan
  }

  /// How far a unit has come; a later part may not be followed by an earlier one.
  private enum Phase: Int, Comparable {
    case artifacts, outputs, loop, delegate, transitions, prompt, body

    static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }

    var name: String {
      switch self {
      case .artifacts: return "ARTIFACTS"
      case .outputs: return "OUTPUTS"
      case .loop: return "FOR"
      case .delegate: return "DELEGATE"
      case .transitions: return "transitions"
      case .prompt: return "prompt text"
      case .body: return "the body"
      }
    }
  }

  let file: SourceFile
  let isSubstep: Bool
  private(set) var problems: [Diagnostic] = []
  private var unit = Unit()
  private var phase = Phase.artifacts

  init(file: SourceFile, isSubstep: Bool) {
    self.file = file
    self.isSubstep = isSubstep
  }

  /// Reads the blocks of one unit.
  mutating func read(_ blocks: ArraySlice<Block>) -> Unit {
    for block in blocks {
      switch block.kind {
      case .list(let items) where items.first?.isBullet == true: for item in items { read(item) }
      case .code(let code) where code.isFenced: read(code, at: block.span)
      case .thematicBreak: break
      case .html where isComment(block.span): break
      case .paragraph, .list, .code, .quote, .html: addPrompt(block.span)
      case .heading: break  // headings end a unit; deeper ones were reported
      }
    }
    return unit
  }

  private func isComment(_ span: SourceSpan) -> Bool { file.text(span).hasPrefix("<!--") }

  private mutating func addPrompt(_ span: SourceSpan) {
    enter(.prompt, at: span)
    unit.prompt.append(span)
  }

  private mutating func enter(_ next: Phase, at span: SourceSpan) {
    // OUTPUTS and transitions may change places, as existing runbooks have them.
    let isSwap = phase == .transitions && next == .outputs
    if next < phase, !isSwap {
      add(
        "RB404", "\(next.name) must come before \(phase.name)", span,
        "the order is ARTIFACTS, OUTPUTS, FOR, DELEGATE, transitions, prompt text, then one body")
    } else if next == .prompt, phase == .body {
      add(
        "RB404", "prompt text must come before the body", span,
        "move it above the code block or list of runbooks")
    }
    if !isSwap { phase = max(phase, next) }
  }

  // MARK: list items

  private mutating func read(_ item: ListItem) {
    guard let first = item.blocks.first, case .paragraph = first.kind else { return addPrompt(item.span) }
    let text = itemText(first.span)
    let nested = item.blocks.dropFirst()
    switch text {
    case "ARTIFACTS":
      enter(.artifacts, at: item.span)
      readArtifacts(nested, at: item.span)
    case "OUTPUTS":
      enter(.outputs, at: item.span)
      readOutputs(nested, at: item.span)
    case "INPUTS":
      add(
        "RB409", "INPUTS is no longer part of the language", item.span,
        "list the names under inputs: in the frontmatter")
    case "DELEGATE":
      enter(.delegate, at: item.span)
      unit.delegate = item.span
    default:
      if text == "FOR" || text.hasPrefix("FOR ") {
        enter(.loop, at: item.span)
        readLoop(text, nested, at: item.span)
      } else if TransitionParser.looksLikeTransition(text) {
        enter(.transitions, at: item.span)
        if let line = transition(text, at: item.span), unit.transitions.add(line) { warnOfSecond(item.span) }
        for block in nested {
          add("RB404", "nothing can stand under a transition", block.span, "move it out of the list item")
        }
      } else if Self.isReference(text) {
        readReference(text, nested, at: item.span)
      } else {
        addPrompt(item.span)
      }
    }
  }

  /// A list item's paragraph on one line.
  private func itemText(_ span: SourceSpan) -> String { Self.itemText(span, in: file) }

  /// The same for other readers of lists.
  static func itemText(_ span: SourceSpan, in file: SourceFile) -> String {
    var bytes = file.bytes[span.start..<span.end]
    guard bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
      while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
      while bytes.first == 0x20 || bytes.first == 0x09 { bytes.removeFirst() }
      return String(decoding: bytes, as: UTF8.self)
    }
    return file.text(span).split(whereSeparator: \.isNewline).map { String($0).trimmingSpaces() }.joined(
      separator: " "
    )
    .trimmingSpaces()
  }

  private func nestedItems(_ blocks: ArraySlice<Block>) -> [(text: String, item: ListItem)] {
    blocks.flatMap { block -> [(String, ListItem)] in
      guard case .list(let items) = block.kind else { return [] }
      return items.map { ($0.blocks.first.map { itemText($0.span) } ?? "", $0) }
    }
  }

  private mutating func transition(_ text: String, at span: SourceSpan) -> TransitionLine? {
    do throws(Diagnostic) {
      return try TransitionParser(span: span).parse(text)
    } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func warnOfSecond(_ span: SourceSpan) {
    problems.append(
      Diagnostic(
        "RB510", "a second handler for the same result; the last one counts", at: span, severity: .warning,
        help: "remove one of them"))
  }

  private mutating func readLoop(_ text: String, _ nested: ArraySlice<Block>, at span: SourceSpan) {
    guard !isSubstep else {
      return add("RB602", "FOR stands on steps, not on substeps", span, "move it to the step's heading")
    }
    guard unit.loop == nil else {
      return add("RB602", "a step has one FOR", span, "put the second loop into a step of its own")
    }
    let clauseSpan = firstLine(span)
    var clause: LoopClause
    do throws(Diagnostic) {
      let (variable, source) = try LoopParser(span: clauseSpan).parse(text)
      clause = LoopClause(variable: variable, source: source, text: text, span: clauseSpan)
    } catch {
      problems.append(error)
      return
    }
    for (text, item) in nestedItems(nested) {
      if TransitionParser.looksLikeTransition(text) {
        if let line = transition(text, at: item.span), clause.transitions.add(line) {
          warnOfSecond(item.span)
        }
      } else {
        add("RB604", "only transitions can stand under FOR", item.span, "move it out of the FOR item")
      }
    }
    unit.loop = clause
  }

  private func firstLine(_ span: SourceSpan) -> SourceSpan {
    let end = file.bytes[span.start..<span.end].firstIndex(of: 0x0A) ?? span.end
    return SourceSpan(span.start, end)
  }

  private mutating func readOutputs(_ nested: ArraySlice<Block>, at span: SourceSpan) {
    let items = nestedItems(nested)
    if !unit.outputs.isEmpty { add("RB701", "a second OUTPUTS", span, "put all names under one") }
    if items.isEmpty {
      add("RB701", "OUTPUTS without names", span, "list the names under it: two blanks, dash, name")
    }
    for (text, item) in items {
      if unit.outputs.contains(text) {
        add("RB701", "‘\(text)’ is listed twice", item.span, "remove one of them")
      } else if !Identifier.isValid(text) {
        let isOld = text.contains("{{") || text.contains(":")
        add(
          "RB701", "‘\(text)’ is not the name of an output", item.span,
          isOld
            ? "write the name alone; the command writes the value into the file $RD_OUTPUTS_Name"
            : "use letters, digits and _")
      } else if ReservedWords.isReservedVariable(text) {
        add("RB701", "‘\(text)’ is a name that rundown sets itself", item.span, "choose another name")
      } else {
        unit.outputs.append(text)
      }
    }
  }

  private mutating func readArtifacts(_ nested: ArraySlice<Block>, at span: SourceSpan) {
    let items = nestedItems(nested)
    if !unit.artifacts.isEmpty { add("RB702", "a second ARTIFACTS", span, "put all files under one") }
    if items.isEmpty {
      add("RB702", "ARTIFACTS without files", span, "list them under it: - Plan \"plan.json\"")
    }
    for (text, item) in items {
      guard let words = WordScanner.words(text), let artifact = artifact(words) else {
        add(
          "RB702", "‘\(text)’ is not an artifact", item.span,
          "write an alias and a quoted name: Plan \"plan.json\"")
        continue
      }
      if let alias = artifact.alias, unit.artifacts.contains(where: { $0.alias == alias }) {
        add("RB702", "the alias ‘\(alias)’ is used twice", item.span, "choose another alias")
      } else {
        unit.artifacts.append(artifact)
      }
    }
  }

  private func artifact(_ words: [WordScanner.Word]) -> Artifact? {
    switch (words.count, words.first, words.last) {
    case (1, .quoted(let name), _) where !name.isEmpty: return Artifact(alias: nil, name: name)
    case (2, .bare(let alias), .quoted(let name)) where Identifier.isValid(alias) && !name.isEmpty:
      return ReservedWords.isReservedVariable(alias) ? nil : Artifact(alias: alias, name: name)
    default: return nil
    }
  }

  /// Whether an item names a runbook: one word that ends in `.runbook.md`, or one bare template.
  static func isReference(_ text: String) -> Bool {
    if text.hasSuffix(".runbook.md") { return !text.contains(" ") && text != ".runbook.md" }
    guard text.hasPrefix("{{"), let words = WordScanner.words(text), words.count == 1,
      case .template = words[0]
    else {
      return false
    }
    return true
  }

  private mutating func readReference(_ text: String, _ nested: ArraySlice<Block>, at span: SourceSpan) {
    enter(.body, at: span)
    if unit.block != nil {
      add("RB408", "a list of runbooks and a code block in one step", span, "put them into separate steps")
    }
    var isDelegated = false
    for (text, item) in nestedItems(nested) {
      if text == "DELEGATE" {
        isDelegated = true
      } else {
        add("RB408", "only DELEGATE can stand under a runbook", item.span, "move it out of the list item")
      }
    }
    unit.runbooks.append((RunbookReference(text: text, span: firstLine(span)), isDelegated))
  }

  // MARK: code

  private mutating func read(_ code: CodeBlock, at span: SourceSpan) {
    if unit.block != nil {
      add("RB403", "a second code block", span, "a step has one; make another step of it")
      return
    }
    if !unit.runbooks.isEmpty {
      add("RB408", "a list of runbooks and a code block in one step", span, "put them into separate steps")
    }
    enter(.body, at: span)
    guard code.isClosed else {
      add(
        "RB402", "the code block is not closed", firstLine(span), "end it with a line of the same backticks")
      return
    }
    guard !code.info.isEmpty else {
      add(
        "RB401", "a code block without a language", firstLine(span),
        "write ```bash to run it, ```text to show it")
      return
    }
    var info = InfoString(span: code.infoSpan)
    switch info.read(code.info) {
    case .execute(let shell, let options):
      unit.block = .command(
        CommandBlock(shell: shell, text: code.text, origin: code.origin, options: options))
    case .display:
      unit.block = .display(DisplayBlock(info: code.info, text: String(decoding: code.text, as: UTF8.self)))
    }
    problems += info.problems
  }

  private mutating func add(_ code: String, _ message: String, _ span: SourceSpan, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}

extension String {
  /// Without blanks at both ends.
  func trimmingSpaces() -> String {
    var bytes = utf8[...]
    while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
    while bytes.first == 0x20 || bytes.first == 0x09 { bytes.removeFirst() }
    return String(Substring(bytes))
  }
}
