/// Where a run takes place: what the placeholders of patterns stand for. All paths are absolute and resolved.
public struct PolicyContext: Hashable, Sendable {
  /// The project root: `{repo}`.
  public var repo: String
  /// The folder for temporary files: `{tmp}`.
  public var tmp: String
  /// The user's home: `{home}` and `~`.
  public var home: String
  /// The working directory: `{cwd}`, and what relative paths of the command line are relative to.
  public var cwd: String
  /// The runbook's path relative to the project root; nil when there is none.
  public var runbook: String?
  /// SHA-256 of the runbook's text in hexadecimal: grants that name another digest do not hold.
  public var runbookDigest: String?
  /// What names stand for on the run's PATH (base name → resolved file). A bare-name rule does not cover a file that
  /// steps may write when it shadows another on PATH.
  public var programs: [String: String]
  /// Absolute paths that no step may write, whatever the rules say: the policy, the run store, the audit log.
  public var guarded: [String]
  /// The lists of hosts that the document names, by their text there.
  public var hostLists: [String: HostList] = [:]

  /// A context.
  public init(
    repo: String, tmp: String, home: String, cwd: String, runbook: String? = nil,
    runbookDigest: String? = nil,
    programs: [String: String] = [:], guarded: [String] = []
  ) {
    self.repo = repo
    self.tmp = tmp
    self.home = home
    self.cwd = cwd
    self.runbook = runbook
    self.runbookDigest = runbookDigest
    self.programs = programs
    self.guarded = guarded
  }

  /// Stand-in paths, for checking patterns before a run.
  static let checking = PolicyContext(repo: "/repo", tmp: "/tmp", home: "/home", cwd: "/repo")

  /// The absolute path that a document names a file by; nil for what can be none, such as a pattern.
  public func path(ofFile text: String) -> String? {
    var path = text.hasPrefix("~/") ? "{home}" + text.dropFirst() : text
    if path.hasPrefix("{"), let end = path.firstIndex(of: "}") {
      guard let folder = value(of: String(path[..<end].dropFirst())), path[end...].hasPrefix("}/") else {
        return nil
      }
      path = folder + path[end...].dropFirst()
    } else if !path.hasPrefix("/") {
      path = repo + "/" + path
    }
    let isPattern = path.unicodeScalars.contains {
      "*?[]{}\u{7F}".unicodeScalars.contains($0) || $0.value < 32
    }
    return isPattern || path.hasSuffix("/") || text.isEmpty ? nil : path
  }

  /// What a placeholder stands for.
  func value(of placeholder: String) -> String? {
    switch placeholder {
    case "repo": repo
    case "tmp": tmp
    case "home": home
    case "cwd": cwd
    default: nil
    }
  }

  /// The known placeholders.
  static let placeholders = ["repo", "tmp", "home", "cwd"]
}
