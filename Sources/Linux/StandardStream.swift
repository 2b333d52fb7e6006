internal import CLinux

/// Standard input, output and error, which this program uses but does not own.
public enum StandardStream: Int32, Sendable {
  /// The three streams that a process starts with.
  case input = 0
  case output = 1
  case error = 2

  /// Writes all bytes. A closed or broken stream throws and does not end the process (see
  /// `ThisProcess.ignoreBrokenPipes`).
  public func write(_ bytes: [UInt8]) throws(Errno) { try writeFully(rawValue, bytes[...]) }

  /// Writes text.
  public func write(_ text: String) throws(Errno) { try write(Array(text.utf8)) }

  /// Whether it is a terminal.
  public var isTerminal: Bool { rd_isatty(rawValue) == 1 }

  /// Whether it is open at all.
  public var isOpen: Bool {
    var raw = rd_stat()
    return unsafe rd_fstat(rawValue, &raw) == 0
  }

  /// Whether it is a pipe.
  public var isPipe: Bool {
    do throws(Errno) { return try info().kind == .fifo } catch { return false }
  }

  /// What it leads to.
  public func info() throws(Errno) -> FileInfo {
    var raw = rd_stat()
    try retrying { unsafe rd_fstat(rawValue, &raw) }
    return FileInfo(raw)
  }

  /// Reads at most `limit` bytes; empty at the end of the file.
  public func read(upTo limit: Int) throws(Errno) -> [UInt8] {
    // Borrowed for this call: released before it could close the stream.
    let stream = FileDescriptor(owning: rawValue)
    do throws(Errno) {
      let bytes = try stream.read(upTo: limit)
      _ = stream.release()
      return bytes
    } catch {
      _ = stream.release()
      throw error
    }
  }

  /// Opens /dev/null in place of standard streams that were closed, so that no file opened later gets their
  /// number.
  public static func reserve() {
    while true {
      let number: Int32
      do throws(Errno) {
        number = try withPath("/dev/null") { unsafe rd_openat(workingDirectory, $0, 2, 0) }
      } catch { return }
      if number > 2 {
        _ = rd_close(number)
        return
      }
      _ = rd_set_inheritable(number, 1)
    }
  }
}
