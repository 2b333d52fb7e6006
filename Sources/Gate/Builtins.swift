internal import ShellSyntax

/// The built-in commands of the shells.
enum Builtins {
  private static let common: Set<String> = [
    ".", ":", "[", "alias", "bg", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit",
    "export",
    "false", "fc", "fg", "getopts", "hash", "jobs", "kill", "local", "printf", "pwd", "read", "readonly",
    "return",
    "set", "shift", "test", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
  ]
  private static let bashOnly: Set<String> = [
    "bind", "builtin", "caller", "compgen", "complete", "compopt", "declare", "dirs", "disown", "enable",
    "help",
    "history", "let", "logout", "mapfile", "popd", "pushd", "readarray", "shopt", "source", "suspend",
    "typeset",
  ]
  static let bash = common.union(bashOnly)
  static let sh = common.union(["chdir"])

  /// Those whose arguments are assignments.
  static let declarations: Set<String> = ["export", "declare", "typeset", "local", "readonly"]
  /// Those that set the variable named behind `-v`, or look at it.
  static let tests: Set<String> = ["[", "test", "printf"]
  /// Those whose arguments are of no account.
  static let harmless = bash.union(sh).subtracting(declarations).subtracting(tests).subtracting([
    ".", "source", "kill", "eval", "exec", "command", "builtin", "trap", "alias", "enable", "hash", "shopt",
    "set",
    "mapfile", "readarray", "compgen", "complete", "bind", "fc", "let", "unset", "read", "wait", "getopts",
  ])

  /// Whether a bare name is a built-in of the dialect.
  static func contains(_ name: String, _ dialect: Dialect) -> Bool {
    CommandMarks.table[name].contains(.builtin(dialect))
  }
}
