import Foundation
import TestKit
import Testing

/// A run that another process takes up after every unit makes the same transitions as one that is never interrupted.
@Suite struct RestartRunTests {
  struct Book: CustomTestStringConvertible {
    var name: String
    var text: String
    var testDescription: String { name }
  }

  private static let books = [
    Book(
      name: "retries and jumps",
      text: """
        ## 1. A
        - FAIL RETRY 2 GOTO Mend

        ```sh
        rd echo a --result fail
        ```

        ## Mend
        - PASS GOTO 2

        ```sh
        rd echo mend
        ```

        ## 2. B
        - FAIL RETRY 1 STOP

        ```sh
        rd echo b --result fail --result pass
        ```
        """),
    Book(
      name: "loop in order of its rules",
      text: """
        ## 1. A
        - FOR x IN 3
          - PASS DEFER
          - FAIL RETRY 1 DEFER
        - PASS ANY CONTINUE
        - FAIL ALL STOP

        ### 1.1 One
        - DEFER

        ```sh
        rd echo {{x}} --result fail --result pass
        ```

        ### 1.2 Two
        - PASS DEFER
        - FAIL NEXT

        ```sh
        rd echo {{x}}
        ```

        ## 2. End

        ```sh
        rd echo end --result fail
        ```
        """),
    Book(
      name: "a runbook inside, all and any",
      text: """
        ## 1. A
        - PASS ALL CONTINUE
        - FAIL ANY GOTO 3
        - child.runbook.md
        - child.runbook.md

        ## 2. Never

        ```sh
        rd echo never
        ```

        ## 3. After
        - PASS ANY COMPLETE "done"
        - FAIL ALL STOP

        ### 3.1 X
        - DEFER

        ```sh
        rd echo x --result fail
        ```

        ### 3.2 Y
        - DEFER

        ```sh
        rd echo y
        ```
        """),
  ]

  private func lines(_ output: String) -> [[String: Any]] {
    output.split(separator: "\n").compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  private func transitions(_ events: [[String: Any]]) -> [String] {
    events.filter { $0["type"] as? String == "transition" }.map { event in
      ["runbook", "from", "at", "result", "action", "aggregated"].map { "\(event[$0] ?? "")" }.joined(
        separator: " ")
    }
  }

  @Test(arguments: books) func interruptedAfterEveryUnit(_ book: Book) throws {
    let straight = try TemporaryProject()
    let stepwise = try TemporaryProject()
    for project in [straight, stepwise] {
      try project.write("a.runbook.md", book.text + "\n")
      try project.write(
        "child.runbook.md", "## 1. C\n- FAIL RETRY 1 STOP\n\n```sh\nrd echo c --result fail\n```\n")
    }
    let events = lines(try straight.rundown("run", "a.runbook.md", "--json").output)
    let wanted = transitions(events)
    #expect(wanted.count > 3)
    // The same verdicts, each given by a process of its own.
    let verdicts = events.filter { $0["type"] as? String == "step_finished" }.filter { event in
      // A unit that ran a runbook has its result from inside.
      events.first {
        ($0["step"] as? [String: Any])?["id"] as? String == (event["step"] as? [String: Any])?["id"]
          as? String
      }?[
        "kind"] as? String != "runbook"
    }.compactMap { $0["result"] as? String }
    var found = lines(try stepwise.rundown("run", "a.runbook.md", "--prompted", "--json").output)
    for verdict in verdicts { found += lines(try stepwise.rundown(verdict, "--json").output) }
    #expect(transitions(found) == wanted)
    #expect(try stepwise.status() == straight.status())
    let sequence = found.compactMap { $0["seq"] as? Int }
    #expect(sequence == Array(1...sequence.count))
  }
}
