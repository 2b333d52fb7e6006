import Foundation
import TestKit
import Testing

/// Loops over lists and files.
@Suite struct ListLoopTests {
  private func book(_ clause: String, _ text: String = "{{x}}") -> String {
    """
    ## 1. Each
    - FOR x IN \(clause)
    - PASS ALL CONTINUE
    - FAIL ANY GOTO Bad

    ### 1.1 Item

    ```sh
    rd echo '<{{Index}}:\(text)>'
    ```

    ## 2. Good

    ```sh
    rd echo END-GOOD
    ```

    ## Bad

    - PASS STOP "the loop failed"

    ```sh
    rd echo END-BAD
    ```

    """
  }

  /// The marks that the iterations print, and how it ended.
  private func marks(_ output: String) -> String {
    output.split(separator: "\n").compactMap { line in
      line.firstMatch(of: /<.*>|END-[A-Z]+/).map { String($0.output) }
    }.joined(separator: " ")
  }

  @Test(arguments: [
    ("{{a}}", "{{x}}", "<1:p> <2:q r> <3:3> END-GOOD"),
    ("2 TO 3 OF {{a}}", "{{x}}", "<1:q r> <2:3> END-GOOD"),
    ("3 TO 1 OF {{a}}", "{{x}}", "<1:3> <2:q r> <3:p> END-GOOD"),
    ("2 TO 9 OF {{a}}", "{{x}}", "<1:q r> <2:3> END-GOOD"),
    ("1 TO {{n}} OF {{a}}", "{{x}}", "<1:p> <2:q r> END-GOOD"),
    ("{{objects}}", "{{x.name}}-{{x.at.0}}", "<1:web-80> <2:db-5432> END-GOOD"),
    (
      "{{objects}}", "{{x}}",
      "<1:{\"name\":\"web\",\"at\":[80]}> <2:{\"name\":\"db\",\"at\":[5432]}> END-GOOD"
    ),
    ("{{nested.list}}", "{{x}}", "<1:one> END-GOOD"),
    ("{{none}}", "{{x}}", "END-BAD"), ("{{n}}", "{{x}}", "END-BAD"), ("{{empty}}", "{{x}}", "END-GOOD"),
    ("{{text}}", "{{x}}", "<1:a b> <2:c> END-GOOD"), ("{{lines}}", "{{x.k}}", "<1:1> <2:2> END-GOOD"),
    ("{{json}}", "{{x}}", "<1:[1]> <2:s> END-GOOD"), ("{{outside}}", "{{x}}", "END-BAD"),
    ("{{link}}", "{{x}}", "END-BAD"), ("{{denied}}", "{{x}}", "END-BAD"), ("{{broken}}", "{{x}}", "END-BAD"),
    ("{{missing}}", "{{x}}", "END-BAD"), ("{{folder}}", "{{x}}", "END-BAD"), ("{{fifo}}", "{{x}}", "END-BAD"),
  ]) func sources(clause: String, text: String, marks expected: String) throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", book(clause, text))
    try project.write(
      "v.yaml",
      """
      a: [p, "q r", 3]
      n: 2
      objects: [{name: web, at: [80]}, {name: db, at: [5432]}]
      nested: {list: [one]}
      empty: []
      text: file:d/t.txt
      lines: file:d/l.jsonl
      json: file:d/j.json
      outside: file:../out.txt
      link: file:d/link.txt
      denied: file:d/secret.txt
      broken: file:d/b.jsonl
      missing: file:d/none.txt
      folder: file:d.txt
      fifo: file:d/fifo.txt

      """)
    try project.write("d/t.txt", "a b\n\nc\n")
    try project.write("d/l.jsonl", "{\"k\":1}\n\n{\"k\":2}\n")
    try project.write("d/b.jsonl", "{\"k\":1}\n{\n")
    try project.write("d/j.json", "[[1], \"s\"]")
    try project.write("d/secret.txt", "s\n")
    try project.write("d.txt/x", "")
    try project.write("../out.txt", "o\n")
    try project.write(
      ".rundownrc.yaml",
      "version: 1\ndefault:\n  read:\n    allow: ['{repo}/**']\n    deny: ['**/secret.txt']\n")
    try FileManager.default.createSymbolicLink(
      atPath: project.root + "/d/link.txt", withDestinationPath: project.top + "/out.txt")
    #expect(mkfifo(project.root + "/d/fifo.txt", 0o600) == 0)
    let result = try project.rundown("run", "a.runbook.md", "--vars", "v.yaml")
    #expect(marks(result.output) == expected, "\(result.all)")
  }

  @Test func aFileThatChangesStopsTheLoop() throws {
    let project = try TemporaryProject()
    try project.write("d.txt", "one\ntwo\nthree\n")
    let change = "if [ {{Index}} = 2 ]; then echo four >> d.txt; fi; echo '<{{x}}>'"
    try project.write("a.runbook.md", book("{{d}}").replacing("rd echo '<{{Index}}:{{x}}>'", with: change))
    let result = try project.rundown("run", "a.runbook.md", "--var", "d=file:d.txt", "--allow-write", ".")
    #expect(marks(result.output) == "<one> <two> END-BAD", "\(result.all)")
    #expect(result.errors.contains("changed while the loop"))
  }

  @Test func whatOneStepProducesTheNextGoesThrough() throws {
    let project = try TemporaryProject()
    try project.write(
      "a.runbook.md",
      """
      ## 1. Make
      - OUTPUTS
        - List

      ```sh
      printf '["l", "r"]' > "$RD_OUTPUTS_List"
      ```

      ## 2. Use
      - FOR x IN {{List}}

      ### 2.1 Item

      ```sh
      rd echo '<{{x}}>'
      ```

      """)
    #expect(marks(try project.rundown("run", "a.runbook.md").output) == "<l> <r>")
  }

  @Test func longFilesAreCut() throws {
    let project = try TemporaryProject()
    try project.write("d.txt", (1...10_500).map { "\($0)\n" }.joined())
    try project.write(
      "a.runbook.md",
      book("9999 TO 10002 OF {{d}}"))
    let result = try project.rundown("run", "a.runbook.md", "--var", "d=file:d.txt")
    #expect(marks(result.output) == "<1:9999> <2:10000> END-GOOD", "\(result.all)")
    #expect(result.errors.contains("more than 10000 items"))
  }
}
