public import JSON
public import Linux
internal import Runbook
public import SourceText
internal import YAML

/// Reads variables from files: what `--vars` names, and `.rundown/config.yaml`.
public enum VariableFile {
  /// Why a file gives no variables.
  public enum Problem: Error, Sendable {
    /// It cannot be read.
    case file(FileError)
    /// It stands outside the project.
    case outside(path: String)
    /// Its content is wrong.
    case invalid(SourceFile, Diagnostic)
  }

  private static let sizeLimit = 1 << 20
  /// Where a project keeps variables of all its runs, under the key `variables`.
  static let configuration = ".rundown/config.yaml"

  /// The variables of a YAML or JSON file inside the project.
  public static func read(_ path: String, root: String) throws(Problem) -> [String: JSONValue] {
    let real: String
    do throws(FileError) { real = try FileSystem.realPath(path) } catch { throw .file(error) }
    guard PathText.isBelow(real, root) else { throw .outside(path: path) }
    return try parse(SourceFile(name: path, bytes: try bytes(real)))
  }

  private static func bytes(_ path: String) throws(Problem) -> [UInt8] {
    do throws(FileError) { return try FileSystem.readFile(path, limit: sizeLimit) } catch {
      throw .file(error)
    }
  }

  /// The variables of the nearest configuration from `folder` up to the project's root; empty without one.
  public static func configuration(
    from folder: String, root: String
  ) throws(Problem) -> [String: JSONValue] {
    var folder = folder
    while PathText.isInside(folder, root) {
      let path = (folder == "/" ? "" : folder) + "/" + configuration
      if FileSystem.exists(path) {
        return try parse(SourceFile(name: path, bytes: try bytes(path)), key: "variables")
      }
      if folder == "/" || folder == root { break }
      folder = FileSystem.parent(of: folder)
    }
    return [:]
  }

  static func parse(_ file: SourceFile, key: String? = nil) throws(Problem) -> [String: JSONValue] {
    do throws(Diagnostic) {
      let isJSON = file.name.hasSuffix(".json")
      var tree = isJSON ? try JSONParser.parseTree(file) : try YAMLParser.parse(file)
      if let key {
        guard let part = tree[key] else { return [:] }
        tree = part
      }
      if tree.isNull { return [:] }
      guard let entries = tree.entries else {
        throw Diagnostic(
          "VA001", "this is \(tree.kindName), not names with their values", at: tree.span,
          help: "write NAME: VALUE lines")
      }
      var variables: [String: JSONValue] = [:]
      for entry in entries {
        guard Identifier.isValid(entry.name), !ReservedWords.isReservedVariable(entry.name) else {
          throw Diagnostic(
            "VA002", "‘\(entry.name)’ cannot be the name of a variable", at: entry.key.span,
            help: "names are letters, digits and _; step, index, context, runid, runbookref are reserved")
        }
        if !entry.value.isNull { variables[entry.name] = value(entry.value) }
      }
      return variables
    } catch {
      throw .invalid(file, error)
    }
  }

  /// A node as a typed value: YAML's plain numbers and truth values are those, everything else is text.
  static func value(_ node: DocumentNode) -> JSONValue {
    switch node.content {
    case .sequence(let items): return .array(items.map(value))
    case .mapping(let entries):
      return .object(entries.map { JSONValue.Member($0.name, value($0.value)) })
    case .scalar(let text, .plain):
      if node.isNull { return .null }
      if let truth = node.bool { return .bool(truth) }
      return number(text) ?? .string(text)
    case .scalar: return JSONParser.value(node)
    }
  }

  private static func number(_ text: String) -> JSONValue? {
    guard let first = text.utf8.first, first == 0x2D || (0x30...0x39).contains(first) else { return nil }
    do throws(Diagnostic) {
      let value = try JSONParser.parse(text: text)
      if case .number = value { return value }
      return nil
    } catch {
      return nil
    }
  }
}
