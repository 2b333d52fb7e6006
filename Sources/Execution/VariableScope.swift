public import JSON
internal import Linux
internal import Runbook

/// The variables of a run as templates see them: given ones first, then those that rundown provides.
public struct VariableScope: Sendable {
  /// Values that were given, handed down or captured.
  public var variables: [String: JSONValue]
  /// The project's root.
  public var root: String

  /// A scope.
  public init(variables: [String: JSONValue], root: String) {
    self.variables = variables
    self.root = root
  }

  /// The text of a dotted name; nil when it has no value.
  public func text(_ name: String) -> String? { value(name)?.templateText }

  /// The value of a dotted name; nil when it has none.
  public func value(_ name: String) -> JSONValue? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let head = parts.first, let value = variables[head] ?? builtin(head) else { return nil }
    return value.descend(parts.dropFirst())
  }

  /// What rundown provides when nothing was given under the name.
  private func builtin(_ name: String) -> JSONValue? {
    switch name {
    case "Date": return .string(String(SystemClock.timestamp().prefix(10)))
    case "DateTime": return .string(SystemClock.timestamp())
    case "Year": return .string(String(SystemClock.timestamp().prefix(4)))
    case "Month": return .string(String(SystemClock.timestamp().dropFirst(5).prefix(2)))
    case "Day": return .string(String(SystemClock.timestamp().dropFirst(8).prefix(2)))
    case "Branch": return GitBranch.current(root: root).map { .string($0) }
    case "WorkPath": return .string(root)
    default: return nil
    }
  }
}

extension JSONValue {
  /// The value as a template puts it into text: strings as they are, everything else as JSON.
  public var templateText: String {
    switch self {
    case .string(let text): return text
    case .null, .bool, .number, .array, .object: return encoded()
    }
  }

  /// The value inside it that a path of member names and positions (from 0) leads to.
  func descend(_ path: some Sequence<String>) -> JSONValue? {
    var value = self
    for part in path {
      if let next = value[part] {
        value = next
      } else if let items = value.array, let index = Int(part), items.indices.contains(index) {
        value = items[index]
      } else {
        return nil
      }
    }
    return value
  }
}

/// The branch that a working tree has checked out, read from its files: no program is started for it.
enum GitBranch {
  static func current(root: String) -> String? {
    let git = root + "/.git"
    var head = git + "/HEAD"
    if let link = text(git), link.hasPrefix("gitdir: ") {
      // A linked working tree keeps its HEAD elsewhere.
      let folder = String(link.dropFirst("gitdir: ".count))
      head = (folder.hasPrefix("/") ? folder : root + "/" + folder) + "/HEAD"
    }
    guard let line = text(head), line.hasPrefix("ref: refs/heads/") else { return nil }
    return String(line.dropFirst("ref: refs/heads/".count))
  }

  /// The first line of a small file.
  private static func text(_ path: String) -> String? {
    do throws(FileError) {
      let bytes = try FileSystem.readFile(path, limit: 4096)
      return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    } catch {
      return nil
    }
  }
}
