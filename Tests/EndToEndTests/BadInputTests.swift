import Foundation
import TestKit
import Testing

/// Documents that are no documents: each gets a clear message and its own exit code, and nothing runs.
@Suite struct BadInputTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    /// The arguments behind `run`, or behind `check` when `checks`.
    var arguments: [String]
    var status: Int32
    /// What the message must say.
    var says: [String]
    var isPolicy = false
    var prepare: @Sendable (TemporaryProject) throws -> Void
    var testDescription: String { name }

    init(
      _ name: String, _ status: Int32, says: [String], arguments: [String] = ["bad.md"],
      isPolicy: Bool = false,
      prepare: @escaping @Sendable (TemporaryProject) throws -> Void
    ) {
      self.name = name
      self.arguments = arguments
      self.status = status
      self.says = says
      self.isPolicy = isPolicy
      self.prepare = prepare
    }
  }

  private static let good = "## 1. A\n\n```sh\necho ran > ran\n```\n"

  private static let bomb: String = {
    var lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    let names = Array("abcdefgh")
    for (before, name) in zip(names, names.dropFirst()) {
      let items = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
      lines.append("\(name): &\(name) [\(items)]")
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  private static let runbooks: [Case] = [
    Case("not UTF-8", 65, says: ["bad.md:1:8: error: the document is not UTF-8", "iconv"]) { project in
      try project.write(
        "bad.md", bytes: Array("## 1. A".utf8) + [0xFF] + Array("\n\n```sh\necho\n```\n".utf8))
    },
    Case("empty", 65, says: ["bad.md:1:1: error: the document is empty", "## 1. Build"]) {
      try $0.write("bad.md", "")
    },
    Case(
      "without steps", 65,
      says: ["bad.md:1:1: error: the document has no step and no shell block", "## 1. Build"]
    ) {
      try $0.write("bad.md", "# A\n\ntext\n")
    },
    Case("an unclosed fence", 65, says: ["bad.md:3:1: error: the code block is not closed"]) {
      try $0.write("bad.md", "## 1. A\n\n```sh\necho\n")
    },
    Case("an alias bomb", 65, says: ["bad.md:", "aliases"]) {
      try $0.write("bad.md", "---\n\(bomb)---\n\(good)")
    },
    Case("ten megabytes of $(", 77, says: ["bad.md:4:1: refused: this text is not understood"]) {
      try $0.write("bad.md", "## 1. A\n\n```sh\n" + String(repeating: "$(", count: 5 << 20) + "\n```\n")
    },
    Case("a hundred kilobytes of $(", 77, says: ["bad.md:4:", "refused: this text is not understood"]) {
      try $0.write("bad.md", "## 1. A\n\n```sh\n" + String(repeating: "$(", count: 50_000) + "\n```\n")
    },
    Case("too large", 65, says: ["bad.md", "larger than", "split it"]) { project in
      let path = try project.write("bad.md", good)
      #expect(truncate(path, 40 << 20) == 0)
    },
    Case("a FIFO", 65, says: ["bad.md: is a FIFO"]) { project in
      #expect(mkfifo(project.root + "/bad.md", 0o600) == 0)
    },
    Case("a directory", 65, says: [".: is a directory"], arguments: ["."]) { _ in },
    Case("a device", 65, says: ["/dev/zero: is a character device"], arguments: ["/dev/zero"]) { _ in },
    Case("missing", 66, says: ["bad.md: No such file", "check the path"]) { _ in },
    Case("below a file", 66, says: ["x/bad.md: Not a directory"], arguments: ["x/bad.md"]) {
      try $0.write("x", "")
    },
    Case("an empty path", 66, says: ["‘’", "check the path"], arguments: [""]) { _ in },
    Case("a mistyped step", 65, says: ["bad.md:3:1: error: GOTO Mned", "did you mean Mend?"]) {
      try $0.write(
        "bad.md", "## 1. A\n\n- FAIL GOTO Mned\n\n```sh\necho ran > ran\n```\n\n## Mend\n\nText.\n")
    },
    Case(
      "a mistyped flag", 2, says: ["no option ‘--non-interactiv’", "did you mean ‘--non-interactive’?"],
      arguments: ["--non-interactiv", "bad.md"]
    ) { try $0.write("bad.md", good) },
    Case("a word too many", 2, says: ["‘b.md’ is one word too many"], arguments: ["bad.md", "b.md"]) {
      try $0.write("bad.md", good)
    },
    Case("no file", 2, says: ["FILE is missing", "rundown run --help"], arguments: []) { _ in },
    Case(
      "a bad time", 2, says: ["--timeout: ‘soon’", "90s"], arguments: ["--timeout", "soon", "bad.md"]
    ) { try $0.write("bad.md", good) },
  ]

  @Test(arguments: runbooks) func asRunbook(_ item: Case) throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try item.prepare(project)
    let result = try project.rundown(["run"] + item.arguments)
    #expect(result.status == item.status, "\(result.all.prefix(1000))")
    for text in item.says { #expect(result.errors.contains(text), "\(result.errors.prefix(1000))") }
    #expect(result.errors.utf8.count < 2000, "a message fits a screen")
    #expect(!project.exists("ran"))
    // A run that was never one leaves nothing behind.
    if item.status != 77 { #expect(!project.exists(".rundown")) }
    if item.status == 65, item.arguments != [""] {
      let check = try project.rundown(["check"] + item.arguments)
      #expect(check.status == 65 && check.all.contains(item.says[0]), "\(check.all.prefix(1000))")
    }
  }

  @Test func carriageReturnsAreLineEnds() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing.replacingOccurrences(of: "\n", with: "\r\n"))
    let text =
      "# T\n\n## 1. A\n\n- PASS GOTO End\n\n```sh\necho one\necho two\n```\n\n## End\n\n```sh\necho three\n```\n"
    try project.write("a.md", text.replacingOccurrences(of: "\n", with: "\r\n"))
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0, "\(result.all)")
    #expect(result.output.contains("one\ntwo\n") && result.output.contains("three\n"))
    #expect(!result.all.contains("\r") && !result.all.contains("\\r"))
  }

  // MARK: policies

  private static let policies: [Case] = [
    Case("an alias bomb", 78, says: ["bad.yaml:", "aliases"]) { try $0.write("bad.yaml", bomb) },
    Case(
      "a mistyped key", 78, says: ["bad.yaml:2:3: error: `default` has no key `mod`", "did you mean `mode`?"]
    ) {
      try $0.write("bad.yaml", "default:\n  mod: execute\n")
    },
    Case("not YAML", 78, says: ["bad.yaml:2:"]) { try $0.write("bad.yaml", "default: [\n  mode: }\n") },
    Case("not UTF-8", 78, says: ["bad.yaml"]) { try $0.write("bad.yaml", bytes: [0x61, 0x3A, 0x20, 0xFF]) },
    Case("two documents", 78, says: ["bad.yaml:"]) {
      try $0.write("bad.yaml", "default: {mode: deny}\n---\ndefault: {mode: execute}\n")
    },
    Case("a FIFO", 78, says: ["bad.yaml: error: the policy cannot be read: is a FIFO"]) { project in
      #expect(mkfifo(project.root + "/bad.yaml", 0o600) == 0)
    },
    Case("a directory", 78, says: ["bad.yaml: error: the policy cannot be read: is a directory"]) { project in
      #expect(mkdir(project.root + "/bad.yaml", 0o700) == 0)
    },
    Case("a device", 78, says: ["bad.yaml: error: the policy cannot be read: is a character device"]) {
      project in
      #expect(symlink("/dev/zero", project.root + "/bad.yaml") == 0)
    },
    Case("missing", 78, says: ["bad.yaml", "No such file"]) { _ in },
    Case("too large", 78, says: ["bad.yaml", "larger than"]) { project in
      let path = try project.write("bad.yaml", "version: 1\n")
      #expect(truncate(path, 8 << 20) == 0)
    },
    Case("writable by all", 78, says: ["bad.yaml", "every user can write to it"]) {
      try $0.write("bad.yaml", allowing, mode: 0o666)
    },
  ]

  @Test(arguments: policies, [false, true]) func asPolicy(_ item: Case, isDiscovered: Bool) throws {
    let project = try TemporaryProject()
    try project.write("a.md", Self.good)
    try item.prepare(project)
    var arguments = ["run", "a.md", "--policy", "bad.yaml"]
    var says = item.says
    if isDiscovered {
      guard rename(project.root + "/bad.yaml", project.root + "/.rundownrc.yaml") == 0 else { return }
      arguments = ["run", "a.md"]
      says = says.map { $0.replacingOccurrences(of: "bad.yaml", with: ".rundownrc.yaml") }
    }
    let result = try project.rundown(arguments)
    #expect(result.status == 78, "\(result.all)")
    for text in says { #expect(result.errors.contains(text), "\(result.errors)") }
    #expect(!project.exists("ran") && !project.exists(".rundown"))
    // Even trust does not get past it: it may be the wrong file.
    #expect(try project.rundown(arguments + ["--allow-all"]).status == 78)
    // Looking at runs takes no policy.
    #expect(try project.rundown("status").status == 0)
  }

  @Test(arguments: [
    (["runn", "a.md"], "did you mean ‘run’?"), (["policy", "chek"], "did you mean ‘check’?"),
    (["pass", "--policyy"], "did you mean ‘--policy’?"), (["stat"], "there is no command ‘stat’"),
  ])
  func mistypedCommands(_ words: [String], _ help: String) throws {
    let project = try TemporaryProject()
    let result = try project.rundown(words)
    #expect(result.status == 2 && result.errors.contains(help), "\(result.errors)")
  }

  @Test func aMistypedStepOfARun() throws {
    let project = try TemporaryProject()
    try project.write("a.md", "## 1. Ask\n\nReady?\n\n## Mend\n\nMend it.\n")
    #expect(try project.rundown("run", "a.md").status == 75)
    let result = try project.rundown("goto", "Mned")
    #expect(result.status == 66 && result.errors.contains("did you mean Mend?"), "\(result.errors)")
    #expect(try project.status() == "waiting", "a mistake changes nothing")
  }

  @Test func aBrokenPolicyIsNotInTheWayOfLookingAndStopping() throws {
    let project = try TemporaryProject()
    try project.write("a.md", "## 1. Ask\n\nReady?\n\n## 2. Do\n\n```sh\necho ran > ran\n```\n")
    for (words, status) in [(["stop"], Int32(1)), (["complete"], 0)] {
      #expect(try project.rundown("run", "a.md").status == 75)
      try project.write(".rundownrc.yaml", "defualt: {mode: execute}\n")
      for act in [["pass"], ["goto", "2"], ["resume"]] {
        let result = try project.rundown(act)
        #expect(result.status == 78 || act == ["resume"], "\(act): \(result.all)")
        #expect(try project.status() == "waiting", "\(act)")
      }
      #expect(try project.rundown(words).status == status)
      try FileManager.default.removeItem(atPath: project.root + "/.rundownrc.yaml")
    }
    #expect(!project.exists("ran"))
  }
}
