internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import Runbook
internal import Secrets
internal import SourceText

/// `rundown secret set|ls|rm`: values that steps are given, encrypted at rest.
struct SecretCommand {
  let console: Console

  /// Values are at least as long as what is masked.
  private static let shortest = 6
  private static let longest = 64 << 10

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    if Environment.current["RUNDOWN_AGENT"] != nil {
      console.fail("an agent neither sets nor lists secrets", help: "run this outside of the agent")
      return .refused
    }
    let store = SecretStore(root: root, environment: .current)
    do throws(SecretError) {
      switch arguments.command {
      case ["secret", "set"]: return try set(store, arguments)
      case ["secret", "rm"]:
        for name in arguments.positionals { try store.remove(name) }
        return .success
      default: return try list(store, arguments)
      }
    } catch {
      console.fail(error.message, help: error.help)
      switch error {
      case .missing: return .notFound
      case .otherRunbook, .noKey, .badKey, .exposed, .unreadable, .badFile, .file: return .inputOutput
      }
    }
  }

  private func list(_ store: SecretStore, _ arguments: ParsedArguments) throws(SecretError) -> ExitCode {
    let entries = try store.entries()
    if arguments.has("json") {
      let items = entries.map { entry -> JSONValue in
        .object([
          "name": .string(entry.name), "runbook": entry.runbook.map { .string($0) } ?? .null,
          "set": .string(entry.set),
        ])
      }
      console.print(JSONValue.array(items).encoded() + "\n")
      return .success
    }
    if entries.isEmpty { console.print("no secrets here\n") }
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let runbook = entry.runbook.map { "   for \(DisplayText.visible($0))" } ?? ""
      console.print("\(TextWidth.pad(entry.name, to: width))  \(entry.set.prefix(16))Z\(runbook)\n")
    }
    return .success
  }

  private func set(_ store: SecretStore, _ arguments: ParsedArguments) throws(SecretError) -> ExitCode {
    let name = arguments.positionals[0]
    guard SecretUse.isName(name) else {
      console.fail(
        "‘\(name)’ cannot be the name of a secret",
        help: "it becomes a variable: letters, digits and _; not PATH, RD_..., LD_... and the like")
      return .usage
    }
    if let pattern = arguments.value("runbook") {
      do throws(GlobError) { _ = try Glob(pattern) } catch {
        console.fail("--runbook: \(error.message)", help: error.help)
        return .usage
      }
    }
    guard let value = read(name) else { return .usage }
    guard value.utf8.count >= Self.shortest, value.utf8.count <= Self.longest, !value.utf8.contains(0) else {
      console.fail(
        "a secret has \(Self.shortest) bytes to 64 KiB and no NUL",
        help: "what is shorter could not be masked without hiding other text")
      return .usage
    }
    try store.set(name, value, runbook: arguments.value("runbook"))
    console.tell("\(name) is set (\(value.utf8.count) bytes)\n")
    return .success
  }

  /// The value, from the terminal without an echo, or from standard input.
  private func read(_ name: String) -> String? {
    if StandardStream.input.isTerminal {
      guard TerminalPrompter.isPossible else {
        console.fail("the terminal cannot be read", help: "give the value on standard input")
        return nil
      }
      console.tell("\(name) (it is not shown): ")
      let line = TerminalLine.read(isHidden: true)
      console.tell("\n")
      return line
    }
    var bytes: [UInt8] = []
    do throws(Errno) {
      while bytes.count <= Self.longest + 1 {
        let piece = try StandardStream.input.read(upTo: 65536)
        if piece.isEmpty { break }
        bytes += piece
      }
    } catch {
      console.fail("standard input cannot be read: \(error.message)")
      return nil
    }
    // The line break that echo and editors put at the end is not part of it.
    if bytes.last == 0x0A { bytes.removeLast() }
    guard UTF8Check.firstInvalid(in: bytes) == nil else {
      console.fail("the value is not UTF-8", help: "encode it, for example in base64")
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Gives runs the secrets of their project.
final class ProjectSecrets: SecretSource {
  private let store: SecretStore
  private let loaded: LoadedPolicy

  init(_ loaded: LoadedPolicy) {
    self.loaded = loaded
    store = SecretStore(root: loaded.root, environment: .current)
  }

  func value(_ name: String, runbook: String) throws(SecretRefusal) -> String {
    do throws(SecretError) {
      return try store.value(name) { pattern in
        guard let path = loaded.relative(runbook) else { return false }
        do throws(GlobError) { return try Glob(pattern).matches(path) } catch { return false }
      }
    } catch { throw SecretRefusal(error.message, help: error.help) }
  }
}
