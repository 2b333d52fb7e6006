internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import SourceText

/// `rundown trust ls|show|add|revoke`: the policies that the user has confirmed.
struct TrustCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let store = TrustStore(environment: .current)
    if arguments.command == ["trust", "ls"] { return list(store, arguments) }
    if arguments.has("all") {
      return revoke(store, arguments) { _ in true }
    }
    if arguments.command == ["trust", "revoke"], let given = arguments.positionals.first {
      let path = PolicyLoader.resolved(given)
      return revoke(store, arguments) { $0.path == given || $0.path == path || $0.digest == given }
    }
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) { loaded = try PolicyLoader.load() } catch {
      console.tell(error.rendered)
      return error.exitCode
    }
    for warning in loaded.warnings { console.tell(warning) }
    guard let document = loaded.document, let path = loaded.path else {
      console.fail(
        "there is no policy document here", help: "the built-in policy holds: rundown policy show")
      return .notFound
    }
    switch arguments.command {
    case ["trust", "show"]: return show(document, path, store, arguments)
    case ["trust", "revoke"]: return revoke(store, arguments) { $0.path == path }
    default: return add(document, path, store, arguments)
    }
  }

  private func list(_ store: TrustStore, _ arguments: ParsedArguments) -> ExitCode {
    let entries = store.entries()
    if arguments.has("json") {
      console.print(JSONValue.array(entries.map(Self.json)).encoded() + "\n")
      return .success
    }
    if entries.isEmpty { console.print("no policy was confirmed\n") }
    for entry in entries {
      let time = SystemClock.timestamp(entry.time * 1_000_000_000).prefix(16)
      console.print("\(entry.digest.prefix(12))  \(time)Z  \(DisplayText.visible(entry.path))\n")
    }
    return .success
  }

  private static func json(_ entry: TrustStore.Entry) -> JSONValue {
    .object([
      "path": .string(entry.path), "sha256": .string(entry.digest),
      "time": .string(SystemClock.timestamp(entry.time * 1_000_000_000)),
    ])
  }

  private func show(
    _ document: PolicyDocument, _ path: String, _ store: TrustStore, _ arguments: ParsedArguments
  ) -> ExitCode {
    let isTrusted = store.look(path, document.file.bytes).isTrusted
    let widenings = document.widenings
    if arguments.has("json") {
      let items = widenings.map { item -> JSONValue in
        .object(["text": .string(item.text), "line": .int(item.line)])
      }
      console.print(
        JSONValue.object([
          "path": .string(path), "confirmed": .bool(isTrusted), "allows": .array(items),
        ]).encoded() + "\n")
      return .success
    }
    console.print("\(DisplayText.visible(path)), \(TrustDesk.facts(path))\n")
    console.print(
      isTrusted ? "confirmed\n" : widenings.isEmpty ? "needs no confirmation\n" : "not confirmed\n")
    for item in widenings {
      console.print(
        "  \(DisplayText.visible(item.text))   \(DisplayText.visible(document.file.name)):\(item.line)\n")
    }
    return .success
  }

  private func add(
    _ document: PolicyDocument, _ path: String, _ store: TrustStore, _ arguments: ParsedArguments
  ) -> ExitCode {
    do throws(FileError) { try store.add(path, document.file.bytes) } catch {
      console.fail("this cannot be remembered: \(error)", help: "make ~/.local/state writable")
      return .inputOutput
    }
    if arguments.has("json") {
      console.print(store.entries().last.map { Self.json($0).encoded() + "\n" } ?? "")
      return .success
    }
    console.print("confirmed: \(DisplayText.visible(path)); it allows beyond the built-in policy:\n")
    console.print(TrustDesk.list(document.widenings, DisplayText.visible(document.file.name)))
    return .success
  }

  private func revoke(
    _ store: TrustStore, _ arguments: ParsedArguments, _ matches: (TrustStore.Entry) -> Bool
  ) -> ExitCode {
    let gone: [TrustStore.Entry]
    do throws(FileError) { gone = try store.revoke(matches) } catch {
      console.fail("this cannot be remembered: \(error)", help: "make ~/.local/state writable")
      return .inputOutput
    }
    if arguments.has("json") {
      console.print(JSONValue.array(gone.map(Self.json)).encoded() + "\n")
    } else {
      for entry in gone { console.print("no longer confirmed: \(DisplayText.visible(entry.path))\n") }
    }
    guard !gone.isEmpty || arguments.has("all") else {
      console.fail("no such policy was confirmed", help: "‘rundown trust ls’ lists them")
      return .notFound
    }
    return .success
  }
}
