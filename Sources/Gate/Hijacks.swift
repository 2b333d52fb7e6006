internal import SourceText

/// Variables that change which code an allowed name runs.
public enum Hijacks {
  private static let names: Set<String> = [
    "PATH", "BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "IFS", "GLOBIGNORE",
    "CDPATH",
    "SHELL", "EDITOR", "VISUAL", "PAGER", "LESSOPEN", "LESSCLOSE", "MANOPT", "TAR_OPTIONS", "RSYNC_RSH",
    "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "MAKE",
    "CC",
    "CXX", "LD", "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "BASH_LOADABLES_PATH", "EXECIGNORE", "FCEDIT",
    "BROWSER",
    "SUDO_EDITOR", "SUDO_ASKPASS", "SSH_ASKPASS", "GIT_ASKPASS", "MANPATH", "INPUTRC", "GCONV_PATH",
    "LOCPATH",
    "NLSPATH", "MALLOC_TRACE", "TERMINFO", "RUSTC_WRAPPER", "CARGO_HOME", "GOFLAGS",
    "NPM_CONFIG_SCRIPT_SHELL",
    "AWKPATH", "AWKLIBPATH", "LUA_INIT", "PHPRC", "PHP_INI_SCAN_DIR", "TCLLIBPATH", "WGETRC", "CURL_HOME",
    "SCREENRC",
    "PSQLRC", "LESSKEY", "LESSKEYIN", "VIMINIT", "EXINIT", "GDBINIT", "RANDFILE", "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "DOCKER_HOST", "DOCKER_CONFIG", "KUBECONFIG", "ANSIBLE_CONFIG", "CONFIG_SITE", "FPATH", "ZDOTDIR",
    "histchars", "BASH_CMDS", "BASH_ALIASES", "POSIXLY_CORRECT", "BASH_COMPAT",
  ]
  private static let prefixes = [
    "LD_", "DYLD_", "BASH_FUNC_", "GIT_", "PERL5", "PERL_", "PYTHON", "RUBY", "NODE_", "npm_config_",
    "LESS_TERMCAP",
  ]
  /// Harmless ones of the families above.
  private static let harmless: Set<String> = [
    "NODE_ENV", "NODE_VERSION", "GIT_TERMINAL_PROMPT", "GIT_SHA", "GIT_COMMIT", "GIT_BRANCH", "GIT_TAG",
    "GIT_REF",
    "GIT_HASH", "GIT_URL", "GIT_VERSION", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
    "PYTHONIOENCODING", "PYTHONUTF8", "PYTHON_VERSION", "RUBY_VERSION", "PERL_VERSION", "PYTHON", "RUBY",
  ]
  private static let harmlessPrefixes = ["GIT_AUTHOR_", "GIT_COMMITTER_"]

  private static let table: NameSet = set(of: names)
  private static let harmlessTable: NameSet = set(of: harmless)

  private static func set(of names: Set<String>) -> NameSet {
    var table = NameSet()
    for name in names { table.insert(name) }
    return table
  }

  /// Whether setting this variable changes what names run.
  public static func isHijack(_ name: String) -> Bool {
    if table.contains(name) { return true }
    // Every family's name begins with one of these letters or ends as pagers and editors do.
    switch name.utf8.first {
    case 0x42, 0x44, 0x47, 0x4C, 0x4E, 0x50, 0x52, 0x6E: break
    default: return isTool(name)
    }
    if harmlessTable.contains(name) || harmlessPrefixes.contains(where: { name.startsBytewise(with: $0) }) {
      return false
    }
    return prefixes.contains { name.startsBytewise(with: $0) } || isTool(name)
  }

  /// Whether a variable of this name names a pager or an editor.
  private static func isTool(_ name: String) -> Bool {
    // `…PAGER`, `…_EDITOR`
    guard name.utf8.last == 0x52 else { return false }
    return name.hasSuffix("PAGER") || name.hasSuffix("_EDITOR")
  }
}
