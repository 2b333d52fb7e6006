internal import Arguments
internal import Linux
internal import SourceText

/// `rundown ci init github|gitlab|shell`: a job for a CI system.
struct CICommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    guard let template = CITemplate(rawValue: arguments.positionals[0]) else {
      console.fail(
        "‘\(arguments.positionals[0])’ is no CI system that I know",
        help: "it is one of \(CITemplate.allCases.map(\.rawValue).joined(separator: ", "))")
      return .usage
    }
    let runbook = arguments.value("runbook") ?? "Runbooks/ci.runbook.md"
    // The path stands unquoted in shell text and YAML.
    let plain = "/._-"
    guard !runbook.hasPrefix("-"), !runbook.isEmpty,
      runbook.unicodeScalars.allSatisfy({
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || plain.unicodeScalars.contains($0)
      })
    else {
      console.fail(
        "--runbook: the path holds more than letters, digits and / . _ -", help: "rename the runbook")
      return .usage
    }
    let text = template.text(runbook)
    if arguments.has("print") {
      console.print(text)
      return .success
    }
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    let path = (root == "/" ? "" : root) + "/" + template.path
    if FileSystem.exists(path) {
      console.fail("\(template.path) is there already", help: "look at the new one with --print")
      return .usage
    }
    do throws(FileError) {
      try FileSystem.makeDirectories(FileSystem.parent(of: path))
      try FileSystem.writeFileAtomically(path, Array(text.utf8), mode: template == .shell ? 0o755 : 0o644)
    } catch {
      console.fail("\(template.path) cannot be written: \(error)")
      return .inputOutput
    }
    console.print("\(template.path): written; next: \(template.next)\n")
    if !FileSystem.exists(root + "/" + runbook) {
      console.warn("there is no \(runbook) yet", help: "write it, or name another one with --runbook FILE")
    }
    return .success
  }
}
