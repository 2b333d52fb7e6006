/// The manual page in the language of man(7), made from the same declarations that parsing uses.
public enum ManualPage {
  /// What a manual says that the declarations do not.
  public struct Chapter: Sendable {
    /// The heading, in capitals.
    public let title: String
    /// Terms with what they mean.
    public let items: [(term: String, text: String)]

    /// A chapter.
    public init(_ title: String, _ items: [(term: String, text: String)]) {
      self.title = title
      self.items = items
    }
  }

  /// The page of a program.
  public static func text(_ spec: CommandSpec, version: String, chapters: [Chapter]) -> String {
    var out =
      ".TH \(spec.name.uppercased()) 1 \"\" \"\(escaped(spec.name)) \(escaped(version))\" \"User Commands\"\n"
    out += ".SH NAME\n\(escaped(spec.name)) \\- \(escaped(spec.summary))\n"
    out += ".SH SYNOPSIS\n.B \(escaped(spec.name))\n.I COMMAND\n[\\fIoptions\\fR]\n"
    out += ".SH DESCRIPTION\n\(paragraph(spec.details))"
    if !spec.options.isEmpty { out += ".SH OPTIONS\n" + options(spec.options) }
    out += ".SH COMMANDS\n"
    for command in spec.commands { out += section(command, path: [spec.name, command.name]) }
    for chapter in chapters {
      out += ".SH \(escaped(chapter.title))\n"
      for (term, text) in chapter.items { out += item("\\fB\(escaped(term))\\fR", text) }
    }
    return out
  }

  private static func section(_ spec: CommandSpec, path: [String]) -> String {
    guard spec.commands.isEmpty else {
      return spec.commands.map { section($0, path: path + [$0.name]) }.joined()
    }
    var out = ".SS \(escaped(HelpText.usage(spec, path: path)))\n\(paragraph(sentence(spec.summary)))"
    if !spec.details.isEmpty { out += ".PP\n\(paragraph(spec.details))" }
    out += options(spec.options)
    if !spec.example.isEmpty {
      out += ".PP\nExample:\n.RS\n.nf\n\(line("\(path[0]) \(spec.example)"))\n.fi\n.RE\n"
    }
    return out
  }

  private static func options(_ options: [OptionSpec]) -> String {
    options.map { option in
      var label = "\\fB\(option.short.map { "\\-\($0)\\fR, \\fB" } ?? "")\(escaped("--" + option.name))\\fR"
      if let placeholder = option.placeholder { label += " \\fI\(escaped(placeholder))\\fR" }
      return item(label, option.help)
    }.joined()
  }

  private static func item(_ label: String, _ text: String) -> String { ".TP\n\(label)\n\(line(text))\n" }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private static func paragraph(_ text: String) -> String {
    text.split(separator: "\n").map { line(String($0)) + "\n" }.joined()
  }

  /// A line of text; a period or an apostrophe at its beginning would be a request.
  private static func line(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }

  /// Text in which nothing means anything to the formatter.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "‘": out += "\\(oq"
      case "’": out += "\\(cq"
      default: out.append(character)
      }
    }
    return out
  }
}
