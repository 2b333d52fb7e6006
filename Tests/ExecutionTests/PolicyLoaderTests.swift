import Execution
import Glibc
import Linux
import Policy
import Testing

/// A folder of its own for each test, removed at its end.
private final class Project {
  let top: String
  let root: String

  init() throws {
    top = try FileSystem.realPath(FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-"))
    root = top + "/project"
    try FileSystem.makeDirectories(root + "/a/b")
  }

  deinit { try? FileSystem.removeTree(top) }

  func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws {
    try FileSystem.makeDirectories(FileSystem.parent(of: root + "/" + name))
    try FileSystem.writeFileAtomically(root + "/" + name, Array(text.utf8), mode: mode)
  }

  func load(_ explicit: String? = nil, from folder: String = "") throws -> LoadedPolicy {
    try PolicyLoader.load(explicit: explicit, from: root + folder)
  }

  /// The message of the failure.
  func failure(_ explicit: String? = nil, from folder: String = "") -> String {
    do throws(PolicyLoadError) {
      let loaded = try PolicyLoader.load(explicit: explicit, from: root + folder)
      return "loaded \(loaded.name)"
    } catch {
      return error.rendered
    }
  }
}

private let deny = "default: {mode: deny}\n"

@Suite struct PolicyLoaderTests {
  @Test func builtinWithoutADocument() throws {
    let project = try Project()
    let loaded = try project.load()
    #expect(loaded.document == nil && loaded.path == nil && loaded.name == "built-in")
    #expect(loaded.root == project.root)
    #expect(loaded.warnings.isEmpty)
  }

  @Test func theFirstInOrderCounts() throws {
    let project = try Project()
    try project.write("package.json", "{\"rundown\": {\"default\": {\"mode\": \"execute\"}}}")
    #expect(try project.load().document?.defaults.mode?.value == .execute)
    #expect(try project.load().name == "package.json")
    try project.write(".rundownrc.yml", deny)
    #expect(try project.load().name == ".rundownrc.yml")
    for name in [".rundownrc.yaml", ".rundownrc.json", ".rundownrc"] {
      try project.write(name, "{\"default\": {\"mode\": \"deny\"}}")
      #expect(try project.load().name == name)
    }
    #expect(try project.load().warnings.count == 3)
    #expect(try project.load().warnings.allSatisfy { $0.contains("comes before it") })
  }

  @Test func theRootIsSearchedUpward() throws {
    let project = try Project()
    try project.write(".rundownrc.yaml", deny)
    let below = try project.load(from: "/a/b")
    #expect(below.root == project.root)
    #expect(below.name == "../../.rundownrc.yaml")
    #expect(below.workingDirectory == project.root + "/a/b")
    try project.write("a/.git/HEAD", "")
    #expect(try project.load(from: "/a/b").root == project.root + "/a")
    #expect(try project.load(from: "/a/b").document == nil)
    // A package that says nothing of rundown is no root.
    try project.write("a/b/package.json", "{\"name\": \"x\"}")
    #expect(try project.load(from: "/a/b").root == project.root + "/a")
    try project.write("a/b/package.json", "{\"rundown\": {}}")
    #expect(try project.load(from: "/a/b").root == project.root + "/a/b")
    try project.write("a/b/package.json", "{\"rundown\": {")
    #expect(project.failure(from: "/a/b").contains("package.json:1:14: error: "))
    try project.write("a/b/package.json", "{")
    #expect(try project.load(from: "/a/b").root == project.root + "/a")
  }

  @Test func linksAreResolved() throws {
    let project = try Project()
    try project.write(".rundownrc.yaml", deny)
    try FileSystem.makeSymbolicLink(project.top + "/link", to: project.root + "/a")
    let loaded = try PolicyLoader.load(from: project.top + "/link")
    #expect(loaded.root == project.root)
    let context = loaded.context(
      environment: Environment(variables: ["HOME": project.top, "TMPDIR": "/tmp"]),
      runbook: project.top + "/link/x.runbook.md")
    #expect(context.repo == project.root && context.cwd == project.root + "/a" && context.home == project.top)
    #expect(context.guarded.first == project.root + "/.rundownrc.yaml")
    // A document that would come to be the policy.
    #expect(context.guarded.contains(project.root + "/.rundownrc.json"))
    try project.write("a/x.runbook.md", "")
    #expect(loaded.relative("x.runbook.md") == "a/x.runbook.md")
    #expect(loaded.relative("/etc/passwd") == nil)
  }

  @Test func aBrokenDocumentRefuses() throws {
    let project = try Project()
    try project.write(".rundownrc.yaml", "default:\n  mdoe: deny\n  run: {allow: [\"a[\"]}\n")
    let message = project.failure()
    #expect(
      message.hasPrefix(
        ".rundownrc.yaml:2:3: error: `default` has no key `mdoe` (PO002)\n  help: did you mean `mode`?\n"))
    #expect(message.contains(".rundownrc.yaml:3:17: error: "))
    try project.write(".rundownrc.yaml", "")
    #expect(try project.load().warnings.count == 1)
  }

  @Test func whatIsNoFileRefuses() throws {
    let project = try Project()
    try FileSystem.makeDirectories(project.root + "/.rundownrc")
    #expect(project.failure().contains("is a directory, not a regular file"))
    #expect(project.failure("nothing.yaml").contains("nothing.yaml: error: the policy cannot be read"))
    try FileSystem.removeDirectory(project.root + "/.rundownrc")
    try FileSystem.makeSymbolicLink(project.root + "/.rundownrc", to: "/nowhere")
    #expect(project.failure().contains("cannot be read"))
    try FileSystem.remove(project.root + "/.rundownrc")
    #expect(project.failure("/dev/null").contains("not a regular file"))
    try project.write(".rundownrc.yaml", deny, mode: 0o000)
    if ThisProcess.effectiveUserID != 0 { #expect(project.failure().contains("chmod u+r")) }
    try project.write(".rundownrc.yaml", String(repeating: "#", count: 5 << 20))
    #expect(project.failure().contains("larger than"))
    try project.write(".rundownrc.yaml", "a: \u{1B}")
    #expect(!project.failure().contains("\u{1B}"))
  }

  @Test func explicitDocuments() throws {
    let project = try Project()
    try project.write(".rundownrc.yaml", "broken: [")
    try project.write("other.yaml", deny)
    #expect(try project.load("other.yaml").document?.defaults.mode?.value == .deny)
    #expect(try project.load("other.yaml").path == project.root + "/other.yaml")
    try project.write("package.json", "{}")
    #expect(project.failure("package.json").contains("has no key `rundown`"))
    try project.write("p.js", "")
    #expect(project.failure("p.js").contains("never run as a policy"))
    try project.write("open.yaml", deny, mode: 0o666)
    #expect(project.failure("open.yaml").contains("every user can write to it"))
  }

  @Test func programsAreNotRun() throws {
    let project = try Project()
    try project.write("rundown.config.js", "process.exit(9)")
    let loaded = try project.load()
    #expect(loaded.document == nil)
    #expect(loaded.warnings.count == 1)
    #expect(loaded.warnings.first?.contains("rundown.config.js: warning: this program is not run") == true)
    #expect(loaded.warnings.first?.contains(".rundownrc.yaml") == true)
  }

  @Test func othersMustNotDecide() throws {
    let project = try Project()
    try project.write(".rundownrc.yaml", deny, mode: 0o646)
    #expect(project.failure().contains("every user can write to it"))
    try project.write(".rundownrc.yaml", deny, mode: 0o644)
    try #require(chmod(project.root, 0o777) == 0)
    #expect(project.failure().contains("every user can write to its folder"))
    // From below, such a folder is not gone up into.
    let below = try project.load(from: "/a")
    #expect(below.root == project.root + "/a")
    #expect(below.document == nil)
    #expect(below.warnings.first?.contains("../.rundownrc.yaml: warning: not used") == true)
  }

  @Test func anotherUsersDocumentIsRefused() throws {
    guard ThisProcess.effectiveUserID == 0 else { return }
    let project = try Project()
    try project.write(".rundownrc.yaml", deny)
    try #require(chown(project.root + "/.rundownrc.yaml", 12_345, 12_345) == 0)
    #expect(project.failure().contains("belongs to another user"))
  }
}
