public import SourceText
internal import YAML

/// What a policy of a repository that was not confirmed means.
public enum TrustRequirement: String, Hashable, Sendable, CaseIterable {
  /// A person at a terminal is asked; where nobody can be, it holds, and the run's record says so.
  case ask
  /// It is refused where nobody can be asked.
  case required
}

/// The user's own configuration: it is read before any policy, and can only narrow what those allow.
public struct UserConfiguration: Sendable {
  /// The document's text and name.
  public let file: SourceFile
  /// What a policy that was not confirmed means.
  public let trust: TrustRequirement
  /// What it denies, protects and limits.
  public let sections: PolicySections
  /// The tree.
  let root: DocumentNode?

  /// The configuration of a text; nil when it has errors.
  public static func read(_ file: SourceFile) -> (
    configuration: UserConfiguration?, diagnostics: [Diagnostic]
  ) {
    let root: DocumentNode
    do { root = try YAMLParser.parse(file) } catch { return (nil, [error]) }
    var validator = PolicyValidator(file: file, root: root)
    let trust = validator.checkConfiguration()
    let diagnostics = validator.diagnostics.sorted { ($0.span.start, $0.code) < ($1.span.start, $1.code) }
    if diagnostics.contains(where: { $0.severity == .error }) { return (nil, diagnostics) }
    return (
      UserConfiguration(file: file, trust: trust, sections: validator.document.defaults, root: root),
      diagnostics
    )
  }
}

extension PolicyValidator {
  /// Checks the tree against the shape of a user's configuration.
  mutating func checkConfiguration() -> TrustRequirement {
    var trust = TrustRequirement.ask
    if document.root.isNull { return trust }
    let keys = ["version", "trust", "default"]
    for entry in entries(of: document.root, in: "the user's configuration", keys: keys) {
      switch entry.name {
      case "version":
        if entry.value.int != 1 {
          report("PO003", "the only version is 1", at: entry.value.span, help: "write `version: 1`")
        }
      case "trust":
        let text = choice(entry.value, "trust", TrustRequirement.allCases.map(\.rawValue))
        trust = text.flatMap(TrustRequirement.init) ?? .required
      default:
        document.defaults = sections(
          entry.value, path: "default", keys: Self.sectionKeys.filter { $0 != "watch" })
        rejectWidening()
      }
    }
    return trust
  }

  private mutating func rejectWidening() {
    let defaults = document.defaults
    var allowed = AccessKind.allCases.flatMap { defaults.lists($0)?.allow ?? [] }
    if let network = defaults.network {
      allowed += (network.allow ?? []) + network.allowFiles + network.privateHosts
      for entry in network.denyFiles {
        report(
          "PO023", "a user's configuration lists denied hosts itself", at: entry.span,
          help: "write network.deny")
      }
      allowed += network.brokers.map { PolicyEntry($0.rule.text, at: $0.span) }
      for port in (network.ports ?? []) + network.localhost {
        allowed.append(PolicyEntry("\(port.value)", at: port.span))
      }
    }
    for entry in allowed {
      report(
        "PO023", "the user's configuration can only narrow, and this allows `\(entry.text)`", at: entry.span,
        help: "allow it in the project's policy, or on the command line")
    }
  }
}
