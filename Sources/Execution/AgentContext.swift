internal import Policy

/// What an agent is told of its limits, in plain words.
enum AgentContext {
  /// The variable that says which agent is at work; inside of one no other is started.
  static let guardName = "RUNDOWN_AGENT"

  static func text(_ policy: EffectivePolicy, _ agent: AgentUse) -> String {
    var text = """
      # Your limits

      You run inside rundown. Every program that is started is decided on by a policy, and the kernel confines files and
      network. A refusal is final unless a person allows it: it shows as "Permission denied" or "Operation not permitted".
      Do not try to get around a refusal; say what you need and why.


      """
    switch agent.access {
    case .read:
      text += "- You cannot write anything in the project. Describe changes instead of making them.\n"
    case .write:
      text +=
        "- You can write in the project, but not what is denied below, nor what is protected: what a tool or an editor\n"
      text += "  runs later (hooks, editor settings, CI of rundown).\n"
    }
    if agent.worktree != nil {
      text +=
        "- You work in a git worktree of your own. You cannot commit: what you leave is committed when you end.\n"
    }
    text += "- TMPDIR is yours alone and goes away with you.\n"
    switch policy.mode.value {
    case .prompted where policy.options.nonInteractive:
      text += "- Nobody can be asked: what is not listed is refused.\n"
    case .prompted: text += "- What is not listed is asked for: a person answers, which may take a while.\n"
    case .execute: text += "- Programs that are not denied may start.\n"
    case .deny: text += "- Programs that are not listed are refused.\n"
    }
    for rule in policy.brokers.map(\.value) {
      text +=
        "- The secret \(rule.secret), if you have it, is a placeholder: it works in the header \(rule.header) of plain requests\n"
      text += "  for \(rule.url), through the proxy of the environment, and nowhere else.\n"
    }
    for (title, list) in [
      ("Programs that may start", "run.allow"), ("Programs that may not", "run.deny"),
      ("Files that may be written", "write.allow"), ("Files that may not be read", "read.deny"),
      ("Hosts that are reached, through the proxy of the environment", "network.allow"),
    ] {
      let kind = AccessKind(rawValue: String(list.prefix { $0 != "." })) ?? .run
      let rules = policy.references(kind).filter { $0.list == list }.map(\.text)
      text += "\n## \(title)\n\n"
      text += rules.isEmpty ? "none\n" : rules.map { "- `\($0)`\n" }.joined()
    }
    return text
  }
}
