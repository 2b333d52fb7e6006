import Policy
import SourceText
import Testing

@Suite struct EvaluatorTests {
  struct Case: CustomTestStringConvertible {
    var mode: String
    var allow: String
    var deny: String
    var request: AccessRequest
    var verdict: Verdict
    var testDescription: String { "\(mode) allow [\(allow)] deny [\(deny)]: \(request) → \(verdict)" }

    init(
      _ mode: String, _ allow: String, _ deny: String, _ line: String, _ verdict: Verdict, path: String? = nil
    ) {
      self.mode = mode
      self.allow = allow
      self.deny = deny
      request = run(line, path: path)
      self.verdict = verdict
    }
  }

  @Test(arguments: [
    Case("deny", "touch", "", "touch m", .allow),
    Case("deny", "echo", "", "touch m", .deny),
    Case("execute", "", "", "touch m", .allow),
    Case("execute", "touch", "touch", "touch m", .deny),
    Case("prompted", "", "", "touch m", .ask),
    Case("prompted", "git", "", "/usr/bin/git x", .allow),
    Case("prompted", "git", "", "GIT", .ask),
    Case("prompted", "g*", "", "git", .allow),
    // words
    Case("deny", "\"git push\"", "", "git push", .allow),
    Case("deny", "\"git push\"", "", "git push origin", .deny),
    Case("deny", "\"git push\"", "", "git", .deny),
    Case("deny", "\"git push *\"", "", "git push", .allow),
    Case("deny", "\"git push *\"", "", "git push a b c", .allow),
    Case("deny", "\"git push *\"", "", "git pull", .deny),
    Case("deny", "\"npm run test:*\"", "", "npm run test:unit", .allow),
    Case("deny", "\"npm run test:*\"", "", "npm run test:unit --x", .deny),
    Case("deny", "\"kubectl * get *\"", "", "kubectl -nprod get pods", .allow),
    Case("deny", "\"kubectl * get *\"", "", "kubectl get pods", .deny),
    Case("deny", "\"curl https://x.org/*\"", "", "curl https://x.org/a", .allow),
    Case("deny", "\"curl https://x.org/*\"", "", "curl https://x.org/a/b", .deny),
    Case("deny", "\"curl https://x.org/*\"", "", "curl https://x.org/a -o /etc/x", .deny),
    Case("deny", "\"a '' b\"", "", "a <> b", .allow),
    Case("deny", "\"a '' b\"", "", "a b", .deny),
    Case("deny", "\"git commit -m 'x*'\"", "", "git commit -m x*", .allow),
    Case("deny", "\"git commit -m 'x*'\"", "", "git commit -m xy", .deny),
    Case("execute", "", "\"git push --force*\"", "git push --force", .deny),
    Case("execute", "", "\"git push --force*\"", "git push --force-with-lease origin main", .deny),
    Case("execute", "", "\"git push --force*\"", "git push origin --force", .allow),
    Case("execute", "", "\"rm -rf /*\"", "rm -rf /home/u", .deny),
    Case("execute", "", "\"rm -rf *\"", "rm -rf", .deny),
    // what only the run knows
    Case("prompted", "git", "\"git push --force*\"", "git push ?", .ask),
    Case("execute", "git", "\"git push --force*\"", "git push ?", .ask),
    Case("deny", "git", "\"git push --force*\"", "git push ?", .deny),
    Case("execute", "git", "\"git push --force*\"", "git *?", .ask),
    Case("execute", "git", "\"git push --force*\"", "git pull ?", .allow),
    Case("execute", "", "\"git push *\"", "git push ?", .deny),
    Case("deny", "\"git log ?*\"", "", "git log ?", .deny),
    Case("deny", "\"git log *\"", "", "git log ? *?", .allow),
    Case("deny", "\"git * x\"", "", "git ? x", .allow),
    Case("deny", "git", "", "git *?", .allow),
    Case("deny", "\"git log\"", "", "git log *?", .deny),
    Case("prompted", "git", "rm", "? x", .ask),
    Case("execute", "git", "rm", "?", .allow),
    Case("deny", "git", "", "?", .deny),
    Case("deny", "\"*\"", "", "?", .allow),
    // paths
    Case("deny", "\"{repo}/scripts/*.sh\"", "", "./scripts/a.sh", .allow, path: "/r/scripts/a.sh"),
    Case("deny", "scripts/*.sh", "", "sh", .deny, path: "/usr/bin/dash"),
    Case("deny", "./scripts/a.sh", "", "./a.sh", .allow, path: "/r/scripts/a.sh"),
    Case("deny", "\"{repo}/scripts/*.sh\"", "", "./scripts/a.sh", .deny),
    Case("deny", "/usr/bin/git", "", "git", .allow, path: "/usr/bin/git"),
    Case("deny", "/usr/bin/git", "", "git", .deny, path: "/tmp/git"),
    Case("deny", "\"/usr/bin/git push *\"", "", "git push x", .allow, path: "/usr/bin/git"),
    Case("deny", "\"~/bin/*\"", "", "x", .allow, path: "/home/u/bin/x"),
    Case("execute", "", "/usr/bin/git", "git", .ask),
    Case("execute", "", "/usr/bin/git", "ls", .allow),
    Case("execute", "", "/usr/bin/git", "/usr/bin/git", .deny),
    Case("execute", "", "\"{tmp}/**\"", "x", .deny, path: "/tmp/t/x"),
    // a deny also sees what the name stands for
    Case("execute", "", "rm", "./del", .deny, path: "/bin/rm"),
    Case("execute", "", "\"!git\"", "rm", .deny),
    Case("execute", "", "\"!git\"", "git", .allow),
  ])
  func runs(_ test: Case) throws {
    let text =
      "default:\n  mode: \(test.mode)\n  run:\n    allow: [\(test.allow)]\n    deny: [\(test.deny)]\n"
    let decision = try evaluator(text).decide(test.request)
    #expect(decision.verdict == test.verdict, "\(decision.summary)")
  }

  static let lists = "default: {mode: deny, run: {allow: [touch], deny: [rm]}}"

  @Test func orderOfDecision() throws {
    let touch = run("touch m")
    let rm = run("rm m")
    let other = run("other")
    #expect(try evaluator(Self.lists) { $0.allowAll = true }.decide(rm).verdict == .allow)
    #expect(
      try evaluator(Self.lists) {
        $0.allowAll = true
        $0.denyAll = true
      }.decide(rm).verdict == .deny)
    #expect(try evaluator(Self.lists) { $0.denyAll = true }.decide(touch).verdict == .allow)
    #expect(try evaluator("default: {mode: execute}") { $0.denyAll = true }.decide(other).verdict == .deny)
    #expect(
      try evaluator(nil) {
        $0.denyAll = true
        $0.yes = true
      }.decide(other).verdict == .deny)
    #expect(
      try evaluator(Self.lists) {
        $0.denyAll = true
        $0.allowRun = ["rm"]
      }.decide(rm).verdict == .allow)
    #expect(try evaluator(Self.lists) { $0.allowRun = ["rm"] }.decide(rm).reason.cause == .flag)
    #expect(try evaluator(Self.lists) { $0.allowRun = ["a,rm"] }.decide(rm).verdict == .allow)
    #expect(try evaluator(Self.lists) { $0.allowRun = ["rm -i *"] }.decide(rm).verdict == .deny)
    #expect(try evaluator(nil) { $0.yes = true }.decide(other).verdict == .allow)
    #expect(try evaluator(nil) { $0.yes = true }.decide(rm).verdict == .deny)
    #expect(try evaluator(nil) { $0.nonInteractive = true }.decide(other).verdict == .deny)
    #expect(
      try evaluator(nil) {
        $0.nonInteractive = true
        $0.yes = true
      }.decide(other).verdict == .deny)
    // `--yes` says nothing to what a deny rule may hold.
    let unsure = "default: {run: {allow: [git], deny: [\"git push *\"]}}"
    #expect(try evaluator(unsure) { $0.yes = true }.decide(run("git ?")).verdict == .deny)
    #expect(throws: Diagnostic.self) { try evaluator(nil) { $0.allowRun = ["a["] } }
    #expect(throws: Diagnostic.self) { try evaluator(nil) { $0.allowRun = [""] } }
  }

  @Test func sessionAnswers() throws {
    var session = SessionGrants()
    session.allow(run("curl ? x"))
    let with = try evaluator(nil, session: session)
    #expect(with.decide(run("curl a x")).reason.cause == .sessionGrant)
    #expect(with.decide(run("curl a y")).verdict == .deny)
    #expect(with.decide(run("curl a x z")).verdict == .deny)
    session.reset()
    session.allowAll(.run)
    let all = try evaluator(nil, session: session)
    #expect(all.decide(run("other")).verdict == .allow)
    #expect(all.decide(run("rm")).verdict == .deny)
    session.denyAll(.run)
    #expect(try evaluator(nil, session: session).decide(run("git")).verdict == .deny)
    #expect(try evaluator(nil, session: session).decide(.read(path: "/r/x")).verdict == .allow)
    #expect(
      try evaluator(nil, session: session) { $0.allowRun = ["git"] }.decide(run("git")).verdict == .allow)
    var given = SessionGrants()
    given.allow(run("x *?"))
    #expect(try evaluator(nil, session: given) { $0.denyAll = true }.decide(run("x")).verdict == .deny)
    #expect(try evaluator(nil, session: given).decide(run("x")).verdict == .allow)
    #expect(try evaluator(nil, session: given).decide(run("x a b")).verdict == .allow)
  }

  @Test func sections() throws {
    // A section that is there replaces the built-in one; one that is not keeps it.
    let only = try evaluator("default: {run: {allow: [x]}}")
    #expect(only.decide(run("git")).verdict == .ask)
    #expect(only.decide(run("rm")).verdict == .ask)
    #expect(only.decide(.environment(name: "PATH")).verdict == .allow)
    #expect(only.decide(.read(path: "/r/a")).verdict == .allow)
    #expect(only.decide(.read(path: "/r/.env")).verdict == .deny)
    let more = try evaluator("extends: builtin\ndefault: {run: {allow: [x]}}")
    #expect(more.decide(run("git")).verdict == .allow)
    #expect(more.decide(run("x")).verdict == .allow)
    #expect(more.decide(run("rm")).verdict == .deny)
    let preset = try evaluator("presets: [read-tools]")
    #expect(preset.decide(run("cat x")).reason.rule?.origin == .preset("read-tools"))
    #expect(preset.decide(run("git")).verdict == .allow)
  }

  @Test func explicitAllowLiftsBuiltinDenies() throws {
    let text = """
      overrides:
        - {runbook: "deploy/*.runbook.md", run: {allow: [kubectl, "helm list *"]}, env: {allow: [GITHUB_TOKEN, "AWS_*"]}}
        - {runbook: "other/*", run: {allow: [docker]}}
      grants:
        - {type: run, pattern: curl, scope: permanent}
        - {type: run, pattern: wget, scope: session}
        - {type: run, pattern: rsync, scope: permanent, runbook: "elsewhere.md"}
        - {type: run, pattern: scp, scope: permanent, runbookDigest: "\(String(repeating: "b", count: 64))"}
        - {type: run, pattern: sftp, scope: permanent, runbookDigest: "\(String(repeating: "a", count: 64))"}
        - {type: read, pattern: "{repo}/conf/credentials.json", scope: permanent}
      """
    let with = try evaluator(text)
    #expect(with.decide(run("kubectl get x")).verdict == .allow)
    #expect(with.decide(run("helm list x")).verdict == .allow)
    #expect(with.decide(run("helm delete x")).verdict == .deny)
    #expect(with.decide(run("docker ps")).verdict == .deny)
    #expect(with.decide(run("curl x")).verdict == .allow)
    for name in ["wget", "rsync", "scp"] { #expect(with.decide(run(name)).verdict == .deny) }
    #expect(with.decide(run("sftp")).verdict == .allow)
    #expect(with.decide(.environment(name: "GITHUB_TOKEN")).verdict == .allow)
    #expect(with.decide(.environment(name: "AWS_PROFILE")).verdict == .allow)
    #expect(with.decide(.environment(name: "GITLAB_TOKEN")).verdict == .deny)
    #expect(with.decide(.read(path: "/r/conf/credentials.json")).verdict == .allow)
    #expect(with.decide(.read(path: "/r/other/credentials.json")).verdict == .deny)
    // A document's own deny beats any document's allow; undeny lifts it.
    let own = "default: {run: {deny: [x, \"y *\"]}}\noverrides: [{runbook: \"**\", run: {allow: [x, y]}}]"
    #expect(try evaluator(own).decide(run("x")).verdict == .deny)
    let lifted =
      "default: {run: {deny: [x, \"y *\"]}}\noverrides: [{runbook: \"**\", run: {allow: [x, y], undeny: [x, \"y a *\"]}}]"
    #expect(try evaluator(lifted).decide(run("x")).verdict == .allow)
    #expect(try evaluator(lifted).decide(run("y a b")).verdict == .allow)
    #expect(try evaluator(lifted).decide(run("y b")).verdict == .deny)
    #expect(try evaluator(lifted).decide(run("y ?")).verdict == .deny)
  }

  @Test func overridesReplaceInOrder() throws {
    let text = """
      default: {mode: deny, gate: static}
      overrides:
        - {runbook: "deploy/**", mode: execute, sandbox: strict, limits: {timeout: 1m}}
        - {runbook: "**/prod*", mode: prompted, limits: {cpu: 2m}}
        - {runbook: "x", mode: deny}
      """
    let policy = try evaluator(text).policy
    #expect(policy.mode.value == .prompted)
    #expect(policy.mode.origin == .override(file: ".rundownrc.yaml", line: 4, runbook: "**/prod*"))
    #expect(policy.sandbox.value == .strict)
    #expect(policy.gate.origin == .document(file: ".rundownrc.yaml", line: 1))
    #expect(policy.timeout?.value == .seconds(60))
    #expect(policy.cpu?.value == .seconds(120))
  }

  @Test func files() throws {
    let built = try evaluator(nil)
    #expect(built.decide(.read(path: "/r/a/b")).verdict == .allow)
    #expect(built.decide(.read(path: "/r")).verdict == .allow)
    #expect(built.decide(.read(path: "/rx")).verdict == .ask)
    #expect(built.decide(.read(path: "/r/a/.env")).verdict == .deny)
    #expect(built.decide(.read(path: "/r/.env/x")).verdict == .deny)
    #expect(built.decide(.write(path: "/r/dist/x")).verdict == .allow)
    #expect(built.decide(.write(path: "/r/src/x")).verdict == .ask)
    #expect(built.decide(.write(path: "/r/.git/hooks/pre-commit")).verdict == .deny)
    #expect(built.decide(.write(path: "/r/.claude/settings.local.json")).verdict == .deny)
    #expect(built.decide(.write(path: "/r/.claude/notes")).verdict == .allow)
    #expect(
      try evaluator(nil) { $0.allowWrite = ["/r"] }.decide(.write(path: "/r/.husky/x")).verdict == .deny)
    #expect(
      try evaluator(nil) { $0.allowWrite = ["/r/.git/config"] }.decide(.write(path: "/r/.git/config")).verdict
        == .allow)
    #expect(try evaluator(nil) { $0.allowRead = ["f"] }.decide(.read(path: "/r/sub/f")).verdict == .allow)
    #expect(
      try evaluator(nil) { $0.allowRead = ["~/x"] }.decide(.read(path: "/home/u/x/y")).verdict == .allow)
    #expect(try evaluator(nil) { $0.allowRead = ["/"] }.decide(.read(path: "/etc/x")).verdict == .allow)
    let folder = try evaluator(
      "overrides: [{runbook: \"**\", read: {allow: [\"{repo}\", \"{repo}/secrets\"]}}]")
    #expect(folder.decide(.read(path: "/r/.env")).verdict == .deny)
    #expect(folder.decide(.read(path: "/r/x/secrets/y")).verdict == .deny)
    #expect(folder.decide(.read(path: "/r/secrets/y")).verdict == .allow)
    // A mark behind a brace, or behind a placeholder, belongs to the pattern as it was written.
    let marked = try evaluator(
      "default: {mode: execute, read: {deny: [\"{repo}/{\u{301}x,y}\", \"{repo}\u{301}/z\"]}}")
    for (path, verdict) in [
      ("/r/\u{301}x", Verdict.deny), ("/r/y", .deny), ("/r/x", .allow), ("/r\u{301}/z", .deny),
    ] {
      #expect(marked.decide(.read(path: path)).verdict == verdict, "\(path)")
    }
    let relative = try evaluator("default: {write: {allow: [out]}, protect: []}")
    #expect(relative.decide(.write(path: "/r/out/x")).verdict == .allow)
    #expect(relative.decide(.write(path: "/r/.husky/x")).verdict == .ask)
    var guarded = context
    guarded.guarded = ["/r/.rundownrc.yaml"]
    let all = try evaluator("default: {write: {allow: [\"**\"]}}", context: guarded) {
      $0.allowWrite = ["/r"]
    }
    #expect(all.decide(.write(path: "/r/.rundownrc.yaml")).verdict == .deny)
    #expect(all.decide(.write(path: "/r")).verdict == .deny)
    #expect(all.policy.protectedPaths.contains("/r/.git/hooks"))
    #expect(all.policy.writeRoots.map(\.path) == ["/r", "/"])
    #expect(try evaluator(nil).policy.readRoots.map(\.path) == ["/r", "/tmp/t"])
    var odd = context
    odd.repo = "/r[1]/{a,b}*"
    let inOdd = try evaluator(nil, context: odd)
    #expect(inOdd.decide(.read(path: "/r[1]/{a,b}*/x")).verdict == .allow)
    #expect(inOdd.decide(.read(path: "/r1/a/x")).verdict == .ask)
  }

  @Test func aShadowingProgramIsNotCovered() throws {
    var shadowed = context
    shadowed.programs = ["eslint": "/usr/bin/eslint"]
    let with = try evaluator(nil, context: shadowed)
    #expect(with.decide(run("eslint", path: "/usr/bin/eslint")).verdict == .allow)
    #expect(with.decide(run("eslint", path: "/r/node_modules/.bin/eslint")).verdict == .ask)
    #expect(with.decide(run("vite", path: "/r/node_modules/.bin/vite")).verdict == .allow)
  }

  @Test func environment() throws {
    let with = try evaluator(
      "default: {mode: execute, env: {allow: [PATH, \"*\", IFS, X], deny: [\"*_TOKEN\"]}}"
    ) { $0.allowEnv = ["MY_TOKEN", "L*"] }
    let given = [
      ("PATH", "/bin"), ("A_TOKEN", "s"), ("MY_TOKEN", "t"), ("LD_PRELOAD", "x"), ("IFS", ":"),
      ("BASH_ENV", "x"),
      ("BASH_FUNC_ls%%", "() {"), ("PATH", "/evil"), ("", "x"), ("GIT_DIR", "x"), ("PS4", "x"), ("ENV", "x"),
      ("SHELLOPTS", "x"),
    ].map { (name: $0.0, value: $0.1) }
    let out = with.policy.environment(from: given).map { "\($0.name)=\($0.value)" }
    #expect(out == ["IFS=:", "MY_TOKEN=t", "PATH=/bin"])
    let unlisted = try evaluator("default: {mode: execute, env: {allow: [PATH]}}")
    #expect(unlisted.decide(.environment(name: "X")).verdict == .deny)
    #expect(try evaluator(nil).decide(.environment(name: "path")).verdict == .deny)
    #expect(try evaluator(nil).decide(.environment(name: "LANG")).verdict == .allow)
    #expect(try evaluator(nil).decide(.environment(name: "LANGCHAIN_API")).verdict == .deny)
    #expect(try evaluator(nil).decide(.environment(name: "npm_AUTH_TOKEN")).verdict == .deny)
    #expect(
      try evaluator(nil) { $0.allowEnv = ["LD_PRELOAD"] }.decide(.environment(name: "LD_PRELOAD")).verdict
        == .allow)
  }

  @Test func combinedAnswers() throws {
    let with = try evaluator("default: {run: {deny: [rm], allow: [git]}}")
    func verdict(_ lines: String...) -> Verdict { Evaluator.combined(lines.map { with.decide(run($0)) }) }
    #expect(verdict("git", "x", "rm") == .deny)
    #expect(verdict("git", "x") == .ask)
    #expect(verdict("git") == .allow)
  }
}
