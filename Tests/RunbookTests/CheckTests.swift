import Runbook
import SourceText
import Testing

/// A document and what `check` says of it, as `line:code`.
struct CheckCase: CustomTestStringConvertible, Sendable {
  let text: String
  let codes: [String]
  var testDescription: String { "\(codes) \(text.prefix(60))" }

  init(_ text: String, _ codes: String...) {
    self.text = text
    self.codes = codes
  }
}

private let one = "## 1. A\n"

@Suite struct CheckTests {
  private func codes(_ text: String) -> [String] {
    let file = SourceFile(name: "t.runbook.md", text: text)
    let compilation = RunbookCompiler.compile(file)
    return compilation.problems.map { "\(file.position(at: $0.span.start).line):\($0.code)" }
  }

  @Test(arguments: [
    CheckCase("", "1:RB104"), CheckCase(" \n\n", "1:RB104"), CheckCase("a\u{0}b", "1:RB102"),
    CheckCase("## 1. A\rb\n", "1:RB103"), CheckCase("# T\ntext\n", "1:RB105"),
    CheckCase("# 1. T\n\n## 1. A\n", "1:RB107"), CheckCase("# T\n# U\n## 1. A\n", "2:RB108"),
    CheckCase(one + "#### x\n", "2:RB106"), CheckCase("### 1.1 x\n## 1. A\n", "1:RB305"),
    CheckCase("---\na: [\n---\n" + one, "3:RB201"), CheckCase("---\n- a\n---\n" + one, "2:RB202"),
    CheckCase("---\nname: a/b\n---\n" + one, "2:RB203"), CheckCase("---\ntags: x\n---\n" + one, "2:RB204"),
    CheckCase("---\ninputs: {a: 1}\n---\n" + one, "2:RB204"),
    CheckCase("---\ninputs: [a-b]\n---\n" + one, "2:RB205"),
    CheckCase("---\ninputs: [Step]\n---\n" + one, "2:RB205"),
    CheckCase("---\ninputs: [a, a]\n---\n" + one, "2:RB206"),
    CheckCase("---\ninputs: [a]\nrequired: [b]\n---\n" + one, "3:RB207"),
    CheckCase("---\na: b\n" + one, "1:RB208"),
    CheckCase("---\na: 1\na: 2\n---\n" + one, "3:RB201"),
    CheckCase("---\nstrict: maybe\n---\n" + one, "2:RB204"),
    CheckCase("## {N}. A\n", "1:RB301"), CheckCase("## 1x\n", "1:RB301"), CheckCase("## NEXT\n", "1:RB302"),
    CheckCase("## 1. A\n## 3. B\n", "2:RB303"), CheckCase("## 2. A\n", "1:RB303"),
    CheckCase("## 1. A\n## B\n## B\n", "2:RB801", "3:RB304", "3:RB801"),
    CheckCase("## 1. A\n### 1.1 x\n### 1.1 y\n", "3:RB304"), CheckCase("## 1. A\n### 2.1 x\n", "2:RB306"),
    CheckCase("## 1. A\n### 1.1 x\n### (y)\n", "3:RB301"),
    CheckCase(one + "```\nx\n```\n", "2:RB401"), CheckCase(one + "```sh\nx\n", "2:RB402"),
    CheckCase(one + "```sh\nx\n```\n```json\n```\n", "5:RB403"),
    CheckCase(one + "text\n\n- PASS CONTINUE\n", "4:RB404"),
    CheckCase(one + "```sh\nx\n```\n\nafter\n", "6:RB404"),
    CheckCase(one + "```sh\nx\n```\n- FAIL STOP\n", "5:RB404"),
    CheckCase(one + "- FOR 3\n- OUTPUTS\n  - A\n### 1.1 x\n", "3:RB404"),
    CheckCase(one + "```sh\nx\n```\n### 1.1 y\n", "1:RB405"),
    CheckCase(one + "```sh timout=3\nx\n```\n", "2:RB406"),
    CheckCase(one + "```sh title\nx\n```\n", "2:RB406"),
    CheckCase(one + "```sh timeout=0\nx\n```\n", "2:RB407"),
    CheckCase(one + "```sh cwd=../x\nx\n```\n", "2:RB407"),
    CheckCase(one + "```sh cwd=../\u{301}x\nx\n```\n", "2:RB407"),
    CheckCase(one + "```sh tty=perhaps\nx\n```\n", "2:RB407"),
    CheckCase(one + "- a.runbook.md\n\n```sh\nx\n```\n", "4:RB408"),
    CheckCase(one + "- a.runbook.md\n### 1.1 x\n", "1:RB408"),
    CheckCase(one + "- INPUTS\n  - A\n", "2:RB409"),
    CheckCase(one + "- PASS: CONTINUE\n", "2:RB501"), CheckCase(one + "- PASS GO\n", "2:RB502"),
    CheckCase(one + "- PASS\n", "2:RB502"), CheckCase(one + "- PASS CONTINUE now\n", "2:RB502"),
    CheckCase(one + "- FAIL RETRY STOP\n", "2:RB503"), CheckCase(one + "- FAIL RETRY 2\n", "2:RB503"),
    CheckCase(one + "- FAIL RETRY 0 STOP\n", "2:RB503"),
    CheckCase(one + "- FAIL RETRY 2 RETRY 1 STOP\n", "2:RB503"),
    CheckCase(one + "- FAIL STOP not ready\n", "2:RB504"), CheckCase(one + "- FAIL STOP \"x\n", "2:RB504"),
    CheckCase(one + "- PASS ALL CONTINUE\n", "2:RB505"),
    CheckCase(one + "- PASS ALL CONTINUE\n- FAIL ALL STOP\n", "2:RB505"),
    CheckCase(
      one + "- PASS ALL CONTINUE\n- FAIL ANY STOP\n### 1.1 x\n- PASS CONTINUE\n- FAIL STOP\n", "1:RB505"),
    CheckCase(one + "- DEFER\n", "2:RB506", "2:RB506"), CheckCase(one + "- PASS NEXT\n", "2:RB507"),
    CheckCase(one + "- PASS GOTO 9\n", "2:RB508"), CheckCase(one + "- PASS GOTO NEXT\n", "2:RB508"),
    CheckCase(one + "- PASS GOTO {N}\n", "2:RB508"), CheckCase(one + "- PASS GOTO\n", "2:RB508"),
    CheckCase(one + "- PASS GOTO 1.2\n### 1.1 x\n", "2:RB508"),
    CheckCase(one + "- PASS GOTO 1 AT 2\n", "2:RB509", "2:RB802"),
    CheckCase(one + "- FAIL GOTO 1\n", "2:RB802"),
    CheckCase(one + "- PASS CONTINUE\n- PASS STOP\n", "3:RB510"),
    CheckCase(one + "- FOR item IN 1..5\n### 1.1 x\n", "2:RB601"),
    CheckCase(one + "- FOR 0\n### 1.1 x\n", "2:RB601"),
    CheckCase(one + "- FOR {{x}} IN 3\n### 1.1 x\n", "2:RB601"), CheckCase(one + "- FOR 3\n", "2:RB602"),
    CheckCase(one + "- FOR 3\n- FOR 4\n### 1.1 x\n", "3:RB602"),
    CheckCase(one + "### 1.1 x\n- FOR 3\n", "3:RB602"),
    CheckCase(one + "- FOR 10001\n### 1.1 x\n", "2:RB603"),
    CheckCase(one + "- FOR 3\n  - note\n### 1.1 x\n", "3:RB604"),
    CheckCase(one + "- OUTPUTS\n", "2:RB701"), CheckCase(one + "- OUTPUTS\n  - A\n  - A\n", "4:RB701"),
    CheckCase(one + "- OUTPUTS\n  - A: b\n", "3:RB701"), CheckCase(one + "- OUTPUTS\n  - Index\n", "3:RB701"),
    CheckCase(one + "- ARTIFACTS\n  - A b\n", "3:RB702"), CheckCase(one + "- DELEGATE\n", "2:RB703"),
    CheckCase("## 1. A\n\n## Cleanup\n", "3:RB801"),
  ])
  func problems(_ example: CheckCase) {
    #expect(codes(example.text) == example.codes)
  }

  @Test(arguments: [
    "## 1\n", "## 1. A\n## 2: B\n## 3) C\n## 4 - D\n## 5 → E\n", "\u{FEFF}---\nname: x\n---\n# T\n## 1. A\n",
    "# T\r\n\r\n## 1. A\r\n- PASS COMPLETE\r\n\r\n```sh\r\nx\r\n```\r\n",
    "## 1. A\n- PASS CONTINUE\n- OUTPUTS\n  - V\n\n```sh\nx\n```\n",
    "## 1. A\n- FAIL GOTO Fix\n## Fix. Mend it\n- PASS GOTO 1\n",
    "## 1. A\n- PASS COMPLETE \"done, really\"\n- NO STOP bad\n",
    "## 1. A\n- PASSING\n- say PASS\n- pass it\n",
    "## 1. A\n- FOR x IN {{ L }}\n  - FAIL BREAK\n- PASS ALL COMPLETE\n- FAIL ANY RETRY 2 GOTO 1 AT {{ x }}\n### 1.1 y\n- FAIL NEXT\n",
    "## 1. A\n<!-- note -->\n- PASS CONTINUE\n\n---\n",
    "## 1. A\n```BASH timeout=10m tty=true\nx\n```\n---\n## 2. B\n",
    "## 1. A\n- a.runbook.md\n  - DELEGATE\n- {{ Ref }}\n", "---\nextra: {deep: [1]}\n---\n## 1. A\n",
  ])
  func goodDocuments(text: String) {
    let errors = codes(text).filter { !$0.hasSuffix("RB802") }
    #expect(errors == [])
    #expect(RunbookCompiler.compile(SourceFile(name: "t", text: text)).runbook != nil)
  }

  @Test func invalidUTF8IsNamed() {
    for bytes: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80],
    ] {
      let file = SourceFile(name: "t", bytes: Array("## 1. A\n".utf8) + bytes)
      let problems = RunbookCompiler.compile(file).problems
      #expect(problems.map(\.code) == ["RB101"])
      #expect(problems.first?.span.start == 8)
    }
  }

  @Test func helpShowsTheMendedLine() {
    let file = SourceFile(name: "t", text: "## 1. A\n- PASS: GOTO 2\n")
    #expect(RunbookCompiler.compile(file).problems.first?.help?.contains("- PASS GOTO 2") == true)
  }

  @Test func neverTrapsOnPrefixesOrCuts() {
    let text =
      "---\nname: x\ninputs: [a]\n---\n# T\n\n## 1. A\n- OUTPUTS\n  - V\n- FOR x IN 1 TO {{n}} OF {{L}}\n  - FAIL RETRY 2 BREAK\n"
      + "- PASS ALL GOTO B AT 3\n- FAIL ANY STOP \"m\"\n\nprompt `c`\n\n### 1.1 S\n```sh tty=true\nx {{y}}\n```\n## B é\n> q\n"
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      _ = RunbookCompiler.compile(SourceFile(name: "t", bytes: Array(bytes[..<end])))
    }
    for start in 0..<bytes.count {
      _ = RunbookCompiler.compile(SourceFile(name: "t", bytes: Array(bytes[start...])))
    }
    for cut in 0..<(bytes.count - 3) {
      _ = RunbookCompiler.compile(SourceFile(name: "t", bytes: Array(bytes[..<cut] + bytes[(cut + 3)...])))
    }
  }
}
