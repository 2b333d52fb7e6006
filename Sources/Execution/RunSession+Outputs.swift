internal import JSON
internal import Linux
internal import Policy
internal import Run
internal import Runbook

extension RunSession {
  /// The names of the variables that a unit produces; a step's own count for each of its substeps.
  func outputNames(_ unit: UnitPath) -> [String] {
    guard let step = settings.runbook.step(unit.step) else { return [] }
    guard case .substeps(let substeps) = step.body, let name = unit.substep,
      let substep = substeps.first(where: { $0.name == name })
    else { return step.outputs }
    return substep.outputs + step.outputs
  }

  /// Whether the blocks of this document hand their environment on. A document has no OUTPUTS.
  var sharesEnvironment: Bool { (settings.sharesEnvironment || sharedBefore) && settings.runbook.isGuide }

  /// The variables of the run's own runbook as they are stored: with what its blocks handed on, but for secrets.
  func stored(_ variables: [String: JSONValue]) -> [String: JSONValue] {
    guard sharesEnvironment else { return variables }
    let (policy, secrets) = (evaluator.policy, secrets)
    var stored = variables
    stored[SharedEnvironment.key] = shared.stored { name, value in
      policy.isSecretName(name) || JSONValue.string(value).masked(by: secrets) != .string(value)
    }
    return stored
  }

  /// The folder for a unit's outputs; nil when it has none.
  func outputFolder(_ unit: UnitPath) throws(RunFailure) -> OutputFolder? {
    let names = sharesEnvironment ? SharedEnvironment.names : outputNames(unit)
    guard !names.isEmpty else { return nil }
    do throws(FileError) {
      if let temporary, let seen = launcherTemporary {
        return try OutputFolder(in: temporary, seenAs: seen, names: names)
      }
      let parent = try outputParent()
      return try OutputFolder(in: parent, seenAs: parent, names: names)
    } catch {
      throw .machine("no folder for the outputs of step \(unit) can be made: \(error)")
    }
  }

  /// Takes what a unit left as variables; the next transition stores them.
  func capture(_ folder: consuming OutputFolder?, _ unit: String, _ environment: [String: String]) {
    guard let folder else { return }
    if sharesEnvironment {
      shared.take(
        environment: folder.content(SharedEnvironment.names[0]),
        directory: folder.content(SharedEnvironment.names[1]), before: environment
      ) { name in
        evaluator.decide(.execute(ProgramRequest(program: .literal("\(name)=")))).verdict == .allow
      }
    } else {
      let (values, problems) = folder.captured()
      // Variables are stored; what a step was given as a secret is not.
      let mask = SecretMask(givenSecrets.values)
      variables.merge(values.mapValues { $0.masked(by: mask) }) { $1 }
      for problem in problems { tell(.warning("step \(unit): \(problem)", help: nil)) }
    }
    do throws(FileError) {
      try FileSystem.removeTree(folder.path)
    } catch {
      // It goes away with the run's folder, and that one's removal is told.
    }
  }
}
