internal import Execution
internal import Linux

/// Writes a run's events as lines of JSON to a file, or to a descriptor that whoever started us has opened.
final class EventFile: RunObserver {
  private enum Target {
    case file(SharedFile)
    case output(Console)
  }

  private let target: Target
  /// Why a line could not be written; nothing is written after it.
  private(set) var failure: Errno?

  /// Opens what `--events` names: `-` is stdout, `fd:3` an open descriptor, everything else a path.
  ///
  /// - Parameter isNewRun: a new run begins a new file, a run that goes on adds to it.
  init(_ name: String, isNewRun: Bool, console: Console) throws(Errno) {
    if name == "-" {
      target = .output(console)
    } else if name.hasPrefix("fd:") {
      guard let number = Int32(name.dropFirst(3)), number > 2 else { throw .badDescriptor }
      let given = FileDescriptor(owning: number)
      let own = try given.duplicate()
      _ = given.release()
      target = .file(SharedFile(own))
    } else {
      target = .file(
        SharedFile(
          // Rules, hosts and paths are nobody else's to read.
          isNewRun
            ? try OutputFile(name).openEmpty(mode: 0o600) : try OutputFile(name).open(.append, mode: 0o600)))
    }
  }

  func observe(_ event: ProgressEvent) {}

  func record(_ line: String) {
    guard failure == nil else { return }
    switch target {
    case .output(let console): console.data(line + "\n")
    case .file(let box):
      do throws(Errno) { try box.file.writeAll(Array((line + "\n").utf8)) } catch { failure = error }
    }
  }
}
