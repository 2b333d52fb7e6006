internal import Linux

/// A line that a person types at the terminal.
enum TerminalLine {
  /// The line without its end; nil when the terminal has gone or a signal asks the program to end. A secret is not
  /// echoed.
  static func read(isHidden: Bool = false) -> String? {
    do throws(Errno) {
      let input = StandardStream.input.rawValue
      let mode = isHidden ? try TerminalModeChange(input, .keys) : .unchanged()
      defer { mode.suspend() }
      // While a run is driven, signals wait to be read; nobody else reads them now.
      let signals = try PendingSignalWatch([.interrupt, .terminate, .hangup, .quit])
      var bytes: [UInt8] = []
      while bytes.count < 4096 {
        var poller = Poller()
        let signal = poller.add(signals.rawValue, [.readable])
        _ = poller.add(input, [.readable])
        _ = try poller.wait(for: nil)
        guard poller.seen(signal).isEmpty, let byte = try StandardStream.input.read(upTo: 1).first else {
          return nil
        }
        switch byte {
        case 0x0A, 0x0D: return String(decoding: bytes, as: UTF8.self)
        case 0x7F, 0x08: _ = bytes.popLast()
        default: bytes.append(byte)
        }
      }
      return nil
    } catch {
      return nil
    }
  }
}
