import Foundation
import SourceText
import Testing

@testable import Runbook

/// Ordinary documents: which lines run, which are shown, what must be given first.
@Suite struct GuideTests {
  struct Case: CustomTestStringConvertible {
    var info: String
    var block: String
    /// What runs; nil when nothing of it does.
    var runs: String?
    var expected: [String]?
    var placeholders: [String] = []
    var testDescription: String { "\(info): \(block.debugDescription)" }

    init(
      _ info: String, _ block: String, _ runs: String?, out expected: [String]? = nil,
      needs placeholders: [String] = []
    ) {
      (self.info, self.block, self.runs) = (info, block, runs)
      (self.expected, self.placeholders) = (expected, placeholders)
    }
  }

  private static let cases: [Case] = [
    // Languages.
    Case("sh", "a\nb", "a\nb\n"), Case("bash", "a", "a\n"), Case("Shell", "a", "a\n"),
    Case("{.bash}", "a", "a\n"),
    Case("bash title=\"x\"", "a", "a\n"), Case("sh,ignore", "a", "a\n"),
    Case("", "a", nil), Case("text", "$ a", nil), Case("yaml", "a: b", nil), Case("zsh", "a", nil),
    Case("python", "import os", nil), Case("bash prompt", "a", nil), Case("console", "a", nil),
    Case("bash", "# only a comment\n\n# And another", nil),
    // Prompts in a shell's block.
    Case("bash", "$ a\nout", "a\n", out: ["out"]), Case("sh", "  $ a", "a\n"),
    Case("bash", "$ a\n\n$ b", "a\nb\n"),
    Case("bash", "# Say it:\n$ a\nout", "a\n", out: ["out"]),
    Case("bash", "cat <<E\n$ x\nE", "cat <<E\n$ x\nE\n"), Case("bash", "echo $ x", "echo $ x\n"),
    Case("bash", "# install nginx\napt-get install nginx", "# install nginx\napt-get install nginx\n"),
    Case("bash", "# systemctl restart nginx\n# nginx -t", "systemctl restart nginx\nnginx -t\n"),
    Case("bash", "# Restart the server\n# nginx -t", nil), Case("bash", "# now restart the server", nil),
    // Sessions.
    Case("console", "$ a\n$ b", "a\nb\n"), Case("shell-session", "$ a\n> out", "a\n", out: ["> out"]),
    Case("terminal", "$ a\nx\n$ b\ny", "a\nb\n", out: ["x", "y"]), Case("console", "❯ a", "a\n"),
    Case("console", "% a\n100% done", "a\n", out: ["100% done"]), Case("console", "(venv) $ a", "a\n"),
    Case("console", "user@host:~/x$ a\nuser@host:~/y$ b", "a\nb\n"),
    Case("console", "[me@host dir]$ a", "a\n"),
    Case("console", "bash-5.2$ a", "a\n"), Case("console", "~ $ a", "a\n"),
    Case("console", "# apt-get update\nReading lists...", "apt-get update\n", out: ["Reading lists..."]),
    Case("console", "root@host:~# a", "a\n"),
    // Comments are not commands, other prompts belong to something inside.
    Case("console", "# Create the namespace\n$ a", "a\n"),
    Case("console", "# create it\n$ a\n# rm -rf x\n$ b", "a\nb\n"),
    Case("console", "# List pods\nkubectl get pods", nil, out: nil),
    Case(
      "console", "$ docker run -it x\nroot@c0ffee:/# rm -rf /\n/ # ls\n# rm y", "docker run -it x\n",
      out: ["root@c0ffee:/# rm -rf /", "/ # ls"]),
    Case("console", "/ # apk add curl", nil), Case("console", "mysql> SELECT 1;", nil),
    Case("console", "$ psql\npostgres=# DROP TABLE x;\n$ b", "psql\nb\n", out: ["postgres=# DROP TABLE x;"]),
    Case(
      "console", "$ python3\n>>> import os\n>>> os.remove('x')", "python3\n",
      out: [">>> import os", ">>> os.remove('x')"]),
    Case("console", "$ ssh host\nme@host:~$ reboot", "ssh host\n", out: ["me@host:~$ reboot"]),
    // Commands of several lines.
    Case("console", "$ a \\\n    -b \\\n    -c\nout", "a \\\n    -b \\\n    -c\n", out: ["out"]),
    Case("console", "$ a \\\n> -b\nout", "a \\\n-b\n", out: ["out"]),
    Case("console", "$ a |\nb\nout", "a |\nb\n", out: ["out"]),
    Case("console", "$ a &&\n> b", "a &&\nb\n"),
    Case("console", "$ cat <<EOF\nx\n$ y\nEOF\nout", "cat <<EOF\nx\n$ y\nEOF\n", out: ["out"]),
    Case("console", "$ cat <<-'E O'\n\tx\n\tE O\nout", "cat <<-'E O'\n\tx\n\tE O\n", out: ["out"]),
    Case("console", "$ cat <<'END' | sh\n> x\n> END\nout", "cat <<'END' | sh\nx\nEND\n", out: ["out"]),
    Case("console", "$ git commit -m \"one\ntwo\"\nout", "git commit -m \"one\ntwo\"\n", out: ["out"]),
    Case("console", "$ echo 'it'\\''s'\nout", "echo 'it'\\''s'\n", out: ["out"]),
    Case("console", "$ cat <<< \"x\"\nx", "cat <<< \"x\"\n", out: ["x"]),
    Case("console", "$ a # it's a comment\nout", "a # it's a comment\n", out: ["out"]),
    Case("console", "$ \n$ a\n$", "a\n"),
    // Lines that are typed into another shell.
    Case(
      "console", "$ ssh admin@server\n$ sudo reboot\n$ exit\n$ b", "ssh admin@server\nb\n",
      out: ["$ sudo reboot"]),
    Case("console", "$ ssh -p 22 server uptime\n$ b", "ssh -p 22 server uptime\nb\n"),
    Case(
      "console", "$ docker exec -it web bash\n$ apt-get update", "docker exec -it web bash\n",
      out: ["$ apt-get update"]),
    Case("console", "$ docker exec web ls\n$ b", "docker exec web ls\nb\n"),
    Case(
      "console", "$ kubectl exec --stdin --tty x -- sh\n$ rm y", "kubectl exec --stdin --tty x -- sh\n",
      out: ["$ rm y"]),
    Case("console", "$ sudo -i\n$ rm y", "sudo -i\n", out: ["$ rm y"]),
    Case("console", "$ sudo -u postgres psql\n$ b", "sudo -u postgres psql\nb\n"),
    Case(
      "console", "$ su - postgres\n$ createdb x\n$ logout\n$ b", "su - postgres\nb\n", out: ["$ createdb x"]),
    Case("console", "$ su -c ls\n$ b", "su -c ls\nb\n"),
    Case("console", "$ bash\n$ b", "bash\n", out: ["$ b"]),
    Case("console", "$ bash x.sh\n$ b", "bash x.sh\nb\n"),
    Case("console", "$ vagrant ssh\n$ b", "vagrant ssh\n", out: ["$ b"]),
    Case("console", "$ ssh host <<E\nls\nE\n$ b", "ssh host <<E\nls\nE\nb\n"),
    // Other prompts in a shell's block: no command begins like that.
    Case("sh", "> npm install x", nil), Case("bash", "% a\nout", "a\n", out: ["out"]),
    Case("bash", "me@host:~$ a", "a\n"), Case("bash", "root@host:/# a\nout", "a\n", out: ["out"]),
    Case("bash", "sh-run $ x", "sh-run $ x\n"),
    Case("sh", "grep -P '(?<year>x)' f", "grep -P '(?<year>x)' f\n"),
    // Placeholders.
    Case("sh", "kubectl logs <pod>", "kubectl logs {{pod}}\n", needs: ["<pod>"]),
    Case(
      "sh", "a <pod-name> \"<your name>\" <pod-name>", "a {{pod_name}} \"{{your_name}}\" {{pod_name}}\n",
      needs: ["<pod-name>", "<your name>"]),
    Case("console", "$ a <x>\n<y>", "a {{x}}\n", out: ["<y>"], needs: ["<x>"]),
    Case("sh", "a <INDEX> <1>", "a {{INDEX_}} <1>\n", needs: ["<INDEX>"]),
    Case("sh", "a <in.txt >out", "a <in.txt >out\n"),
    Case("sh", "a < in > out", "a < in > out\n"), Case("sh", "a <<EOF\nEOF", "a <<EOF\nEOF\n"),
    Case("sh", "a <in 2>err", "a <in 2>err\n"), Case("sh", "diff <(a) <(b)", "diff <(a) <(b)\n"),
    Case("sh", "git config user.email \"A <a@b.c>\"", "git config user.email \"A <a@b.c>\"\n"),
    Case("sh", "cat <<E\n<html><b>x</b></html>\nE", "cat <<E\n<html><b>x</b></html>\nE\n"),
    Case("sh", "a \\<x>", "a \\<x>\n"),
  ]

  private func compile(_ text: String) -> Runbook? {
    GuideCompiler.compile(SourceFile(name: "guide.md", text: text)).runbook
  }

  private func firstBlock(_ runbook: Runbook?) -> CommandBlock? {
    guard case .command(let block)? = runbook?.units.first?.content else { return nil }
    return block
  }

  @Test(arguments: cases) func linesThatRun(_ item: Case) {
    let block = firstBlock(compile("# T\n\n```\(item.info)\n\(item.block)\n```\n"))
    #expect(block.map { String(decoding: $0.text, as: UTF8.self) } == item.runs)
    #expect(block?.expectedOutput == item.expected)
    #expect((block?.placeholders.map(\.text) ?? []) == item.placeholders)
  }

  @Test func placesLeadToTheDocument() throws {
    let text = "# T\n\n1. x\n\n   ```console\n   $ one <a> two\n   > three\n   ```\n"
    let file = SourceFile(name: "guide.md", text: text)
    let block = try #require(firstBlock(GuideCompiler.compile(file).runbook))
    for word in ["one", "two"] {
      let offset = try #require(String(decoding: block.text, as: UTF8.self).range(of: word))
      let index = String(decoding: block.text, as: UTF8.self).utf8.distance(
        from: String(decoding: block.text, as: UTF8.self).startIndex, to: offset.lowerBound)
      let place = file.position(at: block.origin.offset(index))
      #expect(place.line == 6)
      #expect(file.text(SourceSpan(block.origin.offset(index), block.origin.offset(index) + 3)) == word)
    }
  }

  @Test func sectionsAreStepsAndBlocksSubsteps() throws {
    let runbook = try #require(
      compile(
        """
        ---
        layout: [broken
        ---
        Intro

        ```sh
        zero
        ```

        # Title

        ## Not a step

        Words.

        ### Deep

        > ```sh
        > one
        > ```

        - a
          - ```sh
            two
            ```

        #### Deeper

        ```sh
        three
        ```

        ```json
        {}
        ```
        """))
    #expect(runbook.isGuide && runbook.title == "Title")
    #expect(runbook.steps.map(\.title) == ["Commands", "Deep", "Deeper"])
    #expect(runbook.units.map { "\($0.path)" } == ["1.1", "2.1", "2.2", "3.1"])
  }

  @Test(arguments: [
    ("guide.md", "# T\n\n## Install\n", true), ("guide.md", "## 1. A\n", false),
    ("guide.md", "## 1 A\n", false),
    ("guide.md", "## 2024 in numbers\n", true), ("guide.md", "# 1. A\n", true),
    ("a.runbook.md", "# T\n", false),
    ("-", "# T\n", true), ("guide.md", "## 1password\n", true),
  ]) func whatIsADocument(name: String, text: String, isGuide: Bool) {
    #expect(GuideCompiler.isGuide(SourceFile(name: name, text: text)) == isGuide)
  }

  @Test func aDocumentWithoutCommandsIsAnError() {
    let compilation = RunbookCompiler.compile(SourceFile(name: "guide.md", text: "# T\n\nWords.\n"))
    #expect(compilation.runbook == nil && compilation.problems.map(\.code) == ["RB110"])
  }

  // MARK: drafts

  @Test(arguments: [
    "# T\n\n- PASS CONTINUE\n- FOR x\n\n```sh\na\n```\n",
    "# T\n\n#### x\n\n```sh\na\n```\n\n1. FAIL\n\n```sh\nb\n```\n",
    "# 1. T\n\n## NEXT\n\n```sh\na\n```\n", "## STOP\n\n```console\n$ a\n```x\n```\n",
    "text\n===\n\n````sh\na\n```\nb\n````\n",
    "# a `b` [c](d) <e> #\n\n- OUTPUTS\n  - x\n\n```sh\na <x>\n```\n", "#\n\n```sh\na\n```\n",
    "# T\n\n    # x\n\n```sh\na\n```\n",
    "# T\n\nDELEGATE\n- DELEGATE\n- a.runbook.md\n\n```sh\na\n```\n",
    "# T\n\n\u{FEFF}x\u{2028}y\n\n```sh\na\n```\n",
    "# T\r\n\r\nx\r\n\r\n```sh\r\na\r\n```\r\n",
  ]) func draftsAreValidAndRunTheSame(text: String) throws {
    let guide = try #require(compile(text))
    let draft = GuideDraft.text(guide)
    let compilation = RunbookCompiler.compile(SourceFile(name: "d.runbook.md", text: draft))
    let runbook = try #require(compilation.runbook, "\(draft)\n\(compilation.problems)")
    #expect(texts(runbook) == texts(guide), "\(draft)")
  }

  private func texts(_ runbook: Runbook) -> [String] {
    runbook.units.compactMap { unit in
      guard case .command(let block) = unit.content else { return nil }
      return String(decoding: block.text, as: UTF8.self)
    }
  }

  /// The documents that this machine has.
  @Test func documentsOfThisMachine() throws {
    var count = 0
    let folder = "/usr/share/doc"
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init()
    where name.hasSuffix(".md") {
      guard let data = FileManager.default.contents(atPath: folder + "/" + name), data.count < 300_000 else {
        continue
      }
      let file = SourceFile(name: name, bytes: [UInt8](data))
      guard let guide = GuideCompiler.compile(file).runbook else { continue }
      count += 1
      let draft = GuideDraft.text(guide)
      let runbook = RunbookCompiler.compile(SourceFile(name: "d.runbook.md", text: draft)).runbook
      #expect(runbook != nil, "\(name)")
      if let runbook { #expect(texts(runbook) == texts(guide), "\(name)") }
    }
    print("documents with shell blocks under \(folder): \(count)")
  }

  @Test func cutsNeverTrap() {
    let all = Self.cases.map { "# T\n\n```\($0.info)\n\($0.block)\n```\n" }.joined(separator: "\n> - ")
    let bytes = Array(all.utf8)
    for end in stride(from: 0, to: bytes.count, by: 7) {
      let file = SourceFile(name: "g.md", bytes: Array(bytes[..<end]))
      if let guide = GuideCompiler.compile(file).runbook { _ = GuideDraft.text(guide) }
    }
  }
}
