internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import RunStore
internal import Sandbox
internal import SourceText

/// `rundown doctor`: what this machine can enforce, and what each missing part costs.
struct DoctorCommand {
  let console: Console

  private struct Finding {
    var name: String
    var isGood: Bool
    var text: String
  }

  func run(_ arguments: ParsedArguments) -> ExitCode {
    var findings = sandbox()
    let loader = ProjectLoader(console: console)
    switch loader.load(policyFile: arguments.value("policy"), options: PolicyOptions(), runbook: nil) {
    case .success(let project):
      findings.append(Finding(name: "policy", isGood: true, text: project.policyName))
      findings.append(store(project.root))
      findings += shells(project)
      if let programs = programs(project) { findings.append(programs) }
      findings.append(proxy(project.policy))
    case .failure(let failure): return failure.code
    }
    findings.append(terminal())
    if arguments.has("json") {
      console.print(json(findings).encoded() + "\n")
    } else {
      let lines = RunLines(abilities: console.output)
      for finding in findings {
        let mark = finding.isGood ? lines.paint("ok  ", .good) : lines.paint("no  ", .bad)
        console.print("\(mark) \(TextWidth.pad(finding.name, to: 18)) \(DisplayText.visible(finding.text))\n")
      }
    }
    return findings.allSatisfy(\.isGood) ? .success : .sandboxUnavailable
  }

  private func sandbox() -> [Finding] {
    let found = SandboxCapabilities.current
    var findings = [
      Finding(
        name: "Landlock", isGood: found.landlockVersion > 0,
        text: found.landlockVersion > 0 ? "version \(found.landlockVersion)" : "not there"),
      Finding(
        name: "namespaces",
        isGood: found.hasMountNamespace && found.hasProcessNamespace && found.hasNetworkNamespace,
        text: [
          found.hasMountNamespace ? "mounts" : nil, found.hasProcessNamespace ? "processes" : nil,
          found.hasNetworkNamespace ? "network" : nil,
          found.usesUserNamespace ? "(through a user namespace)" : nil,
        ].compactMap { $0 }.joined(separator: " ")),
      Finding(
        name: "system call filter", isGood: found.hasCallFilter,
        text: found.hasCallFilter ? "libseccomp" : "not there"),
    ]
    findings.append(
      Finding(
        name: "live gate", isGood: true,
        text: LiveSupport.absence.map { "not there (\($0)): only the text of a step is decided on" }
          ?? "programs are decided on when they start"))
    findings.append(
      Finding(
        name: "limits", isGood: true, text: "a limit of memory is one \(LimitScope.here.description)"))
    for gap in found.gaps {
      findings.append(
        Finding(name: gap.feature.rawValue, isGood: !gap.isNeeded, text: "\(gap.reason): \(gap.consequence)"))
    }
    return findings
  }

  private func store(_ root: String) -> Finding {
    do throws(StoreError) {
      let isThere = try RunStore.existing(root: root) != nil
      let isWritable = FileSystem.isWritable(isThere ? root + "/.rundown" : root)
      return Finding(
        name: "run store", isGood: isWritable,
        text: "\(root)/.rundown" + (isThere ? "" : ", made by the first run")
          + (isWritable ? "" : ": not writable"))
    } catch {
      return Finding(name: "run store", isGood: false, text: error.message)
    }
  }

  private func shells(_ project: Project) -> [Finding] {
    ["sh", "bash"].map { name in
      let path = project.resolver.resolve(name, in: project.root)
      return Finding(
        name: name, isGood: path != nil, text: path ?? "not on PATH: steps of this shell cannot run")
    }
  }

  /// Which of the programs that the document allows by name are not here; nil when it names none.
  private func programs(_ project: Project) -> Finding? {
    let names = project.policy.namedPrograms
    if names.isEmpty { return nil }
    let missing = names.filter { project.resolver.resolve($0, in: project.root) == nil }
    return Finding(
      name: "programs", isGood: true,
      text: missing.isEmpty
        ? "all that run.allow names are on PATH" : "not on PATH: \(missing.joined(separator: ", "))")
  }

  /// The network's door, tried with a step; what fails counts where the policy needs it.
  private func proxy(_ policy: EffectivePolicy) -> Finding {
    switch ProxySelfTest.run() {
    case .works:
      Finding(
        name: "proxy", isGood: true,
        text: "tried: a step reaches an allowed service through it, and not past it")
    case .fails(let why):
      Finding(name: "proxy", isGood: policy.network.value != .proxied, text: "tried: \(why)")
    }
  }

  private func terminal() -> Finding {
    let isThere = TerminalPrompter.isPossible
    return Finding(
      name: "questions", isGood: true,
      text: isThere ? "asked at this terminal" : "no terminal: what would be asked is refused")
  }

  private func json(_ findings: [Finding]) -> JSONValue {
    .object([
      "ok": .bool(findings.allSatisfy(\.isGood)),
      "findings": .array(
        findings.map {
          .object(["name": .string($0.name), "ok": .bool($0.isGood), "text": .string($0.text)])
        }),
    ])
  }
}
