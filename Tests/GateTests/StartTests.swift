import Gate
import Policy
import SourceText
import Testing

/// A program start in short: what `words` would be when the file stands at `file`.
private func start(
  _ words: String..., path: String? = nil, file: String? = nil, interpreters: [String] = [],
  chain: [String] = ["sh"], isNameless: Bool = false, onPath: String? = nil, deniedNames: [String] = [],
  changed: [String] = []
) -> ProgramStart {
  let base = words[0].split(separator: "/").last.map(String.init) ?? words[0]
  let path = path ?? (words[0].contains("/") ? words[0] : "/usr/bin/\(base)")
  let file = file ?? path
  let found = onPath ?? (path.hasPrefix("/usr/bin/") ? path : nil)
  return ProgramStart(
    path: path, file: file, words: words, interpreters: interpreters, chain: chain + [base],
    isNameless: isNameless, onPath: found, isOnPath: found == path || found == file, deniedNames: deniedNames,
    changedVariables: changed)
}

@Suite struct StartTests {
  private func evaluator(_ mode: String) throws -> Evaluator {
    let text = """
      version: 1
      default:
        mode: \(mode)
        run:
          allow: [git, make, env, xargs, busybox, awk, "npm run *", "{repo}/tool", "PYTHONPATH=", npx, sh]
          deny: [rm, "git push --force*", python3.11]
        write: {allow: ["{repo}/w/**"]}
      """
    let reading = PolicyDocument.read(SourceFile(name: "p.yaml", text: text), format: .yaml)
    let policy = try EffectivePolicy(
      document: reading.document, context: PolicyContext(repo: "/p", tmp: "/tmp", home: "/h", cwd: "/p"))
    return Evaluator(policy: policy)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var start: ProgramStart
    /// In mode prompted, and in mode execute.
    var prompted: Verdict
    var execute: Verdict
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "listed", start: start("git", "status"), prompted: .allow, execute: .allow),
    Case(name: "denied", start: start("rm", "x"), prompted: .deny, execute: .deny),
    Case(name: "unlisted", start: start("uname"), prompted: .ask, execute: .allow),
    Case(name: "denied words", start: start("git", "push", "--force-now"), prompted: .deny, execute: .deny),
    Case(name: "other words", start: start("npm", "run", "x"), prompted: .allow, execute: .allow),
    Case(name: "fewer words", start: start("npm", "install"), prompted: .ask, execute: .allow),
    Case(
      name: "planted", start: start("git", path: "/p/w/git", onPath: "/usr/bin/git"), prompted: .ask,
      execute: .allow),
    Case(
      name: "named like a denied one", start: start("rm", path: "/p/w/rm", onPath: "/usr/bin/rm"),
      prompted: .deny, execute: .deny),
    Case(
      name: "a link to a denied one", start: start("x", path: "/p/w/x", file: "/usr/bin/rm"), prompted: .deny,
      execute: .deny),
    Case(
      name: "a hard link to a denied one", start: start("x", path: "/p/w/x", deniedNames: ["rm"]),
      prompted: .deny, execute: .deny),
    Case(
      name: "a name of several", start: start("python3", file: "/usr/bin/python3.11"), prompted: .deny,
      execute: .deny),
    Case(name: "without a name", start: start("git", isNameless: true), prompted: .deny, execute: .deny),
    Case(name: "busybox", start: start("busybox", "rm", "x"), prompted: .deny, execute: .deny),
    Case(name: "busybox, unlisted", start: start("busybox", "uname"), prompted: .ask, execute: .allow),
    Case(
      name: "busybox under another first word", start: start("rm", "x", path: "/usr/bin/busybox"),
      prompted: .deny, execute: .deny),
    Case(
      name: "the loader", start: start("/lib64/ld-linux-x86-64.so.2", "/usr/bin/rm"), prompted: .ask,
      execute: .deny),
    Case(
      name: "a script by path", start: start("/p/tool", interpreters: ["/usr/bin/dash"]), prompted: .allow,
      execute: .allow),
    Case(
      name: "a script with a denied interpreter", start: start("/p/tool", interpreters: ["/usr/bin/rm"]),
      prompted: .deny, execute: .deny),
    Case(
      name: "a shell for a text", start: start("sh", "-c", "x", path: "/bin/sh", chain: ["sh", "awk"]),
      prompted: .allow, execute: .allow),
    Case(
      name: "a steering variable", start: start("git", changed: ["LD_PRELOAD"]), prompted: .ask,
      execute: .allow),
    Case(
      name: "a steering variable that is listed", start: start("git", changed: ["PYTHONPATH"]),
      prompted: .allow, execute: .allow),
  ]

  @Test(arguments: cases) func verdicts(_ item: Case) throws {
    let prompted = LiveGate.judge(item.start, by: try evaluator("prompted"))
    #expect(prompted.verdict == item.prompted, "\(prompted.summary)")
    let execute = LiveGate.judge(item.start, by: try evaluator("execute"))
    #expect(execute.verdict == item.execute, "\(execute.summary)")
  }

  @Test(
    arguments: [
      (start("sh", "x.sh"), true), (start("bash", "-c", "ls"), true), (start("env", "git"), true),
      (start("xargs", "git"), true), (start("awk", "BEGIN { system(x) }"), true),
      (start("awk", "{ print $1 }"), false),
      (start("git", "status"), false), (start("git", "-c", "core.pager=less", "log"), true),
      (start("make"), false),
      (start("npx", "jest"), false), (start("busybox", "sh"), true),
      (start("find", ".", "-name", "x"), false),
      (start("find", ".", "-exec", "git", "{}", ";"), true), (start("python3", "-c", "1"), true),
      (start("python3", "x.py"), false), (start("/p/tool", interpreters: ["/usr/bin/bash"]), false),
      (start("/p/other", interpreters: ["/usr/bin/bash"]), true),
      (start("/p/other", interpreters: ["/usr/bin/python3.9"]), false),
    ] as [(ProgramStart, Bool)])
  func whatIsLookedThrough(_ start: ProgramStart, _ asksOn: Bool) throws {
    let judgement = LiveGate.judge(start, by: try evaluator("execute"))
    #expect(judgement.asksOn == asksOn, "\(start.words): \(judgement.summary)")
  }

  @Test func rulesAboutWordsAreAskedEachTime() throws {
    let evaluator = try evaluator("prompted")
    #expect(LiveGate.dependsOnWords(start("git", "status"), by: evaluator))
    #expect(LiveGate.dependsOnWords(start("env", "git"), by: evaluator))
    #expect(LiveGate.dependsOnWords(start("npm", "run", "x"), by: evaluator))
  }

  @Test(arguments: [
    ("LD_PRELOAD", true), ("GIT_SSH_COMMAND", true), ("BASH_ENV", true), ("PYTHONPATH", true),
    ("PATH", false),
    ("HOME", false), ("LANG", false), ("GIT_AUTHOR_NAME", false), ("NODE_ENV", false),
  ])
  func steeringVariables(_ name: String, _ steers: Bool) { #expect(LiveGate.isSteering(name) == steers) }
}
