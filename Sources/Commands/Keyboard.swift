internal import Linux

/// The keyboard of the controlling terminal, opened by ourselves.
struct Keyboard: ~Copyable {
  private let terminal: FileDescriptor
  private let signals: PendingSignalWatch

  /// What a person typed.
  enum Answer: Equatable {
    /// One key and Enter.
    case key(Character)
    /// Enter alone.
    case enter
    case escape
    /// ^C.
    case interrupt
    /// ^D.
    case end
    /// More than one key before Enter, or something right behind it: a paste is no answer.
    case tooLong
    /// The question is no longer open.
    case withdrawn
    /// The terminal has gone, or a signal asks the program to end.
    case gone
  }

  init() throws(Errno) {
    let opened = try FileDescriptor.open("/dev/tty", [.readWrite, .noTerminal])
    signals = try PendingSignalWatch([.interrupt, .terminate, .hangup, .quit])
    terminal = opened
  }

  /// Waits for one key and Enter; what was typed before, or in the first moment, counts for nothing.
  ///
  /// The terminal hands over every byte, so that ^C arrives here as a key and not as a signal to somebody else.
  borrowing func answer(
    deafFor: Duration, isOpen: () -> Bool = { true }, echo: (String) -> Void
  ) -> Answer {
    do throws(Errno) {
      let mode = try TerminalModeChange(terminal.rawValue, .raw)
      defer { mode.suspend() }
      try beDeaf(deafFor)
      return try read(isOpen, echo)
    } catch {
      return .gone
    }
  }

  private borrowing func beDeaf(_ time: Duration) throws(Errno) {
    try Terminal.flushInput(terminal.rawValue)
    let end = SystemClock.monotonic() + time.nanoseconds
    while true {
      let left = end - SystemClock.monotonic()
      if left <= 0 { break }
      guard try next(within: .nanoseconds(left)) != .gone else { return }
    }
    try Terminal.flushInput(terminal.rawValue)
  }

  private borrowing func read(_ isOpen: () -> Bool, _ echo: (String) -> Void) throws(Errno) -> Answer {
    var key: Character?
    while true {
      let input = try next(within: .milliseconds(200))
      guard isOpen() else { return .withdrawn }
      if input == .nothing { continue }
      guard case .byte(let byte) = input else { return .gone }
      switch byte {
      case 0x03: return .interrupt
      case 0x04: return .end
      case 0x1B:
        // An arrow or function key sends more bytes at once; alone it is Escape.
        guard case .byte = try next(within: .milliseconds(30)) else { return .escape }
        while case .byte = try next(within: .milliseconds(30)) {}
      case 0x0D, 0x0A:
        if case .byte = try next(within: .milliseconds(5)) { return try tooLong() }
        return key.map { .key($0) } ?? .enter
      case 0x7F, 0x08:
        if key != nil { echo("\u{8} \u{8}") }
        key = nil
      case 0x21..<0x7F, 0x80...:
        // Keys that send several bytes are no answer either.
        guard key == nil, byte < 0x80 else { return try tooLong() }
        let typed = Character(Unicode.Scalar(byte))
        key = typed
        echo(String(typed))
      default: continue
      }
    }
  }

  private borrowing func tooLong() throws(Errno) -> Answer {
    try beDeaf(.milliseconds(100))
    return .tooLong
  }

  private enum Input: Equatable {
    case byte(UInt8)
    case nothing
    case gone
  }

  /// The next byte, if one comes in time.
  private borrowing func next(within time: Duration?) throws(Errno) -> Input {
    var poller = Poller()
    let signal = poller.add(signals.rawValue, [.readable])
    _ = poller.add(terminal.rawValue, [.readable])
    guard try poller.wait(for: time) else { return .nothing }
    guard poller.seen(signal).isEmpty else { return .gone }
    return try terminal.read(upTo: 1).first.map { .byte($0) } ?? .gone
  }
}
