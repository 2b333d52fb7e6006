/// The policy that holds when no document says otherwise. Docs/policy.md reproduces it; a test compares the two.
public enum BuiltinPolicy {
  /// Programs that are allowed.
  public static let runAllow = words(
    """
    git node npm npx pnpm yarn bun tsc esbuild vite webpack rollup eslint prettier biome jest vitest mocha playwright
    cypress python python3 pip pip3 go cargo rustc make cmake rd rundown
    """)
  /// Programs that are denied.
  public static let runDeny = words(
    """
    sudo su passwd useradd usermod userdel chown chmod curl wget nc netcat ncat ssh scp sftp rsync rm rmdir mv dd mkfs
    fdisk parted kill killall pkill docker podman kubectl helm
    """)
  /// Files that may be read.
  public static let readAllow = ["{repo}/**", "{tmp}/**"]
  /// Files that may not.
  public static let readDeny = words(
    """
    **/.env **/.env.* **/credentials.json **/*secret* **/*password* **/id_rsa **/id_ed25519 **/*.pem **/*.key
    """)
  /// Files that may be written.
  public static let writeAllow = [
    "{repo}/.claude/**", "{repo}/node_modules/**", "{repo}/dist/**", "{repo}/build/**", "{repo}/.next/**",
    "{tmp}/**",
  ]
  /// Files that may not.
  public static let writeDeny = words("**/.env **/.env.* **/credentials.json **/*secret* **/*password*")
  /// Variables that are passed on.
  public static let envAllow = words(
    "PATH HOME USER SHELL TERM LANG LC_* TMPDIR TMP TEMP CI NODE_ENV DEBUG npm_* RUNDOWN_*")
  /// Variables that are not.
  public static let envDeny = words(
    """
    *_TOKEN *_KEY *_SECRET *_PASSWORD *_CREDENTIAL AWS_* GCP_* AZURE_* GOOGLE_* KUBECONFIG DOCKER_* SSH_* GPG_*
    GITHUB_TOKEN GITLAB_TOKEN NPM_TOKEN
    """)
  /// Files of a project that are never written, created or renamed away: what they hold runs later, outside the
  /// sandbox.
  public static let protect = [
    ".git/hooks", ".git/config", ".gitmodules", ".husky", ".vscode", ".idea", ".devcontainer", ".cursor",
    ".envrc",
    ".mcp.json", ".claude/settings*.json",
  ]
  /// Ports that may be dialled when a document names none.
  public static let ports = [443, 80]

  /// Variables that make a program run other code than its own; they pass only if a rule names them literally.
  public static let dangerousVariables = words(
    """
    BASH_ENV ENV LD_* GLIBC_TUNABLES GCONV_PATH GIT_* PROMPT_COMMAND PS0 PS4 IFS SHELLOPTS BASHOPTS BASH_FUNC_*
    BASH_XTRACEFD CDPATH GLOBIGNORE
    """)

  /// Whether a variable is one of them.
  public static func isDangerous(variable name: String) -> Bool {
    dangerousVariables.contains { pattern in
      let bytes = pattern.utf8
      return bytes.last == UInt8(ascii: "*")
        ? name.utf8.starts(with: bytes.dropLast()) : name.utf8.elementsEqual(bytes)
    }
  }

  /// Whether a variable's name ends in a word for a secret, in whatever letters and however it is joined to the rest.
  static func namesSecret(variable name: String) -> Bool {
    let lowered = name.lowercased().filter { $0 != "_" && $0 != "-" }
    return [
      "token", "secret", "password", "passwd", "passphrase", "credential", "credentials", "key", "auth",
    ].contains { lowered.hasSuffix($0) }
  }

  /// Lists of programs that a document can add by name.
  public static let presets: [String: [String]] = [
    // Programs that have no effect but reading: none of them starts another, deletes or writes a file that an option
    // names (so no sort -o, uniq with a second operand, find -exec, sed, awk, xargs, tee, env, less, tree -o).
    "read-tools": words(
      """
      cat tac head tail ls stat wc cut tr nl fold fmt paste join comm grep egrep fgrep cmp diff basename dirname
      readlink realpath pwd date uname id whoami nproc du df true false seq printf echo test sleep md5sum
      sha1sum sha256sum sha512sum cksum od jq which tty arch
      """),
    // Programs that build and test; most of them run code of the project.
    "build-tools": words(
      """
      make cmake ninja meson gcc g++ cc c++ clang clang++ ld ar ranlib strip go cargo rustc swift swiftc javac java mvn
      gradle dotnet tsc esbuild vite webpack rollup eslint prettier biome jest vitest mocha pytest tox ruff black mypy
      """),
  ]

  /// The patterns of a list.
  static func patterns(_ kind: AccessKind, isDeny: Bool) -> [String] {
    switch kind {
    case .run: isDeny ? runDeny : runAllow
    case .read: isDeny ? readDeny : readAllow
    case .write: isDeny ? writeDeny : writeAllow
    case .env: isDeny ? envDeny : envAllow
    case .network: []
    }
  }

  private static func words(_ text: String) -> [String] {
    // By bytes: these lists are split at the beginning of each run.
    text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
