internal import Linux

/// Carries what is typed at our terminal to a step's terminal. Meanwhile our terminal interprets nothing,
/// so that ^C reaches the step and not us.
struct KeyForwarder: ~Copyable {
  private let mode: TerminalModeChange
  private var pending: [UInt8] = []
  private var isOpen: Bool
  /// Whether our terminal is a terminal and in use.
  let isActive: Bool

  /// Nothing is forwarded and our terminal stays as it is.
  static func inactive() -> KeyForwarder { KeyForwarder(.unchanged(), isActive: false) }

  private init(_ mode: consuming TerminalModeChange, isActive: Bool) {
    self.mode = mode
    self.isActive = isActive
    isOpen = isActive
  }

  /// Forwards, if standard input is a terminal and we are in its foreground: in the background it is not
  /// ours to change or to read.
  init() throws(Errno) {
    let input = StandardStream.input
    let isActive = input.isTerminal && Terminal.isForeground(input.rawValue)
    self.init(isActive ? try TerminalModeChange(input.rawValue, .raw) : .unchanged(), isActive: isActive)
  }

  /// What to poll: nothing while the step has not taken what was typed last.
  var waitDescriptor: Int32 { isOpen && pending.isEmpty ? StandardStream.input.rawValue : -1 }
  /// Whether something is still to be written.
  var hasPending: Bool { !pending.isEmpty }

  mutating func read() throws(Errno) {
    pending = try StandardStream.input.read(upTo: 4096)
    if pending.isEmpty { isOpen = false }
  }

  mutating func write(to terminal: borrowing FileDescriptor) throws(Errno) {
    do throws(Errno) {
      let count = try terminal.write(pending[...])
      pending.removeFirst(count)
    } catch .wouldBlock {
      return
    } catch .inputOutput {
      pending = []
      isOpen = false
    }
  }

  func suspend() { mode.suspend() }
  func resume() throws(Errno) { try mode.apply() }
}
