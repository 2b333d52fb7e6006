public import SourceText

/// What one AI agent needs beside the policy of the project: a list that a document can correct field by field.
public struct AgentProfile: Hashable, Sendable {
  /// Its name: `agent=NAME`.
  public let name: String
  /// Its commands, the first the one that `rundown agent NAME` starts.
  public internal(set) var programs: [PolicyEntry]
  /// Arguments that switch its own questions off, since rundown asks.
  public internal(set) var arguments: [String]
  /// Files and folders of its own that it reads and writes.
  public internal(set) var state: [PolicyEntry]
  /// Parts of them that it must not write: what they hold runs later, or widens what it may do.
  public internal(set) var protect: [PolicyEntry]
  /// Other files that it reads.
  public internal(set) var read: [PolicyEntry]
  /// Variables that it is given.
  public internal(set) var env: [PolicyEntry]
  /// Hosts that it talks to.
  public internal(set) var hosts: [PolicyEntry]
  /// Variables that are set for it.
  public internal(set) var set: [String: String]
  /// Whether a document defines it, or a part of it.
  public internal(set) var isCustom = false

  /// A profile without anything.
  init(name: String) {
    self.name = name
    (programs, state, protect, read, env, hosts) = ([], [], [], [], [], [])
    (arguments, set) = ([], [:])
  }

  init(
    _ name: String, program: String, arguments: [String] = [], state: String = "", protect: String = "",
    env: String = "", hosts: String = "", set: [String: String] = [:]
  ) {
    func entries(_ text: String) -> [PolicyEntry] {
      text.split { $0 == " " || $0 == "\n" }.map { PolicyEntry(String($0), at: SourceSpan(0, 0)) }
    }
    self.init(name: name)
    programs = entries(program)
    self.arguments = arguments
    self.state = entries(state)
    self.protect = entries(protect)
    self.env = entries(env)
    self.hosts = entries(hosts)
    self.set = set
  }

  /// The profiles of a document: the built-in ones with its corrections, then its own, by name.
  public static func all(_ document: PolicyDocument?) -> [AgentProfile] {
    var profiles = builtin
    for custom in document?.agents ?? [] {
      if let index = profiles.firstIndex(where: { $0.name == custom.name }) {
        profiles[index].take(custom)
      } else {
        var profile = AgentProfile(name: custom.name)
        profile.programs = [PolicyEntry(custom.name, at: custom.span)]
        profile.take(custom)
        profiles.append(profile)
      }
    }
    return profiles.sorted { $0.name < $1.name }
  }

  /// The words that start it: its first program, with placeholders filled, and the arguments that switch its questions off.
  public func command(in context: PolicyContext) -> [String] {
    guard let program = programs.first?.text else { return [] }
    let filled = PolicyContext.placeholders.reduce(program) { text, name in
      context.value(of: name).map { text.replacing("{\(name)}", with: $0) } ?? text
    }
    return [filled] + arguments
  }

  private mutating func take(_ custom: AgentSection) {
    isCustom = true
    programs = custom.programs ?? programs
    arguments = custom.arguments ?? arguments
    state = custom.state ?? state
    protect = custom.protect ?? protect
    read = custom.read ?? read
    env = custom.env ?? env
    hosts = custom.hosts ?? hosts
    set = custom.set ?? set
  }
}

/// An entry of `agents:` in a document: the fields that it has replace those of the profile of its name.
public struct AgentSection: Hashable, Sendable {
  /// The agent's name.
  public var name: String
  /// See `AgentProfile`.
  public var programs: [PolicyEntry]?
  /// See `AgentProfile`.
  public var arguments: [String]?
  /// See `AgentProfile`.
  public var state: [PolicyEntry]?
  /// See `AgentProfile`.
  public var protect: [PolicyEntry]?
  /// See `AgentProfile`.
  public var read: [PolicyEntry]?
  /// See `AgentProfile`.
  public var env: [PolicyEntry]?
  /// See `AgentProfile`.
  public var hosts: [PolicyEntry]?
  /// See `AgentProfile`.
  public var set: [String: String]?
  /// Where it stands.
  public var span: SourceSpan
}

/// What an agent may do with the project.
public enum AgentAccess: String, CaseIterable, Hashable, Sendable {
  /// Read what the policy lets be read, and write nothing in the project.
  case read
  /// Write in the project too, but for what is denied or protected.
  case write
}

/// An agent at work in one step.
public struct AgentUse: Hashable, Sendable {
  /// Its profile.
  public var profile: AgentProfile
  /// What it may do with the project.
  public var access: AgentAccess
  /// The worktree that stands for the project; nil when it works in the project itself.
  public var worktree: AgentWorktree?

  /// An agent at work.
  public init(profile: AgentProfile, access: AgentAccess, worktree: AgentWorktree? = nil) {
    self.profile = profile
    self.access = access
    self.worktree = worktree
  }
}

/// A git worktree that an agent works in.
public struct AgentWorktree: Hashable, Sendable {
  /// Its folder: `{repo}` for the agent.
  public var path: String
  /// git's folders, which the agent reads and never writes.
  public var gitFolders: [String]

  /// A worktree.
  public init(path: String, gitFolders: [String]) {
    (self.path, self.gitFolders) = (path, gitFolders)
  }
}
