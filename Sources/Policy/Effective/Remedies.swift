internal import SourceText

extension EffectivePolicy {
  /// The pattern that names a request, as short as a person would write it; nil for what cannot be named.
  public func pattern(naming request: AccessRequest) -> String? { Remedies(policy: self).pattern(request) }
}

/// Finds the ways to change a decision.
struct Remedies {
  let policy: EffectivePolicy

  /// What was asked for, short.
  static func subject(_ request: AccessRequest) -> String {
    switch request {
    case .execute(let program):
      if case .literal(let name) = program.program { return name }
      return "a program that only the run knows"
    case .read(let path), .write(let path): return path
    case .environment(let name): return name
    case .connect(let host, let port): return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  func list(for request: AccessRequest, cause: Reason.Cause, rule: RuleReference?) -> [Remedy] {
    switch cause {
    case .allowAll, .flag, .sessionGrant, .allowRule: return []
    case .sessionDenial: return [.advice("answer anew in another run, or name it with \(request.kind.flag)")]
    case .protected where rule?.list == "guarded": return []
    case .protected: return protectRemedies(request, rule)
    case .networkMode: return [flag(request), .policyLine(networkLine(request))].compactMap { $0 }
    case .possibleDenyRule:
      return [.advice("write the word literally in the runbook"), flag(request)].compactMap { $0 }
    case .denyRule: return denyRemedies(request, rule)
    case .unlisted, .dangerousVariable:
      guard pattern(request) != nil else {
        return [
          .advice("name the program literally in the runbook")
        ]
      }
      return [flag(request), policyLine(request)].compactMap { $0 }
    }
  }

  /// The pattern that would name the request, as short as a person would write it.
  func pattern(_ request: AccessRequest) -> String? {
    switch request {
    case .execute(let program):
      guard case .literal(let name) = program.program else { return nil }
      return Glob.escaped(PathText.base(name))
    case .read(let path), .write(let path):
      for (root, name) in [
        (policy.context.repo, "{repo}"), (policy.context.tmp, "{tmp}"), (policy.context.home, "{home}"),
      ] {
        if path == root { return name }
        if root != "/", let below = PathText.relative(path, to: root) {
          return name + Glob.escaped("/" + below)
        }
      }
      return Glob.escaped(path)
    case .environment(let name): return Glob.escaped(name)
    case .connect(let host, let port):
      guard let name = HostName.normalized(host) else { return nil }
      if policy.ports.contains(where: { $0.value == port }) { return name }
      return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
  }

  private func flag(_ request: AccessRequest) -> Remedy? {
    pattern(request).map { .flag("\(request.kind.flag) \(ShellQuote.quote($0))") }
  }

  private func policyLine(_ request: AccessRequest) -> Remedy? {
    guard let pattern = pattern(request) else { return nil }
    return .policyLine(RuleEditor.line(allowing: pattern, kind: request.kind, policy: policy))
  }

  private func networkLine(_ request: AccessRequest) -> String {
    guard let pattern = pattern(request) else { return "default.network.mode: proxied" }
    return "default.network: {mode: proxied, allow: [\(RuleEditor.yamlScalar(pattern))]}"
  }

  private func denyRemedies(_ request: AccessRequest, _ rule: RuleReference?) -> [Remedy] {
    var out = [flag(request)].compactMap { $0 }
    guard let rule, let pattern = pattern(request) else { return out }
    let scalar = RuleEditor.yamlScalar(pattern)
    let kind = request.kind
    switch rule.origin {
    case .builtin:
      if kind != .network {
        // An explicit allow of the same name lifts a built-in deny.
        out.append(.policyLine(RuleEditor.line(allowing: pattern, kind: kind, policy: policy)))
      }
    case .document, .override, .grant:
      let place = rule.origin.text
      if kind == .network {
        out.append(.advice("remove \"\(rule.text)\" from \(rule.list) at \(place)"))
      } else {
        let runbook = RuleEditor.yamlScalar(policy.context.runbook.map(Glob.escaped) ?? "NAME.runbook.md")
        out.append(
          .policyLine(
            "overrides: [{runbook: \(runbook), \(kind.rawValue): {undeny: [\(scalar)], allow: [\(scalar)]}}]   (needs review)"
          ))
      }
    case .user: out.append(.advice("remove \"\(rule.text)\" from \(rule.list) at \(rule.origin.text)"))
    case .riskyHosts: out.append(.policyLine(RuleEditor.line(granting: pattern, kind: kind)))
    case .preset, .agent, .flag, .session: break
    }
    return out
  }

  private func protectRemedies(_ request: AccessRequest, _ rule: RuleReference?) -> [Remedy] {
    guard let flag = flag(request) else { return [] }
    var out = [flag]
    if rule?.origin == .builtin {
      out.append(.policyLine("default.protect: [...]   (a list of your own, without this entry)"))
    } else if let rule {
      out.append(.advice("remove \"\(rule.text)\" from protect at \(rule.origin.text)"))
    }
    return out
  }
}
