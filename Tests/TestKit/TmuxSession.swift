import Foundation

/// A terminal with a screen, driven like a person would: tmux shows what full-screen programs have drawn.
public final class TmuxSession {
  /// Whether tmux is there.
  public static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

  private let socket: String
  private let folder: String
  private let environment: [String: String]

  /// Starts a program on a terminal of this size; `socket` is a path that nobody else uses.
  public init(
    _ words: [String], in folder: String, environment: [String: String], socket: String, columns: Int = 80,
    rows: Int = 24
  ) throws {
    self.socket = socket
    self.folder = folder
    self.environment = environment
    // The screen stays when the program has ended.
    let command = "exec " + words.map(Self.quoted).joined(separator: " ")
    try tmux(
      "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", folder, "\(command)", ";", "set", "-g",
      "remain-on-exit", "on", ";", "set", "-g", "status", "off", ";", "set", "-g", "window-size", "manual")
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  @discardableResult
  private func tmux(_ words: String...) throws -> String {
    let process = Process()
    // Foundation takes a process for ended when a descriptor that it inherits is closed, which the server would keep open.
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments =
      [
        "-c",
        "for f in /proc/self/fd/*; do n=${f##*/}; if [ $n -gt 2 ]; then eval \"exec $n>&-\"; fi; done; exec \"$@\"",
        "tmux", "/usr/bin/tmux", "-f", "/dev/null", "-S", socket,
      ] + words
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    // A file: the server that the first call starts keeps what it inherits open, and a pipe would have no end.
    let path = "\(socket)-\(UUID().uuidString)"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try output.close()
    return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// What the screen shows now.
  public var screen: String { (try? tmux("capture-pane", "-p", "-t", ":0")) ?? "" }

  /// Types text as it is.
  public func type(_ text: String) throws { try tmux("send-keys", "-t", ":0", "-l", text) }

  /// Presses a key by tmux's name: `Enter`, `C-c`, `Escape`.
  public func press(_ key: String) throws { try tmux("send-keys", "-t", ":0", key) }

  /// Types a line.
  public func enter(_ text: String) throws {
    try type(text)
    try press("Enter")
  }

  /// Makes the terminal another size.
  public func resize(columns: Int, rows: Int) throws {
    try tmux("resize-window", "-t", ":0", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// Waits until the screen holds a text.
  public func wait(for text: String, seconds: Double = 15) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if screen.contains(text) { return true }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return false
  }

  /// Whether the program still runs.
  public var isRunning: Bool {
    ((try? tmux("list-panes", "-t", ":0", "-F", "#{pane_dead}")) ?? "1").hasPrefix("0")
  }

  deinit { _ = try? tmux("kill-server") }
}
