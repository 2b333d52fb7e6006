internal import Linux
internal import Policy
internal import Proxy
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
        try checkBrokers(of: use.name)
        let value = try source.value(use.name, runbook: settings.runbook.file.name)
        if isBrokered(use.name), !BrokeredField.canCarry(value) {
          throw SecretRefusal(
            "the secret \(use.name) cannot be put into a header: it is not printable ASCII on one line",
            help: "set it in an encoding that the server takes, such as base64")
        }
        givenSecrets[use.name] = value
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

  private func isBrokered(_ name: String) -> Bool { !evaluator.policy.brokers(of: name).isEmpty }

  /// A secret that the proxy puts into requests is given in no other way, whatever the network is.
  private func checkBrokers(of name: String) throws(SecretRefusal) {
    guard isBrokered(name),
      evaluator.policy.network.value != .proxied || !ProfileCompiler.isConfined(evaluator.policy)
    else { return }
    throw SecretRefusal(
      "the secret \(name) is put into requests by the network's proxy (network.broker), and this step has none",
      help: "let the network be proxied and the sandbox on")
  }

  /// Puts a block's secrets into its environment, or into files that the environment names; gives their paths. Of one
  /// that the policy has put into requests the step gets a placeholder, which means something until it ends.
  func giveSecrets(_ block: CommandBlock, _ environment: inout [String: String]) throws(RunFailure)
    -> [String]
  {
    var files: [String] = []
    var placeholders: [SecretPlaceholder] = []
    defer { network?.put(placeholders) }
    for use in secretUses(block) {
      guard var value = givenSecrets[use.name] else { throw .bug("the secret \(use.name) was not got") }
      if isBrokered(use.name) {
        guard network != nil else {
          throw .sandbox(["no network proxy: the secret \(use.name) cannot be put into requests"])
        }
        let placeholder = SecretPlaceholder(secret: use.name, value: value)
        placeholders.append(placeholder)
        value = placeholder.text
      }
      guard use.isFile else {
        environment[use.name] = value
        continue
      }
      let name = "secret-\(RandomBytes.hex(8))"
      do throws(FileError) {
        let folder = if let temporary, launcherTemporary != nil { temporary } else { try outputParent() }
        try FileSystem.writeNewFile("\(folder)/\(name)", Array(value.utf8), mode: 0o600)
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
