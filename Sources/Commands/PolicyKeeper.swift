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

  func previews(_ requests: [AccessRequest]) -> [Question.Preview] {
    RunWidth.allCases.compactMap { width -> Question.Preview? in
      var patterns: [String] = []
      for request in requests {
        guard let pattern = pattern(request, width) else { return nil }
        if !patterns.contains(pattern) { patterns.append(pattern) }
      }
      guard let edit = try? edited(patterns, kind: requests.first?.kind ?? .run, file: current()) else {
        return nil
      }
      return Question.Preview(
        width: width, rules: patterns, target: "\(name), \(edit.list), line \(edit.line)")
    }
  }

  /// The rule of a width for a request; a host has one, the host with its port where that is not a usual one.
  private func pattern(_ request: AccessRequest, _ width: RunWidth) -> String? {
    switch request {
    case .execute(let program):
      RunCandidate.candidates(for: program).first { $0.width == width }?.pattern
    case .connect: width == .program ? project.policy.pattern(naming: request) : nil
    case .read, .write, .environment: nil
    }
  }

  func save(_ preview: Question.Preview, for requests: [AccessRequest]) -> (
    policy: EffectivePolicy?, told: String
  ) {
    do {
      // Another process may save a rule at the same moment: one at a time, each on the text that is there then.
      let lock = try FileLock.acquire(project.root + "/.rundown/policy.lock", wait: true)
      guard lock != nil else { return (nil, "nothing was saved: another process is changing the policy") }
      let kind = requests.first?.kind ?? .run
      guard let edit = try edited(preview.rules, kind: kind, file: try current()) else {
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
      for request in requests {
        let decision = evaluator.decide(request)
        guard decision.reason.cause == .allowRule else {
          return (nil, "nothing was saved: the rule would not allow \(decision.reason.subject) after all")
        }
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

  private func edited(
    _ patterns: [String], kind: AccessKind, file: SourceFile?
  ) throws(Diagnostic) -> PolicyEdit? {
    var file = file
    var last: PolicyEdit?
    for pattern in patterns {
      let edit = try RuleEditor.adding(
        pattern, kind: kind, to: file, format: project.loaded.path == nil ? .yaml : project.loaded.format,
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
