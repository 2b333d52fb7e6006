import Foundation

/// A program on a real pseudo terminal, driven like a person would: wait for a text, type, wait again.
///
/// `script` of util-linux makes the terminal; what we write to its standard input is typed there.
public final class TerminalSession {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  /// What was shown, without escape sequences and carriage returns.
  private var screen: [UInt8] = []
  private var bytes: [UInt8] = []
  /// How far the text was waited for.
  private var seen = 0
  private var escape: Escape = .none

  /// Where in an escape sequence the last byte stood.
  private enum Escape {
    case none
    case started
    case parameters
  }

  /// Starts a program on a terminal of this width.
  public init(
    _ words: [String], in folder: String, environment: [String: String], columns: Int = 100
  ) throws {
    let command = words.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }.joined(
      separator: " ")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = [
      "-q", "-e", "-f", "-c", "stty cols \(columns) rows 40; exec " + command, "/dev/null",
    ]
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    // Only a descriptor, not the pipe: our copy stays open, so that typing after the end is no SIGPIPE.
    process.standardInput = input.fileHandleForReading
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let number = output.fileHandleForReading.fileDescriptor
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
  }

  /// Everything that was shown so far, without escape sequences.
  public var text: String { String(decoding: screen, as: UTF8.self) }

  /// Everything that was shown so far, as it came.
  public var raw: String { String(decoding: bytes, as: UTF8.self) }

  /// The number of the process that drives the terminal; the program's parent.
  public var processIdentifier: Int32 { process.processIdentifier }

  private func pump(_ milliseconds: Int32) {
    var item = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&item, 1, milliseconds) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(item.fd, &buffer, buffer.count)
    guard count > 0 else { return }
    bytes += buffer[..<count]
    for byte in buffer[..<count] { show(byte) }
  }

  private func show(_ byte: UInt8) {
    switch escape {
    case .none where byte == 0x1B: escape = .started
    case .none: if byte != 0x0D { screen.append(byte) }
    case .started: escape = byte == 0x5B ? .parameters : .none
    case .parameters: if (0x40...0x7E).contains(byte) { escape = .none }
    }
  }

  private func find(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let first = wanted.first, screen.count - seen >= wanted.count else { return false }
    for start in seen...(screen.count - wanted.count) where screen[start] == first {
      if screen[start..<(start + wanted.count)].elementsEqual(wanted) {
        seen = start + wanted.count
        return true
      }
    }
    return false
  }

  /// Waits until a text is shown that was not waited for before.
  public func wait(for text: String, seconds: Double = 20) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if find(text) { return true }
      let isRunning = process.isRunning
      pump(50)
      if !isRunning {
        pump(50)
        return find(text)
      }
    }
    return find(text)
  }

  /// Types, after the moment in which a question is deaf.
  public func type(_ text: String, after seconds: Double = 0.45) {
    Thread.sleep(forTimeInterval: seconds)
    input.fileHandleForWriting.write(Data(text.utf8))
  }

  /// Types until a text is shown: a busy machine may still be deaf when the keys come, and then they are lost.
  @discardableResult
  public func answer(_ keys: String, until text: String) -> Bool {
    for _ in 0..<8 {
      type(keys, after: 0.3)
      if wait(for: text, seconds: 1.5) { return true }
    }
    return false
  }

  /// Waits for the end and gives the exit status.
  public func finish(seconds: Double = 20) -> Int32 {
    let end = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < end { pump(50) }
    if process.isRunning {
      process.terminate()
      return -1
    }
    pump(20)
    return process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
  }

  deinit {
    try? input.fileHandleForWriting.close()
    if process.isRunning { process.terminate() }
  }
}
