/// The three answers to a request.
public enum Verdict: String, Hashable, Sendable {
  /// It may happen.
  case allow
  /// A person must be asked first.
  case ask
  /// It must not happen.
  case deny
}

/// A way to change a decision.
public enum Remedy: Hashable, Sendable {
  /// An option for this run: `--allow-run curl`.
  case flag(String)
  /// A line of the policy document: `default.run.allow: [curl]`.
  case policyLine(String)
  /// Something else, as a sentence's part.
  case advice(String)
}

/// Why a request was decided as it was.
public struct Reason: Hashable, Sendable {
  /// What decided.
  public enum Cause: Hashable, Sendable {
    /// `--allow-all`.
    case allowAll
    /// An option of the command line that grants this.
    case flag
    /// A person denied everything of this kind for the session.
    case sessionDenial
    /// A person allowed this, or everything of this kind, for the session.
    case sessionGrant
    /// A rule of a deny list.
    case denyRule
    /// A rule of a deny list that matches for some values of what only the run knows.
    case possibleDenyRule
    /// The files that no step may write.
    case protected
    /// A rule of an allow list.
    case allowRule
    /// No rule lists it: the mode decided.
    case unlisted
    /// A variable that makes programs run other code and that no rule names literally.
    case dangerousVariable
    /// The network's mode.
    case networkMode
  }

  /// What was asked for, short: a program's name, a path, a variable, `host:port`.
  public var subject: String
  /// What kind of operation.
  public var kind: AccessKind
  /// What decided.
  public var cause: Cause
  /// The deciding rule, if one did.
  public var rule: RuleReference?
  /// The mode that held, where it decided.
  public var mode: PolicySetting<PolicyMode>?
  /// The network's mode, where it decided.
  public var network: PolicySetting<NetworkMode>?
  /// Whether `--yes` answered the question.
  public var wasAnsweredByYes = false
  /// Whether it would have been asked, but nobody can be.
  public var wasDeniedUnasked = false
  /// Ways to change it, if it was not allowed.
  public var remedies: [Remedy] = []
  /// The document that `remedies` speak of.
  public var documentName: String?
}

/// The answer to a request, with its reason.
public struct Decision: Hashable, Sendable {
  /// What was asked for.
  public var request: AccessRequest
  /// The answer.
  public var verdict: Verdict
  /// Why.
  public var reason: Reason
}

extension Decision {
  /// What was decided and why, in one line: `curl is not allowed (no rule lists it; mode prompted; non-interactive)`.
  public var summary: String {
    let reason = reason
    let rule = reason.rule.map { "\"\($0.text)\" (\($0.origin.text), \($0.list))" } ?? ""
    switch reason.cause {
    case .allowAll: return "\(reason.subject) is allowed (--allow-all)"
    case .flag: return "\(reason.subject) is allowed by \(rule)"
    case .sessionDenial: return "\(reason.subject) is denied (everything of this kind, for this session)"
    case .sessionGrant: return "\(reason.subject) is allowed for this session"
    case .denyRule: return "\(reason.subject) is denied by \(rule)"
    case .possibleDenyRule:
      let end = reason.wasDeniedUnasked ? "; nobody can be asked" : ""
      return "\(reason.subject) may be denied by \(rule): it depends on a word that only the run knows\(end)"
    case .protected: return "\(reason.subject) is never written by a step: \(rule)"
    case .allowRule:
      if reason.rule == nil { return "\(reason.subject) is allowed (any public host)" }
      return "\(reason.subject) is allowed by \(rule)"
    case .unlisted:
      var mode = reason.mode.map { "mode \($0.value.rawValue)" } ?? "no mode"
      if verdict == .deny, reason.kind == .network, reason.mode?.value == .execute {
        mode += " opens no host"
      }
      if reason.wasAnsweredByYes { return "\(reason.subject) is allowed (no rule lists it; --yes)" }
      if verdict == .allow { return "\(reason.subject) is allowed (no rule lists it; \(mode))" }
      if verdict == .ask { return "\(reason.subject) must be asked for (no rule lists it; \(mode))" }
      let end = reason.wasDeniedUnasked ? "; non-interactive" : ""
      return "\(reason.subject) is not allowed (no rule lists it; \(mode)\(end))"
    case .dangerousVariable:
      return
        "\(reason.subject) is not passed on: it can make programs run other code, and no rule names it literally"
    case .networkMode:
      let mode = reason.network.map { "\($0.value.rawValue), \($0.origin.text)" } ?? ""
      return "\(reason.subject) is \(verdict == .allow ? "allowed" : "denied") (network mode \(mode))"
    }
  }

  /// The ways to change it, as the help of a refusal shows them; nil when there are none.
  public var help: String? {
    let lines = helpLines
    return lines.isEmpty ? nil : lines.joined(separator: "\n        ")
  }

  /// The ways to change it, a line each.
  public var helpLines: [String] {
    var lines: [String] = []
    for remedy in reason.remedies {
      let lead = lines.isEmpty ? "" : "or "
      switch remedy {
      case .flag(let text): lines.append("\(lead)allow it for this run:   \(text)")
      case .policyLine(let text):
        lines.append("\(lead)in \(reason.documentName ?? "a new .rundownrc.yaml"):   \(text)")
      case .advice(let text): lines.append("\(lead)\(text)")
      }
    }
    return lines
  }
}
