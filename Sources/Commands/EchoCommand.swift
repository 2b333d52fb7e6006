internal import Arguments
internal import Linux

/// `rundown echo WORDS --result pass|fail`: prints and passes or fails, the n-th result at the n-th try.
struct EchoCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    console.print(arguments.positionals.joined(separator: " ") + "\n")
    let results = arguments.all("result")
    let attempt = Environment.current["RD_ATTEMPT"].flatMap { Int($0) } ?? 1
    if results.isEmpty { return .success }
    let result = results[min(max(attempt, 1), results.count) - 1]
    switch result {
    case "pass", "yes": return .success
    case "fail", "no": return .stopped
    default:
      console.fail("--result: ‘\(result)’ is neither pass nor fail")
      return .usage
    }
  }
}
