internal import Arguments
internal import Execution
internal import Linux
internal import SourceText

/// `rundown policy learn FILE`: runs with everything recorded that no rule denies, and prints the policy it needed.
struct LearnCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    console.warn(
      "programs that no rule lists run now and are recorded; public hosts can be reached",
      help: "what a rule denies stays denied, and files stay confined as the policy says")
    let learner = Learner()
    let code = RunCommand(console: console, learner: learner).run(arguments)
    switch code {
    case .usage, .invalidData, .notFound, .invalidPolicy, .sandboxUnavailable, .bug, .inputOutput: return code
    default: break
    }
    let text = learner.document(for: arguments.positionals[0])
    console.print("\n" + text)
    if let path = arguments.value("write") {
      do throws(FileError) {
        guard !FileSystem.exists(path) else {
          console.fail("\(path) is there already", help: "add the lines that it lacks by hand")
          return .usage
        }
        try FileSystem.writeFileAtomically(path, Array(text.utf8))
        console.tell("written to \(DisplayText.visible(path))\n")
      } catch {
        console.fail("\(path) cannot be written: \(error)")
        return .inputOutput
      }
    }
    return code
  }
}
