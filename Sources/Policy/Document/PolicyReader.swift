internal import JSON
public import SourceText
internal import YAML

/// In which language a policy document is written.
public enum PolicyFormat: Hashable, Sendable {
  /// YAML.
  case yaml
  /// JSON.
  case json
  /// One of both, as a file named `.rundownrc` may be.
  case yamlOrJSON
  /// The `rundown` key of a package.json.
  case packageJSON

  /// The format that a file's name tells.
  public init(fileName: String) {
    let name = fileName.split(separator: "/").last.map(String.init) ?? fileName
    if name == "package.json" {
      self = .packageJSON
    } else if name.hasSuffix(".json") {
      self = .json
    } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      self = .yaml
    } else {
      self = .yamlOrJSON
    }
  }
}

/// What came of reading a policy document.
public struct PolicyReading: Sendable {
  /// The document, if it has no errors.
  public var document: PolicyDocument?
  /// All problems, in the document's order.
  public var diagnostics: [Diagnostic]

  /// The first error.
  public var firstError: Diagnostic? { diagnostics.first { $0.severity == .error } }
}

extension PolicyDocument {
  /// Reads and checks a document and reports all problems at once.
  ///
  /// A package.json without the key `rundown` gives neither a document nor a problem.
  public static func read(_ file: SourceFile, format: PolicyFormat) -> PolicyReading {
    let root: DocumentNode
    do {
      guard let node = try tree(file, format) else { return PolicyReading(document: nil, diagnostics: []) }
      root = node
    } catch {
      return PolicyReading(document: nil, diagnostics: [error])
    }
    var validator = PolicyValidator(file: file, root: root)
    validator.checkDocument()
    let diagnostics = validator.diagnostics.sorted { ($0.span.start, $0.code) < ($1.span.start, $1.code) }
    let isGood = !diagnostics.contains { $0.severity == .error }
    return PolicyReading(document: isGood ? validator.document : nil, diagnostics: diagnostics)
  }

  private static func tree(_ file: SourceFile, _ format: PolicyFormat) throws(Diagnostic) -> DocumentNode? {
    switch format {
    case .yaml: return try YAMLParser.parse(file)
    case .json: return try JSONParser.parseTree(file)
    case .packageJSON: return try JSONParser.parseTree(file)["rundown"]
    case .yamlOrJSON:
      let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
      guard file.bytes.first(where: { !blanks.contains($0) }) == UInt8(ascii: "{") else {
        return try YAMLParser.parse(file)
      }
      do {
        return try JSONParser.parseTree(file)
      } catch let problem {
        // YAML in braces is no JSON; if it is neither, JSON was probably meant.
        do {
          return try YAMLParser.parse(file)
        } catch {
          throw problem
        }
      }
    }
  }
}
