internal import Arguments
internal import Execution
internal import JSON
internal import Policy
internal import SourceText

/// `rundown agent ls` and `rundown agent show NAME`: the profiles of agents, as the policy has corrected them.
struct AgentCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) { loaded = try PolicyLoader.load(explicit: arguments.value("policy")) } catch {
      console.tell(error.rendered)
      return error.exitCode
    }
    let profiles = AgentProfile.all(loaded.document)
    if arguments.positionals[0] == "ls" {
      list(profiles, asJSON: arguments.has("json"))
      return .success
    }
    guard arguments.positionals.count == 2 else {
      console.fail("agent show: the name is missing", help: "‘rundown agent ls’ lists the agents")
      return .usage
    }
    guard let profile = profiles.first(where: { $0.name == arguments.positionals[1] }) else {
      unknown(arguments.positionals[1])
      return .notFound
    }
    console.print(
      arguments.has("json") ? Self.json(profile).encoded(pretty: true) + "\n" : Self.text(profile))
    return .success
  }

  /// Says that there is no such agent.
  func unknown(_ name: String) {
    console.fail(
      "there is no agent ‘\(name)’",
      help: "‘rundown agent ls’ lists them; one of your own stands under agents: in the policy")
  }

  private func list(_ profiles: [AgentProfile], asJSON: Bool) {
    if asJSON {
      return console.print(JSONValue.array(profiles.map(Self.json)).encoded(pretty: true) + "\n")
    }
    let width = profiles.map(\.name.count).max() ?? 0
    for profile in profiles {
      let pad = String(repeating: " ", count: width - profile.name.count)
      let command = (profile.programs.first.map { [$0.text] } ?? []) + profile.arguments
      let origin = profile.isCustom ? "   (changed by the policy)" : ""
      console.print(
        "\(profile.name)\(pad)  \(DisplayText.visible(command.joined(separator: " ")))\(origin)\n")
    }
  }

  private static func fields(_ profile: AgentProfile) -> [(String, [String])] {
    [
      ("programs", profile.programs.map(\.text)), ("arguments", profile.arguments),
      ("state", profile.state.map(\.text)), ("protect", profile.protect.map(\.text)),
      ("read", profile.read.map(\.text)), ("env", profile.env.map(\.text)),
      ("hosts", profile.hosts.map(\.text)),
    ]
  }

  /// As a policy document would have it, so that it can be copied there and corrected.
  private static func text(_ profile: AgentProfile) -> String {
    var text = "agents:\n  \(profile.name):\n"
    for (name, values) in fields(profile) {
      text += "    \(name): [\(values.map(RuleEditor.yamlScalar).joined(separator: ", "))]\n"
    }
    let set = profile.set.sorted { $0.key < $1.key }
    text += "    set: {\(set.map { "\($0.key): \"\($0.value)\"" }.joined(separator: ", "))}\n"
    return text
  }

  private static func json(_ profile: AgentProfile) -> JSONValue {
    .object(
      [JSONValue.Member("name", .string(profile.name))]
        + fields(profile).map { JSONValue.Member($0.0, .array($0.1.map { .string($0) })) }
        + [
          JSONValue.Member(
            "set",
            .object(
              profile.set.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })),
          JSONValue.Member("changed", .bool(profile.isCustom)),
        ])
  }
}
