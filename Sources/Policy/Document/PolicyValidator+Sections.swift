internal import SourceText

extension PolicyValidator {
  /// Reads `default` or an override.
  mutating func sections(_ node: DocumentNode, path: String, keys: [String]) -> PolicySections {
    var out = PolicySections()
    for entry in entries(of: node, in: path == "default" ? "`default`" : "an override", keys: keys) {
      let value = entry.value
      let inOverride = path != "default"
      switch entry.name {
      case "mode": out.mode = placed(value, "mode")
      case "sandbox": out.sandbox = placed(value, "sandbox")
      case "gate": out.gate = placed(value, "gate")
      case "run": out.run = access(value, kind: .run, inOverride: inOverride)
      case "read": out.read = access(value, kind: .read, inOverride: inOverride)
      case "write": out.write = access(value, kind: .write, inOverride: inOverride)
      case "env": out.env = access(value, kind: .env, inOverride: inOverride)
      case "network": out.network = network(value)
      case "limits": out.limits = limits(value)
      case "watch": out.watch = watch(value)
      case "protect":
        out.protect = strings(value, "protect").compactMap { checkedPattern($0, kind: .write, isDeny: true) }
      default: break
      }
    }
    return out
  }

  private mutating func placed<Value>(_ node: DocumentNode, _ name: String) -> Placed<Value>?
  where Value: RawRepresentable<String> & CaseIterable & Hashable & Sendable {
    guard let text = choice(node, name, Value.allCases.map(\.rawValue)), let value = Value(rawValue: text)
    else {
      return nil
    }
    return Placed(value: value, span: node.span)
  }

  private mutating func access(_ node: DocumentNode, kind: AccessKind, inOverride: Bool) -> AccessSection {
    var out = AccessSection()
    if !inOverride, let undeny = node["undeny"], node.entries != nil {
      report(
        "PO002", "`undeny` belongs to an override", at: undeny.span,
        help: "`default` has its own deny list: remove the rule there")
    }
    let keys = ["allow", "deny", "undeny"]
    for entry in entries(of: node, in: "`\(kind.rawValue)`", keys: keys) {
      let isDeny = entry.name == "deny"
      let name = "\(kind.rawValue).\(entry.name)"
      let patterns = strings(entry.value, name).compactMap { checkedPattern($0, kind: kind, isDeny: isDeny) }
      switch entry.name {
      case "allow": out.allow = patterns
      case "deny": out.deny = patterns
      default: out.undeny = patterns
      }
    }
    for entry in out.allow where out.deny.contains(where: { $0.text == entry.text }) {
      warn(
        "PO016", "`\(entry.text)` is allowed and denied; the deny wins", at: entry.span,
        help: "remove one of the two")
    }
    return out
  }

  private mutating func network(_ node: DocumentNode) -> NetworkSection {
    var out = NetworkSection()
    if node.string != nil {
      if let text = choice(node, "network", ["deny", "allow"]) {
        out.mode = Placed(value: text == "allow" ? .open : .deny, span: node.span)
      }
      return out
    }
    let keys = [
      "mode", "allow", "allowFiles", "deny", "denyFiles", "ports", "localhost", "private", "broker",
    ]
    for entry in entries(of: node, in: "`network`", keys: keys) {
      let value = entry.value
      switch entry.name {
      case "mode": out.mode = placed(value, "mode")
      case "allow": out.allow = hosts(value, "network.allow")
      case "allowFiles": out.allowFiles = files(value, "network.allowFiles")
      case "deny": out.deny = hosts(value, "network.deny")
      case "denyFiles": out.denyFiles = files(value, "network.denyFiles")
      case "ports": out.ports = ports(value, "network.ports")
      case "localhost": out.localhost = ports(value, "network.localhost")
      case "private": out.privateHosts = hosts(value, "network.private")
      case "broker": out.brokers = brokers(value)
      default: break
      }
    }
    return out
  }

  private mutating func hosts(_ node: DocumentNode, _ name: String) -> [PolicyEntry] {
    strings(node, name).compactMap { checkedPattern($0, kind: .network, isDeny: name.hasSuffix("deny")) }
  }

  private mutating func files(_ node: DocumentNode, _ name: String) -> [PolicyEntry] {
    strings(node, name).filter { entry in
      if PolicyContext.checking.path(ofFile: entry.text) != nil { return true }
      report(
        "PO007", "`\(entry.text)`: this is no path of one file", at: entry.span,
        help: "write it relative to the project root, or with {repo}/ or {home}/ before it")
      return false
    }
  }

  private mutating func ports(_ node: DocumentNode, _ name: String) -> [Placed<Int>] {
    list(node, name, of: "port numbers").compactMap { item in
      guard let port = item.int, (1...65_535).contains(port) else {
        report("PO013", "a port is a number from 1 to 65535", at: item.span)
        return nil
      }
      return Placed(value: port, span: item.span)
    }
  }

  private mutating func limits(_ node: DocumentNode) -> LimitsSection {
    var out = LimitsSection()
    let keys = ["timeout", "processes", "memory", "fileSize", "cpu"]
    for entry in entries(of: node, in: "`limits`", keys: keys) {
      let value = entry.value
      switch entry.name {
      case "timeout": out.timeout = duration(value, "timeout")
      case "cpu": out.cpu = duration(value, "cpu")
      case "memory": out.memory = size(value, "memory")
      case "fileSize": out.fileSize = size(value, "fileSize")
      default:
        if let count = value.int, (1...4_194_304).contains(count) {
          out.processes = Placed(value: count, span: value.span)
        } else {
          report("PO009", "`processes` is a number from 1 to 4194304", at: value.span)
        }
      }
    }
    return out
  }

  private mutating func duration(_ node: DocumentNode, _ name: String) -> Placed<Duration>? {
    if let text = node.string, let value = Quantity.duration(text) {
      return Placed(value: value, span: node.span)
    }
    report(
      "PO009", "`\(name)` is a time with a unit", at: node.span,
      help: "write it like 30s, 10m or 1h30m; units are ms, s, m, h, d")
    return nil
  }

  private mutating func size(_ node: DocumentNode, _ name: String) -> Placed<Int>? {
    if let text = node.string, let value = Quantity.size(text) {
      return Placed(value: value, span: node.span)
    }
    report(
      "PO009", "`\(name)` is a size with a unit", at: node.span,
      help: "write it like 512MiB or 4GiB; units are B, KiB, MiB, GiB, TiB and KB, MB, GB, TB")
    return nil
  }
}
