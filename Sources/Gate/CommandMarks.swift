internal import ShellSyntax

/// What the gate's tables say of a command's name.
struct CommandMarks: OptionSet, Sendable {
  let rawValue: UInt16

  /// A built-in of sh.
  static let sh = CommandMarks(rawValue: 1)
  /// A built-in of bash.
  static let bash = CommandMarks(rawValue: 2)
  /// A built-in that is harmless whatever its arguments are.
  static let harmless = CommandMarks(rawValue: 4)
  /// A built-in that is harmless without `-v` and `-R`, behind which names of variables stand.
  static let tests = CommandMarks(rawValue: 8)
  /// A built-in whose arguments are assignments.
  static let declaration = CommandMarks(rawValue: 16)
  /// A program which may start others.
  static let starter = CommandMarks(rawValue: 32)
  /// A command that may write variables or files, or run code.
  static let surveyed = CommandMarks(rawValue: 64)
  /// A function of the text.
  static let function = CommandMarks(rawValue: 128)
  /// A built-in whose words name variables that it writes.
  static let writer = CommandMarks(rawValue: 256)
  /// A built-in that runs code, or changes how the text is read.
  static let evaluator = CommandMarks(rawValue: 512)

  /// A program of `LauncherTable`.
  static let launcher = CommandMarks(rawValue: 1024)
  /// A shell.
  static let shell = CommandMarks(rawValue: 2048)

  static func builtin(_ dialect: Dialect) -> CommandMarks { dialect == .bash ? .bash : .sh }

  /// The names of all tables.
  static let table: NameTable<CommandMarks> = {
    var table = NameTable<CommandMarks>()
    for name in Builtins.sh { table.insert(name, .sh) }
    for name in Builtins.bash { table.insert(name, .bash) }
    for name in Builtins.harmless { table.insert(name, .harmless) }
    for name in Builtins.tests { table.insert(name, .tests) }
    for name in Builtins.declarations { table.insert(name, .declaration) }
    for name in Analyzer.starters { table.insert(name, .starter) }
    for name in LauncherTable.names { table.insert(name, .launcher) }
    for name in Analyzer.shells.keys { table.insert(name, .shell) }
    for name in Survey.noteworthy { table.insert(name, .surveyed) }
    for name in Survey.writers { table.insert(name, .writer) }
    for name in Survey.evaluators { table.insert(name, .evaluator) }
    return table
  }()
}
