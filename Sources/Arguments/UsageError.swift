/// A command line that cannot be understood. The program ends with exit code 2.
public enum UsageError: Error, Hashable, Sendable {
  /// No command was given where one is needed.
  case missingCommand(of: String)
  /// There is no such command.
  case unknownCommand(String, of: String, suggestion: String?)
  /// There is no such option.
  case unknownOption(String, command: String, suggestion: String?)
  /// The option wants a value and none follows.
  case missingValue(option: String, placeholder: String)
  /// The option takes no value but one was given with `=`.
  case unexpectedValue(option: String)
  /// The option was given twice and may be given once.
  case repeatedOption(String)
  /// A word is missing.
  case missingPositional(String, command: String)
  /// There is a word too many.
  case unexpectedPositional(String, command: String)
  /// A value is not of the option's form.
  case invalidValue(option: String, value: String, expected: String)
  /// Two options exclude each other.
  case conflict(String, String, why: String)
  /// An option has no meaning without another.
  case alone(String, without: String)

  /// What is wrong, as a clause.
  public var message: String {
    switch self {
    case .missingCommand(let of): return "\(of): a command is missing"
    case .unknownCommand(let word, _, _): return "there is no command ‘\(word)’"
    case .unknownOption(let word, let command, _): return "\(command): there is no option ‘\(word)’"
    case .missingValue(let option, let placeholder):
      return "\(option) needs a value: \(option) \(placeholder)"
    case .unexpectedValue(let option): return "\(option) takes no value"
    case .repeatedOption(let option): return "\(option) was given more than once"
    case .missingPositional(let name, let command): return "\(command): \(name) is missing"
    case .unexpectedPositional(let word, let command): return "\(command): ‘\(word)’ is one word too many"
    case .invalidValue(let option, let value, let expected): return "\(option): ‘\(value)’ is not \(expected)"
    case .alone(let option, let without): return "\(option) means nothing without \(without)"
    case .conflict(let a, let b, let why): return "\(a) and \(b) exclude each other: \(why)"
    }
  }

  /// How to mend it.
  public var help: String {
    switch self {
    case .missingCommand(let of): return "see ‘\(of) --help’"
    case .unknownCommand(_, let of, let suggestion):
      return suggestion.map { "did you mean ‘\($0)’?" } ?? "see ‘\(of) --help’ for the commands"
    case .unknownOption(let word, let command, let suggestion):
      if let suggestion { return "did you mean ‘--\(suggestion)’?" }
      return "see ‘\(command) --help’; for a word that begins with a dash, put -- before ‘\(word)’"
    case .missingValue, .unexpectedValue, .repeatedOption, .invalidValue, .conflict, .alone:
      return "see ‘--help’"
    case .missingPositional(_, let command), .unexpectedPositional(_, let command):
      return "see ‘\(command) --help’"
    }
  }
}
