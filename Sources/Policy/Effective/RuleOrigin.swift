internal import SourceText

/// Where a rule or setting comes from.
public enum RuleOrigin: Hashable, Sendable {
  /// The built-in policy.
  case builtin
  /// A category of the built-in list of risky hosts.
  case riskyHosts(String)
  /// A preset that a document names.
  case preset(String)
  /// The user's own configuration.
  case user(file: String, line: Int)
  /// The `default` part of a document.
  case document(file: String, line: Int)
  /// An override of a document, for a runbook pattern.
  case override(file: String, line: Int, runbook: String)
  /// A saved grant.
  case grant(file: String, line: Int)
  /// The profile of an agent.
  case agent(String)
  /// An option of the command line.
  case flag(String)
  /// An answer that was given during this session.
  case session

  /// A short text: `built-in`, `.rundownrc.yaml:12`, `--allow-run`.
  public var text: String {
    switch self {
    case .builtin: "built-in"
    case .riskyHosts(let category): "built-in: \(category)"
    case .preset(let name): "preset \(name)"
    case .user(let file, let line), .document(let file, let line): "\(file):\(line)"
    case .override(let file, let line, _): "\(file):\(line)"
    case .grant(let file, let line): "\(file):\(line)"
    case .agent(let name): "agent \(name)"
    case .flag(let name): name
    case .session: "session"
    }
  }

  /// Whether it is the built-in list of risky hosts.
  var isRiskyHosts: Bool {
    if case .riskyHosts = self { return true }
    return false
  }

  /// What kind of place it is, for machines.
  public var layer: String {
    switch self {
    case .builtin, .riskyHosts: "built-in"
    case .preset: "preset"
    case .user: "user"
    case .document: "document"
    case .override: "override"
    case .grant: "grant"
    case .agent: "agent"
    case .flag: "flag"
    case .session: "session"
    }
  }

  /// File and line, when it stands in a document.
  public var place: (file: String, line: Int)? {
    switch self {
    case .user(let file, let line), .document(let file, let line), .override(let file, let line, _),
      .grant(let file, let line):
      (file, line)
    case .builtin, .riskyHosts, .preset, .agent, .flag, .session: nil
    }
  }
}

/// Names one rule: its list, its text, where it comes from.
public struct RuleReference: Hashable, Sendable {
  /// The list: `run.allow`, `write.deny`, `protect`, `overrides.run.undeny`.
  public var list: String
  /// The pattern as it was written.
  public var text: String
  /// Where it comes from.
  public var origin: RuleOrigin

  /// A reference.
  public init(list: String, text: String, origin: RuleOrigin) {
    self.list = list
    self.text = text
    self.origin = origin
  }
}

/// A value with its origin.
public struct PolicySetting<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value.
  public var value: Value
  /// Where it comes from.
  public var origin: RuleOrigin

  /// A setting.
  public init(_ value: Value, from origin: RuleOrigin) {
    self.value = value
    self.origin = origin
  }
}

/// A rule with its compiled pattern.
struct Rule: Hashable, Sendable {
  var reference: RuleReference
  var pattern: RulePattern
}

extension Rule {
  /// Whether all that the rule can match lies in a folder.
  func isInside(_ folder: String) -> Bool {
    guard case .path(let pattern) = pattern else { return false }
    let root = pattern.glob.fixedRoot.path
    return PathText.isInside(root, folder)
  }
}

/// The rules for one kind of operation.
struct RuleSet: Hashable, Sendable {
  var flags: [Rule] = []
  var allow: [Rule] = []
  var deny: [Rule] = []
  var undeny: [Rule] = []
}
