internal import Execution
internal import JSON
internal import Policy
internal import Sandbox
internal import SourceText

/// `policy show --sandbox`: what the kernel was told about a step, as text and as JSON.
struct SandboxReport {
  let policy: EffectivePolicy
  let policyName: String
  let preview: ConfinementPreview

  private var profile: SandboxProfile { preview.profile }

  // MARK: text

  var text: String {
    var out = "policy   \(DisplayText.visible(policyName))\n"
    if let runbook = policy.context.runbook { out += "runbook  \(DisplayText.visible(runbook))\n" }
    out += "sandbox  \(preview.level) (\(policy.sandbox.value.rawValue))\n"
    for gap in preview.gaps { out += "         \(DisplayText.visible(gap))\n" }
    if profile.mode == .off { return out + "\na step is not confined\n" }
    for access in FileRule.Access.allCases {
      let paths = preview.facts.rules.filter { $0.access == access }.map(\.path)
      out += section(access.rawValue, paths.map(display))
    }
    out += section("shown empty, but for these", preview.facts.covers.map(display))
    for kind in DenialMask.Kind.allCases {
      let masks = preview.facts.masks.filter { $0.kind == kind }
      out += section(
        Self.title(kind), masks.map { display($0.path) + ($0.isThere ? "" : "   (when it appears)") })
    }
    out += section("made before the first step, and writable", preview.madeFolders.map(display))
    out += section(
      "grants nothing", preview.ignored.map { "\(display($0.path))   (\(DisplayText.visible($0.reason)))" })
    out += section("network", networkLines)
    out += section("limits", limits.map { "\($0.name)  \($0.text)" })
    return out
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "\n\(title)\n" + lines.map { "  \($0)\n" }.joined()
  }

  private func display(_ path: String) -> String { DisplayText.visible(path) }

  private static func title(_ kind: DenialMask.Kind) -> String {
    switch kind {
    case .unreadable: "masked: nothing to read"
    case .unchangeable: "masked: cannot be changed, renamed or replaced"
    case .pinned: "pinned: cannot be renamed or replaced itself"
    }
  }

  private var networkLines: [String] {
    switch profile.network {
    case .none: return ["a loopback interface of its own, and nothing else"]
    case .host: return ["the machine's, as it is"]
    case .proxied:
      let hosts =
        policy.allowsAnyHost
        ? "any public host that no rule denies" : "the hosts of network.allow (rundown policy show)"
      var lines = [
        preview.connectsByGate
          ? "none of its own: TCP to rundown's proxy alone, connected by the gate on program starts"
          : "a loopback interface of its own, where one port is rundown's proxy",
        "the proxy reaches \(hosts), at port \(policy.ports.map { "\($0.value)" }.joined(separator: ", "))",
      ]
      if !preview.openPorts.isEmpty {
        lines.append(
          "services of the machine at localhost: \(preview.openPorts.map { "\($0)" }.joined(separator: ", "))"
        )
      }
      return lines
    }
  }

  private var limits: [(name: String, text: String, value: JSONValue)] {
    var list: [(name: String, text: String, value: JSONValue)] = []
    if let timeout = policy.timeout {
      list.append(("timeout", Quantity.text(timeout.value), .string(Quantity.text(timeout.value))))
    }
    func add(_ name: String, _ value: UInt64?, _ text: (Int) -> String) {
      guard let value else { return }
      list.append((name, text(Int(clamping: value)), .int(Int(clamping: value))))
    }
    add("processes", profile.limits.processes) { "\($0)" }
    add("memory", profile.limits.memory) { bytes in
      Quantity.text(bytes: bytes) + (preview.limitScope.map { "  \($0.description)" } ?? "")
    }
    add("fileSize", profile.limits.fileSize) { Quantity.text(bytes: $0) }
    add("cpuSeconds", profile.limits.cpuSeconds) { "\($0)" }
    return list
  }

  // MARK: JSON

  var json: JSONValue {
    let network: JSONValue =
      switch profile.network {
      case .none: .object(["mode": .string("deny")])
      case .host: .object(["mode": .string("open")])
      case .proxied:
        .object([
          "mode": .string("proxied"), "anyPublicHost": .bool(policy.allowsAnyHost),
          "ports": .array(policy.ports.map { .int($0.value) }),
          "localhost": .array(preview.openPorts.map { .int($0) }),
        ])
      }
    return .object([
      "policy": .string(policyName), "runbook": policy.context.runbook.map { .string($0) } ?? .null,
      "sandbox": .string(preview.level), "mode": .string(policy.sandbox.value.rawValue),
      "gaps": .array(preview.gaps.map { .string($0) }),
      "rules": .array(
        preview.facts.rules.map {
          .object([
            "path": .string($0.path), "access": .string($0.access.rawValue), "always": .bool(!$0.isAsked),
          ])
        }),
      "shownEmpty": .array(preview.facts.covers.map { .string($0) }),
      "masks": .array(
        preview.facts.masks.map {
          .object([
            "path": .string($0.path), "kind": .string($0.kind.rawValue), "exists": .bool($0.isThere),
          ])
        }),
      "madeFolders": .array(preview.madeFolders.map { .string($0) }),
      "grantsNothing": .array(
        preview.ignored.map { .object(["path": .string($0.path), "reason": .string($0.reason)]) }),
      "temporary": preview.temporary.map { .string($0) } ?? .null, "network": network,
      "limits": .object(limits.map { .init($0.name, $0.value) }),
    ])
  }
}
