public import SourceText
internal import YAML

/// A test of a runbook that it carries itself.
public struct Scenario: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What it shows.
  public let description: String?
  /// The commands, in order; `! ` before one: it must fail.
  public let commands: [String]
  /// How the run must end: COMPLETE or STOP.
  public let result: String?
}

/// One of the frontmatter's `outputs`.
public struct RunOutput: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// The template of its value; nil: the variable of the same name.
  public let template: String?
}

/// What a runbook says about itself before its first line.
public struct Frontmatter: Sendable {
  /// The runbook's name.
  public var name: String?
  /// What it is for.
  public var description: String?
  /// Its version.
  public var version: String?
  /// Who wrote it.
  public var author: String?
  /// Words to find it by.
  public var tags: [String] = []
  /// Names of the values that it takes.
  public var inputs: [String] = []
  /// Those of `inputs` that must be given.
  public var required: [String] = []
  /// Values that the run reports at its end.
  public var outputs: [RunOutput] = []
  /// Whether blocks run with `set -eu` unless they say otherwise.
  public var strict = false
  /// The secrets that each of its steps is given.
  public var secrets: [SecretUse] = []
  /// Its own tests.
  public var scenarios: [Scenario] = []
  /// Where it stands, fences included; empty when there is none.
  public var span = SourceSpan(0, 0)

  /// Nothing said.
  public init() {}
}

/// Reads the frontmatter: the YAML between `---` lines at the very start.
struct FrontmatterReader {
  let file: SourceFile
  private(set) var problems: [Diagnostic] = []
  private var result = Frontmatter()

  init(file: SourceFile) {
    self.file = file
  }

  /// Where the YAML stands and where the document goes on; nil without frontmatter.
  static func bounds(_ file: SourceFile, from start: Int) -> (yaml: SourceSpan, end: Int, isClosed: Bool)? {
    let first = file.position(at: start).line
    guard isFence(file.line(first).dropFirst(start - file.offset(ofLine: first))) else { return nil }
    var line = first + 1
    while line <= file.lineCount {
      if isFence(file.line(line)) {
        return (
          SourceSpan(file.offset(ofLine: first + 1), file.offset(ofLine: line)),
          file.offset(ofLine: line + 1), true
        )
      }
      line += 1
    }
    return (SourceSpan(file.offset(ofLine: first + 1), file.bytes.count), file.bytes.count, false)
  }

  private static func isFence(_ line: ArraySlice<UInt8>) -> Bool {
    line.prefix(3).elementsEqual([0x2D, 0x2D, 0x2D])
      && line.dropFirst(3).allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  /// Reads what stands in `yaml`.
  mutating func read(_ yaml: SourceSpan) -> Frontmatter {
    result.span = yaml
    let root: YAMLNode
    do throws(Diagnostic) {
      root = try YAMLParser.parse(file, range: yaml)
    } catch {
      var problem = error
      problem.code = "RB201"
      problems.append(problem)
      return result
    }
    if root.isNull { return result }
    guard let entries = root.entries else {
      add("RB202", "the frontmatter is \(root.kindName), not a mapping", root.span, "write key: value lines")
      return result
    }
    for entry in entries { read(entry) }
    checkRequired(root)
    return result
  }

  private mutating func read(_ entry: YAMLNode.Entry) {
    switch entry.name.lowercased() {
    case "name": result.name = name(entry.value)
    case "description": result.description = text(entry)
    case "version": result.version = text(entry)
    case "author": result.author = text(entry)
    case "tags": result.tags = list(entry)?.compactMap { $0.string } ?? []
    case "inputs": result.inputs = names(entry)
    case "required": result.required = names(entry)
    case "outputs": result.outputs = outputs(entry)
    case "secrets":
      for item in list(entry) ?? [] {
        guard let use = item.string.flatMap(SecretUse.init) else {
          add("RB208", "this cannot be the name of a secret", item.span, "write secrets: [NAME, file:OTHER]")
          continue
        }
        result.secrets.append(use)
      }
    case "scenarios": result.scenarios = scenarios(entry)
    case "strict":
      guard let value = entry.value.bool else {
        add(
          "RB204", "strict is \(entry.value.kindName), not true or false", entry.value.span,
          "write strict: true")
        return
      }
      result.strict = value
    default: break  // an open map: other tools keep their keys here
    }
  }

  private mutating func name(_ node: YAMLNode) -> String? {
    let allowed: (UInt8) -> Bool = { Identifier.isPart($0) || $0 == 0x2D || $0 == 0x20 }
    guard let text = node.string, !text.isEmpty, text.utf8.allSatisfy(allowed), !text.hasPrefix(" "),
      !text.hasSuffix(" ")
    else {
      add(
        "RB203", "the runbook's name is not made of letters, digits, blanks, - and _", node.span,
        "write a name such as deploy-service; titles belong into the H1")
      return nil
    }
    return text
  }

  private mutating func text(_ entry: YAMLNode.Entry) -> String? {
    if entry.value.isNull { return nil }
    guard let text = entry.value.text else {
      add(
        "RB204", "\(entry.name) is \(entry.value.kindName), not a text", entry.value.span,
        "write \(entry.name): text")
      return nil
    }
    return text
  }

  private mutating func list(_ entry: YAMLNode.Entry) -> [YAMLNode]? {
    if entry.value.isNull { return [] }
    guard let items = entry.value.items else {
      add(
        "RB204", "\(entry.name) is \(entry.value.kindName), not a list", entry.value.span,
        "write it as a list: \(entry.name): [a, b]")
      return nil
    }
    for item in items where item.string == nil && item.text == nil {
      add(
        "RB204", "an entry of \(entry.name) is \(item.kindName), not a text", item.span, "write a plain word")
    }
    return items
  }

  private mutating func names(_ entry: YAMLNode.Entry) -> [String] {
    var names: [String] = []
    for item in list(entry) ?? [] {
      guard let name = item.string else { continue }
      if checkVariable(name, item.span, seen: names) { names.append(name) }
    }
    return names
  }

  private mutating func checkVariable(_ name: String, _ span: SourceSpan, seen: [String]) -> Bool {
    guard Identifier.isValid(name) else {
      add("RB205", "‘\(name)’ is not a name", span, "use letters, digits and _, not beginning with a digit")
      return false
    }
    guard !ReservedWords.isReservedVariable(name) else {
      add("RB205", "‘\(name)’ is a name that rundown sets itself", span, "choose another name")
      return false
    }
    guard !seen.contains(name) else {
      add("RB206", "‘\(name)’ is listed twice", span, "remove one of them")
      return false
    }
    return true
  }

  private mutating func checkRequired(_ root: YAMLNode) {
    let missing = result.required.filter { !result.inputs.contains($0) }
    guard !missing.isEmpty, let node = root.entries?.first(where: { $0.name.lowercased() == "required" })
    else { return }
    for name in missing {
      let item = node.value.items?.first { $0.string == name }
      add(
        "RB207", "‘\(name)’ is required but not among the inputs", item?.span ?? node.value.span,
        "add it to inputs")
    }
  }

  private mutating func outputs(_ entry: YAMLNode.Entry) -> [RunOutput] {
    if let entries = entry.value.entries {
      var outputs: [RunOutput] = []
      for pair in entries where checkVariable(pair.name, pair.key.span, seen: outputs.map(\.name)) {
        guard let template = pair.value.text else {
          add(
            "RB204", "the output ‘\(pair.name)’ is \(pair.value.kindName), not a text", pair.value.span,
            "write a template")
          continue
        }
        outputs.append(RunOutput(name: pair.name, template: template))
      }
      return outputs
    }
    return names(entry).map { RunOutput(name: $0, template: nil) }
  }

  private mutating func scenarios(_ entry: YAMLNode.Entry) -> [Scenario] {
    if entry.value.isNull { return [] }
    guard let entries = entry.value.entries else {
      add(
        "RB204", "scenarios is \(entry.value.kindName), not a mapping", entry.value.span,
        "write name: { commands: [...] }")
      return []
    }
    return entries.map { pair in
      Scenario(
        name: pair.name, description: pair.value["description"]?.string,
        commands: pair.value["commands"]?.items?.compactMap(\.string) ?? [],
        result: pair.value["result"]?.string ?? pair.value["expect"]?["result"]?.string)
    }
  }

  private mutating func add(_ code: String, _ message: String, _ span: SourceSpan, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}
