public import Linux
public import Policy
internal import SourceText

/// The policy document of a run, as it was read once, and where the project is.
public struct LoadedPolicy: Sendable {
  /// The project root: an absolute path without symbolic links.
  public var root: String
  /// The working directory, likewise.
  public var workingDirectory: String
  /// The document's absolute path; nil when the built-in policy holds.
  public var path: String?
  /// In which language it is written.
  public var format: PolicyFormat
  /// The checked document; nil when the built-in policy holds.
  public var document: PolicyDocument?
  /// The user's own configuration.
  public var user: UserConfiguration?
  /// Whether the document was found in the project, not named by the user.
  public var isDiscovered = false
  /// The files of hosts that it names, by their text there.
  public var hostLists: [String: HostList] = [:]
  /// What to say about it without refusing: rendered lines with a final newline.
  public var warnings: [String]

  /// A loaded policy.
  public init(
    root: String, workingDirectory: String, path: String?, format: PolicyFormat, document: PolicyDocument?,
    warnings: [String]
  ) {
    self.root = root
    self.workingDirectory = workingDirectory
    self.path = path
    self.format = format
    self.document = document
    self.warnings = warnings
  }

  /// The document's name in messages.
  public var name: String { document?.file.name ?? "built-in" }

  /// The context of a run: what the placeholders stand for.
  ///
  /// - Parameters:
  ///   - runbook: the runbook's path as the person gave it; nil when there is none or it has no path.
  ///   - digest: the SHA-256 of the runbook's text in hexadecimal, for grants that are bound to it.
  public func context(
    environment: Environment, runbook: String? = nil, digest: String? = nil, programs: [String: String] = [:],
    guarded: [String] = []
  ) -> PolicyContext {
    let home =
      environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? ThisProcess.homeDirectory ?? "/"
    let tmp = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    var context = PolicyContext(
      repo: root, tmp: PolicyLoader.resolved(tmp), home: PolicyLoader.resolved(home), cwd: workingDirectory,
      runbook: runbook.flatMap(relative), runbookDigest: digest, programs: programs,
      guarded: guarded + [path].compactMap { $0 } + PolicyLoader.guarded(in: root)
        + hostLists.values.map(\.path).sorted())
    context.hostLists = hostLists
    return context
  }

  /// A file's path relative to the project root; nil for one outside.
  public func relative(_ file: String) -> String? {
    let real = PolicyLoader.resolved(file.hasPrefix("/") ? file : workingDirectory + "/" + file)
    return PathText.relative(real, to: root)
  }
}

/// Finds and reads policy documents.
public enum PolicyLoader {
  /// The names of documents, in the order in which they are looked for.
  public static let names = [
    ".rundownrc", ".rundownrc.json", ".rundownrc.yaml", ".rundownrc.yml", "package.json",
  ]
  /// Programs that other tools would run for a policy.
  public static let programNames = ["rundown.config.js", "rundown.config.cjs", "rundown.config.mjs"]
  private static let sizeLimit = 4 << 20

  /// The policy of a project: the document given with `--policy`, else the first found in the project root.
  public static func load(
    explicit: String? = nil, from directory: String? = nil, environment: Environment = .current
  ) throws(PolicyLoadError) -> LoadedPolicy {
    let cwd = if let directory { resolved(directory) } else { try workingDirectory() }
    var warnings: [String] = []
    let root = projectRoot(from: cwd, warnings: &warnings)
    var loaded = LoadedPolicy(
      root: root, workingDirectory: cwd, path: nil, format: .yaml, document: nil, warnings: warnings)
    loaded.user = try userConfiguration(environment, &loaded.warnings)
    if let explicit {
      try load(explicit, into: &loaded, isDiscovered: false)
      return loaded
    }
    for name in programNames where FileSystem.exists(root + "/" + name) {
      loaded.warnings.append(
        warning(
          display(root + "/" + name, cwd), "this program is not run as a policy", PolicyLoadError.programHelp)
      )
    }
    for name in names where FileSystem.exists(root + "/" + name) {
      if loaded.path != nil {
        if name != "package.json" {
          let message = "this document is not used: \(loaded.name) comes before it"
          loaded.warnings.append(warning(display(root + "/" + name, cwd), message, "keep one of them"))
        }
        continue
      }
      try load(root + "/" + name, into: &loaded, isDiscovered: true)
    }
    return loaded
  }

  /// The project's root, whatever its policy says and whether it is valid at all.
  public static func root() throws(PolicyLoadError) -> String {
    var warnings: [String] = []
    return projectRoot(from: try workingDirectory(), warnings: &warnings)
  }

  private static func workingDirectory() throws(PolicyLoadError) -> String {
    do throws(Errno) {
      return resolved(try ThisProcess.workingDirectory())
    } catch {
      throw .noWorkingDirectory(error)
    }
  }

  /// The nearest folder upward that holds `.git` or a policy document; else the working directory itself.
  ///
  /// A folder above that others can write to, or that belongs to another user, is not gone up into: whoever can put a
  /// document there would decide for every project below it.
  static func projectRoot(from cwd: String, warnings: inout [String]) -> String {
    var folder = cwd
    while true {
      if let mark = marks(folder) {
        if folder == cwd { return cwd }
        guard let reason = distrust(folder, isFolder: true) else { return folder }
        warnings.append(
          warning(
            display(folder + "/" + mark, cwd), "not used: \(reason)",
            "the working directory is the project root now; put a policy document there"))
        return cwd
      }
      if folder == "/" { return cwd }
      folder = FileSystem.parent(of: folder)
    }
  }

  private static func marks(_ folder: String) -> String? {
    for name in [".git"] + names.dropLast() where FileSystem.exists(folder + "/" + name) { return name }
    return isPolicy(packageAt: folder + "/package.json") ? "package.json" : nil
  }

  /// Whether a package.json is about rundown at all. One that cannot be read as JSON is, if it speaks of rundown.
  private static func isPolicy(packageAt path: String) -> Bool {
    guard FileSystem.exists(path) else { return false }
    do throws(FileError) {
      let bytes = try FileSystem.readFile(path, limit: sizeLimit)
      let reading = PolicyDocument.read(SourceFile(name: path, bytes: bytes), format: .packageJSON)
      if reading.document != nil { return true }
      return !reading.diagnostics.isEmpty && speaksOfRundown(bytes)
    } catch {
      return false
    }
  }

  private static func speaksOfRundown(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains("\"rundown\"")
  }

  // MARK: The user's configuration

  /// Where a user's own configuration lies (XDG Base Directory Specification); nil without a home.
  public static func userConfigurationPath(_ environment: Environment) -> String? {
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? ThisProcess.homeDirectory
    return (folder ?? home.map { $0 + "/.config" }).map { $0 + "/rundown/config.yaml" }
  }

  private static func userConfiguration(
    _ environment: Environment, _ warnings: inout [String]
  ) throws(PolicyLoadError) -> UserConfiguration? {
    guard let path = userConfigurationPath(environment), FileSystem.exists(path) else { return nil }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.readFile(path, limit: sizeLimit) } catch {
      throw .unreadable(name: path, error)
    }
    if let reason = distrust(path, isFolder: false) { throw .untrusted(name: path, reason: reason) }
    let file = SourceFile(name: path, bytes: bytes)
    let (configuration, diagnostics) = UserConfiguration.read(file)
    guard let configuration else { throw .invalid(file, diagnostics) }
    warnings += diagnostics.map { $0.rendered(in: file) + "\n" }
    return configuration
  }

  // MARK: One document

  private static func load(
    _ path: String, into loaded: inout LoadedPolicy, isDiscovered: Bool
  ) throws(PolicyLoadError) {
    let absolute = path.hasPrefix("/") ? path : loaded.workingDirectory + "/" + path
    let name = isDiscovered ? display(path, loaded.workingDirectory) : path
    if [".js", ".cjs", ".mjs", ".ts", ".mts", ".cts"].contains(where: path.hasSuffix) {
      throw .program(name: name)
    }
    let format = PolicyFormat(fileName: path)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.readFile(absolute, limit: sizeLimit)
    } catch {
      throw .unreadable(name: name, error)
    }
    let file = SourceFile(name: name, bytes: bytes)
    let reading = PolicyDocument.read(file, format: format)
    if format == .packageJSON, isDiscovered, reading.document == nil {
      // Most packages say nothing of rundown.
      if reading.diagnostics.isEmpty || !speaksOfRundown(bytes) { return }
    }
    if isDiscovered {
      let folder = FileSystem.parent(of: absolute)
      if let reason = distrust(absolute, isFolder: false) ?? distrust(folder, isFolder: true) {
        throw .untrusted(name: name, reason: reason)
      }
    } else if isWritableByAll(absolute) {
      throw .untrusted(name: name, reason: "every user can write to it")
    }
    guard let document = reading.document else {
      if format == .packageJSON, reading.diagnostics.isEmpty {
        let problem = Diagnostic("PO010", "this package.json has no key `rundown`", at: SourceSpan(0, 0))
        throw .invalid(file, [problem])
      }
      throw .invalid(file, reading.diagnostics)
    }
    loaded.path = resolved(absolute)
    loaded.isDiscovered = isDiscovered
    loaded.format = format
    loaded.document = document
    loaded.warnings += reading.diagnostics.map { $0.rendered(in: file) + "\n" }
    let context = loaded.context(environment: .current)
    for entry in document.hostFiles {
      // The validator has looked at the path.
      guard let path = context.path(ofFile: entry.text) else { continue }
      loaded.hostLists[entry.text] = try HostFile.open(path, name: display(path, loaded.workingDirectory))
    }
  }

  /// What decides over later runs and over git: documents that would come to be the policy, and the git folders'
  /// settings that `protect` does not name.
  static func guarded(in root: String) -> [String] {
    names.filter { $0 != "package.json" }.map { "\(root)/\($0)" }
      + GitGuard.guarded(at: "\(root)/.git", isWhole: false)
  }

  // MARK: Trust

  /// Why a file or folder is not to be trusted: who could change it beside this user.
  static func distrust(_ path: String, isFolder: Bool) -> String? {
    do throws(FileError) {
      let info = try FileSystem.info(path)
      let owner = info.userID
      if owner != 0, owner != ThisProcess.effectiveUserID {
        return "\(what(isFolder)) belongs to another user"
      }
      if info.permissions & 0o002 != 0 { return "every user can write to \(isFolder ? "its folder" : "it")" }
      return nil
    } catch {
      return "\(what(isFolder)) cannot be examined: \(error.reason)"
    }
  }

  private static func what(_ isFolder: Bool) -> String { isFolder ? "its folder" : "it" }

  private static func isWritableByAll(_ path: String) -> Bool {
    do throws(FileError) {
      return try FileSystem.info(path).permissions & 0o002 != 0
    } catch {
      return true  // what cannot be examined is not trusted
    }
  }

  // MARK: Names

  /// A path as short as it can be shown: relative to the working directory when it lies near it.
  static func display(_ path: String, _ cwd: String) -> String {
    var base = cwd
    var up = ""
    while base != "/" {
      if let below = PathText.relative(path, to: base) { return up + below }
      base = FileSystem.parent(of: base)
      up += "../"
      if up.count > 12 { break }
    }
    return path
  }

  /// The path without symbolic links, or, when there is nothing, as it is.
  public static func resolved(_ path: String) -> String {
    do throws(FileError) {
      return try FileSystem.realPath(path)
    } catch {
      return path
    }
  }

  private static func warning(_ name: String, _ message: String, _ help: String) -> String {
    "\(DisplayText.visible(name)): warning: \(DisplayText.visible(message))\n  help: \(DisplayText.visible(help))\n"
  }
}
