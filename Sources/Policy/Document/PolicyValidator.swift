internal import SourceText

/// Checks a tree against the shape of a policy and collects every problem.
struct PolicyValidator {
  var diagnostics: [Diagnostic] = []
  var document: PolicyDocument

  init(file: SourceFile, root: DocumentNode) {
    document = PolicyDocument(file: file, root: root)
  }

  mutating func report(_ code: String, _ message: String, at span: SourceSpan, help: String? = nil) {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  mutating func warn(_ code: String, _ message: String, at span: SourceSpan, help: String? = nil) {
    diagnostics.append(Diagnostic(code, message, at: span, severity: .warning, help: help))
  }

  mutating func checkDocument() {
    let root = document.root
    if root.isNull {
      warn("PO021", "this policy says nothing, so the built-in policy holds", at: root.span)
      return
    }
    let keys = ["version", "extends", "presets", "default", "overrides", "grants", "agents"]
    for entry in entries(of: root, in: "a policy", keys: keys) {
      switch entry.name {
      case "version":
        if entry.value.int != 1 {
          report(
            "PO003", "the only version of policies is 1", at: entry.value.span, help: "write `version: 1`")
        }
      case "extends":
        if choice(entry.value, "extends", ["builtin"]) != nil { document.extendsBuiltin = true }
      case "presets": document.presets = presets(entry.value)
      case "default": document.defaults = sections(entry.value, path: "default", keys: Self.sectionKeys)
      case "overrides": checkOverrides(entry.value)
      case "grants": checkGrants(entry.value)
      case "agents": document.agents = agents(entry.value)
      default: break
      }
    }
  }

  static let sectionKeys = [
    "mode", "sandbox", "gate", "run", "read", "write", "env", "network", "limits", "protect", "watch",
  ]

  private mutating func presets(_ node: DocumentNode) -> [PolicyEntry] {
    strings(node, "presets").filter { entry in
      if BuiltinPolicy.presets[entry.text] != nil { return true }
      report(
        "PO017", "there is no preset `\(entry.text)`", at: entry.span,
        help: suggestion(entry.text, BuiltinPolicy.presets.keys.sorted()))
      return false
    }
  }

  private mutating func checkOverrides(_ node: DocumentNode) {
    for item in list(node, "overrides", of: "mappings with a `runbook`") {
      let keys = ["runbook"] + Self.sectionKeys
      let sections = sections(item, path: "override", keys: keys)
      guard item.entries != nil else { continue }
      guard let runbook = item["runbook"] else {
        report(
          "PO010", "this override does not say for which runbook it is", at: item.span,
          help: "add `runbook: \"deploy/*.runbook.md\"`")
        continue
      }
      guard let pattern = runbookPattern(runbook) else { continue }
      document.overrides.append(PolicyOverride(runbook: pattern, sections: sections, span: item.span))
    }
  }

  private mutating func runbookPattern(_ node: DocumentNode) -> PolicyEntry? {
    guard let text = string(node, "runbook") else { return nil }
    if text.hasPrefix("/") {
      report(
        "PO007", "a runbook's pattern is relative to the project root", at: node.span,
        help: "write it without the leading slash")
      return nil
    }
    return checkedGlob(PolicyEntry(text, at: node.span), options: [])
  }

  private mutating func checkGrants(_ node: DocumentNode) {
    for item in list(node, "grants", of: "mappings with `type` and `pattern`") {
      let keys = ["type", "pattern", "scope", "runbook", "runbookDigest", "grantedAt"]
      let known = entries(of: item, in: "a grant", keys: keys)
      guard item.entries != nil else { continue }
      for key in ["type", "pattern"] where item[key] == nil {
        report("PO010", "this grant has no `\(key)`", at: item.span)
      }
      var grant = PolicyGrant(
        kind: .run, pattern: PolicyEntry("", at: item.span), isPermanent: false, runbook: nil,
        runbookDigest: nil,
        grantedAt: nil, span: item.span)
      var isGood = item["type"] != nil && item["pattern"] != nil
      for entry in known {
        switch entry.name {
        case "type":
          let names = AccessKind.allCases.map(\.rawValue) + ["net"]
          if let name = choice(entry.value, "type", names), let kind = AccessKind(grantType: name) {
            grant.kind = kind
          } else {
            isGood = false
          }
        case "scope":
          grant.isPermanent = choice(entry.value, "scope", ["permanent", "session"]) == "permanent"
        case "runbook": grant.runbook = runbookPattern(entry.value)
        case "runbookDigest": grant.runbookDigest = digest(entry.value)
        case "grantedAt": grant.grantedAt = date(entry.value)
        default: break
        }
      }
      if isGood, let node = item["pattern"], let text = string(node, "pattern") {
        let entry = PolicyEntry(text, at: node.span)
        guard let checked = checkedPattern(entry, kind: grant.kind, isDeny: false) else { continue }
        grant.pattern = checked
        document.grants.append(grant)
        if !grant.isPermanent {
          warn(
            "PO015", "a session's grant has no effect in a file", at: item.span,
            help: "write `scope: permanent`, or remove it")
        }
      }
    }
  }

  private mutating func digest(_ node: DocumentNode) -> PolicyEntry? {
    guard let text = string(node, "runbookDigest") else { return nil }
    let hex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard text.utf8.count == 64, hex else {
      report(
        "PO014", "a runbook's digest is a SHA-256 of 64 hexadecimal digits in small letters", at: node.span)
      return nil
    }
    return PolicyEntry(text, at: node.span)
  }

  private mutating func date(_ node: DocumentNode) -> String? {
    guard let text = string(node, "grantedAt") else { return nil }
    guard RFC3339.isDate(text) else {
      report("PO014", "this is no date with time", at: node.span, help: "write it like 2026-01-31T12:00:00Z")
      return nil
    }
    return text
  }
}
