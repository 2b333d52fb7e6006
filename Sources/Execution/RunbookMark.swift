internal import Linux
internal import Runbook
internal import SourceText

/// A runbook's file when a run began: a runbook is read once, and a change of its file is told at the end.
struct RunbookMark {
  let path: String
  private let bytes: [UInt8]
  private let info: FileInfo

  /// The mark of a run's own runbook; nil when it is not in a file.
  init?(_ settings: RunSettings) {
    guard case .captured = settings.manner, settings.runbook.file.name != "-" else { return nil }
    path = settings.runbook.file.name
    bytes = settings.runbook.file.bytes
    do throws(FileError) { info = try FileSystem.info(path) } catch { return nil }
  }

  /// Whether the file says something else now, or is gone. One that was another before the run began is none of its business.
  var hasChanged: Bool {
    do throws(FileError) {
      if try FileSystem.info(path) == info { return false }
      return try FileSystem.readFile(path, limit: bytes.count + 1) != bytes
    } catch { return true }
  }
}
