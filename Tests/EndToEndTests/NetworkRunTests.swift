import Foundation
import TestKit
import Testing

/// The network's one door, seen from inside a step.
@Suite struct NetworkRunTests {
  private static let curl = "/usr/bin/curl"
  /// What keeps these tests from running; empty when nothing does.
  static let obstacle: String = {
    guard FileManager.default.isExecutableFile(atPath: curl) else { return "there is no curl" }
    guard let project = try? TemporaryProject(),
      (try? project.write(".rundownrc.yaml", "default: {network: {mode: proxied}}\n")) != nil,
      (try? project.write("a.md", runbook(":"))) != nil, let result = try? project.rundown("run", "a.md"),
      result.output.contains("sandbox full")
    else { return "this machine gives no full sandbox" }
    return ""
  }()

  /// Accounts that a run is tried as: this one, and for root an ordinary one too.
  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]

  private func project(_ policy: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", policy)
    return project
  }

  private func run(
    _ project: TemporaryProject, asSelf: Bool = true, _ text: String, _ options: [String] = []
  ) throws -> ProgramResult {
    let words = ["run", try stepFile(project, text)] + options
    if asSelf { return try project.rundown(words) }
    let program = project.top + "/rundown"
    if !FileManager.default.fileExists(atPath: program) {
      try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    }
    _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top])
    return try project.run(
      ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program] + words)
  }

  private func stepFile(_ project: TemporaryProject, _ text: String) throws -> String {
    try project.write("step.md", runbook(text, shell: "bash"))
    return "step.md"
  }

  private static let tools = "run: {allow: [curl, env, grep]}"

  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)), arguments: accounts)
  func aListedServiceOfTheHostIsReachedInThreeWays(_ asSelf: Bool) throws {
    let server = try HTTPServer(body: "canary-of-the-host")
    let project = try project(
      "default: {\(Self.tools), network: {mode: proxied, allow: [github.com], localhost: [\(server.port)]}}\n"
    )
    let url = "http://localhost:\(server.port)/"
    for options in ["", "--noproxy ''", "--noproxy '' -p"] {
      let result = try run(project, asSelf: asSelf, "curl -sS --max-time 20 \(options) \(url)")
      #expect(result.output.contains("canary-of-the-host") && result.status == 0, "\(options): \(result.all)")
    }
    // Not so with the network denied.
    try project.write(".rundownrc.yaml", "default: {\(Self.tools), network: deny}\n")
    let denied = try run(project, asSelf: asSelf, "curl -sS --max-time 20 \(url)")
    #expect(!denied.output.contains("canary-of-the-host"), "\(denied.all)")
  }

  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)), arguments: accounts)
  func whatIsNotListedIsRefusedWithTheWayOut(_ asSelf: Bool) throws {
    let server = try HTTPServer(body: "canary-of-the-host")
    let project = try project(
      "default: {\(Self.tools), network: {mode: proxied, allow: [\"*\"]}}\n")
    let targets = [
      "localhost:\(server.port)", "127.0.0.1:\(server.port)", "[::ffff:127.0.0.1]:\(server.port)",
    ]
    for target in targets {
      let text =
        "curl -sS -g --max-time 20 --noproxy '' http://\(target)/; curl -sS -g --noproxy '*' http://\(target)/"
      let result = try run(project, asSelf: asSelf, text)
      #expect(!result.all.contains("canary-of-the-host"), "\(target): \(result.all)")
      #expect(result.errors.contains("BLOCKED-PRIVATE"), "\(target): \(result.all)")
      #expect(result.all.contains("--allow-net"), "\(target): \(result.all)")
    }
    let open = try run(
      project, asSelf: asSelf, "curl -sS --max-time 20 --noproxy '' http://localhost:\(server.port)/",
      ["--allow-net", "localhost:\(server.port)"])
    #expect(open.output.contains("canary-of-the-host"), "\(open.all)")
  }

  /// A refused connection is told with who wanted it; a step that fails without a network is told that it has none.
  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)), arguments: accounts)
  func refusalsNameTheProgram(_ asSelf: Bool) throws {
    let project = try project("default: {\(Self.tools), network: {mode: proxied, allow: [a.invalid]}}\n")
    let text =
      "curl -sS http://127.0.0.1:9/ --noproxy '' -o /dev/null; curl -sS -p http://x.invalid/ -o /dev/null"
    let result = try run(project, asSelf: asSelf, text, ["--events", "-"])
    #expect(result.errors.contains("(BLOCKED-PRIVATE, by curl)"), "\(result.all)")
    #expect(result.errors.contains("x.invalid:80") && result.errors.contains("by curl)"), "\(result.all)")
    #expect(
      result.output.contains("\"host\":\"x.invalid\",\"port\":80,\"program\":\"curl\""), "\(result.all)")
    let past = try run(project, asSelf: asSelf, "curl -sS --noproxy '*' http://x.invalid/")
    #expect(past.errors.contains("a program does not use the proxy"), "\(past.all)")
    try project.write(".rundownrc.yaml", "default: {\(Self.tools)}\n")
    let denied = try run(project, asSelf: asSelf, "curl -sS http://x.invalid/")
    #expect(
      denied.errors.contains("may have failed because it has no network (network mode deny, built-in"),
      "\(denied.all)")
    #expect(denied.errors.contains("--allow-net HOST"), "\(denied.all)")
  }

  /// What is not closed at all is said, and stands in the run's record.
  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)))
  func whatIsOpenIsSaid() throws {
    for (network, options, said) in [
      ("{mode: open}", [], "the network is open (.rundownrc.yaml:1)"), ("allow", [], "the network is open"),
      ("deny", ["--allow-all"], "--allow-all: nothing is decided on and nothing is confined"),
      ("deny", [], ""),
      ("{mode: proxied}", [], ""), ("{mode: open}", ["--no-sandbox"], ""),
    ] as [(String, [String], String)] {
      let project = try project("default: {network: \(network)}\n")
      let result = try run(project, ":", options)
      #expect(
        result.status == 0
          && (said.isEmpty ? !result.errors.contains("warning") : result.errors.contains(said)),
        "\(result.all)")
      #expect(try said.isEmpty || project.rundown("audit", "show").output.contains(said.prefix(20)))
    }
  }

  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)))
  func theFlagAloneOpensTheDoor() throws {
    let server = try HTTPServer(body: "canary-of-the-host")
    let project = try project("default: {\(Self.tools)}\n")
    let text = "curl -sS --max-time 20 --noproxy '' http://127.0.0.1:\(server.port)/"
    let closed = try run(project, text)
    #expect(!closed.output.contains("canary-of-the-host"), "\(closed.all)")
    let open = try run(project, text, ["--allow-net", "127.0.0.1:\(server.port)"])
    #expect(open.output.contains("canary-of-the-host"), "\(open.all)")
    let told = try run(project, text, ["--allow-net", "127.0.0.1:\(server.port)", "--json"])
    let line = try #require(
      told.output.split(separator: "\n").first { $0.contains("\"connection_decided\"") })
    #expect(
      line.contains("\"status\":\"CONNECTED\"") && line.contains("\"address\":\"127.0.0.1\""), "\(line)")
  }

  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)))
  func theVariablesAreSetInBothSpellings() throws {
    let project = try project(
      "default: {\(Self.tools), env: {allow: [PATH, \"*_proxy\"]}, network: {mode: proxied}}\n")
    let result = try project.run([
      "/usr/bin/env", "npm_config_proxy=http://user:secret@old/", "JAVA_TOOL_OPTIONS=-Dx=y",
      "http_proxy=http://old/",
      Built.rundown, "run", try stepFile(project, "env"), "--allow-env", "npm_config_proxy,JAVA_TOOL_OPTIONS",
    ])
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
      #expect(result.output.contains("\(name)=http://127.0.0.1:"), "\(name): \(result.all)")
    }
    #expect(result.output.contains("no_proxy=localhost,127.0.0.1,::1"))
    // Programs that have names of their own for it.
    let names = [
      "npm_config_proxy", "npm_config_https_proxy", "YARN_HTTP_PROXY", "YARN_HTTPS_PROXY", "CARGO_HTTP_PROXY",
    ]
    for name in names {
      #expect(result.output.contains("\(name)=http://127.0.0.1:"), "\(name): \(result.all)")
    }
    #expect(result.output.contains("NODE_USE_ENV_PROXY=1"))
    #expect(result.output.contains("JAVA_TOOL_OPTIONS=-Dx=y -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort="))
    #expect(!result.output.contains("http://old") && !result.output.contains("secret@"))
  }

  @Test(.enabled(if: obstacle.isEmpty, Comment(rawValue: obstacle)))
  func thePortLeadsNowhereOnTheHost() throws {
    let project = try project("default: {\(Self.tools), network: {mode: proxied}}\n")
    let result = try run(
      project, "env | grep ^http_proxy=; curl -sS --max-time 5 --noproxy '*' http://192.0.2.1/; exit 0")
    let line = try #require(
      result.output.split(separator: "\n").first { $0.contains("http_proxy=http://127.0.0.1:") })
    #expect(line.split(separator: ":").last.flatMap { UInt16($0.filter(\.isNumber)) } != nil)
    #expect(result.all.contains("curl: (7)"), "\(result.all)")
  }
}
