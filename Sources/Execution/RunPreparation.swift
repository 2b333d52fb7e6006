internal import Gate
internal import Sandbox

/// What every run that confines its steps needs, begun while runbook and policy are still being read. Dropped, it leaves
/// nothing behind.
public struct RunPreparation: ~Copyable {
  var launcher: LauncherPreparation?

  /// Begins; to be called before anything else has used memory or begun a thread.
  public init() {
    launcher = LauncherPreparation {
      _ = LiveSupport.absence
      StaticGate.prepare()
    }
  }
}
