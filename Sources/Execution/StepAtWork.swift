internal import Runbook
internal import Supervisor

/// A unit whose program runs, and what must be known to settle it.
///
/// A class, because what its program does reaches it through the calls that watch it.
final class StepAtWork {
  let block: CommandBlock
  let place: UnitPlace
  var began: Stopwatch
  /// The shell text as it runs.
  let text: String
  let started: StartedStep
  let box: LauncherBox
  let network: NetworkKeeper?
  let live: LiveStep?
  let environment: [String: String]
  let changes: ChangeWatch?
  let protected: ProtectedFiles?
  /// Seconds after which it is ended.
  let timeout: Int?
  var outputs: OutputFolder?
  var printed: OutputCapture
  /// Files that hold secrets of the unit.
  let secretFiles: [String]

  init(
    _ block: CommandBlock, _ place: UnitPlace, _ began: Stopwatch, text: String, started: StartedStep,
    box: LauncherBox, network: NetworkKeeper?, live: LiveStep?, environment: [String: String],
    changes: ChangeWatch?, protected: ProtectedFiles?, timeout: Int?, outputs: consuming OutputFolder?,
    printed: OutputCapture, secretFiles: [String]
  ) {
    self.secretFiles = secretFiles
    self.block = block
    self.place = place
    self.began = began
    self.text = text
    self.started = started
    self.box = box
    self.network = network
    self.live = live
    self.environment = environment
    self.changes = changes
    self.protected = protected
    self.timeout = timeout
    self.outputs = outputs
    self.printed = printed
  }
}
