public import SourceText

/// The shell that a block asks for.
public enum Shell: String, Hashable, Sendable {
  /// POSIX sh.
  case sh
  /// GNU bash.
  case bash
}

/// A block of shell text that a step executes.
///
/// The text is bytes with their places, never joined or quoted again: what was checked is what runs.
public struct CommandBlock: Sendable {
  /// The shell.
  public let shell: Shell
  /// The text as written, templates unfilled.
  public let text: [UInt8]
  /// From offsets in `text` to offsets in the document.
  public let origin: OriginMap
  /// What the info string says beside the shell.
  public let options: BlockOptions
  /// In a document: words such as `<pod>`, which stand in `text` as templates.
  public internal(set) var placeholders: [BlockPlaceholder] = []
  /// In a document: the lines that it shows as the output; nil when it shows none.
  public internal(set) var expectedOutput: [String]?

  init(shell: Shell, text: [UInt8], origin: OriginMap, options: BlockOptions) {
    (self.shell, self.text, self.origin, self.options) = (shell, text, origin, options)
  }
}

/// A word of a document's block that somebody must replace before it can run.
public struct BlockPlaceholder: Hashable, Sendable {
  /// The input that takes its place.
  public let name: String
  /// The word as written: `<pod-name>`.
  public let text: String
}

/// `access=…` of a block with `agent=…`.
public enum AgentAccessOption: String, CaseIterable, Hashable, Sendable {
  /// Nothing in the project is written.
  case read
  /// The project is written, but for what is denied or protected.
  case write
}

/// `isolation=…` of a block with `agent=…`.
public enum IsolationOption: String, CaseIterable, Hashable, Sendable {
  /// The agent works in the project itself.
  case none
  /// The agent works in a git worktree of its own.
  case worktree
}

/// `on-artifacts=…`: what it means that a step left files that may run later.
public enum ArtifactOption: String, CaseIterable, Hashable, Sendable {
  /// They are told.
  case warn
  /// The step fails.
  case fail
}

/// A secret that a step is given.
public struct SecretUse: Hashable, Sendable {
  /// Its name, and the variable's.
  public let name: String
  /// Whether the step finds it in a file whose path is in NAME_FILE, instead of in the variable.
  public let isFile: Bool

  /// The use that `NAME` or `file:NAME` means; nil when it is no name, or one that changes what programs do.
  init?(_ text: String) {
    isFile = text.hasPrefix("file:")
    name = isFile ? String(text.dropFirst(5)) : text
    guard Self.isName(name) else { return nil }
  }

  /// Whether a secret can have this name: a variable's, and none that programs or rundown mean something by.
  public static func isName(_ name: String) -> Bool {
    guard Identifier.isValid(name), !ReservedWords.isReservedVariable(name) else { return false }
    let upper = name.uppercased()
    let prefixes = ["RD_", "RUNDOWN_", "LD_", "GIT_", "BASH_", "DYLD_"]
    let taken: Set = [
      "PATH", "HOME", "TMPDIR", "SHELL", "ENV", "IFS", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS",
      "PWD",
    ]
    return !prefixes.contains { upper.hasPrefix($0) } && !taken.contains(upper) && !upper.hasSuffix("_PROXY")
  }
}

/// `key=value` words of an executed block's info string.
public struct BlockOptions: Hashable, Sendable {
  /// Seconds after which the step is ended; nil: the policy's limit alone.
  public var timeout: Int?
  /// The agent whose profile the step runs under.
  public var agent: String?
  /// What the agent may do with the project.
  public var access = AgentAccessOption.read
  /// Where the agent works.
  public var isolation = IsolationOption.none
  /// What files that may run later mean; nil: an agent's are told, others are not looked for.
  public var onArtifacts: ArtifactOption?
  /// The secrets that the step is given.
  public var secrets: [SecretUse] = []
  /// Whether the step gets a terminal of its own.
  public var tty = false
  /// Working directory, relative to the project root.
  public var cwd: String?
  /// How many units of the step may run at the same time.
  public var jobs: Int?
  /// Whether a failing line fails the block (`set -eu`, in bash pipefail too).
  public var strict: Bool?

  /// What `jobs` may be: each unit that runs has a sandbox of its own.
  public static let jobsRange = 1...64

  /// No options.
  public init() {}
}

/// A block that is shown and never executed.
public struct DisplayBlock: Sendable {
  /// The info string.
  public let info: String
  /// The content.
  public let text: String
}

/// A reference to another runbook, run as a unit of this one.
public struct RunbookReference: Hashable, Sendable {
  /// A path, a name, or a template of one.
  public let text: String
  /// Where it stands.
  public let span: SourceSpan
}
