internal import Arguments
internal import JSON
internal import Linux
internal import Runbook
internal import SourceText

/// `rundown import FILE`: the draft of a runbook from an ordinary document.
struct ImportCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let path = arguments.positionals[0]
    let file: SourceFile
    switch RunbookFile.read(path, telling: console) {
    case .success(let read): file = read
    case .failure(let failure): return failure.code
    }
    let compilation = GuideCompiler.compile(file)
    guard let guide = compilation.runbook else {
      for problem in compilation.problems { console.tell(problem.rendered(in: file) + "\n") }
      return .invalidData
    }
    let target = arguments.value("output") ?? Self.target(path)
    let text = GuideDraft.text(guide)
    let draft = RunbookCompiler.compile(SourceFile(name: "draft.runbook.md", text: text))
    guard draft.runbook != nil else {
      for problem in draft.problems { console.tell(problem.rendered(in: draft.file) + "\n") }
      console.fail(
        "this is a bug of rundown: the draft is not valid", help: "please report it with the document")
      return .bug
    }
    if target == "-" {
      console.print(text)
      return .success
    }
    guard write(text, to: target, replaces: arguments.has("force")) else { return .inputOutput }
    if arguments.has("json") {
      console.print(
        JSONValue.object([
          "file": .string(target), "steps": .int(guide.steps.count), "blocks": .int(guide.units.count),
          "inputs": .array(guide.frontmatter.inputs.map { .string($0) }),
        ]).encoded() + "\n")
    } else {
      let inputs =
        guide.frontmatter.inputs.isEmpty ? "" : ", inputs \(guide.frontmatter.inputs.joined(separator: ", "))"
      console.print(
        "\(DisplayText.visible(target)): \(guide.steps.count) steps with \(guide.units.count) blocks\(inputs)\n"
          + "  it is a draft: read it, then rundown check \(DisplayText.visible(target))\n")
    }
    return .success
  }

  private static func target(_ path: String) -> String {
    if path == "-" { return "-" }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
    return stem + ".runbook.md"
  }

  private func write(_ text: String, to path: String, replaces: Bool) -> Bool {
    do throws(Errno) {
      let output = OutputFile(path)
      let file = replaces ? try output.openEmpty() : try output.open(.exclusive)
      try file.writeAll(Array(text.utf8))
      try file.close()
      return true
    } catch {
      console.fail(
        "\(path) cannot be written: \(error.message)",
        help: error == .fileExists
          ? "--force replaces it; -o names another file, - is standard output" : "-o names another file")
      return false
    }
  }
}
