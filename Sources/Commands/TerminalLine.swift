internal import Linux

/// A line that a person types at the terminal.
enum TerminalLine {
  /// The line without its end; nil when the terminal has gone. A secret is not echoed.
  static func read(isHidden: Bool = false) -> String? {
    do throws(Errno) {
      let mode = isHidden ? try TerminalModeChange(StandardStream.input.rawValue, .keys) : .unchanged()
      defer { mode.suspend() }
      var bytes: [UInt8] = []
      while let byte = try StandardStream.input.read(upTo: 1).first, bytes.count < 4096 {
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
