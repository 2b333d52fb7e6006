import Foundation
import TestKit
import Testing

/// Ordinary documents, run, planned and imported.
@Suite struct GuideRunTests {
  /// In the shape of a guide to a cluster: prompts, output, placeholders, a manifest in a here-document.
  private static let cluster = """
    # Deploy to the cluster

    You need a cluster. It costs 5$ a month.

    ## Before you begin

    ```console
    # Say who you are
    $ echo "me: <user name>"
    me: somebody
    ```

    ## Create the namespace

    1. Write the manifest:

       ```console
       $ cat <<EOF > ns.yaml
       kind: Namespace
       $ this is text
       EOF
       $ echo "namespace/$(wc -l < ns.yaml) created"
       namespace/2 created
       ```

    2. Look at it:

       ```bash
       $ printf '%s\\n' one \\
       >   two
       one
       two
       ```

    ```yaml
    kind: Pod
    ```

    ## Look inside, carefully

    ```console
    $ echo inside
    inside
    root@pod-0:/# echo must-not-run > marker
    postgres=# DROP TABLE users;
    ```

    ## Clean up

    ```sh
    touch marker-<pod>
    ```

    """

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("GUIDE.md", Self.cluster)
    return project
  }

  @Test func onlyTheCommandsRun() throws {
    let project = try project()
    let result = try project.rundown(
      "run", "GUIDE.md", "--skip", "clean up", "--var", "user_name=Ada", "--allow-run", "cat,wc",
      "--allow-write", ".")
    #expect(result.status == 0, "\(result.all)")
    for line in ["me: Ada", "namespace/2 created", "one", "two", "inside"] {
      #expect(result.output.split(separator: "\n").contains(Substring(line)), "\(line): \(result.output)")
    }
    #expect(result.output.contains("Write the manifest:") && result.output.contains("1.1  Before you begin"))
    #expect(!project.exists("marker") && project.read("ns.yaml")?.contains("$ this is text") == true)
  }

  @Test func placeholdersAreNeeded() throws {
    let project = try project()
    let none = try project.rundown("run", "GUIDE.md", "--only", "4")
    #expect(none.status == 2 && none.errors.contains("--var pod=VALUE") && !none.errors.contains("user_name"))
    let some = try project.rundown(
      "run", "GUIDE.md", "--only", "4", "--var", "pod=x", "--allow-run", "touch",
      "--allow-write", ".")
    #expect(some.status == 0 && project.exists("marker-x"), "\(some.all)")
    // A jump past the selection does not get around it.
    _ = try project.rundown("run", "GUIDE.md", "--only", "1", "--var", "user_name=x", "--prompted")
    let jump = try project.rundown("goto", "4")
    #expect(jump.status == 0 && !project.exists("marker-{{pod}}"), "prompted runs nothing: \(jump.all)")
    let plan = try project.rundown("plan", "GUIDE.md", "--allow-run", "cat,wc,touch")
    #expect(
      plan.status == 77 && plan.output.contains("pod=?  missing") && plan.output.contains("touch"),
      "\(plan.all)")
    #expect(
      try project.rundown(
        "plan", "GUIDE.md", "--allow-run", "cat,wc,touch", "--var", "pod=x", "--var", "user_name=y"
      )
      .status == 0)
  }

  @Test func aBlockWithAPlaceholderLeftIsRefused() throws {
    let project = try TemporaryProject()
    try project.write("g.md", "# A\n\n```sh\nsleep 77\n```\n\n# B\n\n```sh\necho x > <file>\n```\n")
    let process = try project.start("run", "g.md", "--only", "A", "--allow-run", "sleep")
    #expect(try eventually { try project.status() == "running" && project.status("step") == "1.1" })
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    // The part that the run began with needed no input; a jump out of it does.
    let result = try project.rundown("goto", "2.1")
    #expect(result.status == 77 && result.errors.contains("<file> must be replaced"), "\(result.all)")
    #expect(!project.exists("<file>") && !project.exists("{{file}}"))
  }

  @Test func aPlaceholderIsAskedForAtATerminal() throws {
    let project = try project()
    let session = try project.terminal(
      "run", "GUIDE.md", "--only", "4", "--allow-run", "touch", "--allow-write", ".")
    #expect(session.wait(for: "pod:"))
    session.type("typed\r")
    #expect(session.wait(for: "completed"))
    #expect(project.exists("marker-typed"))
  }

  @Test func stepsAreNamedByHeadingsAndRanges() throws {
    let project = try TemporaryProject()
    let text = (1...5).map { "## Part \($0)\n\n```sh\necho \"ran-\($0)\"\n```\n" }.joined(separator: "\n")
    try project.write("g.md", text)
    func ran(_ arguments: String...) throws -> String {
      let result = try project.rundown(["run", "g.md"] + arguments)
      return result.output.split(separator: "\n").filter { $0.hasPrefix("ran-") }.map { $0.dropFirst(4) }
        .joined()
    }
    #expect(try ran() == "12345")
    #expect(try ran("--only", "part 2,4") == "24")
    #expect(try ran("--only", "2-4") == "234")
    #expect(try ran("--only", "4-") == "45")
    #expect(try ran("--from", "Part 3") == "345")
    #expect(try ran("--skip", "Part 1,5") == "234")
    #expect(try ran("--until", "Part 2") == "12")
    let wrong = try project.rundown("run", "g.md", "--only", "Prat 2")
    #expect(wrong.status == 66 && wrong.errors.contains("did you mean Part 2?"), "\(wrong.all)")
  }

  @Test(arguments: [false, true]) func environmentCarriesOverWhenAsked(isShared: Bool) throws {
    let project = try TemporaryProject()
    try project.write("sub/x", "")
    try project.write(
      "g.md",
      """
      # A

      ```bash
      export COLOR="a 'b' \\"c\\" \\$d \\\\ e" LD_PRELOAD=/tmp/evil.so PATH=/tmp NODE_OPTIONS=x; hidden=1
      cd sub
      ```

      ```sh
      echo "[$COLOR] [${hidden-}] [${LD_PRELOAD-}] ${PWD##*/} ${PATH%%:*}"
      export COLOR=second
      ```

      # B

      ```bash
      echo "[$COLOR]"; exit 0
      ```
      """)
    let result = try project.rundown(["run", "g.md", "--allow-all"] + (isShared ? ["--share-env"] : []))
    #expect(result.status == 0, "\(result.all)")
    let first = isShared ? "[a 'b' \"c\" $d \\ e] [] [] sub " : "[] [] [] project "
    #expect(result.output.contains(first) && !result.output.contains(" /tmp\n"), "\(result.output)")
    #expect(result.output.contains(isShared ? "[second]" : "[]\n"), "\(result.output)")
  }

  @Test func theEnvironmentCarriesOverInConfinementToo() throws {
    let project = try TemporaryProject()
    try project.write("sub/x", "")
    try project.write(
      "g.md", "# A\n\n```sh\nexport A=1; cd sub\n```\n\n# B\n\n```bash\necho \"$A ${PWD##*/}\"\n```\n")
    let result = try project.rundown("run", "g.md", "--share-env")
    #expect(result.status == 0 && result.output.contains("1 sub\n"), "\(result.all)")
  }

  @Test func outputIsComparedWhenAsked() throws {
    let project = try TemporaryProject()
    try project.write(
      "g.md",
      "# A\n\n```console\n$ printf 'a\\nb\\nc\\n'\na\n...\nc\n```\n\n# B\n\n```console\n$ echo right\nwrong\n```\n"
    )
    #expect(try project.rundown("run", "g.md").status == 0)
    let result = try project.rundown("run", "g.md", "--compare-output", "--report", "junit=j.xml")
    #expect(result.status == 1 && result.output.contains("expected ‘wrong’, found ‘right’"), "\(result.all)")
    #expect(result.output.contains("✓ 1.1") && project.read("j.xml")?.contains("type=\"output\"") == true)
  }

  @Test func checkSaysOneThing() throws {
    let project = try project()
    let result = try project.rundown("check", "GUIDE.md")
    #expect(result.status == 0 && result.output.split(separator: "\n").count == 1, "\(result.all)")
    for word in ["a document, not a runbook", "4 steps with 5 blocks", "rundown import"] {
      #expect(result.output.contains(word), "\(result.output)")
    }
    #expect(try project.rundown("check", "GUIDE.md", "--json").output.contains(#""kind":"document""#))
    try project.write("none.md", "# Words\n")
    #expect(try project.rundown("check", "none.md").status == 65)
  }

  @Test func importWritesADraft() throws {
    let project = try project()
    let result = try project.rundown("import", "GUIDE.md")
    #expect(result.status == 0 && project.exists("GUIDE.runbook.md"), "\(result.all)")
    #expect(try project.rundown("check", "GUIDE.runbook.md").status == 0)
    #expect(try project.rundown("import", "GUIDE.md").status == 74, "nothing is overwritten")
    #expect(try project.rundown("import", "GUIDE.md", "--force", "--json").output.contains(#""blocks":5"#))
    let run = try project.rundown(
      "run", "GUIDE.runbook.md", "--until", "3", "--var", "user_name=Ada", "--var", "pod=x", "--allow-run",
      "cat,wc")
    #expect(run.status == 0 && run.output.contains("me: Ada"), "\(run.all)")
    #expect(
      try project.rundown("import", "GUIDE.md", "-o", "-").output.contains("## 2. Create the namespace"))
  }

  @Test func aDocumentFromStandardInputAndAnInterruptedOne() throws {
    let project = try TemporaryProject()
    #expect(try project.rundown(["run", "-"], input: "# A\n\n```sh\necho hi\n```\n").output.contains("hi"))
    // The stored text is taken the same way when the run goes on.
    try project.write("g.md", "# A\n\n```sh\ntrue\n```\n\n# B\n\n```sh\necho went-on\n```\n")
    #expect(try project.rundown("run", "g.md", "--prompted").status == 0)
    #expect(try project.status("step") == "1.1")
    #expect(try project.rundown("pass").status == 0)
    #expect(try project.status("step") == "2.1")
  }
}
