public import Policy
public import ShellSyntax
internal import SourceText

/// Judges a shell text before it runs.
public enum StaticGate {
  /// Builds the tables of programs, which is done once, so that the first text need not wait for it.
  @Sendable public static func prepare() {
    _ = ScriptAnalysis.analyze(Array("exec env true".utf8), dialect: .bash)
  }

  /// Finds every program of `text` and asks `evaluator` about each. `resolve` gives the file that a name stands for.
  ///
  /// With `isLive` what only the run knows is left to the live gate. `content` gives a digest of a file that steps may
  /// write: what a person allowed is then what the file held.
  /// With `--allow-all` nothing is looked at: the person trusts the text whole.
  public static func judge(
    _ text: [UInt8], dialect: Dialect, by evaluator: Evaluator, memo: DecisionMemo? = nil,
    isLive: Bool = false, content: (String) -> String? = { _ in nil }, resolve: (String) -> String?
  ) -> JudgedScript {
    if evaluator.policy.options.allowAll, !evaluator.policy.options.denyAll {
      return JudgedScript(
        text: text, dialect: dialect, invocations: [], refusal: nil,
        soleCommand: ScriptAnalysis.analyze(text, dialect: dialect).soleCommand)
    }
    let analysis = ScriptAnalysis.analyze(text, dialect: dialect)
    /// The same with the names that a path of the text hides; most texts have none.
    var bound: Evaluator?
    var invocations: [JudgedInvocation] = []
    if !evaluator.policy.options.denyAll, let words = analysis.soleCommand, HelperCommand(words) != nil {
      // This program answers it itself; nothing is started.
      return JudgedScript(text: text, dialect: dialect, invocations: [], refusal: nil, soleCommand: words)
    }
    for finding in analysis.findings {
      guard var request = finding.request else { continue }
      if finding.kind == .functionCall, case .literal(let name) = request.program, resolve(name) == nil {
        continue  // no program has the function's name, so the function is what runs
      }
      if case .literal(let name) = request.program {
        request.resolvedPath = resolve(name)
        if name.utf8.contains(0x2F), let path = resolve(PathText.base(name)) {
          // `./git` is not git when PATH has another one.
          var known = bound ?? evaluator
          known.bind(PathText.base(name), to: path)
          bound = known
        }
      }
      var decision: Decision
      if let bound {
        decision = bound.decide(.execute(request))
      } else if let memo {
        decision = memo.decide(request, by: evaluator)
      } else {
        decision = evaluator.decide(.execute(request))
      }
      if decision.verdict == .ask, let path = request.resolvedPath, let content = content(path) {
        request.content = content
        decision = (bound ?? evaluator).decide(.execute(request))
      }
      // What may not be a program at all is not asked for; the unknown word before it is.
      if finding.kind == .candidate, decision.verdict != .deny || decision.reason.cause == .unlisted {
        continue
      }
      invocations.append(
        JudgedInvocation(
          request: request, span: finding.span, via: finding.via, isOpaque: finding.isOpaque,
          remark: finding.why,
          decision: decision, isDecidedLive: isLive && isLeftToTheRun(finding, decision)))
    }
    return JudgedScript(
      text: text, dialect: dialect, invocations: invocations,
      refusal: analysis.refusal ?? analysis.hidden.first,
      soleCommand: analysis.soleCommand)
  }

  /// Whether the live gate sees what this is about when it starts: a program, or words of one, that only the run knows,
  /// and the programs that a file starts which the shell reads.
  private static func isLeftToTheRun(_ finding: Finding, _ decision: Decision) -> Bool {
    guard decision.verdict != .allow, let request = finding.request else { return false }
    switch decision.reason.cause {
    case .possibleDenyRule: return true
    case .unlisted:
      if request.program == .unknown { return finding.kind == .dynamic }
      return finding.kind == .exec && request.program == .literal(".")
    case .allowAll, .flag, .sessionDenial, .sessionGrant, .denyRule, .protected, .allowRule,
      .dangerousVariable,
      .networkMode:
      return false
    }
  }
}
