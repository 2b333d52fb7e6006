internal import Linux
internal import SourceText

/// The folders of the user's home, and elsewhere, in which programs on PATH keep what they need.
///
/// Beside `bin` there is usually `lib`. Managers of toolchains keep it somewhere else: their `bin` holds small programs
/// that start the real ones. A folder is opened when PATH leads into it or when the variable that names it is set; what
/// its tools store for logging in somewhere is denied.
struct ToolFolders {
  private(set) var readable: [String] = []
  private(set) var secrets: [String] = []
  private let home: String
  private let paths: RealPaths

  private struct Toolchain {
    var variables: [String]
    /// Where it stands in the home without a variable.
    var folder: String?
    /// What of it is opened; empty: all of it.
    var parts: [String] = []
    /// The folder in the home that PATH leads into, when it is another one.
    var door: String?
  }

  private static let toolchains = [
    Toolchain(
      variables: ["CARGO_HOME"], folder: ".cargo",
      parts: ["bin", "registry", "git", "env", "config", "config.toml"]),
    Toolchain(variables: ["RUSTUP_HOME"], folder: ".rustup", door: ".cargo/bin"),
    Toolchain(variables: ["GOPATH"], folder: "go", parts: ["bin", "pkg"]),
    Toolchain(variables: ["GOROOT"]),
    Toolchain(variables: ["NVM_DIR"], folder: ".nvm", parts: ["versions", "alias", "nvm.sh", "nvm-exec"]),
    Toolchain(variables: ["FNM_DIR"], folder: ".local/share/fnm"),
    Toolchain(variables: ["VOLTA_HOME"], folder: ".volta"),
    Toolchain(variables: ["PYENV_ROOT"], folder: ".pyenv"),
    Toolchain(variables: ["RBENV_ROOT"], folder: ".rbenv"),
    Toolchain(variables: ["SDKMAN_DIR"], folder: ".sdkman", parts: ["bin", "candidates"]),
    Toolchain(variables: ["JENV_ROOT"], folder: ".jenv"),
    Toolchain(variables: ["JAVA_HOME"]), Toolchain(variables: ["MAVEN_HOME", "M2_HOME"]),
    Toolchain(variables: ["GRADLE_HOME"]),
    Toolchain(variables: ["GRADLE_USER_HOME"], parts: ["caches", "wrapper"]),
    Toolchain(variables: ["ASDF_DATA_DIR", "ASDF_DIR"], folder: ".asdf"),
    Toolchain(variables: ["MISE_DATA_DIR"], folder: ".local/share/mise"),
    Toolchain(variables: ["BUN_INSTALL"], folder: ".bun"),
    Toolchain(variables: ["DENO_INSTALL"], folder: ".deno"),
    Toolchain(variables: ["PNPM_HOME"], folder: ".local/share/pnpm"),
    Toolchain(variables: ["DOTNET_ROOT"], folder: ".dotnet"),
    Toolchain(variables: ["SWIFTLY_HOME_DIR"], folder: ".local/share/swiftly"),
    Toolchain(variables: ["SWIFTLY_TOOLCHAINS_DIR"], folder: ".local/share/swiftly/toolchains"),
    Toolchain(variables: ["VIRTUAL_ENV"]), Toolchain(variables: ["CONDA_PREFIX"]),
    Toolchain(variables: ["PIPX_HOME"], folder: ".local/share/pipx", parts: ["venvs"], door: ".local/bin"),
    Toolchain(variables: ["UV_TOOL_DIR"], folder: ".local/share/uv/tools", door: ".local/bin"),
    Toolchain(variables: ["UV_PYTHON_INSTALL_DIR"], folder: ".local/share/uv/python", door: ".local/bin"),
  ]

  /// Files in such folders that hold what somebody logs in with.
  private static let secretNames = [
    "credentials", "credentials.toml", "credentials.json", ".npmrc", "etc/npmrc", "rc", ".netrc", ".pypirc",
    "settings.xml", "conf/settings.xml", "gradle.properties", "auth.json", ".env",
  ]

  /// - Parameter folders: those of PATH.
  init(_ folders: [String], _ paths: RealPaths, home: String, environment: Environment) {
    self.home = home
    self.paths = paths
    let real = folders.compactMap(self.real)
    for folder in real { add(prefix(of: folder)) }
    for toolchain in Self.toolchains {
      for folder in toolchain.variables.compactMap({ environment[$0] }) { add(folder, toolchain.parts) }
      guard let name = toolchain.folder, home != "/" else { continue }
      let door = "\(home)/\(toolchain.door ?? name)"
      if real.contains(where: { PathText.isInside($0, door) }) { add("\(home)/\(name)", toolchain.parts) }
    }
  }

  private mutating func add(_ folder: String, _ parts: [String] = []) {
    guard let folder = real(folder) else { return }
    for part in parts { if let part = real("\(folder)/\(part)") { readable.append(part) } }
    if parts.isEmpty { readable.append(folder) }
    guard PathText.isInside(folder, home) else { return }
    secrets += Self.secretNames.map { "\(folder)/\($0)" }.filter(FileSystem.exists)
  }

  /// What of the project, and of what steps write, may be read is for the rules to say; and no tool is given a whole home.
  private func real(_ folder: String) -> String? {
    guard PathText.isAbsolute(folder), !paths.isForeign(folder), let real = paths.real(folder) else {
      return nil
    }
    return paths.isForeign(real) || PathText.isInside(home, real) ? nil : real
  }

  /// The folder above `bin` where it looks like what a program was installed to. In the user's home a whole prefix is
  /// opened only then, since secrets stand there too.
  private func prefix(of folder: String) -> String {
    guard folder.hasSuffix("/bin") || folder.hasSuffix("/sbin") else { return folder }
    let prefix = FileSystem.parent(of: folder)
    guard prefix != "/", prefix != home,
      FileSystem.exists(prefix + "/lib") || FileSystem.exists(prefix + "/pkg/tool")  // Go's own
    else { return folder }
    return PathText.isInside(folder, home) && prefix.hasSuffix("/.local") ? folder : prefix
  }
}
