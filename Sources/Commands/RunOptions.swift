internal import Arguments
internal import Linux
internal import Policy
internal import Runbook

/// Options of the command line that several commands share, understood.
enum RunOptions {
  /// What the command line says about policy and sandbox.
  static func policy(_ arguments: ParsedArguments) throws(UsageError) -> PolicyOptions {
    var options = PolicyOptions()
    options.allowRun = arguments.all("allow-run")
    options.allowRead = arguments.all("allow-read").map(resolvingDots)
    options.allowWrite = arguments.all("allow-write").map(resolvingDots)
    options.allowEnv = arguments.all("allow-env")
    options.allowNet = arguments.all("allow-net")
    options.allowAll = arguments.has("allow-all")
    options.denyAll = arguments.has("deny-all")
    options.trust = arguments.has("trust")
    options.yes = arguments.has("yes")
    // --yes answers what would be asked, so nobody need be there; --non-interactive is stronger.
    let nobodyIsThere = isContinuousIntegration || !TerminalPrompter.isPossible
    let isLearning = arguments.command == ["policy", "learn"]
    let time = try seconds(arguments, "approve-within")
    if time == nil, arguments.has("approve-token") {
      throw .alone("--approve-token", without: "--approve-within")
    }
    let isAsked = isLearning || time != nil
    options.nonInteractive =
      arguments.has("non-interactive") || (nobodyIsThere && !options.yes && !isAsked)
    options.gate = try gate(arguments)
    // Which hosts are needed is seen only if they can be reached; private addresses never are.
    if isLearning, options.allowNet.isEmpty { options.allowNet = ["*"] }
    let modes: [(String, SandboxMode)] = [
      ("sandbox", .prefer), ("sandbox-strict", .strict), ("no-sandbox", .off),
    ]
    // There the option asks to be shown the sandbox that the policy sets.
    let isShown = arguments.command == ["policy", "show"]
    let given = modes.filter { arguments.has($0.0) && !isShown }
    if given.contains(where: { $0.1 == .off }), let other = given.first(where: { $0.1 != .off }) {
      throw .conflict("--no-sandbox", "--\(other.0)", why: "one asks for what the other forbids")
    }
    options.sandbox = given.map(\.1).last { $0 == .strict } ?? given.first?.1
    if options.allowAll, !options.denyAll, options.sandbox == nil { options.sandbox = .off }
    return options
  }

  private static func gate(_ arguments: ParsedArguments) throws(UsageError) -> GateMode? {
    guard let text = arguments.value("gate") else { return nil }
    guard let mode = GateMode(rawValue: text) else {
      throw .invalidValue(option: "--gate", value: text, expected: "static, live or tree")
    }
    return mode
  }

  /// Paths as a shell user writes them: `../data` and `./out` begin at the working directory. Patterns hold no dots.
  private static func resolvingDots(_ list: String) -> String {
    list.split(separator: ",", omittingEmptySubsequences: false).map { path in
      var parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count > 1, parts[0] == "." || parts[0] == ".." else { return String(path) }
      var up = 0
      while let first = parts.first, first == "." || first == ".." {
        if first == ".." { up += 1 }
        parts.removeFirst()
      }
      return base(up) + "/" + parts.joined(separator: "/")
    }.joined(separator: ",")
  }

  /// The working directory's ancestor, as a pattern for itself.
  private static func base(_ up: Int) -> String {
    guard up > 0 else { return "{cwd}" }
    do throws(Errno) {
      var folder = try ThisProcess.workingDirectory()
      for _ in 0..<up { folder = FileSystem.parent(of: folder) }
      return folder == "/" ? "" : Glob.escaped(folder)
    } catch {
      return "{cwd}/.."  // refused as a pattern, with its reason
    }
  }

  /// CI systems set CI: nobody sits there to be asked.
  static var isContinuousIntegration: Bool {
    guard let value = Environment.current["CI"]?.lowercased() else { return false }
    return !["", "0", "false", "no"].contains(value)
  }

  /// A duration such as `90`, `90s`, `10m`, `2h`, in seconds.
  static func seconds(_ arguments: ParsedArguments, _ option: String) throws(UsageError) -> Int? {
    guard let text = arguments.value(option) else { return nil }
    guard let seconds = TimeText.seconds(text) else {
      throw .invalidValue(option: "--\(option)", value: text, expected: "a duration such as 90s, 10m or 2h")
    }
    return seconds
  }
}
