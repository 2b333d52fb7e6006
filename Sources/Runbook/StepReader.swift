internal import Markdown
internal import SourceText

/// Makes a step of a section: its heading, its own blocks, its substeps.
struct StepReader {
  let file: SourceFile
  let blocks: [Block]
  private(set) var problems: [Diagnostic] = []

  init(file: SourceFile, blocks: [Block]) {
    self.file = file
    self.blocks = blocks
  }

  /// The step, or nil when its heading names none.
  mutating func read(_ section: OutlineReader.Section) -> Step? {
    let heading: HeadingParser.Heading
    do throws(HeadingParser.Failure) {
      heading = try HeadingParser.step(section.heading)
    } catch {
      report(error, section)
      return nil
    }
    var reader = UnitReader(file: file, isSubstep: false)
    let unit = reader.read(blocks[section.content])
    problems += reader.problems

    let aggregation = take(unit.transitions.aggregation())
    let loop = unit.loop.map { makeLoop($0) }
    let deferByDefault = aggregation != nil || loop?.aggregation != nil
    let substeps = readSubsteps(section, of: heading.name, deferByDefault: deferByDefault)
    checkDelegate(unit, hasTarget: substeps.contains { $0.content.isRunbook } || !unit.runbooks.isEmpty)
    return Step(
      name: heading.name, title: title(heading), span: section.span, prompt: unit.prompt,
      outputs: unit.outputs,
      artifacts: unit.artifacts, isDelegated: unit.delegate != nil, loop: loop, aggregation: aggregation,
      handlers: unit.transitions.handlers(whenEmpty: .standard),
      body: body(unit, substeps: substeps, section: section))
  }

  private func title(_ heading: HeadingParser.Heading) -> String {
    if !heading.title.isEmpty { return heading.title }
    switch heading.name {
    case .number(let number): return "Step \(number)"
    case .name(let name): return name
    }
  }

  private mutating func makeLoop(_ clause: UnitReader.LoopClause) -> Loop {
    Loop(
      variable: clause.variable, source: clause.source,
      handlers: clause.transitions.isEmpty ? nil : clause.transitions.handlers(whenEmpty: .deferring),
      aggregation: take(clause.transitions.aggregation()), text: clause.text, span: clause.span)
  }

  private mutating func body(
    _ unit: UnitReader.Unit, substeps: [Substep], section: OutlineReader.Section
  ) -> Body {
    if !section.substeps.isEmpty {
      if unit.block != nil {
        add("RB405", "a code block and substeps in one step", section.span, "move the block into a substep")
      }
      if !unit.runbooks.isEmpty {
        add(
          "RB408", "a list of runbooks and substeps in one step", section.span,
          "put each runbook into a substep")
      }
      return .substeps(substeps)
    }
    if !unit.runbooks.isEmpty {
      return .substeps(
        unit.runbooks.enumerated().map { index, item in
          Substep(
            name: .number(index + 1), title: "Runbook: \(item.reference.text)", span: item.reference.span,
            prompt: index == 0 ? unit.prompt : [], outputs: [], artifacts: [],
            isDelegated: item.isDelegated || unit.delegate != nil, handlers: .deferring,
            content: .runbook(item.reference))
        })
    }
    return .single(unit.block ?? .manual)
  }

  // MARK: substeps

  private mutating func readSubsteps(
    _ section: OutlineReader.Section, of parent: UnitName, deferByDefault: Bool
  ) -> [Substep] {
    var substeps: [Substep] = []
    for sub in section.substeps {
      guard let substep = readSubstep(sub, of: parent, deferByDefault: deferByDefault) else { continue }
      if substeps.contains(where: { $0.name == substep.name }) {
        add(
          "RB304", "the step has two substeps \(substep.name)", sub.span,
          "give one of them another number or name")
      }
      substeps.append(substep)
    }
    return substeps
  }

  private mutating func readSubstep(
    _ section: OutlineReader.Section, of parent: UnitName, deferByDefault: Bool
  ) -> Substep? {
    let heading: HeadingParser.Heading
    do throws(HeadingParser.Failure) {
      heading = try HeadingParser.substep(section.heading)
    } catch {
      report(error, section)
      return nil
    }
    if let written = heading.parent, written != parent {
      add(
        "RB306", "substep \(written).\(heading.name) stands in step \(parent)", section.span,
        "write ### \(parent).\(heading.name), or move it below its own step")
    }
    var reader = UnitReader(file: file, isSubstep: true)
    let unit = reader.read(blocks[section.content])
    problems += reader.problems
    if unit.runbooks.count > 1 {
      add(
        "RB408", "a substep runs one runbook", unit.runbooks[1].reference.span,
        "put the second into a substep of its own")
    }
    checkDelegate(unit, hasTarget: !unit.runbooks.isEmpty)
    _ = take(unit.transitions.aggregation())  // allowed on a substep, where it has nothing to count
    let content = unit.runbooks.first.map { Content.runbook($0.reference) } ?? unit.block ?? .manual
    let whenEmpty: Handlers = deferByDefault || content.isRunbook ? .deferring : .standard
    return Substep(
      name: heading.name, title: title(heading), span: section.span, prompt: unit.prompt,
      outputs: unit.outputs,
      artifacts: unit.artifacts,
      isDelegated: unit.delegate != nil || unit.runbooks.first?.isDelegated == true,
      handlers: unit.transitions.handlers(whenEmpty: whenEmpty), content: content)
  }

  private mutating func checkDelegate(_ unit: UnitReader.Unit, hasTarget: Bool) {
    guard let span = unit.delegate, !hasTarget else { return }
    add("RB703", "DELEGATE without a runbook to delegate", span, "name one below it: - review.runbook.md")
  }

  // MARK: problems

  private mutating func report(_ failure: HeadingParser.Failure, _ section: OutlineReader.Section) {
    switch failure {
    case .reserved(let word):
      add("RB302", "‘\(word)’ is a reserved word and cannot name a step", section.span, "choose another name")
    case .malformed:
      let isOld = section.heading.contains("{")
      add(
        "RB301", "‘\(section.heading)’ does not begin with a step's number or name", section.span,
        isOld
          ? "steps with {N} are of an older language: use a FOR loop with substeps"
          : "write ## 1. Title, or ## Name for a step that only GOTO reaches")
    }
  }

  private mutating func take(_ result: Result<Aggregation?, Diagnostic>) -> Aggregation? {
    switch result {
    case .success(let aggregation): return aggregation
    case .failure(let problem):
      problems.append(problem)
      return nil
    }
  }

  private mutating func add(_ code: String, _ message: String, _ span: SourceSpan, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}

extension Content {
  /// Whether it runs another runbook.
  var isRunbook: Bool {
    switch self {
    case .runbook: return true
    case .manual, .command, .display: return false
    }
  }
}
