/// One option of a command: `--name`, `--name VALUE`, with an optional one-letter form.
public struct OptionSpec: Hashable, Sendable {
  /// The long name without the dashes.
  public let name: String
  /// The one-letter form, if there is one.
  public let short: Character?
  /// What the value is called in help; nil for a flag that takes none.
  public let placeholder: String?
  /// Whether it may be given more than once.
  public let repeats: Bool
  /// One line for help.
  public let help: String
  /// The heading that help lists it under.
  public let group: String

  /// A flag without a value.
  public static func flag(
    _ name: String, short: Character? = nil, _ help: String, group: String = "Options"
  ) -> OptionSpec {
    OptionSpec(name: name, short: short, placeholder: nil, repeats: false, help: help, group: group)
  }

  /// An option with a value, called `placeholder` in help.
  public static func value(
    _ name: String, _ placeholder: String, short: Character? = nil, repeats: Bool = false, _ help: String,
    group: String = "Options"
  ) -> OptionSpec {
    OptionSpec(
      name: name, short: short, placeholder: placeholder, repeats: repeats, help: help, group: group)
  }
}
