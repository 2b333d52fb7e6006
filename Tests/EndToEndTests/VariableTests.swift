import Foundation
import TestKit
import Testing

/// Where values come from and which of them wins.
@Suite struct VariableTests {
  private static let show = runbook("echo \"$RD_VAR_x\"")

  @Test func eachSourceBeatsTheOneBelow() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.show)
    try project.write(".git/HEAD", "ref: refs/heads/main\n")
    try FileManager.default.createDirectory(
      atPath: project.root + "/.rundown", withIntermediateDirectories: false)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: project.root + "/.rundown")
    try project.write(".rundown/config.yaml", "variables:\n  x: from-config\n")
    try project.write("v.yaml", "x: from-file\n")
    var arguments = ["run", "a.runbook.md"]
    #expect(try project.rundown(arguments).output.contains("from-config"))
    let environment = ["RD_INPUT_x": "from-environment"]
    #expect(try project.rundown(arguments, environment: environment).output.contains("from-environment"))
    arguments += ["--vars", "v.yaml"]
    #expect(try project.rundown(arguments, environment: environment).output.contains("from-file"))
    arguments += ["--var", "x=from-var"]
    #expect(try project.rundown(arguments, environment: environment).output.contains("from-var"))
    arguments += ["--var-json", "x=[1, \"a\"]"]
    #expect(try project.rundown(arguments, environment: environment).output.contains("[1,\"a\"]"))
  }

  @Test(arguments: [
    ("{{o.name}}", "web"), ("{{o.ports.1}}", "443"), ("{{o}}", "{\"name\":\"web\",\"ports\":[80,443]}"),
    ("{{o.none}}", "{{o.none}}"), ("{{flag}}", "true"), ("{{n}}", "007"), ("{{f}}", "1.50"),
    ("{{Branch}}", "feature/x"), ("{{context.vars.flag}}", "true"), ("{{context.current.step}}", "1"),
    ("{{context.current.at}}", "1"), ("{{Step}}", "1"), ("{{RunbookRef}}", "a.runbook.md"),
  ]) func templates(template: String, text: String) throws {
    let project = try TemporaryProject()
    try project.write(".git/HEAD", "ref: refs/heads/feature/x\n")
    try project.write("v.yaml", "o: {name: web, ports: [80, 443]}\nflag: true\nn: 007\nf: 1.50\nnothing:\n")
    try project.write("a.runbook.md", runbook("rd echo '[\(template)]'"))
    let result = try project.rundown("run", "a.runbook.md", "--vars", "v.yaml")
    #expect(result.output.contains("[\(text)]"), "\(result.all)")
  }

  @Test func datesAreBuiltInAndCanBeGiven() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", runbook("rd echo '[{{Year}}-{{Month}}-{{Day}}] [{{Date}}]'"))
    let given = try project.rundown("run", "a.runbook.md", "--var", "Date=never")
    #expect(given.output.contains("] [never]"))
    let built = try project.rundown("run", "a.runbook.md").output
    #expect(built.contains(/\[(\d{4}-\d\d-\d\d)\] \[\1\]/), "\(built)")
  }

  @Test(arguments: [
    (["--vars", "none.yaml"], Int32(66), "none.yaml"), (["--vars", "../out.yaml"], 2, "outside the project"),
    (["--vars", "bad.yaml"], 65, "bad.yaml:2:1"), (["--vars", "list.json"], 65, "a list"),
    (["--var-json", "x={"], 2, "NAME=JSON"), (["--var-json", "step=1"], 2, "free to set"),
    (["--vars", "link.yaml"], 2, "outside the project"),
  ]) func wrongSourcesAreRefused(options: [String], status: Int32, words: String) throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.show)
    try project.write("../out.yaml", "x: 1\n")
    try project.write("bad.yaml", "a: 1\nIndex: 2\n")
    try project.write("list.json", "[1]")
    try FileManager.default.createSymbolicLink(
      atPath: project.root + "/link.yaml", withDestinationPath: project.top + "/out.yaml")
    let result = try project.rundown(["run", "a.runbook.md"] + options)
    #expect(result.status == status, "\(result.all)")
    #expect(result.errors.contains(words), "\(result.errors)")
  }
}

/// What steps hand to later steps.
@Suite struct OutputTests {
  private func book(_ write: String, _ read: String) -> String {
    """
    ## 1. Write
    - OUTPUTS
      - Out
    - FAIL CONTINUE

    ```sh
    \(write)
    ```

    ## 2. Read

    ```sh
    \(read)
    ```

    """
  }

  @Test(arguments: [
    ("printf '  v1.0 \\n\\n' > \"$RD_OUTPUTS_Out\"", "v1.0"),
    ("printf true > \"$RD_OUTPUTS_Out\"", "true"),
    ("printf '{\"a\": [1, 2]}' > \"$RD_OUTPUTS_Out\"", "{\"a\":[1,2]}"),
    ("printf '\"x y\"' > \"$RD_OUTPUTS_Out\"", "x y"),
    ("printf late > \"$RD_OUTPUTS_Out\"; exit 3", "late"),
    (": > \"$RD_OUTPUTS_Out\"", "{{Out}}"), ("true", "{{Out}}"),
    ("printf '\\377' > \"$RD_OUTPUTS_Out\"", "{{Out}}"),
    ("ln -s /etc/passwd \"$RD_OUTPUTS_Out\"", "{{Out}}"),
    ("mkfifo \"$RD_OUTPUTS_Out\"", "{{Out}}"),
    ("printf a > \"$RD_OUTPUTS_Out\"; ln \"$RD_OUTPUTS_Out\" \"$RD_OUTPUTS_Out.second\"", "{{Out}}"),
    ("head -c 2000000 /dev/zero | tr '\\0' a > \"$RD_OUTPUTS_Out\"", "{{Out}}"),
    (
      "d=$(dirname \"$RD_OUTPUTS_Out\"); mv \"$d\" \"$d.old\"; mkdir \"$d\"; printf a > \"$d/Out\"", "{{Out}}"
    ),
  ]) func captured(write: String, text: String) throws {
    for sandbox in ["--sandbox", "--no-sandbox"] {
      let project = try TemporaryProject()
      try project.write("a.runbook.md", book(write, "rd echo '[{{Out}}]'"))
      let result = try project.rundown(
        "run", "a.runbook.md", sandbox, "--allow-run", "ln,mkfifo,mv,dirname,head,tr,mkdir",
        environment: ["TMPDIR": "/tmp"])
      #expect(result.output.contains("[\(text)]"), "\(sandbox) \(result.all)")
    }
  }

  @Test func theLastTryWinsAndNothingIsLeftBehind() throws {
    let project = try TemporaryProject()
    let tmp = project.top + "/tmp"
    try FileManager.default.createDirectory(atPath: tmp, withIntermediateDirectories: false)
    try project.write(
      "a.runbook.md",
      book("printf \"try $RD_ATTEMPT\" > \"$RD_OUTPUTS_Out\"; [ \"$RD_ATTEMPT\" = 3 ]", "rd echo '[{{Out}}]'")
        .replacing("FAIL CONTINUE", with: "FAIL RETRY 4 STOP"))
    for sandbox in ["--sandbox", "--no-sandbox"] {
      let result = try project.rundown("run", "a.runbook.md", sandbox, environment: ["TMPDIR": tmp])
      #expect(result.output.contains("[try 3]"), "\(result.all)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: tmp).isEmpty)
    }
  }
}
