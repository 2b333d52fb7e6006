import Policy
import SourceText
import Testing

@Suite struct AgentTests {
  private func agent(
    _ text: String?, _ name: String, _ access: AgentAccess = .read,
    _ change: (inout PolicyOptions) -> Void = { _ in }
  ) throws -> Evaluator {
    var document: PolicyDocument?
    if let text { document = read(text).document }
    let profile = try #require(AgentProfile.all(document).first { $0.name == name })
    var options = PolicyOptions()
    change(&options)
    return Evaluator(
      policy: try EffectivePolicy(
        document: document, context: context, options: options,
        agent: AgentUse(profile: profile, access: access)))
  }

  @Test(arguments: AgentProfile.builtin) func everyProfileMakesAPolicy(_ profile: AgentProfile) throws {
    for access in AgentAccess.allCases {
      let evaluator = try agent(nil, profile.name, access)
      let policy = evaluator.policy
      #expect(
        policy.gate.value == .tree && policy.sandbox.value == .strict && policy.network.value == .proxied)
      #expect(!policy.allowsAnyHost)
      for program in profile.programs {
        #expect(evaluator.decide(run(program.text)).verdict == .allow, "\(program.text)")
      }
      for host in profile.hosts {
        #expect(evaluator.decide(.connect(host: host.text, port: 443)).verdict == .allow, "\(host.text)")
      }
      for name in profile.env where !name.text.contains("*") {
        #expect(evaluator.decide(.environment(name: name.text)).verdict == .allow, "\(name.text)")
      }
      for path in profile.protect where !path.text.contains("*") {
        let place = path.text.replacing("{home}", with: "/home/u")
        #expect(evaluator.decide(.write(path: place)).verdict == .deny, "\(place)")
      }
      #expect(evaluator.decide(.connect(host: "example.org", port: 443)).verdict == .ask)
      #expect(evaluator.decide(.environment(name: "AWS_SECRET_ACCESS_KEY")).verdict == .deny)
    }
  }

  @Test func accessSaysWhetherTheProjectIsWritten() throws {
    let text = "default: {write: {allow: [\"{repo}/dist/**\", \"/srv/x\"], deny: [\"**/.env\"]}}"
    let reading = try agent(text, "shell")
    #expect(reading.decide(.write(path: "/r/dist/a")).verdict == .deny)
    #expect(reading.decide(.write(path: "/r/a")).verdict == .deny)
    #expect(reading.decide(.write(path: "/srv/x/a")).verdict == .allow)
    let writing = try agent(text, "shell", .write)
    #expect(writing.decide(.write(path: "/r/a")).verdict == .allow)
    #expect(writing.decide(.write(path: "/r/.env")).verdict == .deny)
    #expect(writing.decide(.write(path: "/r/.git/hooks/pre-commit")).verdict == .deny)
  }

  @Test func noDocumentAndNoOptionLoosensTheLeash() throws {
    let evaluator = try agent(
      "default: {mode: execute, sandbox: \"off\", gate: static, network: allow}", "claude"
    ) { options in
      options.sandbox = .off
      options.gate = .static
      options.network = .open
    }
    let policy = evaluator.policy
    #expect(policy.gate.value == .tree && policy.sandbox.value == .strict && policy.network.value == .proxied)
    #expect(evaluator.decide(.connect(host: "example.org", port: 443)).verdict != .ask)
  }

  @Test func theDocumentsDenyBeatsTheProfile() throws {
    let evaluator = try agent(
      "default: {run: {allow: [git], deny: [claude]}, env: {allow: [PATH], deny: [ANTHROPIC_API_KEY]}}",
      "claude")
    #expect(evaluator.decide(run("claude")).verdict == .deny)
    #expect(evaluator.decide(.environment(name: "ANTHROPIC_API_KEY")).verdict == .deny)
  }

  @Test func aDocumentCorrectsAProfileFieldByField() throws {
    let text = """
      agents:
        claude: {hosts: [llm.intern.example.com], set: {A: "1"}}
        mine: {env: [MINE_KEY]}
      """
    let profiles = AgentProfile.all(read(text).document)
    let claude = try #require(profiles.first { $0.name == "claude" })
    #expect(
      claude.hosts.map(\.text) == ["llm.intern.example.com"] && claude.set == ["A": "1"] && claude.isCustom)
    #expect(claude.programs.map(\.text) == ["claude"] && !claude.arguments.isEmpty)
    let mine = try #require(profiles.first { $0.name == "mine" })
    #expect(mine.programs.map(\.text) == ["mine"] && mine.env.map(\.text) == ["MINE_KEY"])
    #expect(try agent(text, "mine").decide(run("mine")).verdict == .allow)
    #expect(profiles.map(\.name) == profiles.map(\.name).sorted())
  }
}
