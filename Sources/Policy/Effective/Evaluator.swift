internal import SourceText

/// Decides on requests: a pure function of the policy and the session's answers.
///
/// The first that holds decides: `--allow-all` (unless `--deny-all`), the guarded files, what the command line grants,
/// the protected files, the session's answers, the deny list, the allow list, the mode.
public struct Evaluator: Sendable {
  /// The rules.
  public internal(set) var policy: EffectivePolicy
  /// The session's answers; `--deny-all` makes them count for nothing.
  public var session: SessionGrants
  /// Whether what no rule lists is denied, whatever the mode: so it is for files, which the kernel opens by rules alone.
  public var deniesUnlisted = false
  /// Whether decisions carry the ways to change them; without, they cost less.
  public var findsRemedies = true

  /// An evaluator.
  public init(policy: EffectivePolicy, session: SessionGrants = SessionGrants()) {
    self.policy = policy
    self.session = session
  }

  /// Says which file a program's bare name stands for on the run's PATH.
  public mutating func bind(_ name: String, to path: String) { policy.bind(name, to: path) }

  /// The decision on one request.
  public func decide(_ request: AccessRequest) -> Decision {
    let kind = request.kind
    if policy.options.allowAll, !policy.options.denyAll { return decision(request, .allow, .allowAll) }
    if case .write(let path) = request, let guarded = guardedPath(path) {
      let rule = RuleReference(list: "guarded", text: guarded, origin: .builtin)
      return decision(request, .deny, .protected, rule)
    }
    let rules = policy.rules[kind] ?? RuleSet()
    let isDangerous = isDangerousVariable(request)
    if let rule = rules.flags.first(where: { match($0, request) == .yes && (!isDangerous || isExactName($0)) }
    ) {
      // To write a protected file, the command line must name it, not a folder that holds it.
      if protection(request).map({ names(rule, what: $0) }) ?? true {
        return decision(request, .allow, .flag, rule.reference)
      }
    }
    if let rule = protection(request) { return decision(request, .deny, .protected, rule.reference) }
    if kind == .network, policy.network.value == .deny { return decision(request, .deny, .networkMode) }
    if !policy.options.denyAll {
      if session.deniedKinds.contains(kind) { return decision(request, .deny, .sessionDenial) }
      if session.covers(request) { return decision(request, .allow, .sessionGrant) }
    }
    let (denied, possible) = denial(request, rules)
    if let rule = denied { return decision(request, .deny, .denyRule, rule.reference) }
    if kind == .network, policy.network.value == .open { return decision(request, .allow, .networkMode) }
    if let rule = possible { return unsure(request, rule) }
    if isDangerous {
      let rule = rules.allow.first { isExactName($0) && match($0, request) == .yes }
      return decision(
        request, rule == nil ? .deny : .allow, rule == nil ? .dangerousVariable : .allowRule, rule?.reference)
    }
    if let rule = rules.allow.first(where: { match($0, request) == .yes && !leaksSecret($0, request) }),
      hasPort(request, rule)
    {
      return decision(request, .allow, .allowRule, rule.reference)
    }
    if isPublicHost(request) { return decision(request, .allow, .allowRule) }
    if !policy.options.denyAll, session.allowedKinds.contains(kind) {
      return decision(request, .allow, .sessionGrant)
    }
    return unlisted(request)
  }

  /// One answer for several requests that belong together: deny if one is denied, else ask if one must be asked for.
  ///
  /// So neither an answer nor `--yes` can carry a denied name along.
  public static func combined(_ decisions: [Decision]) -> Verdict {
    if decisions.contains(where: { $0.verdict == .deny }) { return .deny }
    return decisions.contains { $0.verdict == .ask } ? .ask : .allow
  }

  // MARK: Matching

  private func match(_ rule: Rule, _ request: AccessRequest) -> RuleMatch {
    switch request {
    case .execute(let program):
      guard case .run(let pattern) = rule.pattern else { return .no }
      return pattern.match(program, context: policy.context) { path in
        let rules = policy.rules[.write] ?? RuleSet()
        return (rules.flags + rules.allow).contains { match($0, .write(path: path)) == .yes }
      }
    case .read(let path), .write(let path):
      guard case .path(let pattern) = rule.pattern else { return .no }
      return pattern.covers(path) ? .yes : .no
    case .environment(let name):
      guard case .name(let glob) = rule.pattern else { return .no }
      return glob.matches(name) ? .yes : .no
    case .connect(let host, let port):
      guard case .host(let pattern) = rule.pattern else { return .no }
      return pattern.matches(host: host, port: port) ? .yes : .no
    }
  }

  /// The rule of the deny list that holds, or one that could.
  private func denial(_ request: AccessRequest, _ rules: RuleSet) -> (certain: Rule?, possible: Rule?) {
    var possible: Rule?
    // A program that only the run knows is unlisted; the live gate decides on its real name.
    if case .execute(let program) = request, case .literal = program.program {
    } else if request.kind == .run {
      return (nil, nil)
    }
    for rule in rules.deny {
      let found = match(rule, request)
      if found == .no || isLifted(rule, request, rules) { continue }
      if found == .yes { return (rule, nil) }
      possible = possible ?? rule
    }
    return (nil, possible)
  }

  /// Whether a deny rule does not count for a request: an override's `undeny`, or, for a built-in rule, an explicit
  /// allow of the same name.
  private func isLifted(_ deny: Rule, _ request: AccessRequest, _ rules: RuleSet) -> Bool {
    if case .user = deny.reference.origin { return false }
    if rules.undeny.contains(where: { match($0, request) == .yes }) { return true }
    switch deny.reference.origin {
    case .builtin, .riskyHosts: break
    case .user, .document, .override, .grant, .preset, .agent, .flag, .session: return false
    }
    return rules.allow.contains { allow in
      switch allow.reference.origin {
      case .document, .override, .grant, .agent: break
      case .builtin, .user, .riskyHosts, .preset, .flag, .session: return false
      }
      guard match(allow, request) == .yes else { return false }
      return allow.reference.text == deny.reference.text || names(allow, what: deny)
    }
  }

  /// Whether an allow rule is explicit about what a deny rule is about: it has no wildcard, and its own name or path is
  /// one that the deny rule matches. A rule on a folder says nothing about the secrets in it.
  private func names(_ allow: Rule, what deny: Rule) -> Bool {
    switch (allow.pattern, deny.pattern) {
    case (.run(let allowed), .run(let denied)):
      if let name = allowed.literalName {
        return denied.match(
          ProgramRequest(program: .literal(name), arguments: [.anyNumber]), context: policy.context,
          isWritable: { _ in false }) != .no
      }
      return allowed.pathPattern?.glob.isLiteral == true
    case (.path(let allowed), .path(let denied)):
      return allowed.glob.isLiteral && denied.covers(allowed.glob.literalPrefix)
    case (.name(let allowed), .name): return allowed.isLiteral
    case (.host(let allowed), .host(let denied)):
      return allowed.literalName.map { denied.matches(host: $0, port: 443) } ?? false
    case (.run, _), (.path, _), (.name, _), (.host, _): return false
    }
  }

  /// Whether a rule for a variable has no wildcard.
  private func isExactName(_ rule: Rule) -> Bool {
    if case .name(let glob) = rule.pattern { return glob.isLiteral }
    return false
  }

  /// Whether a built-in pattern such as `npm_*` would pass on a variable whose name says that it holds a secret, in whatever
  /// letters: `npm_config__authToken`.
  private func leaksSecret(_ rule: Rule, _ request: AccessRequest) -> Bool {
    guard case .environment(let name) = request, rule.reference.origin == .builtin, !isExactName(rule) else {
      return false
    }
    return BuiltinPolicy.namesSecret(variable: name)
  }

  private func guardedPath(_ path: String) -> String? {
    policy.context.guarded.first { PathText.isInside(path, $0) || PathText.isBelow($0, path) }
  }

  private func protection(_ request: AccessRequest) -> Rule? {
    guard case .write = request else { return nil }
    return policy.protected.first { match($0, request) == .yes }
  }

  private func isDangerousVariable(_ request: AccessRequest) -> Bool {
    guard case .environment(let name) = request else { return false }
    return BuiltinPolicy.isDangerous(variable: name)
  }

  // MARK: Network

  private func hasPort(_ request: AccessRequest, _ rule: Rule) -> Bool {
    guard case .connect(_, let port) = request, case .host(let pattern) = rule.pattern else { return true }
    return pattern.namesPort || policy.ports.contains { $0.value == port }
  }

  private func isPublicHost(_ request: AccessRequest) -> Bool {
    guard case .connect(let host, let port) = request else { return false }
    let name = HostName.normalized(host) ?? ""
    let isLocal = name == "localhost" || name.hasSuffix(".localhost")
    if isLocal || AddressGuard.bytes(name).map({ $0.first == 127 || name == "::1" }) == true {
      return policy.localhostPorts.contains { $0.value == port }
    }
    guard policy.allowsAnyHost, !name.isEmpty, policy.ports.contains(where: { $0.value == port }) else {
      return false
    }
    return AddressGuard.bytes(name).map(AddressGuard.isPublic) ?? true
  }

  // MARK: Decisions

  private func decision(
    _ request: AccessRequest, _ verdict: Verdict, _ cause: Reason.Cause, _ rule: RuleReference? = nil
  ) -> Decision {
    var reason = Reason(subject: Remedies.subject(request), kind: request.kind, cause: cause, rule: rule)
    if cause == .networkMode { reason.network = policy.network }
    if verdict != .allow, findsRemedies {
      reason.remedies = Remedies(policy: policy).list(for: request, cause: cause, rule: rule)
      reason.documentName = policy.documentName
    }
    return Decision(request: request, verdict: verdict, reason: reason)
  }

  /// A deny rule could match: a person may say yes, `--yes` may not, and no mode does.
  private func unsure(_ request: AccessRequest, _ rule: Rule) -> Decision {
    let nobody = policy.options.nonInteractive || policy.options.yes || policy.options.denyAll
    var out = decision(
      request, nobody || policy.mode.value == .deny ? .deny : .ask, .possibleDenyRule, rule.reference)
    out.reason.wasDeniedUnasked = nobody
    return out
  }

  private func unlisted(_ request: AccessRequest) -> Decision {
    let verdict: Verdict
    var byYes = false
    var unasked = false
    // A variable is passed on only if a rule lists it: the environment is built from nothing. Nor does `execute` open hosts
    // and ports that the lists leave out: who lists hosts means these, and without a list any public host is allowed.
    let isClosed = request.kind == .env || request.kind == .network && policy.mode.value == .execute
    switch isClosed || deniesUnlisted ? .deny : policy.mode.value {
    case .execute: verdict = .allow
    case .deny: verdict = .deny
    case .prompted:
      if policy.options.nonInteractive {
        verdict = .deny
        unasked = true
      } else if policy.options.yes {
        verdict = .allow
        byYes = true
      } else {
        verdict = .ask
      }
    }
    var out = decision(request, verdict, .unlisted)
    out.reason.mode = policy.mode
    out.reason.wasAnsweredByYes = byYes
    out.reason.wasDeniedUnasked = unasked
    return out
  }
}
