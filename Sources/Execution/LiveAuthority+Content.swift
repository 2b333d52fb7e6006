internal import Linux
internal import Policy
internal import Supervisor
internal import Synchronization

/// What a person was asked about, where a step could put something else in its place: the answer holds for the content.
///
/// No digest is remembered by a file's times. A file that is mapped can be changed without a trace in them, and the clock
/// that they are taken from is coarse.
extension LiveAuthority {
  static func isWritable(_ path: String, _ evaluator: Evaluator) -> Bool {
    evaluator.decide(.write(path: path)).verdict == .allow
  }

  /// The digest of a file that steps may write; nil for other files, and for what cannot be read.
  static func content(of path: String, _ evaluator: Evaluator) -> String? {
    guard isWritable(path, evaluator) else { return nil }
    do throws(Errno) {
      return ContentHash.file(try FileDescriptor.openWithoutLinks(path, [.nonBlocking, .noTerminal]))
    } catch { return nil }
  }

  /// Stands for a content that cannot be read: it is that of one call alone.
  static func unread(_ attempt: ExecAttempt) -> String { "call \(attempt.call)" }

  func content(_ attempt: ExecAttempt, _ files: [HeldFile]) -> String? {
    content(attempt, files, state.withLock(\.evaluator))
  }

  func content(_ attempt: ExecAttempt, _ files: [HeldFile], _ evaluator: Evaluator) -> String? {
    var digests: [String] = []
    for (file, held) in zip([attempt.file] + attempt.interpreters, files)
    where Self.isWritable(file.path, evaluator) {
      do throws(Errno) {
        guard let digest = ContentHash.file(try held.place.reopened()) else { return nil }
        digests.append(digest)
      } catch { return nil }
    }
    return digests.joined(separator: " ")
  }
}
