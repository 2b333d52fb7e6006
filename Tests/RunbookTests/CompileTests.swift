import Runbook
import SourceText
import Testing

@Suite struct CompileTests {
  private func compile(_ text: String) throws -> Runbook {
    let compilation = RunbookCompiler.compile(SourceFile(name: "t", text: text))
    return try #require(compilation.runbook, "\(compilation.problems)")
  }

  @Test func defaultsOfTransitions() throws {
    let book = try compile(
      "## 1. A\n## 2. B\n- PASS STOP\n## 3. C\n- FAIL CONTINUE\n## 4. D\n- YES COMPLETE \"ok\"\n- NO RETRY 2 GOTO R\n## R\n"
    )
    #expect(book.steps[0].handlers == .standard)
    #expect(book.steps[1].handlers.fail.action == .stop(message: nil))
    #expect(book.steps[2].handlers.pass.action == .continue)
    #expect(book.steps[3].handlers.pass.action == .complete(message: "ok"))
    #expect(book.steps[3].handlers.fail.retries == 2)
    #expect(book.steps[3].handlers.fail.action == .goto(UnitPath(.name("R")), at: nil))
  }

  @Test func sequenceSkipsNamedSteps() throws {
    let book = try compile("## Init\n## 1. A\n- FAIL GOTO Fix\n## Fix\n- PASS GOTO Init\n## 2. B\n")
    #expect(book.firstStep.name == .number(1))
    #expect(book.step(after: .number(1))?.name == .number(2))
    #expect(book.step(after: .name("Fix"))?.name == .number(2))
    #expect(book.step(after: .number(2)) == nil)
  }

  @Test func blocksKeepTheirPlace() throws {
    let text =
      "---\nname: x\n---\n# T\n\n## 1. A\n\n- PASS CONTINUE\n\nSay *this*.\n\n```bash timeout=90s strict=true\necho hi\n```\n"
    let book = try compile(text)
    guard case .single(.command(let block)) = book.steps[0].body else {
      Issue.record("no command")
      return
    }
    #expect(block.shell == .bash && block.options.timeout == 90 && block.options.strict == true)
    #expect(book.file.position(at: block.origin.offset(0)).line == 13)
    #expect(book.steps[0].prompt.map(book.file.text) == ["Say *this*."])
    #expect(book.frontmatter.name == "x" && book.title == "T")
  }

  @Test func substepsDeferUnderAggregation() throws {
    let book = try compile(
      "## 1. A\n- PASS ALL CONTINUE\n- FAIL ANY STOP\n### 1.1 x\n### Two\n- FAIL CONTINUE\n- PASS DEFER\n")
    guard case .substeps(let substeps) = book.steps[0].body else {
      Issue.record("no substeps")
      return
    }
    #expect(book.steps[0].aggregation == .all)
    #expect(substeps[0].handlers == .deferring)
    #expect(substeps[1].name == .name("Two") && substeps[1].handlers.fail.action == .continue)
  }

  @Test func runbookListsAreSubsteps() throws {
    let book = try compile("## 1. A\nSee:\n\n- a.runbook.md\n- {{ B }}\n")
    guard case .substeps(let substeps) = book.steps[0].body else {
      Issue.record("no substeps")
      return
    }
    #expect(substeps.map { "\($0.name)" } == ["1", "2"])
    #expect(substeps[0].prompt.count == 1 && substeps[1].prompt.isEmpty)
  }
}
