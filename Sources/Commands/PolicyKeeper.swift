internal import Execution
internal import Gate
internal import Linux
internal import Policy
internal import SourceText

/// Saves rules that a person allows always, in the project's policy document.
final class PolicyKeeper: RuleKeeper {
  private let project: Project

  init(project: Project) {
    self.project = project
  }

  /// The document's path; a project without one gets `.rundownrc.yaml`.
  var document: String { project.loaded.path ?? project.root + "/.rundownrc.yaml" }

  private var name: String { project.loaded.document?.file.name ?? ".rundownrc.yaml" }

  func previews(_ requests: [ProgramRequest]) -> [Question.Preview] {
    RunWidth.allCases.compactMap { width -> Question.Preview? in
      var patterns: [String] = []
      for request in requests {
        guard let candidate = RunCandidate.candidates(for: request).first(where: { $0.width == width }) else {
          return nil
        }
        if !patterns.contains(candidate.pattern) { patterns.append(candidate.pattern) }
      }
      guard let edit = try? edited(patterns, file: current()) else { return nil }
      return Question.Preview(
        width: width, rules: patterns, target: "\(name), \(edit.list), line \(edit.line)")
    }
  }

  func save(_ preview: Question.Preview, for requests: [ProgramRequest]) -> (
    policy: EffectivePolicy?, told: String
  ) {
    do {
      // Another process may save a rule at the same moment: one at a time, each on the text that is there then.
      let lock = try FileLock.acquire(project.root + "/.rundown/policy.lock", wait: true)
      guard lock != nil else { return (nil, "nothing was saved: another process is changing the policy") }
      guard let edit = try edited(preview.rules, file: try current()) else {
        return (nil, "nothing was saved: no rule was left to add")
      }
      let policy = try EffectivePolicy(
        document: edit.document, context: project.policy.context, options: project.policy.options,
        user: project.loaded.user)
      // The document alone must allow it: what options allow goes with this run.
      var bare = PolicyOptions()
      bare.nonInteractive = true
      let evaluator = Evaluator(
        policy: try EffectivePolicy(
          document: edit.document, context: project.policy.context, options: bare,
          user: project.loaded.user))
      for request in requests where evaluator.decide(.execute(request)).reason.cause != .allowRule {
        return (nil, "nothing was saved: the rule would not allow \(requestName(request)) after all")
      }
      let mode: UInt32 = FileSystem.exists(document) ? try FileSystem.info(document).permissions : 0o644
      let store = TrustStore(environment: .current)
      let before = try current()
      try FileSystem.writeFileAtomically(document, Array(edit.text.utf8), mode: mode)
      // What a person adds to a policy that is confirmed need not be confirmed again.
      if before.map({ store.look(PolicyLoader.resolved(document), $0.bytes).isTrusted }) ?? true {
        try store.add(PolicyLoader.resolved(document), Array(edit.text.utf8))
      }
      extendLifetime(lock)
      return (policy, "saved in \(name), \(edit.list), line \(edit.line)")
    } catch {
      return (nil, "nothing was saved: \(Self.text(error))")
    }
  }

  /// The document as it stands on disk now.
  private func current() throws -> SourceFile? {
    guard FileSystem.exists(document) else { return nil }
    return SourceFile(name: name, bytes: try FileSystem.readFile(document, limit: 4 << 20))
  }

  private func edited(_ patterns: [String], file: SourceFile?) throws(Diagnostic) -> PolicyEdit? {
    var file = file
    var last: PolicyEdit?
    for pattern in patterns {
      let edit = try RuleEditor.adding(
        pattern, kind: .run, to: file, format: project.loaded.path == nil ? .yaml : project.loaded.format,
        name: name, grantedAt: SystemClock.timestamp())
      file = SourceFile(name: name, text: edit.text)
      last = edit
    }
    return last
  }

  private static func text(_ error: any Error) -> String {
    switch error {
    case let error as Diagnostic: return error.message
    case let error as FileError: return error.description
    default: return "\(error)"
    }
  }
}

private func requestName(_ request: ProgramRequest) -> String {
  if case .literal(let name) = request.program { return name }
  return "a program that only the run knows"
}
