import Foundation
import TestKit
import Testing

/// JUnit, Markdown, GitHub and GitLab: the same facts as the run.
@Suite struct ReportTests {
  private static let book = """
    # Deploy <b> & co

    ## 1. Build
    - FAIL RETRY 1 CONTINUE

    ```sh
    echo "::set-output name=x::evil"; printf '\\033[31mred\\033[0m\\001]]>\\n'; test "$RD_ATTEMPT" = 2
    ```

    ## 2. Fail | here
    - FAIL GOTO Mend

    ```sh
    i=0; while [ $i -lt 60 ]; do echo "line $i" '```'; i=$((i+1)); done; exit 3
    ```

    ## 3. Slow

    ```sh
    true
    ```

    ## Mend

    - PASS GOTO 4

    ```sh timeout=1s
    while :; do :; done
    ```

    ## 4. Never

    Look.

    """

  /// `name|element|message` of each testcase, and the counts of the suite.
  private static let reader = """
    import sys, xml.etree.ElementTree as E
    root = E.parse(sys.argv[1]).getroot()
    suite = root[0]
    print(root.tag, *[suite.get(k) for k in ("name", "tests", "failures", "errors", "skipped")])
    for case in suite.iter("testcase"):
        kid = case[0] if len(case) else None
        print(case.get("name"), "|", case.get("line"), "|", kid.tag if kid is not None else "-",
              "|", kid.get("message") if kid is not None else "")
    """

  @Test func junit() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    let result = try project.rundown("run", "a.runbook.md", "--report", "junit=j.xml")
    #expect(result.status == 124, "\(result.all)")
    let read = try project.run(["/usr/bin/env", "python3", "-c", Self.reader, "j.xml"])
    #expect(
      read.output == """
        testsuites a.runbook.md 6 3 0 2
        1 Build | 3 | failure | exit 1: red\\u{1}]]>
        1 Build (try 2) | 3 | - |\u{20}
        2 Fail | here | 10 | failure | exit 3: line 59 ```
        Mend Mend | 23 | failure | over 1 s
        3 Slow | 17 | skipped | not reached: the run was stopped
        4 Never | 31 | skipped | not reached: the run was stopped

        """, "\(read.all)")
    #expect(project.read("j.xml")?.contains("\u{1B}") == false)
  }

  @Test func refusalsAndWaitingAreNotFailures() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", runbook("somethingunknown --now"))
    #expect(try project.rundown("run", "a.runbook.md", "--report", "junit=j.xml").status == 77)
    let read = try project.run(["/usr/bin/env", "python3", "-c", Self.reader, "j.xml"]).output
    #expect(read.contains("a.runbook.md 1 0 1 0") && read.contains("error | somethingunknown"), "\(read)")
    try project.write("w.runbook.md", "## 1. Look\n\nLook.\n")
    #expect(try project.rundown("run", "w.runbook.md", "--report", "junit=j.xml").status == 75)
    #expect(project.read("j.xml")?.contains("<skipped message=\"waits for a person\"/>") == true)
    #expect(try project.rundown("pass", "--report", "junit=j.xml").status == 0)
    #expect(project.read("j.xml")?.contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"") == true)
    for bad in ["junit", "nonsense=x", "junit="] {
      #expect(try project.rundown("run", "a.runbook.md", "--report", bad).status == 2)
    }
    #expect(try project.rundown("run", "a.runbook.md", "--report", "junit=/none/x").status == 74)
    #expect(
      try project.rundown("run", "w.runbook.md", "--prompted", "--report", "junit=/dev/full").status == 74)
  }

  @Test func markdown() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    _ = try project.rundown("run", "a.runbook.md", "--report", "markdown=m.md")
    let text = try #require(project.read("m.md"))
    #expect(text.hasPrefix("# Deploy \\<b\\> \\& co: stopped\n"))
    #expect(text.contains("| 2 | Fail \\| here | failed, exit 3 |"))
    #expect(text.contains("````text\n") && text.contains("The last 40 of 60 lines"))
    #expect(text.contains("| 4 | Never | not reached: the run was stopped |"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func gitHub() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    let result = try project.rundown(
      ["run", "a.runbook.md"],
      environment: [
        "GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": "out", "GITHUB_STEP_SUMMARY": "summary",
        "GITHUB_WORKSPACE": project.top,
      ])
    #expect(result.status == 124)
    // Read as GitHub does: what stands between stop-commands and its token is no command.
    var token: String?
    var commands: [String] = []
    for line in result.output.split(separator: "\n") {
      let text = line.drop { $0 == " " }
      if let open = token {
        if text == "::\(open)::" { token = nil }
      } else if text.hasPrefix("::stop-commands::") {
        token = String(text.dropFirst("::stop-commands::".count))
      } else if text.hasPrefix("::") {
        commands.append(String(text))
      }
    }
    #expect(commands.count { $0.hasPrefix("::group::") } == 4 && commands.count { $0 == "::endgroup::" } == 4)
    #expect(!commands.contains { $0.contains("evil") }, "\(commands)")
    #expect(
      commands.contains(
        "::error file=project/a.runbook.md,line=10,title=step 2 Fail | here%3A failed%2C exit 3::line 59 ```"),
      "\(commands)")
    #expect(project.read("out")?.contains("result=stopped\nfailed-step=Mend\n") == true)
    #expect(project.read("summary")?.contains("| 1 | Build | failed, exit 1 |") == true)
  }

  @Test func sarif() throws {
    let project = try TemporaryProject()
    try project.write("a b.runbook.md", "## 1. A\n\n- PASS: STOP\n\nx\n\n## 3. Ü\n\ny\n")
    try project.write("ok.runbook.md", "## 1. A\n\nx\n")
    let result = try project.rundown("check", "--sarif", "a b.runbook.md", "ok.runbook.md")
    #expect(result.status == 65)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["version"] as? String == "2.1.0")
    let run = try #require((object["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["ruleId"] as? String } == ["RB501", "RB303"], "\(result.output)")
    #expect(results.allSatisfy { $0["level"] as? String == "error" })
    #expect(
      result.output.contains(#""uri":"a%20b.runbook.md""#)
        && result.output.contains(#""startLine":3,"startColumn":1"#))
  }

  @Test func gitLab() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", runbook("echo one", "echo two"))
    let result = try project.rundown(["run", "a.runbook.md"], environment: ["GITLAB_CI": "true"])
    let marks = result.output.split(separator: "\n").filter { $0.contains("section_") }
    #expect(marks.count == 4, "\(result.output)")
    for (number, mark) in marks.enumerated() {
      let kind = number.isMultiple(of: 2) ? "section_start" : "section_end"
      #expect(mark.hasPrefix("\u{1B}[0K\(kind):") && mark.contains("rundown_step_\(number / 2 + 1)"))
    }
  }

  /// What a step puts in the place of a file that rundown writes is not followed: not a link, not a folder that is one,
  /// not another name of a file, and a FIFO holds nothing up.
  @Test(arguments: [
    "rm -f out/r; ln -s ../victim out/r", "rm -f out/r; ln -s $PWD/victim out/r",
    "rm -f out/r; ln out/other out/r",
    "rm -f out/r; mkfifo out/r", "mv out/sub out/old; ln -s .. out/sub", "rm -f out/r; mkdir out/r",
  ])
  func aPlantedFileIsNotFollowed(_ plant: String) throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"], deny: []}, write: {allow: [\"{repo}/out/**\"]}}\n")
    for name in ["victim", "r", "out/other", "out/sub/x"] { try project.write(name, "precious") }
    try project.write("a.md", runbook(plant))
    let place = plant.contains("out/sub") ? "out/sub/r" : "out/r"
    func everythingElse() -> [String?] { ["victim", "r", "out/other"].map { project.read($0) } }
    // During the run: the step puts it there before the report is written.
    let first = try project.rundown("run", "a.md", "--report", "junit=\(place)", "--report", "markdown=m.md")
    #expect(first.status == 74 && first.errors.contains("cannot be written"), "\(first.all)")
    #expect(everythingElse() == ["precious", "precious", "precious"] && project.exists("m.md"))
    if plant.contains("mkfifo") { return }
    // Before the run: it stands there from the run before.
    try project.write("b.md", runbook(":"))
    for option in ["--events", "--report"] {
      let value = option == "--events" ? project.root + "/" + place : "markdown=\(place)"
      let second = try project.rundown("run", "b.md", option, value)
      #expect(second.status == 74 && second.errors.contains("nothing was run"), "\(second.all)")
      #expect(everythingElse() == ["precious", "precious", "precious"])
    }
  }
}
