internal import CLinux

/// Rows and columns of a terminal.
public struct TerminalSize: Sendable, Equatable {
  /// Lines of text.
  public var rows: Int
  /// Characters in a line.
  public var columns: Int
  /// A size.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// How the terminal hands over what is typed.
public enum TerminalMode: Sendable {
  /// Every byte at once, nothing interpreted: ^C is a byte.
  case raw
  /// Every byte at once and not echoed, ^C is still a signal.
  case keys
}

/// Acts on a terminal that somebody else owns.
public enum Terminal {
  /// The size, or `nil` when it is not a terminal or does not know.
  public static func size(of descriptor: Int32) -> TerminalSize? {
    var window = rd_window()
    if unsafe rd_window_get(descriptor, &window) < 0 || window.columns == 0 { return nil }
    return TerminalSize(rows: Int(window.rows), columns: Int(window.columns))
  }

  /// Sets the size; the foreground job gets SIGWINCH.
  public static func setSize(_ size: TerminalSize, of descriptor: Int32) throws(Errno) {
    var window = rd_window(
      rows: UInt16(clamping: size.rows), columns: UInt16(clamping: size.columns), width: 0, height: 0)
    try retrying { unsafe rd_window_set(descriptor, &window) }
  }

  /// Throws away what was typed and not yet read.
  public static func flushInput(_ descriptor: Int32) throws(Errno) {
    try retrying { rd_terminal_flush_input(descriptor) }
  }

  /// Reads at most `limit` bytes, or `nil` when nothing comes in `time`. Empty at the end of the file.
  public static func read(
    _ stream: StandardStream, upTo limit: Int, within time: Duration?
  ) throws(Errno) -> [UInt8]? {
    var poller = Poller()
    poller.add(stream.rawValue, [.readable])
    return try poller.wait(for: time) ? try stream.read(upTo: limit) : nil
  }

  /// Whether this process is the terminal's foreground job, so that reading and changing its mode does not
  /// stop it.
  public static func isForeground(_ descriptor: Int32) -> Bool {
    rd_terminal_foreground(descriptor) == rd_process_group()
  }
}

/// A terminal in another mode, which goes back to what it was when this value ends.
public struct TerminalModeChange: ~Copyable {
  private let descriptor: Int32
  private let before: rd_terminal_state
  private let mode: TerminalMode

  /// Changes the mode; the descriptor must stay open as long as this value lives.
  public init(_ descriptor: Int32, _ mode: TerminalMode) throws(Errno) {
    var state = rd_terminal_state()
    try retrying { unsafe rd_terminal_save(descriptor, &state) }
    try Self.set(descriptor, state, mode)
    self.descriptor = descriptor
    self.before = state
    self.mode = mode
  }

  /// No terminal and no change.
  public static func unchanged() -> TerminalModeChange { TerminalModeChange() }

  private init() {
    descriptor = -1
    before = rd_terminal_state()
    mode = .keys
  }

  /// Sets the mode again, such as after the program was stopped and continued.
  public borrowing func apply() throws(Errno) {
    if descriptor >= 0 { try Self.set(descriptor, before, mode) }
  }

  private static func set(
    _ number: Int32, _ base: rd_terminal_state, _ mode: TerminalMode
  ) throws(Errno) {
    var state = base
    let code: Int32 =
      switch mode {
      case .raw: Int32(RD_MODE_RAW)
      case .keys: Int32(RD_MODE_CBREAK)
      }
    try retrying { unsafe rd_terminal_mode(number, &state, code) }
  }

  /// Goes back to the former mode for a while; `apply` returns.
  public borrowing func suspend() {
    if descriptor < 0 { return }
    var state = before
    _ = unsafe rd_terminal_restore(descriptor, &state)
  }

  deinit { suspend() }
}

/// A pseudo terminal of our own: what is written to one side is read from the other.
@frozen
public struct PseudoTerminal: ~Copyable, Sendable {
  /// The side that plays the user and the screen.
  public var controller: FileDescriptor
  /// The side that the program gets as its terminal.
  public var program: FileDescriptor

  /// Makes a pseudo terminal of this size; `inside` is the root directory whose /dev/pts it shall belong
  /// to.
  public init(size: TerminalSize?, inside root: borrowing FileDescriptor) throws(Errno) {
    let multiplexer = try FileDescriptor.openInside(
      root, "dev/pts/ptmx", [.readWrite, .noTerminal], followLinks: false)
    try self.init(size: size, opened: multiplexer.release())
  }

  /// Makes a pseudo terminal of this size.
  public init(size: TerminalSize?) throws(Errno) { try self.init(size: size, opened: -1) }

  private init(size: TerminalSize?, opened: Int32) throws(Errno) {
    var other: Int32 = -1
    let controller = FileDescriptor(owning: try retrying { unsafe rd_pty_open(opened, &other) })
    let program = FileDescriptor(owning: other)
    if let size { try Terminal.setSize(size, of: controller.rawValue) }
    self.controller = controller
    self.program = program
  }
}
