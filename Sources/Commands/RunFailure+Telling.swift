internal import Arguments
internal import Execution

extension RunFailure {
  /// Tells what is wrong, and gives the exit code that says so.
  func tell(_ console: Console) -> ExitCode {
    switch self {
    case .store(let error):
      console.fail(error.message, help: error.help)
      return .inputOutput
    case .sandbox(let gaps):
      console.fail(
        "this machine cannot confine the steps as required: \(gaps.joined(separator: "; "))",
        help: "‘rundown doctor’ shows what is missing; --sandbox goes on with what there is")
      return .sandboxUnavailable
    case .machine(let what):
      console.fail(what)
      return .inputOutput
    case .bug(let what):
      console.fail(
        "this is a bug of rundown: \(what)", help: "please report it with the runbook and the command")
      return .bug
    }
  }
}
