internal import Execution
internal import Linux
internal import Policy
internal import SourceText

/// A project with the policy that is in force for one run.
struct Project {
  var root: String
  var loaded: LoadedPolicy
  var policy: EffectivePolicy
  var resolver: ProgramResolver
  /// How a policy that was not confirmed before came to hold.
  var acceptance: PolicyAcceptance?

  /// `.rundownrc.yaml (prompted)`
  var policyName: String {
    if policy.options.allowAll, !policy.options.denyAll { return "none (--allow-all)" }
    return "\(loaded.name) (\(policy.mode.value.rawValue))"
  }
}

/// A failure that was told already; what is left of it is the exit code.
struct ToldFailure: Error {
  var code: ExitCode
}

/// Finds the project and its policy, and tells what is wrong with them.
struct ProjectLoader {
  let console: Console

  /// The project's root. It does not take a valid policy to look at a run.
  func root() -> Result<String, ToldFailure> {
    do throws(PolicyLoadError) {
      return .success(try PolicyLoader.root())
    } catch {
      return .failure(tell(error))
    }
  }

  /// The project with the policy for one runbook.
  ///
  /// - Parameter isRunning: whether steps will run under it, so that a repository's own policy needs the user's word.
  func load(
    policyFile: String?, options: PolicyOptions, runbook: String?, isRunning: Bool = false
  ) -> Result<Project, ToldFailure> {
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) {
      loaded = try PolicyLoader.load(explicit: policyFile)
    } catch {
      return .failure(tell(error))
    }
    for warning in loaded.warnings { console.tell(warning) }
    guard isRunning else { return project(loaded, options: options, runbook: runbook) }
    return TrustDesk(console: console, options: options).admit(loaded).flatMap { acceptance in
      project(loaded, options: options, runbook: runbook).map { project in
        var project = project
        project.acceptance = acceptance
        return project
      }
    }
  }

  /// The project under the built-in policy, for what starts no program.
  func withoutDocument(root: String, options: PolicyOptions) -> Result<Project, ToldFailure> {
    let loaded = LoadedPolicy(
      root: root, workingDirectory: root, path: nil, format: .yaml, document: nil, warnings: [])
    return project(loaded, options: options, runbook: nil)
  }

  /// The project with the policy of a document that is loaded, for one runbook.
  func project(
    _ loaded: LoadedPolicy, options: PolicyOptions, runbook: String?, agent: AgentUse? = nil
  ) -> Result<Project, ToldFailure> {
    let path = runbook == "-" ? nil : runbook
    var context = loaded.context(
      environment: .current, runbook: path, guarded: [loaded.root + "/.rundown"])
    if let worktree = agent?.worktree {
      (context.repo, context.cwd) = (worktree.path, worktree.path)
      context.guarded = Self.guarded(loaded, but: worktree.path)
    }
    do throws(Diagnostic) {
      let policy = try EffectivePolicy(
        document: loaded.document, context: context, options: options, agent: agent, user: loaded.user)
      return .success(
        Project(root: loaded.root, loaded: loaded, policy: policy, resolver: resolver(policy, loaded)))
    } catch {
      console.fail(error.message, help: error.help)
      return .failure(ToldFailure(code: .usage))
    }
  }

  /// What no step may write, but for one worktree in the run store's folder.
  private static func guarded(_ loaded: LoadedPolicy, but worktree: String) -> [String] {
    var guarded = [loaded.path].compactMap { $0 }
    for folder in [loaded.root + "/.rundown", FileSystem.parent(of: worktree)] {
      let entries = (try? FileSystem.entries(folder)) ?? []
      guarded += entries.map { "\(folder)/\($0.name)" }.filter { !PathText.isInside(worktree, $0) }
    }
    return guarded
  }

  private func resolver(_ policy: EffectivePolicy, _ loaded: LoadedPolicy) -> ProgramResolver {
    let writable = policy.writeRoots.map(\.path)
    return ProgramResolver(path: Environment.current["PATH"], root: policy.context.repo) { folder in
      writable.contains { PathText.isInside(folder, $0) }
    }
  }

  private func tell(_ error: PolicyLoadError) -> ToldFailure {
    console.tell(error.rendered)
    return ToldFailure(code: error.exitCode)
  }
}

extension PolicyLoadError {
  /// 78, unless it is not the document's fault.
  var exitCode: ExitCode {
    switch self {
    case .noWorkingDirectory: return .inputOutput
    case .unreadable, .unreadableList, .invalid, .program, .untrusted: return .invalidPolicy
    }
  }
}

/// Gives the policy for each runbook that a run comes to: the overrides of its own path, nothing of another's.
final class ProjectPolicies: PolicySource {
  private let console: Console
  private let project: Project

  init(console: Console, project: Project) {
    self.console = console
    self.project = project
  }

  func policy(for path: String) -> RunbookPolicy? {
    let loader = ProjectLoader(console: console)
    switch loader.project(project.loaded, options: project.policy.options, runbook: path) {
    case .success(let found): return RunbookPolicy(policy: found.policy, resolver: found.resolver)
    case .failure: return nil
    }
  }

  func policy(
    for path: String, agent: String, access: AgentAccess, worktree: AgentWorktree?
  ) -> RunbookPolicy? {
    let profiles = AgentProfile.all(project.loaded.document)
    guard let profile = profiles.first(where: { $0.name == agent }) else {
      console.fail(
        "there is no agent ‘\(agent)’",
        help: "‘rundown agent ls’ lists them; one of your own stands under agents: in the policy")
      return nil
    }
    let loader = ProjectLoader(console: console)
    switch loader.project(
      project.loaded, options: project.policy.options, runbook: path,
      agent: AgentUse(profile: profile, access: access, worktree: worktree))
    {
    case .success(let found): return RunbookPolicy(policy: found.policy, resolver: found.resolver)
    case .failure: return nil
    }
  }
}
