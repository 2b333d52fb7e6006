public import Policy
public import SourceText

/// Something in a shell text that policy, or a person, should know of.
public struct Finding: Sendable {
  /// The kinds.
  public enum Kind: String, Hashable, Sendable {
    /// A program that starts.
    case exec
    /// A built-in command of the shell.
    case builtin
    /// A name that is a function of this text; a program of that name may start all the same.
    case functionCall
    /// A file that a redirection opens.
    case redirect
    /// An assignment.
    case assign
    /// A program that only the run knows.
    case dynamic
    /// A word that is a program if what stands before it vanishes: only a deny counts for it.
    case candidate
    /// Code for another interpreter, which nobody here reads.
    case opaque
    /// Something that changes which code an allowed name runs.
    case hijack
  }

  /// What it is.
  public var kind: Kind
  /// The bytes of the outermost text.
  public var span: SourceSpan
  /// Through what it is started, outermost first.
  public var via: [String]
  /// What policy is asked; nil when no question arises.
  public var request: ProgramRequest?
  /// Why it is more than a plain program.
  public var why: String?

  /// Whether the program is given code that nobody here reads.
  public var isOpaque: Bool { kind == .opaque }

  /// How sure the finding is: `literal` or `dynamic`.
  public var certainty: String {
    switch kind {
    case .dynamic: return "dynamic"
    case .opaque: return "opaque"
    case .exec, .builtin, .functionCall, .redirect, .assign, .hijack: return "literal"
    case .candidate: return "candidate"
    }
  }
}
