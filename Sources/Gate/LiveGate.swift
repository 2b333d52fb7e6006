public import Policy
internal import ShellSyntax
internal import SourceText

/// A program start that is about to happen, in plain words.
public struct ProgramStart: Sendable {
  /// The path that the caller gave.
  public var path: String
  /// The file that it leads to, without symbolic links.
  public var file: String
  /// The argument vector, the program's own name first.
  public var words: [String]
  /// The interpreters of a script, in the order in which they are named.
  public var interpreters: [String]
  /// The programs that lead to it, the step's own shell first and itself last.
  public var chain: [String]
  /// Whether no name leads to the file: it was made in memory, or removed.
  public var isNameless: Bool
  /// The file that PATH gives for the program's bare name; nil when it gives none.
  public var onPath: String?
  /// Whether that is this very file.
  public var isOnPath: Bool
  /// Names on PATH of denied programs that are this very file.
  public var deniedNames: [String]
  /// Variables that change which code programs run and that were not so when the step began.
  public var changedVariables: [String]
  /// A digest of what the files hold that a step could change; nil when nobody has looked.
  public var content: String?

  /// A start.
  public init(
    path: String, file: String, words: [String], interpreters: [String], chain: [String], isNameless: Bool,
    onPath: String?, isOnPath: Bool, deniedNames: [String], changedVariables: [String]
  ) {
    self.path = path
    self.file = file
    self.words = words
    self.interpreters = interpreters
    self.chain = chain
    self.isNameless = isNameless
    self.onPath = onPath
    self.isOnPath = isOnPath
    self.deniedNames = deniedNames
    self.changedVariables = changedVariables
  }
}

/// What is to become of a program start.
public struct StartJudgement: Sendable {
  /// The request that decided, for messages and answers.
  public var request: ProgramRequest
  /// The answer.
  public var decision: Decision
  /// Why it is refused whatever the rules say; nil otherwise.
  public var objection: String?
  /// Whether what it starts in turn is asked about too.
  public var asksOn: Bool

  /// Allowed, to be asked about, or refused.
  public var verdict: Verdict { objection == nil ? decision.verdict : .deny }
  /// In one line.
  public var summary: String { objection ?? decision.summary }
}

/// Judges program starts when they happen, by the rules that the text was judged by.
public enum LiveGate {
  /// The judgement on one start.
  public static func judge(_ start: ProgramStart, by evaluator: Evaluator) -> StartJudgement {
    var evaluator = evaluator
    let base = PathText.base(start.path.isEmpty ? start.file : start.path)
    if let onPath = start.onPath, !start.isOnPath { evaluator.bind(base, to: onPath) }
    var judgement = judge(request(start, named: start.isOnPath ? base : named(start)), by: evaluator)
    if start.isOnPath, judgement.verdict != .allow, judgement.decision.reason.cause == .unlisted {
      // A rule or an answer may speak of the path.
      let other = judge(request(start, named: named(start)), by: evaluator)
      if other.verdict == .allow { judgement = other }
    }
    if start.isNameless {
      judgement.objection =
        "\(base) has no name in any folder (it was made in memory or removed), so no rule can mean it"
      return judgement
    }
    for other in others(start) where judgement.verdict != .deny {
      let second = judge(other, by: evaluator)
      if second.verdict == .deny || judgement.verdict == .allow && second.verdict == .ask {
        judgement = second
      }
    }
    for name in start.deniedNames where judgement.verdict != .deny {
      let second = judge(request(start, named: name), by: evaluator)
      if second.verdict == .deny { judgement = second }
    }
    for interpreter in start.interpreters where judgement.verdict != .deny {
      let second = judge(
        ProgramRequest(
          program: .literal(PathText.base(interpreter)), arguments: start.words.map { .literal($0) },
          resolvedPath: interpreter), by: evaluator)
      // An approved script brings its interpreter along, unless that is denied itself.
      if second.verdict == .deny, second.decision.reason.cause != .unlisted { judgement = second }
    }
    if isLoader(start.file), judgement.verdict == .allow, isByDefault(judgement.decision) {
      judgement.objection = "\(base) runs any file that it is given, and no rule names it"
    }
    if judgement.verdict != .deny, judgement.decision.reason.cause == .unlisted, isLookedThrough(start) {
      judgement = allowed(judgement)
    }
    for variable in start.changedVariables where judgement.verdict == .allow {
      let second = judge(ProgramRequest(program: .literal("\(variable)=")), by: evaluator)
      if second.verdict != .allow { judgement = second }
    }
    judgement.asksOn = asksOn(start, judgement.decision)
    return judgement
  }

  private static func judge(_ request: ProgramRequest, by evaluator: Evaluator) -> StartJudgement {
    StartJudgement(
      request: request, decision: evaluator.decide(.execute(request)), objection: nil, asksOn: true)
  }

  private static func request(_ start: ProgramStart, named name: String) -> ProgramRequest {
    var request = ProgramRequest(
      program: .literal(name), arguments: start.words.dropFirst().map { .literal($0) },
      resolvedPath: start.file)
    request.content = start.content
    return request
  }

  private static func named(_ start: ProgramStart) -> String {
    // Descriptors have no name of their own.
    start.path.isEmpty || start.path.hasPrefix("/proc/") || start.path.hasPrefix("/dev/fd/")
      ? start.file : start.path
  }

  // MARK: programs that are several

  private static let boxes: Set<String> = ["busybox", "toybox", "coreutils", "sbase-box", "ubase-box", "box"]

  /// One file with many programs in it: which one runs is said by the first words, and not by the file.
  private static func others(_ start: ProgramStart) -> [ProgramRequest] {
    guard boxes.contains(PathText.base(start.file)), let first = start.words.first else { return [] }
    var words = start.words[...]
    if boxes.contains(PathText.base(first)) { words = words.dropFirst() }
    if let name = words.first, name.hasPrefix("--coreutils-prog=") {
      words = [String(name.dropFirst("--coreutils-prog=".count))] + words.dropFirst()
    }
    guard let applet = words.first.map(PathText.base), applet != PathText.base(start.path),
      !applet.hasPrefix("-")
    else {
      return []
    }
    return [ProgramRequest(program: .literal(applet), arguments: words.dropFirst().map { .literal($0) })]
  }

  /// The dynamic loader takes a program as its argument and needs no execve for it.
  private static func isLoader(_ path: String) -> Bool {
    let name = PathText.base(path)
    return name.hasPrefix("ld-") && name.contains(".so") || name.hasPrefix("ld.so")
      || name.hasPrefix("ld64.so")
  }

  private static func isByDefault(_ decision: Decision) -> Bool { decision.reason.cause == .unlisted }

  // MARK: what is looked through

  /// A shell that a program starts for a text (system(3), popen(3)): all that the text starts is asked about.
  private static func isLookedThrough(_ start: ProgramStart) -> Bool {
    guard start.isOnPath || start.path == "/bin/sh", start.words.count > 2,
      Analyzer.shells[PathText.base(start.path)] != nil,
      start.words[1] == "-c", start.chain.count > 1
    else { return false }
    return Analyzer.shells[start.chain[start.chain.count - 2]] == nil
  }

  private static func allowed(_ judgement: StartJudgement) -> StartJudgement {
    var judgement = judgement
    judgement.decision.verdict = .allow
    return judgement
  }

  /// Programs that run what the project's files say: to approve them is to approve that.
  private static let runners: Set<String> = [
    "npx", "npm", "yarn", "pnpm", "bunx", "uv", "poetry", "pipenv", "bundle", "mise", "direnv", "docker",
    "podman",
    "nerdctl", "kubectl", "oc", "lxc", "make", "gmake",
  ]

  /// Whether what a program starts is its user's doing and not its own: shells, and what the static gate looks through.
  static func asksOn(_ start: ProgramStart, _ decision: Decision) -> Bool {
    let names = Set([PathText.base(start.path), PathText.base(start.file)])
    if let interpreter = start.interpreters.last {
      // A script that a rule or a person approves is a program like others; one that nothing names is shell text.
      return isByDefault(decision) && Analyzer.shells[PathText.base(interpreter)] != nil
    }
    if isLoader(start.file) || names.contains(where: { Analyzer.shells[$0] != nil || boxes.contains($0) }) {
      return true
    }
    return names.contains { name in
      !runners.contains(name) && Analyzer.startsOthers(name) && startsOthers(name, start.words.dropFirst())
    }
  }

  /// Whether another argument vector could be judged otherwise than this allowed one.
  public static func dependsOnWords(_ start: ProgramStart, by evaluator: Evaluator) -> Bool {
    let names = [PathText.base(start.path), PathText.base(start.file)]
    if !start.isOnPath || !start.interpreters.isEmpty
      || names.contains(where: { boxes.contains($0) || Analyzer.startsOthers($0) })
    {
      return true
    }
    let any = ProgramRequest(program: .literal(names[0]), arguments: [.anyNumber], resolvedPath: start.file)
    return evaluator.decide(.execute(any)).verdict != .allow
  }

  /// Whether the analysis of these words finds more than the program itself.
  private static func startsOthers(_ name: String, _ words: ArraySlice<String>) -> Bool {
    let text = ([name] + words).map(ShellQuote.inQuotes).joined(separator: " ")
    let analysis = ScriptAnalysis.analyze(Array(text.utf8), dialect: .sh)
    if analysis.refusal != nil { return true }
    var programs = 0
    for finding in analysis.findings {
      switch finding.kind {
      case .dynamic, .opaque, .hijack: return true
      case .exec, .functionCall, .candidate, .builtin: programs += 1
      case .redirect, .assign: break
      }
    }
    return programs > 1
  }

  /// Variables that make programs run other code when they start.
  public static func isSteering(_ variable: String) -> Bool {
    switch variable {
    // PATH only chooses among files, and each file is decided on.
    case "PATH", "HOME", "IFS", "SHELL", "PS4", "CDPATH", "GLOBIGNORE", "SHELLOPTS", "BASHOPTS": return false
    default: return Hijacks.isHijack(variable)
    }
  }
}
