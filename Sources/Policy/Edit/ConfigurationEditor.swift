internal import JSON
public import SourceText

/// Sets values in a user's configuration and leaves the rest of its text, comments too, as it is.
public enum ConfigurationEditor {
  /// A key that can be set, as a path with dots.
  public struct Key: Sendable {
    /// `default.run.deny`
    public let name: String
    /// What it means.
    public let meaning: String
    /// The values that it takes; empty when it takes others.
    public let choices: [String]
    /// Whether it is a list, given with commas between.
    public let isList: Bool

    init(_ name: String, _ meaning: String, _ choices: [String] = [], isList: Bool = false) {
      (self.name, self.meaning, self.choices, self.isList) = (name, meaning, choices, isList)
    }
  }

  /// The keys of a user's configuration.
  public static let keys: [Key] = [
    Key(
      "trust", "what a repository's policy that was not confirmed means where nobody can be asked",
      TrustRequirement.allCases.map(\.rawValue)),
    Key("default.mode", "what happens at most to what no rule lists", PolicyMode.allCases.map(\.rawValue)),
    Key("default.sandbox", "how strict the sandbox is at least", SandboxMode.allCases.map(\.rawValue)),
    Key("default.gate", "which program starts are decided on at least", GateMode.allCases.map(\.rawValue)),
    Key("default.run.deny", "programs that no policy can allow", isList: true),
    Key("default.read.deny", "files that no policy can let be read", isList: true),
    Key("default.write.deny", "files that no policy can let be written", isList: true),
    Key("default.env.deny", "variables that no policy can pass on", isList: true),
    Key(
      "default.network.mode", "how much of the network steps reach at most",
      NetworkMode.allCases.map(\.rawValue)),
    Key("default.network.deny", "hosts that no policy can allow", isList: true),
    Key("default.protect", "files that are never written", isList: true),
    Key("default.limits.timeout", "the longest time of a step, such as 10m"),
    Key("default.limits.processes", "the most processes"),
    Key("default.limits.memory", "the most memory, such as 4GiB"),
    Key("default.limits.fileSize", "the largest file, such as 1GiB"),
    Key("default.limits.cpu", "the most processor time, such as 5m"),
  ]

  /// What a configuration's text says of a key; nil when it says nothing.
  public static func value(_ key: Key, in configuration: UserConfiguration) -> [String]? {
    guard let root = configuration.root, let node = node(key, in: root) else { return nil }
    return node.items.map { $0.compactMap(\.text) } ?? node.text.map { [$0] }
  }

  private static func node(_ key: Key, in root: DocumentNode) -> DocumentNode? {
    key.name.split(separator: ".").reduce(root as DocumentNode?) { $0?[String($1)] }
  }

  /// The text with a key set to `values`; it is read again, and is the document that was meant.
  ///
  /// - Parameter file: the configuration as it is; nil when there is none.
  public static func setting(_ key: Key, to values: [String], in file: SourceFile?, name: String)
    throws(Diagnostic)
    -> UserConfiguration
  {
    let scalars = values.map(RuleEditor.yamlScalar)
    let text = key.isList ? "[\(scalars.joined(separator: ", "))]" : scalars.first ?? "\"\""
    let edited = try edited(key, text, file)
    let (configuration, diagnostics) = UserConfiguration.read(SourceFile(name: name, text: edited))
    guard let configuration else {
      throw diagnostics.first { $0.severity == .error } ?? RuleEditor.cannot("the value is not understood")
    }
    guard value(key, in: configuration) == values else {
      throw RuleEditor.cannot("the document has an unusual layout")
    }
    return configuration
  }

  private static func edited(_ key: Key, _ text: String, _ file: SourceFile?) throws(Diagnostic) -> String {
    let path = key.name.split(separator: ".").map(String.init)
    guard let file, let root = UserConfiguration.read(file).configuration?.root, !root.isNull else {
      let before = file.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
      let separator = before.isEmpty || before.hasSuffix("\n") ? "" : "\n"
      return before + separator + "version: 1\n" + member(path[...], text) + "\n"
    }
    let editor = TreeEditor(file: file, isJSON: false)
    if let old = editor.ownValue(path, in: root) {
      var end = old.span.end
      while end > old.span.start, [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[end - 1]) { end -= 1 }
      let bytes = file.bytes[..<old.span.start] + Array(text.utf8) + file.bytes[end...]
      return String(decoding: bytes, as: UTF8.self)
    }
    var depth = path.count - 1
    while depth > 0, editor.ownValue(Array(path[..<depth]), in: root)?.entries == nil { depth -= 1 }
    let parent = depth == 0 ? root : editor.ownValue(Array(path[..<depth]), in: root) ?? root
    let change = try editor.append(member: member(path[depth...], text), to: parent, list: key.name)
    return change.applied(to: file)
  }

  /// `a: {b: value}`
  private static func member(_ path: ArraySlice<String>, _ value: String) -> String {
    guard let first = path.first else { return value }
    let rest = path.dropFirst()
    return rest.isEmpty ? "\(first): \(value)" : "\(first): {\(member(rest, value))}"
  }
}
