internal import Markdown
internal import SourceText

/// Writes a document as the draft of a runbook.
public enum GuideDraft {
  /// The draft of a compiled document; `runbook.isGuide` holds.
  public static func text(_ runbook: Runbook) -> String {
    let inputs = runbook.frontmatter.inputs
    let base = runbook.file.name.split(separator: "/").last.map(String.init) ?? "guide"
    var out = "---\n"
    out += "description: \(quoted("Draft made from \(base) by rundown import: read it before you run it."))\n"
    if !inputs.isEmpty {
      out += "inputs: [\(inputs.joined(separator: ", "))]\nrequired: [\(inputs.joined(separator: ", "))]\n"
    }
    out += "---\n"
    // A title that begins with a number would look like a step.
    if let title = runbook.title {
      out += "# \(title.first?.isNumber == true ? "Guide: " : "")\(heading(title))\n"
    }
    for step in runbook.steps {
      guard case .substeps(let substeps) = step.body else { continue }
      out += "\n## \(step.name). \(heading(step.title))\n"
      for substep in substeps {
        if substeps.count > 1 { out += "\n### \(step.name).\(substep.name) \(heading(substep.title))\n" }
        out += body(substep, runbook.file)
      }
    }
    return out
  }

  private static func body(_ substep: Substep, _ file: SourceFile) -> String {
    guard case .command(let block) = substep.content else { return "" }
    var out = ""
    for span in substep.prompt { out += "\n" + prose(file.text(span)) }
    for placeholder in block.placeholders {
      out += "\n> {{\(placeholder.name)}} is \(placeholder.text) in the original.\n"
    }
    if let expected = block.expectedOutput, !expected.isEmpty {
      out += "\n> It should print:\n>\n" + fenced(expected, "text").map { "> \($0)\n" }.joined()
    }
    let lines = String(decoding: block.text, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let code = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
    return out + "\n" + fenced(code.map(String.init), block.shell.rawValue).map { "\($0)\n" }.joined()
  }

  /// A fence longer than any run of backticks in it.
  private static func fenced(_ lines: [String], _ info: String) -> [String] {
    let fence = CodeFence.around(lines)
    return [fence + info] + lines + [fence]
  }

  /// Prose as prompt text. What could be read as a directive, a heading or a body is quoted.
  private static func prose(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      var line = line[...]
      if line.last == "\r" { line.removeLast() }
      return String(line)
    }
    let isPlain = lines.allSatisfy { line in
      guard let first = line.drop(while: { $0 == " " || $0 == "\t" }).unicodeScalars.first else {
        return false
      }
      return first.properties.isAlphabetic || first == "(" || first == "\""
    }
    guard isPlain else { return lines.map { $0.isEmpty ? ">\n" : "> \($0)\n" }.joined() }
    return lines.map { line in String(line.drop { $0 == " " || $0 == "\t" }) + "\n" }.joined()
  }

  /// A title on one line in which nothing is markup.
  private static func heading(_ title: String) -> String {
    var out = ""
    for character in title {
      if "\\`*_[]<>#&".contains(character) { out += "\\" }
      out.append(character.isNewline ? " " : character)
    }
    return out
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.replacingBytes { byte in
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): return "\\\(Unicode.Scalar(byte))"
        default: return nil
        }
      } + "\""
  }
}
