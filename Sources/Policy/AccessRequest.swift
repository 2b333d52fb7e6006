/// One word of an argument vector, as far as it is known when the question is asked.
public enum Argument: Hashable, Sendable {
  /// Exactly this word, after quote removal and expansion.
  case literal(String)
  /// One word whose value only the run knows.
  case unknown
  /// Any number of words, none included (`$@`, an unquoted `$X`).
  case anyNumber
}

/// A program that somebody wants to start, with its argument vector.
public struct ProgramRequest: Hashable, Sendable {
  /// The program as it was named (`git`, `./x.sh`, `/usr/bin/git`), or `.unknown` when only the run knows it.
  ///
  /// Things that change what a name runs are asked for under a name that no program has: `PATH=` for an assignment
  /// that redirects name look-up, `alias`, `enable` or `hash` for the built-ins that do so.
  public var program: Argument
  /// The words behind the program.
  public var arguments: [Argument]
  /// The file that the name stands for in this run, symbolic links resolved; nil when not looked up or not found.
  public var resolvedPath: String?
  /// A digest of what that file holds, where a step could change it and somebody has looked; an answer given to a
  /// request that has one is an answer about that content.
  public var content: String?

  /// A request for `program` with `arguments`.
  public init(program: Argument, arguments: [Argument] = [], resolvedPath: String? = nil) {
    self.program = program
    self.arguments = arguments
    self.resolvedPath = resolvedPath
  }
}

/// An operation that policy decides on.
public enum AccessRequest: Hashable, Sendable {
  /// Start a program.
  case execute(ProgramRequest)
  /// Read a file or folder; the path is absolute and resolved.
  case read(path: String)
  /// Create, change or remove a file; the path is absolute and resolved.
  case write(path: String)
  /// Pass an environment variable on.
  case environment(name: String)
  /// Connect to a host.
  case connect(host: String, port: Int)
}
