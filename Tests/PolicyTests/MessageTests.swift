import Policy
import SourceText
import Testing

@Suite struct MessageTests {
  private func text(
    _ policy: String?, _ request: AccessRequest, _ change: (inout PolicyOptions) -> Void = { _ in }
  ) throws -> String {
    let decision = try evaluator(policy, change).decide(request)
    return decision.summary + (decision.help.map { "\n  help: " + $0 } ?? "")
  }

  @Test func refusalsNameTheRuleAndTheWayOut() throws {
    #expect(
      try text("default: {run: {allow: [git]}}", run("jq x")) { $0.nonInteractive = true } == """
        jq is not allowed (no rule lists it; mode prompted; non-interactive)
          help: allow it for this run:   --allow-run jq
                or in .rundownrc.yaml:   default.run.allow: [jq]
        """)
    #expect(
      try text("version: 1", run("jq x")) == """
        jq must be asked for (no rule lists it; mode prompted)
          help: allow it for this run:   --allow-run jq
                or in .rundownrc.yaml:   grants: [{type: run, pattern: jq, scope: permanent}]
        """)
    #expect(
      try text(nil, run("curl x")) == """
        curl is denied by "curl" (built-in, run.deny)
          help: allow it for this run:   --allow-run curl
                or in a new .rundownrc.yaml:   default.run.allow: [curl]   (with `extends: builtin`)
        """)
    #expect(
      try text("default:\n  run:\n    deny: [\"kubectl delete *\"]\n", run("kubectl delete pod x")) == """
        kubectl is denied by "kubectl delete *" (.rundownrc.yaml:3, run.deny)
          help: allow it for this run:   --allow-run kubectl
                or in .rundownrc.yaml:   overrides: [{runbook: deploy/prod.runbook.md, run: {undeny: [kubectl], allow: [kubectl]}}]   (needs review)
        """)
    #expect(
      try text("version: 1", run("?")) == """
        a program that only the run knows must be asked for (no rule lists it; mode prompted)
          help: name the program literally in the runbook
        """)
    #expect(try text(nil, run("git x")) == "git is allowed by \"git\" (built-in, run.allow)")
    #expect(
      try text(nil, run("x")) { $0.allowRun = ["x"] } == "x is allowed by \"x\" (--allow-run, run.allow)")
    #expect(
      try text("default: {run: {allow: [git], deny: [\"git push *\"]}}", run("git ?")).hasPrefix(
        "git may be denied by \"git push *\" (.rundownrc.yaml:1, run.deny): it depends on a word"))
    #expect(
      try text("default: {read: {allow: []}}", .read(path: "/home/u/a b")) == """
        /home/u/a b must be asked for (no rule lists it; mode prompted)
          help: allow it for this run:   --allow-read '{home}/a b'
                or in .rundownrc.yaml:   default.read.allow: ["{home}/a b"]
        """)
    #expect(try text(nil, .connect(host: "x.org", port: 443)).contains("network mode deny, built-in"))
    #expect(try text(nil, .connect(host: "x.org", port: 443)).contains("--allow-net x.org"))
    #expect(
      try text("default: {network: {allow: []}}", .connect(host: "x.org", port: 99)).contains(
        "--allow-net x.org:99"))
    #expect(
      try text(nil, .write(path: "/r/.git/config")).hasPrefix(
        "/r/.git/config is never written by a step: \".git/config\""))
    #expect(try text(nil, .environment(name: "LD_PRELOAD")).contains("--allow-env LD_PRELOAD"))
    #expect(try text(nil, .environment(name: "NPM_TOKEN")).contains("denied by \"*_TOKEN\""))
  }

  /// What a remedy says must work: its flag lifts the decision.
  @Test(arguments: [
    run("jq x"), run("curl x"), run("a[b"), run("./x.sh"), .read(path: "/etc/x"), .read(path: "/r/a[1]/.env"),
    .write(path: "/home/u/o'k"), .environment(name: "MY_TOKEN"), .environment(name: "IFS"),
    .connect(host: "x.org", port: 8080), .connect(host: "2606::1", port: 443),
    .connect(host: "::1", port: 99),
    .write(path: "/r/.git/hooks/x"),
  ])
  func flagsWork(request: AccessRequest) throws {
    let decision = try evaluator(nil).decide(request)
    #expect(decision.verdict != .allow)
    let flags = decision.reason.remedies.compactMap { remedy -> String? in
      if case .flag(let text) = remedy { return text }
      return nil
    }
    let flag = try #require(flags.first)
    var value = String(flag.drop { $0 != " " }.dropFirst())
    if value.hasPrefix("'") { value = String(value.dropFirst().dropLast()).replacing("'\\''", with: "'") }
    let again = try evaluator(nil) { options in
      switch request.kind {
      case .run: options.allowRun = [value]
      case .read: options.allowRead = [value]
      case .write: options.allowWrite = [value]
      case .env: options.allowEnv = [value]
      case .network: options.allowNet = [value]
      }
    }
    #expect(again.decide(request).verdict == .allow, "\(flag): \(again.decide(request).summary)")
  }
}
