internal import Arguments
internal import Runbook

/// What the command line says about how steps run.
struct StepLimits {
  /// Seconds that a step may take.
  var timeout: Int?
  /// How many units of a step may run at the same time; nil: as the step says.
  var jobs: Int?

  /// What `--timeout` and `--jobs` say, where a command has them.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    timeout = try RunOptions.seconds(arguments, "timeout")
    guard let text = arguments.value("jobs") else { return }
    let range = BlockOptions.jobsRange
    guard let number = Int(text), range.contains(number) else {
      throw .invalidValue(
        option: "--jobs", value: text, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    jobs = number
  }

  init(timeout: Int? = nil) { self.timeout = timeout }
}
