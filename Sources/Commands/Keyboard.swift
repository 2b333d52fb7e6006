internal import Linux

/// The keyboard of the controlling terminal, opened by ourselves.
struct Keyboard: ~Copyable {
  private let terminal: FileDescriptor

  /// What a person typed.
  enum Answer: Equatable {
    /// One key and Enter.
    case key(Character)
    /// Enter alone.
    case enter
    case escape
    /// ^C.
    case interrupt
    /// ^D, or the terminal has gone.
    case end
    /// More than one key before Enter.
    case tooLong
  }

  init() throws(Errno) {
    terminal = try FileDescriptor.open("/dev/tty", [.readWrite, .noTerminal])
  }

  /// Waits for one key and Enter; what was typed before, or in the first moment, counts for nothing.
  ///
  /// The terminal hands over every byte, so that ^C arrives here as a key and not as a signal to somebody else.
  borrowing func answer(deafFor: Duration, echo: (String) -> Void) -> Answer {
    do throws(Errno) {
      let mode = try TerminalModeChange(terminal.rawValue, .raw)
      defer { mode.suspend() }
      try beDeaf(deafFor)
      return try read(echo)
    } catch {
      return .end
    }
  }

  /// Waits for one line of text; nil when the person gave up.
  borrowing func line(echo: (String) -> Void) -> String? {
    do throws(Errno) {
      let mode = try TerminalModeChange(terminal.rawValue, .raw)
      defer { mode.suspend() }
      var bytes: [UInt8] = []
      while true {
        guard let byte = try next(within: nil) else { return nil }
        switch byte {
        case 0x0D, 0x0A: return String(decoding: bytes, as: UTF8.self)
        case 0x03, 0x04, 0x1B: return nil
        case 0x7F, 0x08:
          guard !bytes.isEmpty else { continue }
          while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
          echo("\u{8} \u{8}")
        case 0..<0x20: continue
        default:
          guard bytes.count < 4096 else { continue }
          bytes.append(byte)
          echo(String(decoding: [byte], as: UTF8.self))
        }
      }
    } catch {
      return nil
    }
  }

  private borrowing func beDeaf(_ time: Duration) throws(Errno) {
    try Terminal.flushInput(terminal.rawValue)
    let end = SystemClock.monotonic() + time.nanoseconds
    while true {
      let left = end - SystemClock.monotonic()
      if left <= 0 { break }
      _ = try next(within: .nanoseconds(left))
    }
    try Terminal.flushInput(terminal.rawValue)
  }

  private borrowing func read(_ echo: (String) -> Void) throws(Errno) -> Answer {
    var key: Character?
    while true {
      guard let byte = try next(within: nil) else { return .end }
      switch byte {
      case 0x03: return .interrupt
      case 0x04: return .end
      case 0x1B:
        // An arrow or function key sends more bytes at once; alone it is Escape.
        guard try next(within: .milliseconds(30)) != nil else { return .escape }
        while try next(within: .milliseconds(30)) != nil {}
      case 0x0D, 0x0A: return key.map { .key($0) } ?? .enter
      case 0x7F, 0x08:
        if key != nil { echo("\u{8} \u{8}") }
        key = nil
      case 0x21..<0x7F:
        guard key == nil else {
          try beDeaf(.milliseconds(100))
          return .tooLong
        }
        let typed = Character(Unicode.Scalar(byte))
        key = typed
        echo(String(typed))
      default: continue
      }
    }
  }

  /// The next byte; nil when none came in time, or the terminal has gone.
  private borrowing func next(within time: Duration?) throws(Errno) -> UInt8? {
    var poller = Poller()
    _ = poller.add(terminal.rawValue, [.readable])
    guard try poller.wait(for: time) else { return nil }
    return try terminal.read(upTo: 1).first
  }
}
