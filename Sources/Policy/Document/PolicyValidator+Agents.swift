internal import SourceText

extension PolicyValidator {
  /// Reads `agents`: names to corrections of their profiles.
  mutating func agents(_ node: DocumentNode) -> [AgentSection] {
    guard let entries = node.entries else {
      report(
        "PO001", "`agents` is a mapping of names to profiles, but here stands \(node.kindName)", at: node.span
      )
      return []
    }
    return entries.compactMap { entry in
      guard Self.isAgentName(entry.name) else {
        report(
          "PO022", "`\(entry.name)` is not the name of an agent", at: entry.key.span,
          help: "use small letters, digits and -; ls and show are commands")
        return nil
      }
      return agent(entry.name, entry.value)
    }
  }

  private static func isAgentName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 40 && name != "ls" && name != "show"
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }

  static let agentKeys = ["programs", "arguments", "state", "protect", "read", "env", "hosts", "set"]

  private mutating func agent(_ name: String, _ node: DocumentNode) -> AgentSection {
    var section = AgentSection(name: name, span: node.span)
    for entry in entries(of: node, in: "an agent", keys: Self.agentKeys) {
      let value = entry.value
      switch entry.name {
      case "programs": section.programs = patterns(value, entry.name, .run)
      case "arguments": section.arguments = strings(value, entry.name).map(\.text)
      case "state": section.state = patterns(value, entry.name, .write)
      case "protect": section.protect = patterns(value, entry.name, .write, isDeny: true)
      case "read": section.read = patterns(value, entry.name, .read)
      case "env": section.env = patterns(value, entry.name, .env)
      case "hosts": section.hosts = patterns(value, entry.name, .network)
      case "set": section.set = variables(value)
      default: break
      }
    }
    if section.programs?.isEmpty == true {
      report("PO005", "an agent has at least one program", at: node.span, help: "leave `programs` out")
    }
    return section
  }

  private mutating func patterns(
    _ node: DocumentNode, _ name: String, _ kind: AccessKind, isDeny: Bool = false
  ) -> [PolicyEntry] {
    strings(node, name).compactMap { checkedPattern($0, kind: kind, isDeny: isDeny) }
  }

  private mutating func variables(_ node: DocumentNode) -> [String: String] {
    guard let entries = node.entries else {
      report(
        "PO001", "`set` is a mapping of names to values, but here stands \(node.kindName)", at: node.span)
      return [:]
    }
    var variables: [String: String] = [:]
    for entry in entries {
      guard let text = string(entry.value, "set.\(entry.name)") else { continue }
      variables[entry.name] = text
    }
    return variables
  }
}
