/// What words a command takes beside its options.
public struct PositionalSpec: Hashable, Sendable {
  /// How many of them.
  public enum Arity: Hashable, Sendable {
    /// Exactly one.
    case one
    /// None or one.
    case optional
    /// One or more.
    case oneOrMore
    /// Any number.
    case any
  }

  /// Its name in help, in capitals.
  public let name: String
  /// How many there may be.
  public let arity: Arity

  /// A positional argument.
  public init(_ name: String, _ arity: Arity = .one) {
    self.name = name
    self.arity = arity
  }
}

/// A command, or a group of them: the one declaration from which parsing, help, completion and the manual come.
public struct CommandSpec: Sendable {
  /// The word that calls it.
  public let name: String
  /// One line for the list of commands.
  public let summary: String
  /// A longer text for its own help; may be empty.
  public let details: String
  /// An example line for help, without the program's name; may be empty.
  public let example: String
  /// The words it takes, in order.
  public let positionals: [PositionalSpec]
  /// Whether words behind `--` are kept apart for another program.
  public let takesRest: Bool
  /// Its options.
  public let options: [OptionSpec]
  /// Its own commands; a group with commands takes no words itself.
  public let commands: [CommandSpec]

  /// A command.
  public init(
    _ name: String, _ summary: String, details: String = "", example: String = "",
    positionals: [PositionalSpec] = [], takesRest: Bool = false, options: [OptionSpec] = [],
    commands: [CommandSpec] = []
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.example = example
    self.positionals = positionals
    self.takesRest = takesRest
    self.options = options
    self.commands = commands
  }
}
