internal import Linux
internal import Sandbox
internal import SourceText
public import Supervisor

/// Where git keeps what it knows of a working tree.
public struct GitFolders: Sendable {
  /// The folder of this working tree alone.
  public let own: String
  /// The folder that all working trees of the repository share.
  public let common: String

  /// The folders of the working tree at `root`, read from its files; nil when it is none.
  public init?(root: String) {
    let git = root + "/.git"
    do throws(FileError) {
      switch try FileSystem.linkInfo(git).kind {
      case .directory: self.init(own: git, common: git)
      case .regular:
        guard let link = try Self.line(git), link.hasPrefix("gitdir: ") else { return nil }
        let own = try FileSystem.realPath(Self.absolute(String(link.dropFirst("gitdir: ".count)), in: root))
        let shared = FileSystem.exists(own + "/commondir") ? try Self.line(own + "/commondir") : nil
        let common = try FileSystem.realPath(shared.map { Self.absolute($0, in: own) } ?? own)
        self.init(own: own, common: common)
      // A link could lead anywhere.
      case .symbolicLink, .fifo, .socket, .characterDevice, .blockDevice, .unknown: return nil
      }
    } catch {
      return nil
    }
  }

  init(own: String, common: String) {
    (self.own, self.common) = (own, common)
  }

  private static func line(_ path: String) throws(FileError) -> String? {
    let bytes = try FileSystem.readFile(path, limit: 4096)
    return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
  }

  private static func absolute(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") ? path : folder + "/" + path
  }
}

/// Why git did not do what was wanted.
public struct GitFailure: Error, Sendable {
  /// What is wrong.
  public var message: String
  /// How to mend it.
  public var help: String

  /// A failure.
  public init(_ message: String, help: String) {
    (self.message, self.help) = (message, help)
  }
}

/// git, as rundown itself runs it on a repository that an agent has worked in.
///
/// Nothing of the repository, the user or the system that makes git run other code holds: no hooks, no file system monitor,
/// no filters, no merge drivers, no signing, no remote. It is confined like a step, without a network, and can write
/// nothing but the folders that it is given.
public struct GitTool: ~Copyable {
  private let program: String
  private let launcher: Launcher
  private let directory: String
  private var environment: [String: String]

  /// git at work in `directory`, able to write `writable` and to read `readable`.
  public static func make(
    in directory: String, writable: [String], readable: [String] = [], home: String, path: String?,
    with supervisor: borrowing Supervisor
  ) throws(GitFailure) -> GitTool {
    let resolver = ProgramResolver(path: path, root: directory) { _ in false }
    guard let program = resolver.resolve("git", in: "/"), !PathText.isBelow(program, directory) else {
      throw GitFailure("there is no git on PATH", help: "install it, for example: apt-get install git")
    }
    let launcher: Launcher
    do throws(SandboxError) {
      launcher = try Launcher(
        SandboxProfile(
          readable: SystemPaths.readable + [FileSystem.parent(of: program), directory] + readable,
          writable: writable,
          executable: nil, hidden: home == "/" || directory == home ? [] : [home], network: .none,
          limits: .none,
          mode: .prefer))
    } catch {
      throw GitFailure("git cannot be confined: \(error)", help: "‘rundown doctor’ shows what is missing")
    }
    let environment = [
      "PATH": resolver.path, "HOME": "/nonexistent", "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
      "GIT_EDITOR": "false", "GIT_ATTR_NOSYSTEM": "1", "GIT_ADVICE": "0",
    ]
    var tool = GitTool(program: program, launcher: launcher, directory: directory, environment: environment)
    tool.configure(settings)
    try tool.switchOffDrivers(supervisor)
    return tool
  }

  private init(
    program: String, launcher: consuming Launcher, directory: String, environment: [String: String]
  ) {
    self.program = program
    self.launcher = launcher
    self.directory = directory
    self.environment = environment
  }

  private static let settings = [
    ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("core.untrackedCache", "false"),
    ("core.pager", "cat"), ("core.sshCommand", "false"), ("core.attributesFile", "/dev/null"),
    ("core.excludesFile", "/dev/null"), ("commit.gpgSign", "false"), ("tag.gpgSign", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"), ("submodule.recurse", "false"), ("rerere.enabled", "false"),
    ("protocol.allow", "never"), ("diff.external", ""), ("advice.addEmbeddedRepo", "false"),
    ("merge.verifySignatures", "false"), ("log.showSignature", "false"),
  ]

  private mutating func configure(_ settings: [(String, String)]) {
    let first = Int(environment["GIT_CONFIG_COUNT"] ?? "0") ?? 0
    for (index, (key, value)) in settings.enumerated() {
      environment["GIT_CONFIG_KEY_\(first + index)"] = key
      environment["GIT_CONFIG_VALUE_\(first + index)"] = value
    }
    environment["GIT_CONFIG_COUNT"] = String(first + settings.count)
  }

  /// Filters and merge drivers are programs that attributes of files choose, and an agent can write attributes.
  private mutating func switchOffDrivers(_ supervisor: borrowing Supervisor) throws(GitFailure) {
    let pattern = #"^(filter\..*\.(clean|smudge|process|required)|merge\..*\.driver)$"#
    let found = try run(["config", "-z", "--name-only", "--get-regexp", pattern], supervisor, mayFail: true)
    let keys = Set(found.split(separator: "\0").map(String.init)).sorted()
    configure(
      keys.map { key in
        if key.hasSuffix(".required") { return (key, "false") }
        // A merge that needs a driver is a conflict; an empty driver would be taken for success.
        return (key, key.hasPrefix("merge.") ? "false" : "")
      })
  }

  /// Who makes commits.
  public mutating func setIdentity(name: String, email: String) {
    for role in ["AUTHOR", "COMMITTER"] {
      environment["GIT_\(role)_NAME"] = name
      environment["GIT_\(role)_EMAIL"] = email
    }
  }

  /// Reads the user's own settings too; for asking git what they are.
  public mutating func useSettings(ofHome home: String) {
    environment["HOME"] = home
    environment["GIT_CONFIG_GLOBAL"] = nil
  }

  /// Names the folders of git, so that nothing in the working tree is asked for them.
  public mutating func setFolders(git: String, tree: String) {
    environment["GIT_DIR"] = git
    environment["GIT_WORK_TREE"] = tree
  }

  /// Runs git and gives what it printed; a status other than 0 is an error unless it `mayFail`.
  @discardableResult
  public borrowing func run(
    _ words: [String], _ supervisor: borrowing Supervisor, mayFail: Bool = false
  ) throws(GitFailure) -> String {
    let (status, output, errors) = try result(words, supervisor)
    guard status == 0 || mayFail else {
      let what = errors.split(separator: "\n").suffix(3).joined(separator: "; ")
      throw GitFailure(
        "git \(words.first ?? "") failed: \(what.isEmpty ? "exit status \(status)" : what)",
        help: "run the command yourself to see more: git \(words.joined(separator: " "))")
    }
    return output
  }

  /// Runs git and gives its status and what it printed.
  public borrowing func result(
    _ words: [String], _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> (status: Int32, output: String, errors: String) {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    let outcome: Outcome
    do throws(SupervisorError) {
      outcome = try supervisor.run(
        LaunchPlan(
          executable: program, arguments: ["git"] + words, environment: environment,
          workingDirectory: directory,
          hasTerminal: false), with: launcher, StepOptions(timeout: .seconds(300))
      ) { channel, bytes in
        if channel == .output { output += bytes } else { errors += bytes }
      }
    } catch {
      throw GitFailure("git cannot be run: \(error)", help: "‘rundown doctor’ shows what is missing")
    }
    let texts = (String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self))
    switch outcome.ending {
    case .exited(let status): return (status, texts.0, texts.1)
    case .signaled, .timedOut, .refused, .interrupted:
      throw GitFailure("git \(words.first ?? "") was ended: \(outcome.ending)", help: "try again")
    }
  }
}
