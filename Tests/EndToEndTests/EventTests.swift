import Foundation
import TestKit
import Testing

/// The events of a run: complete, numbered, chained, valid by the published schema, without secrets.
@Suite struct EventTests {
  private static let judge = SchemaJudge("events")

  private func events(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  private func types(_ events: [[String: Any]]) -> [String] { events.compactMap { $0["type"] as? String } }

  private static let book = """
    # Events {{Who}}

    ## 1. Try
    - FAIL RETRY 1 CONTINUE

    ```sh
    rd echo a --result fail --result pass
    ```

    ## 2. Round
    - FOR x IN 2

    ### 2.1 One {{x}}

    ```sh
    echo "out $x"; git --version
    ```

    ## 3. Look

    Look.

    ## 4. Child
    - b.runbook.md

    ## 5. Refused

    ```sh
    echo before; somethingunknown --now
    ```

    """

  @Test func everyKindIsWrittenAndGoesOnInAnotherProcess() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    try project.write("b.runbook.md", runbook("echo child", "exit 3"))
    let first = try project.rundown("run", "a.runbook.md", "--events", "ev.ndjson", "--var", "Who=me")
    #expect(first.status == 75)
    let second = try project.rundown("pass", "--events", "ev.ndjson")
    #expect(second.status == 1, "the child fails: \(second.all)")
    let text = try #require(project.read("ev.ndjson"))
    let found = try events(text)
    #expect(found.map { $0["seq"] as? Int } == Array(1...found.count))
    let stored = types(found)
    for type in [
      "run_started", "step_started", "command_checked", "step_finished", "transition", "run_waiting",
      "run_finished",
    ] {
      #expect(stored.contains(type), "\(type)")
    }
    #expect(stored.count { $0 == "run_started" } == 2)
    let places = found.filter { $0["type"] as? String == "transition" }.compactMap { $0["from"] as? String }
    #expect(places == ["1", "1", "2", "2.1.1", "2.2.1", "3", "1", "2", "4.1"], "\(places)")
    // A new run begins a new file; what is refused is told with the way out.
    #expect(try project.rundown("run", "a.runbook.md", "--from", "5", "--events", "ev.ndjson").status == 77)
    let refused = try events(try #require(project.read("ev.ndjson")))
    #expect(types(refused).contains("refused") && refused.first?["seq"] as? Int == 1)
  }

  @Test(.enabled(if: SchemaJudge.isPossible, "python3 has no package jsonschema"))
  func theSchemaAgrees() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    try project.write("b.runbook.md", runbook("echo child"))
    try project.write("w.runbook.md", runbook("echo '{{none}}'", options: "tty=true"))
    var lines: [String] = []
    for words in [
      ["run", "a.runbook.md", "--json"], ["pass", "--json"], ["run", "w.runbook.md", "--json"],
      ["run", "a.runbook.md", "--from", "3", "--json"], ["stop", "no", "--json"],
      ["run", "a.runbook.md", "--from", "3", "--prompted", "--json"], ["goto", "1", "--json"],
      ["complete", "--json"],
    ] {
      lines += try project.rundown(words).output.split(separator: "\n").map(String.init)
    }
    #expect(lines.count > 40)
    let verdicts = try #require(try Self.judge.verdicts(lines))
    for (line, isValid) in zip(lines, verdicts) where !isValid { Issue.record("not valid: \(line)") }
    // And it can refuse.
    let bad = [
      #"{"v":1,"type":"warning","time":"2026-01-01T00:00:00.000Z","run":"r-2345678","seq":0,"prev":null,"message":"x","help":null}"#,
      #"{"type":"transition"}"#, "{}", #"{"v":1,"type":"nonsense"}"#,
    ]
    #expect(try Self.judge.verdicts(bad) == bad.map { _ in false })
  }

  @Test(.enabled(if: SchemaJudge.isPossible, "python3 has no package jsonschema"))
  func statusAgreesWithItsSchema() throws {
    let project = try TemporaryProject()
    let judge = SchemaJudge("status")
    var texts = [try project.rundown("status", "--json").output]
    try project.write("a.runbook.md", Self.book)
    try project.write("b.runbook.md", runbook("echo child"))
    _ = try project.rundown("run", "a.runbook.md")
    texts.append(try project.rundown("status", "--json").output)
    let id = try #require(try project.status("run"))
    texts.append(try project.rundown("show", id, "--json").output)
    _ = try project.rundown("stop", "enough")
    texts.append(try project.rundown("status", "--json").output)
    texts.append(try project.rundown("show", id, "--json").output)
    #expect(try judge.verdicts(texts) == texts.map { _ in true }, "\(texts)")
    #expect(try judge.verdicts(["{}", #"{"status":"nonsense"}"#]) == [false, false])
  }

  /// The hash of each line is in the next one.
  @Test func theChainHolds() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", Self.book)
    _ = try project.rundown("run", "a.runbook.md", "--events", "ev.ndjson")
    _ = try project.rundown("stop", "--events", "ev.ndjson")
    let lines = try #require(project.read("ev.ndjson")).split(separator: "\n").map(String.init)
    var previous = "null"
    for line in lines {
      #expect(line.contains("\"prev\":\(previous)"))
      let hash = try project.run(["/usr/bin/sha256sum"], input: line).output.prefix(64)
      previous = "\"\(hash)\""
    }
  }

  @Test func eventsOnStandardOutputLeaveTheTalkToStandardError() throws {
    let project = try TemporaryProject()
    try project.write("a.runbook.md", runbook("echo hello"))
    let result = try project.rundown("run", "a.runbook.md", "--events", "-")
    #expect(types(try events(result.output)).last == "run_finished")
    #expect(result.errors.contains("hello") && result.errors.contains("completed"))
    let given = try project.run([
      "/bin/sh", "-c", "\"$0\" run a.runbook.md --events fd:7 7>seven", Built.rundown,
    ])
    #expect(given.status == 0 && project.read("seven")?.contains("run_finished") == true)
    for bad in ["/none/x", "fd:9", "fd:x"] {
      let refused = try project.rundown("run", "a.runbook.md", "--events", bad)
      #expect(refused.status == 74 && refused.errors.contains("cannot be written"), "\(refused.all)")
    }
    #expect(try project.rundown("run", "a.runbook.md", "--events", "/dev/full").status == 74)
  }

  @Test func secretsAreNowhere() throws {
    let project = try TemporaryProject()
    let secret = "p4ss wörd/+&=x1"
    try project.write(
      "a.runbook.md",
      """
      ## 1. Print {{db_password}}
      - FAIL CONTINUE

      ```bash
      printf '%s\\n' "$DB_PASSWORD"; printf 'err %s' "$DB_PASSWORD" >&2
      for (( i = 0; i < ${#DB_PASSWORD}; i++ )); do printf '%s' "${DB_PASSWORD:i:1}"; read -r -t 0.02; done < /dev/zero
      printf '%s' "$DB_PASSWORD" | base64; printf 'user:%s' "$DB_PASSWORD" | base64
      exit 3
      ```

      ## 2. Hand on

      - PASS STOP "{{db_password}}"

      ```sh
      rd echo '{{db_password}}'
      ```

      """)
    let environment = ["DB_PASSWORD": secret, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"]
    let result = try project.rundown(
      [
        "run", "a.runbook.md", "--var", "db_password=\(secret)", "--allow-env", "DB_PASSWORD", "--allow-run",
        "base64", "--events", "ev.ndjson", "--report", "junit=j.xml", "--report", "markdown=m.md",
        "--verbose",
      ], environment: environment)
    #expect(result.status == 1, "\(result.all)")
    let id = try #require(try project.status("run"))
    let told = result.output.split(separator: "\n").filter { !$0.hasPrefix("::add-mask::") }.joined(
      separator: "\n")
    let texts = [
      told, result.errors, try project.rundown("show", id).all, try project.rundown("show", id, "--json").all,
      try project.rundown("logs", id).all, project.read("ev.ndjson") ?? "", project.read("j.xml") ?? "",
      project.read("m.md") ?? "", project.read("summary.md") ?? "",
    ]
    let encoded = Data(secret.utf8).base64EncodedString().prefix(12)
    let aligned = Data("user:\(secret)".utf8).base64EncodedString().dropFirst(7).prefix(12)
    for (number, text) in texts.enumerated() {
      #expect(!text.isEmpty || number == 1)
      for form in [secret, String(encoded), String(aligned), "wörd"] {
        #expect(!text.contains(form), "text \(number) shows \(form): \(text)")
      }
    }
    #expect(texts[0].contains("***") && texts[0].contains("err ***"))
    #expect(result.output.contains("::add-mask::"))
  }
}
