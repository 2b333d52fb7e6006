internal import Arguments
internal import JSON
internal import Linux
internal import Runbook
internal import SourceText

/// `rundown fmt FILE...`: runbooks in their normal form.
struct FormatCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    var worst = ExitCode.success
    for path in arguments.positionals {
      let code = format(path, arguments)
      if worst == .success { worst = code }
    }
    return worst
  }

  private func format(_ path: String, _ arguments: ParsedArguments) -> ExitCode {
    let file: SourceFile
    switch RunbookFile.read(path, telling: console) {
    case .success(let read): file = read
    case .failure(let failure): return failure.code
    }
    let compilation = RunbookCompiler.compile(file)
    guard let runbook = compilation.runbook else {
      for problem in compilation.problems { console.tell(problem.rendered(in: file) + "\n") }
      return .invalidData
    }
    guard !runbook.isGuide else {
      console.fail("\(path) is a document, not a runbook", help: "make one of it: rundown import \(path)")
      return .invalidData
    }
    guard let bytes = RunbookFormatter.format(file) else {
      console.fail(
        "this is a bug of rundown: the normal form of \(path) would mean something else; nothing was written",
        help: "please report it with the runbook")
      return .bug
    }
    let isChanged = bytes != file.bytes
    if path == "-" {
      console.print(String(decoding: bytes, as: UTF8.self))
      return .success
    }
    let onlyChecks = arguments.has("check")
    if isChanged, !onlyChecks {
      do throws(FileError) {
        try FileSystem.writeFileAtomically(
          try FileSystem.realPath(path), bytes, mode: try FileSystem.info(path).permissions)
      } catch {
        console.fail(error.description, help: "make the file and its folder writable")
        return .inputOutput
      }
    }
    if arguments.has("json") {
      console.print(
        JSONValue.object([
          "file": .string(path), "changed": .bool(isChanged), "written": .bool(isChanged && !onlyChecks),
        ])
        .encoded() + "\n")
    } else if isChanged {
      console.print("\(DisplayText.visible(path)): \(onlyChecks ? "not in its normal form" : "written")\n")
    }
    return isChanged && onlyChecks ? .stopped : .success
  }
}
