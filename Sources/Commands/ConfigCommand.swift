internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import SourceText

/// `rundown config show|get|set|explain`: the user's own configuration.
struct ConfigCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    guard let path = PolicyLoader.userConfigurationPath(.current) else {
      console.fail("there is no place for a configuration", help: "set HOME or XDG_CONFIG_HOME")
      return .notFound
    }
    if arguments.command == ["config", "explain"] { return explain(arguments) }
    let file: SourceFile?
    do throws(FileError) {
      file =
        FileSystem.exists(path)
        ? SourceFile(name: path, bytes: try FileSystem.readFile(path, limit: 1 << 20)) : nil
    } catch {
      console.fail("the configuration cannot be read: \(error)")
      return .inputOutput
    }
    let read = file.map(UserConfiguration.read)
    if let file, let read, read.configuration == nil {
      for problem in read.diagnostics { console.tell(problem.rendered(in: file) + "\n") }
      return .invalidPolicy
    }
    switch arguments.command {
    case ["config", "show"]: return show(path, read?.configuration, arguments)
    case ["config", "get"]: return get(read?.configuration, arguments)
    default: return set(path, file, arguments)
    }
  }

  private func key(_ name: String) -> ConfigurationEditor.Key? {
    if let key = ConfigurationEditor.keys.first(where: { $0.name == name }) { return key }
    let nearest = Suggestion.nearest(to: name, in: ConfigurationEditor.keys.map(\.name))
    console.fail(
      "there is no key ‘\(name)’",
      help: nearest.map { "did you mean \($0)?" } ?? "‘rundown config explain’ lists them")
    return nil
  }

  private func show(_ path: String, _ configuration: UserConfiguration?, _ arguments: ParsedArguments)
    -> ExitCode
  {
    var members: [JSONValue.Member] = []
    var text = "\(DisplayText.visible(path))\(configuration == nil ? ": there is none" : "")\n"
    for key in ConfigurationEditor.keys {
      guard let values = configuration.flatMap({ ConfigurationEditor.value(key, in: $0) }) else { continue }
      members.append(.init(key.name, Self.json(key, values)))
      text += "\(key.name): \(DisplayText.visible(values.joined(separator: ", ")))\n"
    }
    console.print(
      arguments.has("json")
        ? JSONValue.object(["file": .string(path), "values": .object(members)]).encoded() + "\n" : text)
    return .success
  }

  private static func json(_ key: ConfigurationEditor.Key, _ values: [String]) -> JSONValue {
    key.isList ? .array(values.map { .string($0) }) : .string(values.first ?? "")
  }

  private func get(_ configuration: UserConfiguration?, _ arguments: ParsedArguments) -> ExitCode {
    guard let key = key(arguments.positionals[0]) else { return .usage }
    guard let values = configuration.flatMap({ ConfigurationEditor.value(key, in: $0) }) else {
      return .stopped
    }
    for value in values { console.print(DisplayText.visible(value) + "\n") }
    return .success
  }

  private func set(_ path: String, _ file: SourceFile?, _ arguments: ParsedArguments) -> ExitCode {
    guard let key = key(arguments.positionals[0]) else { return .usage }
    let values = key.isList ? PolicyOptions.split(arguments.positionals[1]) : [arguments.positionals[1]]
    do {
      let configuration = try ConfigurationEditor.setting(key, to: values, in: file, name: path)
      try FileSystem.makeDirectories(FileSystem.parent(of: path), mode: 0o700)
      try FileSystem.writeFileAtomically(path, configuration.file.bytes, mode: 0o600)
    } catch let error as Diagnostic {
      let choices = key.choices.isEmpty ? nil : "it is one of \(key.choices.joined(separator: ", "))"
      console.fail("\(key.name): \(error.message)", help: error.help ?? choices)
      return .usage
    } catch {
      console.fail("the configuration cannot be written: \(error)")
      return .inputOutput
    }
    return .success
  }

  private func explain(_ arguments: ParsedArguments) -> ExitCode {
    var keys = ConfigurationEditor.keys
    if let name = arguments.positionals.first {
      guard let found = key(name) else { return .usage }
      keys = [found]
    }
    let width = keys.map(\.name.count).max() ?? 0
    for key in keys {
      let values =
        key.isList ? " (a list: a,b)" : key.choices.isEmpty ? "" : " (\(key.choices.joined(separator: ", ")))"
      console.print("\(TextWidth.pad(key.name, to: width))  \(key.meaning)\(values)\n")
    }
    return .success
  }
}
