internal import Linux
internal import Run
internal import Runbook
internal import SourceText

/// Somebody who knows the secrets of the project.
public protocol SecretSource: AnyObject, Sendable {
  /// The value of a secret for a runbook.
  func value(_ name: String, runbook: String) throws(SecretRefusal) -> String
}

/// Why a secret is not given.
public struct SecretRefusal: Error, Sendable {
  /// What is wrong.
  public var message: String
  /// How to mend it.
  public var help: String

  /// A refusal.
  public init(_ message: String, help: String) {
    (self.message, self.help) = (message, help)
  }
}

extension RunSession {
  /// The secrets that a block is given: its own and those of its runbook.
  func secretUses(_ block: CommandBlock) -> [SecretUse] {
    let own = block.options.secrets
    return own + settings.runbook.frontmatter.secrets.filter { use in !own.contains { $0.name == use.name } }
  }

  /// Gets a block's secrets, so that they are masked from now on; true when one of them is not to be had, which ends the
  /// run.
  func refusesSecrets(_ block: CommandBlock, _ place: UnitPlace, _ began: Stopwatch) throws(RunFailure)
    -> Bool
  {
    let uses = secretUses(block)
    guard !uses.isEmpty else { return false }
    do throws(SecretRefusal) {
      for use in uses {
        guard let source = settings.secrets else {
          throw SecretRefusal("secrets are not given here", help: "run it with rundown run")
        }
        givenSecrets[use.name] = try source.value(use.name, runbook: settings.runbook.file.name)
      }
    } catch {
      let refusal = Refusal(
        place: "\(settings.runbook.file.name):\(place.line)", message: error.message, excerpt: "",
        help: [error.help])
      tell(.refused([refusal]))
      try settle(.refused(reason: error.message), place: place, outcome: .refused, began: began)
      return true
    }
    tell(.secretsGiven(place, uses.map(\.name)))
    return false
  }

  /// Puts a block's secrets into its environment, or into files that the environment names; gives their paths.
  func giveSecrets(_ block: CommandBlock, _ environment: inout [String: String]) throws(RunFailure)
    -> [String]
  {
    var files: [String] = []
    for use in secretUses(block) {
      guard let value = givenSecrets[use.name] else { throw .bug("the secret \(use.name) was not got") }
      guard use.isFile else {
        environment[use.name] = value
        continue
      }
      let name = "secret-\(RandomBytes.hex(8))"
      do throws(FileError) {
        let folder = if let temporary, launcherTemporary != nil { temporary } else { try outputParent() }
        try FileSystem.writeFileAtomically("\(folder)/\(name)", Array(value.utf8), mode: 0o600)
        files.append("\(folder)/\(name)")
        environment["\(use.name)_FILE"] = "\(launcherTemporary ?? folder)/\(name)"
      } catch { throw .machine("the secret \(use.name) cannot be put into a file: \(error)") }
    }
    return files
  }

  /// Removes the files with a unit's secrets.
  func takeBack(_ files: [String]) {
    for file in files {
      do throws(FileError) { try FileSystem.remove(file) } catch {
        // The step removed it, or it goes away with the run's folder.
      }
    }
  }
}
