import Markdown
import SourceText
import Testing

@Suite struct DocumentTests {
  private func code(_ text: String) throws -> (CodeBlock, SourceFile) {
    let file = SourceFile(name: "t", text: text)
    func find(_ blocks: [Block]) -> CodeBlock? {
      for block in blocks {
        switch block.kind {
        case .code(let code): return code
        case .list(let items): for item in items { if let code = find(item.blocks) { return code } }
        case .quote(let inner): if let code = find(inner) { return code }
        default: break
        }
      }
      return nil
    }
    return (try #require(find(try Document.parse(file).blocks)), file)
  }

  @Test func headingsLoseMarkup() throws {
    let file = SourceFile(name: "t", text: "# *A* `b`\n\n## 1. C ##\n\ntext\n")
    let blocks = try Document.parse(file).blocks
    guard case .heading(1, "A b") = blocks[0].kind else {
      Issue.record("\(blocks[0])")
      return
    }
    guard case .heading(2, "1. C") = blocks[1].kind else {
      Issue.record("\(blocks[1])")
      return
    }
    #expect(file.text(blocks[2].span) == "text")
  }

  @Test func startBehindFrontmatterKeepsPositions() throws {
    let file = SourceFile(name: "t", text: "---\na: b\n---\n# T\n")
    let blocks = try Document.parse(file, from: 13).blocks
    #expect(file.position(at: blocks[0].span.start) == SourcePosition(line: 4, column: 1))
  }

  @Test(arguments: [
    "```bash x=1\nab\n  cd\n```\n", "  ```bash x=1\n  ab\n    cd\n  ```\n",
    "- x\n\n  ```bash x=1\n  ab\n    cd\n  ```\n",
    "> ~~~bash x=1\n> ab\n>   cd\n> ~~~\n",
  ])
  func codeLinesKnowTheirPlace(text: String) throws {
    let (code, file) = try code(text)
    #expect(String(decoding: code.text, as: UTF8.self) == "ab\n  cd\n")
    #expect(code.isFenced && code.isClosed)
    #expect(code.info == "bash x=1" && file.text(code.infoSpan) == "bash x=1")
    #expect(file.text(code.origin.span(SourceSpan(0, 2))) == "ab")
    #expect(file.text(code.origin.span(SourceSpan(5, 7))) == "cd")
  }

  @Test func unclosedAndIndentedBlocks() throws {
    #expect(try !code("```sh\nabc\n").0.isClosed)
    #expect(try !code("```sh").0.isClosed)
    #expect(try !code("````sh\nabc\n```\n").0.isClosed)
    #expect(try code("```sh\n```\n").0.isClosed)
    #expect(try !code("    indented\n").0.isFenced)
  }

  @Test func carriageReturnsBeforeLineEndsAreDropped() throws {
    let (code, file) = try code("```sh\r\nab\r\ncd\r\n```\r\n")
    #expect(code.isClosed)
    #expect(file.text(code.origin.span(SourceSpan(3, 5))) == "cd")
  }

  @Test func deepNestingIsRefused() {
    let file = SourceFile(name: "t", text: String(repeating: "> ", count: 5000) + "x\n")
    #expect(throws: Diagnostic.self) { try Document.parse(file) }
  }

  @Test func neverTrapsOnPrefixes() throws {
    let bytes = Array(
      "---\n# A\n\n- x\n  - y\n\n    ```sh\n    a\n> ~~~\n> q\n\n\tcode\n<b>\n***\n1. z\n".utf8)
    for end in 0...bytes.count { _ = try Document.parse(SourceFile(name: "t", bytes: Array(bytes[..<end]))) }
  }
}
