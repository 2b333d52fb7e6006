import Foundation

/// A program on a real pseudo terminal, driven like a person would: wait for a text, type, wait again.
///
/// `script` of util-linux makes the terminal; what we write to its standard input is typed there.
public final class TerminalSession {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var screen = ""
  private var seen: String.Index

  public init(_ words: [String], in folder: String, environment: [String: String]) throws {
    seen = screen.startIndex
    let command = words.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }.joined(
      separator: " ")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = ["-q", "-e", "-f", "-c", "exec " + command, "/dev/null"]
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let number = output.fileHandleForReading.fileDescriptor
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
  }

  /// Everything that was shown so far, without escape sequences.
  public var text: String { screen }

  private func pump(_ milliseconds: Int32) {
    var item = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&item, 1, milliseconds) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(item.fd, &buffer, buffer.count)
    guard count > 0 else { return }
    let offset = screen.distance(from: screen.startIndex, to: seen)
    let raw = String(decoding: buffer[..<count], as: UTF8.self)
    screen += raw.replacingOccurrences(
      of: "\u{1B}\\[[0-9;?]*[A-Za-z]", with: "", options: .regularExpression
    ).replacingOccurrences(of: "\r", with: "")
    seen = screen.index(screen.startIndex, offsetBy: offset)
  }

  /// Waits until a text is shown that was not waited for before.
  public func wait(for text: String, seconds: Double = 20) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if let range = screen.range(of: text, range: seen..<screen.endIndex) {
        seen = range.upperBound
        return true
      }
      pump(50)
      if !process.isRunning, screen.range(of: text, range: seen..<screen.endIndex) == nil {
        pump(50)
        return screen.range(of: text, range: seen..<screen.endIndex) != nil
      }
    }
    return false
  }

  /// Types, after the moment in which a question is deaf.
  public func type(_ text: String, after seconds: Double = 0.45) {
    Thread.sleep(forTimeInterval: seconds)
    input.fileHandleForWriting.write(Data(text.utf8))
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
