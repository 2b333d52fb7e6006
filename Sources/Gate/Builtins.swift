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
  private static let bash = common.union(bashOnly)
  private static let sh = common.union(["chdir"])

  /// Whether a bare name is a built-in of the dialect.
  static func contains(_ name: String, _ dialect: Dialect) -> Bool {
    (dialect == .bash ? bash : sh).contains(name)
  }
}
