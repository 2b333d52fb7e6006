/// A command line, understood.
public struct ParsedArguments: Sendable, Equatable {
  /// The words that chose the command, such as `["policy", "check"]`.
  public internal(set) var command: [String] = []
  /// Whether help was asked for instead.
  public internal(set) var wantsHelp = false
  /// The words of the command.
  public internal(set) var positionals: [String] = []
  /// What stood behind `--`, for commands that start another program.
  public internal(set) var rest: [String] = []
  var flags: Set<String> = []
  var values: [String: [String]] = [:]

  /// Whether a flag was given.
  public func has(_ flag: String) -> Bool { flags.contains(flag) }

  /// The value of an option that may be given once.
  public func value(_ option: String) -> String? { values[option]?.last }

  /// The values of an option in the order given.
  public func all(_ option: String) -> [String] { values[option] ?? [] }
}
