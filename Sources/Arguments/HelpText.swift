/// Help, made from the same declarations that parsing uses.
public enum HelpText {
  /// The help of one command; `path` are the words that call it, the program's name first.
  public static func text(_ spec: CommandSpec, path: [String]) -> String {
    var out = "\(path.joined(separator: " ")): \(spec.summary)\n\nUsage: \(usage(spec, path: path))\n"
    if !spec.details.isEmpty { out += "\n\(spec.details)\n" }
    if !spec.commands.isEmpty {
      out += "\nCommands\n" + table(spec.commands.map { ($0.name, $0.summary) })
    }
    var groups: [String] = []
    for option in spec.options where !groups.contains(option.group) { groups.append(option.group) }
    for group in groups {
      out += "\n\(group)\n" + table(spec.options.filter { $0.group == group }.map { (label($0), $0.help) })
    }
    if !spec.example.isEmpty { out += "\nExample\n  \(path.first ?? "") \(spec.example)\n" }
    return out
  }

  static func usage(_ spec: CommandSpec, path: [String]) -> String {
    var words = path
    if !spec.commands.isEmpty { words.append("COMMAND") }
    if !spec.options.isEmpty { words.append("[options]") }
    for positional in spec.positionals {
      switch positional.arity {
      case .one: words.append(positional.name)
      case .optional: words.append("[\(positional.name)]")
      case .oneOrMore: words.append("\(positional.name)...")
      case .any: words.append("[\(positional.name)...]")
      }
    }
    if spec.takesRest { words.append("-- COMMAND...") }
    return words.joined(separator: " ")
  }

  private static func label(_ option: OptionSpec) -> String {
    let short = option.short.map { "-\($0), " } ?? ""
    return "\(short)--\(option.name)" + (option.placeholder.map { " \($0)" } ?? "")
  }

  private static func table(_ rows: [(String, String)]) -> String {
    let width = min(26, rows.map(\.0.count).max() ?? 0)
    var out = ""
    for (left, right) in rows {
      if left.count > width {
        out += "  \(left)\n  \(String(repeating: " ", count: width))  \(right)\n"
      } else {
        out += "  \(left)\(String(repeating: " ", count: width - left.count))  \(right)\n"
      }
    }
    return out
  }
}
