import Gate
import Glibc
import JSON
import Linux
import Policy
import SourceText
import Testing

@testable import Execution
@testable import Runbook

/// A policy of a text, as if the project stood in `root`.
func policy(
  _ text: String, root: String = "/p", options: PolicyOptions = PolicyOptions()
) throws -> EffectivePolicy {
  let reading = PolicyDocument.read(SourceFile(name: "p.yaml", text: text), format: .yaml)
  try #require(reading.diagnostics.allSatisfy { $0.severity != .error }, "\(reading.diagnostics)")
  return try EffectivePolicy(
    document: reading.document,
    context: PolicyContext(repo: root, tmp: "/tmp", home: "/h", cwd: root),
    options: options)
}

@Suite struct OutputCaptureTests {
  private static let limit = OutputCapture.headLimit + OutputCapture.tailLimit

  @Test(arguments: [0, 1, OutputCapture.headLimit, OutputCapture.headLimit + 1, limit - 1, limit])
  func whatFitsIsKeptWhole(_ size: Int) {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var capture = OutputCapture()
    for start in stride(from: 0, to: size, by: 9973) {
      _ = capture.add(bytes[start..<min(start + 9973, size)])
    }
    #expect(capture.bytes == bytes && !capture.isTruncated && capture.total == size)
  }

  @Test(arguments: [limit + 1, limit + OutputCapture.tailLimit, 3 * limit, 5 * limit + 17])
  func ofMoreTheHeadAndTheTailAreKept(_ size: Int) {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 / 251) ^ $0) }
    for piece in [4096, size, 1_000_003] {
      var capture = OutputCapture()
      for start in stride(from: 0, to: size, by: piece) {
        _ = capture.add(bytes[start..<min(start + piece, size)])
      }
      let kept = capture.bytes
      #expect(capture.isTruncated && capture.total == size)
      #expect(kept.prefix(OutputCapture.headLimit).elementsEqual(bytes.prefix(OutputCapture.headLimit)))
      #expect(kept.suffix(OutputCapture.tailLimit).elementsEqual(bytes.suffix(OutputCapture.tailLimit)))
      let mark = String(
        decoding: kept.dropFirst(OutputCapture.headLimit).dropLast(OutputCapture.tailLimit), as: UTF8.self)
      #expect(mark == "\n[... \(size - Self.limit) bytes left out ...]\n")
    }
  }
}

@Suite struct LoopValuesTests {
  struct Case: CustomTestStringConvertible {
    var first: LoopBound
    var last: LoopBound
    var values: [String]?
    var testDescription: String { "\(first) to \(last)" }
  }

  @Test(arguments: [
    Case(first: .number(1), last: .number(3), values: ["1", "2", "3"]),
    Case(first: .number(3), last: .number(1), values: ["3", "2", "1"]),
    Case(first: .number(5), last: .number(5), values: ["5"]),
    Case(first: .number(1), last: .template("{{n}}"), values: ["1", "2"]),
    Case(first: .template("{{n}}"), last: .template("{{n}}"), values: ["2"]),
    Case(first: .number(1), last: .template("{{none}}"), values: nil),
    Case(first: .number(1), last: .template("{{word}}"), values: nil),
    Case(first: .number(1), last: .template("{{zero}}"), values: nil),
    Case(first: .number(1), last: .template("{{negative}}"), values: nil),
    Case(first: .number(1), last: .template("{{huge}}"), values: nil),
    Case(first: .number(1), last: .number(10_001), values: nil),
  ])
  func numbers(_ item: Case) {
    let values = ["n": "2", "word": "x", "zero": "0", "negative": "-4", "huge": "99999999999999999999"]
    #expect(LoopValues.numbers(LoopRange(first: item.first, last: item.last)) { values[$0] } == item.values)
  }

  @Test func tenThousandAreTheMost() {
    let range = LoopRange(first: .number(1), last: .number(10_000))
    #expect(LoopValues.numbers(range) { _ in nil }?.count == 10_000)
  }
}

@Suite struct StepEnvironmentTests {
  private func variables(
    _ text: String, _ given: [String: String], values: [String: String] = [:], temporary: String? = nil,
    options: PolicyOptions = PolicyOptions()
  ) throws -> [String: String] {
    let resolver = ProgramResolver(path: "/usr/bin:/bin", root: "/p") { _ in false }
    return StepEnvironment(
      policy: try policy(text, options: options), session: SessionGrants(),
      parent: Environment(variables: given),
      resolver: resolver, temporary: temporary
    ).variables(
      run: "r-1", runbook: "a.md", unit: "2.1", attempt: 3,
      values: values.mapValues { .string($0) })
  }

  @Test func onlyWhatIsAllowedPasses() throws {
    let given = ["A_X": "1", "B": "2", "A_TOKEN": "3", "PATH": "/evil", "RD_STEP": "9", "RD_VAR_x": "forged"]
    let result = try variables("default: {env: {allow: [\"A_*\"], deny: [\"*_TOKEN\"]}}", given)
    #expect(result["A_X"] == "1" && result["B"] == nil && result["A_TOKEN"] == nil)
    #expect(result["PATH"] == ProgramResolver(path: "/usr/bin:/bin", root: "/p") { _ in false }.path)
    #expect(result["RD_STEP"] == "2.1" && result["RD_ATTEMPT"] == "3" && result["RD_RUN_ID"] == "r-1")
    #expect(result["RD_VAR_x"] == nil, "a variable of the run cannot be forged")
  }

  @Test func valuesBecomeVariablesWhenTheyCan() throws {
    let values = ["who": "Ada\nLovelace", "nul": "a\0b", "bad name": "x", "": "x"]
    let result = try variables("version: 1", [:], values: values)
    #expect(result["RD_VAR_who"] == "Ada\nLovelace")
    #expect(result.keys.filter { $0.hasPrefix("RD_VAR_") } == ["RD_VAR_who"])
  }

  @Test(
    arguments: [
      (["LANG": "de_DE.UTF-8"], nil), (["LANG": "C"], "C.UTF-8"), ([:], "C.UTF-8"),
      (["LC_ALL": "POSIX", "LANG": "C.UTF-8"], "C.UTF-8"), (["LC_CTYPE": "en_US.utf8"], nil),
    ] as [([String: String], String?)])
  func theShellReadsTheTextAsUTF8(_ given: [String: String], _ locale: String?) throws {
    let result = try variables("default: {env: {allow: [\"*\"]}}", given)
    #expect(result["LC_ALL"] == (locale ?? given["LC_ALL"]))
  }

  @Test func temporaryFilesAndTrust() throws {
    #expect(try variables("version: 1", ["TMPDIR": "/x"], temporary: "/tmp")["TMPDIR"] == "/tmp")
    var options = PolicyOptions()
    options.allowAll = true
    #expect(try variables("version: 1", ["AWS_KEY": "k"], options: options)["AWS_KEY"] == "k")
    options.denyAll = true
    #expect(try variables("version: 1", ["AWS_KEY": "k"], options: options)["AWS_KEY"] == nil)
  }
}

@Suite struct DenialScannerTests {
  @Test(arguments: [
    ("**/.env", ".env", true), ("**/.env", ".envx", false), ("**/.env.*", ".env.local", true),
    ("**/.env.*", ".env", false), ("**/*secret*", "my-secret.txt", true), ("**/*secret*", "secre", false),
    ("**/*.pem", "a.pem", true), ("**/*.pem", ".pem", true), ("**/*.pem", "a.pem2", false),
    ("a*b*c", "abc", true), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("a*a", "a", false),
    ("keys/**", "keys", true), ("**/[ab]", "anything", true), ("**/{a,b}", "anything", true),
    ("**", "x", true),
    ("/p/dir/file", "file", true), ("/p/dir/file", "dir", false),
  ])
  func namesThatAPatternCouldMean(_ pattern: String, _ name: String, _ matches: Bool) {
    #expect(NameFilter(pattern: pattern).matches(Array(name.utf8)) == matches)
  }

  @Test func deniedFilesAreFoundWhereverTheyStand() throws {
    let root = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    defer { try? FileSystem.removeTree(root) }
    for folder in ["a/b/c", ".git/hooks", "secret-dir", "open"] {
      try FileSystem.makeDirectories(root + "/" + folder)
    }
    let files = [".env", "a/b/c/.env", "a/b/x.key", "secret-dir/deep", "open/x.txt", ".git/hooks/pre-commit"]
    for file in files { try FileSystem.writeFileAtomically(root + "/" + file, [0x78], mode: 0o644) }
    try FileSystem.makeSymbolicLink(root + "/loop", to: root)
    let text = """
      default:
        read: { allow: ["{repo}/**"], deny: ["**/.env", "**/*.key", "**/secret-*"] }
        write: { allow: ["{repo}/**"], deny: ["**/*.txt"] }
      """
    let result = DenialScanner.scan(try policy(text, root: root), trees: [root, root + "/a"])
    let read = Set(result.read.map { String($0.dropFirst(root.count + 1)) })
    #expect(
      read == [".env", "a/b/c/.env", "a/b/x.key", "secret-dir", "secret-dir/deep"]
        || read == [".env", "a/b/c/.env", "a/b/x.key", "secret-dir"])
    #expect(result.read.count == Set(result.read).count, "each tree is looked through once")
    #expect(result.write.contains(root + "/open/x.txt") && result.write.contains(root + "/.git/hooks"))
    #expect(!result.isCut)
    let nothing = try policy("default: {read: {allow: [\"{repo}/**\"]}, write: {}, protect: []}", root: root)
    #expect(DenialScanner.scan(nothing, trees: [root]).read.isEmpty)
  }
}

@Suite struct DenialScannerMemoryTests {
  /// A folder that is as it was is not listed again; whatever changes in it changes its time, which nobody can set.
  @Test func unchangedFoldersAreRemembered() throws {
    let root = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    defer { try? FileSystem.removeTree(root) }
    for folder in ["a/b", "c/d"] { try FileSystem.makeDirectories(root + "/" + folder) }
    try FileSystem.writeFileAtomically(root + "/a/x.key", [1])
    try FileSystem.writeFileAtomically(root + "/a/b/secret.key", [1])
    let text =
      "default: {read: {allow: [\"{repo}/**\"], deny: [\"**/*.key\"]}, write: {allow: []}, protect: []}"
    let scanner = DenialScanner(DenialJudge(try policy(text, root: root)))
    func found() -> [String] {
      scanner.scan([root]).read.map { String($0.dropFirst(root.count + 1)) }.sorted()
    }
    usleep(80_000)
    #expect(found() == ["a/b/secret.key", "a/x.key"])
    #expect(found() == ["a/b/secret.key", "a/x.key"])
    #expect(scanner.folders.count == 5)
    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    utimensat(AT_FDCWD, root + "/c/d", &times, 0)
    usleep(80_000)
    _ = found()
    try FileSystem.writeFileAtomically(root + "/c/d/n.key", [1])
    try FileSystem.remove(root + "/a/x.key")
    utimensat(AT_FDCWD, root + "/c/d", &times, 0)
    #expect(found() == ["a/b/secret.key", "c/d/n.key"])
    try FileSystem.rename(root + "/a", to: root + "/e")
    #expect(found() == ["c/d/n.key", "e/b/secret.key"])
    // At once after a change nothing of the folder is remembered: the kernel's times go in ticks.
    for number in 0..<20 {
      try FileSystem.writeFileAtomically(root + "/c/\(number).key", [1])
      #expect(found().count == 3 + number)
    }
  }

  @Test func whatAppearsIsLookedAtWithAllBelow() throws {
    let root = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    defer { try? FileSystem.removeTree(root) }
    try FileSystem.makeDirectories(root + "/a/b")
    try FileSystem.writeFileAtomically(root + "/a/b/x.key", [1])
    try FileSystem.makeSymbolicLink(root + "/l.key", to: "a")
    let text = "default: {read: {allow: [\"{repo}/**\"], deny: [\"**/*.key\"]}}"
    let judge = DenialJudge(try policy(text, root: root))
    let tree = DenialScanner.appeared(root + "/a", judge)
    #expect(
      tree.result.read == [root + "/a/b/x.key"] && tree.folders.sorted() == [root + "/a", root + "/a/b"])
    let file = DenialScanner.appeared(root + "/a/b/x.key", judge)
    #expect(file.result.read == [root + "/a/b/x.key"] && file.folders.isEmpty)
    let link = DenialScanner.appeared(root + "/l.key", judge)
    #expect(link.result.read == [root + "/l.key"] && link.folders.isEmpty)
    #expect(DenialScanner.appeared(root + "/gone", judge).result.read.isEmpty)
    #expect(judge.holds(try policy(text, root: root)))
    #expect(!judge.holds(try policy("default: {read: {allow: [], deny: []}}", root: root)))
  }
}

@Suite struct RealPathTests {
  @Test func linksOfTheProjectLeadNowhere() throws {
    let top = try FileSystem.realPath(
      FileSystem.makeTemporaryDirectory(in: "/var/tmp", prefix: "rundown-test-"))
    defer { try? FileSystem.removeTree(top) }
    for folder in ["repo/a/b", "out/b", "cache/x"] { try FileSystem.makeDirectories(top + "/" + folder) }
    try FileSystem.makeSymbolicLink(top + "/repo/link", to: top + "/out")
    try FileSystem.makeSymbolicLink(top + "/repo/inside", to: "a")
    try FileSystem.makeSymbolicLink(top + "/cache/x/l", to: top + "/out")
    try FileSystem.makeSymbolicLink(top + "/home", to: top + "/out")
    try FileSystem.makeSymbolicLink(top + "/mine", to: top + "/cache")
    let text = "default: {write: {allow: [\"{repo}/a/**\", \"\(top)/mine/x/**\"]}}"
    let paths = RealPaths(try policy(text, root: top + "/repo"))
    for (path, real) in [
      ("repo/a/b", "repo/a/b"), ("repo/link", nil), ("repo/link/b", nil), ("repo/inside", nil),
      ("repo/none", nil),
      ("cache/x", "cache/x"), ("cache/x/l", nil), ("cache/x/l/b", nil), ("mine/x", "cache/x"),
      ("mine/x/l/b", nil),
      ("home", "out"), ("home/b", "out/b"),
    ] {
      #expect(paths.real("\(top)/\(path)") == real.map { "\(top)/\($0)" }, "\(path)")
    }
    #expect(
      paths.isForeign(top + "/repo/x") && paths.isForeign(top + "/cache/x/y")
        && !paths.isForeign(top + "/out"))
  }
}

@Suite struct GateDeskTests {
  private func desk(_ shell: String, _ text: String = "default: {mode: prompted, run: {allow: [git]}}") throws
    -> GateDesk
  {
    let before = "## 1. A\n\n```sh\n"
    let file = SourceFile(name: "a.md", text: before + shell + "\n```\n")
    let bytes = Array(shell.utf8)
    let origin = OriginMap(lines: [(derived: 0, origin: before.utf8.count)])
    let rendered = Template.render(bytes, origin: origin) { _ in nil }
    let judged = StaticGate.judge(rendered.bytes, dialect: .sh, by: Evaluator(policy: try policy(text))) {
      "/usr/bin/" + $0
    }
    return GateDesk(file: file, text: rendered, judged: judged, step: "step 1 “A”")
  }

  @Test(arguments: [
    ("expr 1", true), ("expr 'a b' \"c\"", true), ("expr \"$X\"", false), ("$X 1", false), ("expr *", false),
    ("expr 1; jq .", true), ("expr 1; jq \"$X\"", false), ("python3 -c 'x'", false), ("python3 x.py", true),
  ])
  func whatMayBeRemembered(_ shell: String, _ canRemember: Bool) throws {
    #expect(try desk(shell).canRemember == canRemember)
  }

  @Test func theQuestionListsEverythingOnce() throws {
    let question = try desk("git log | jq 'a b' | tr x \"$Y\"").question(previews: [])
    #expect(question.items.map(\.program) == ["jq", "tr"])
    #expect(question.items.map(\.command) == ["jq 'a b'", "tr x …"])
    #expect(question.items.map(\.place) == ["a.md:4:11", "a.md:4:22"])
    #expect(question.items.map(\.path) == ["/usr/bin/jq", "/usr/bin/tr"])
  }

  @Test func refusalsAreToldOncePerReason() throws {
    let desk = try desk(
      "curl a; curl b; expr 1", "default: {mode: prompted, run: {allow: [git], deny: [curl]}}")
    #expect(desk.refusals.map(\.place) == ["a.md:4:1"])
    #expect(desk.refusals[0].message.contains("curl is denied by"))
    #expect(desk.unasked.map(\.place) == ["a.md:4:17"])
    #expect(desk.unasked[0].help.contains { $0.contains("--allow-run expr") })
  }

  @Test func whatIsNotUnderstoodIsRefused() throws {
    let desk = try desk("echo $(")
    #expect(desk.refusals.count == 1 && desk.refusals[0].message.contains("not understood"))
    #expect(!desk.refusals[0].help.isEmpty)
  }
}

@Suite struct ContentHashTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]) func standardVectors(text: String, digest: String) {
    #expect(ContentHash.sha256(Array(text.utf8)) == digest)
  }
}
