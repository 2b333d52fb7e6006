internal import CLinux

/// The standard error of another process.
public enum ForeignStream {
  /// Writes a line to it if that is possible at once. It goes where the process itself could write, by its own open file
  /// (pidfd_getfd(2)), never by a path; a pipe that is full, or a process that has none, gets nothing.
  ///
  /// - Parameter text: at most 4096 bytes, which a pipe with room takes whole (PIPE_BUF, pipe(7)).
  public static func tell(_ process: Int32, _ text: String) {
    do throws(Errno) {
      let handle = FileDescriptor(owning: try retrying { rd_pidfd_open(process) })
      let pidfd = handle.rawValue
      let stream = FileDescriptor(owning: try retrying { rd_pidfd_getfd(pidfd, 2) })
      let info = try stream.info()
      // A regular file is not written to: the process may have it open to read what others wrote.
      guard info.kind == .fifo || info.kind == .characterDevice else { return }
      var poller = Poller()
      let index = poller.add(stream.rawValue, [.writable])
      guard try poller.wait(for: .zero), poller.seen(index).contains(.writable) else { return }
      try stream.writeAll(Array(text.utf8.prefix(4096)))
    } catch {
      // Nobody who can be told.
    }
  }
}
