internal import CLinux

/// A signal of Linux.
public struct Signal: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number.
  public let rawValue: Int32
  /// The signal with this number.
  public init(rawValue: Int32) { self.rawValue = rawValue }
  /// The name, such as `SIGTERM`.
  public var description: String { unsafe "SIG" + String(cString: rd_signal_name(rawValue)) }

  /// SIGHUP
  public static let hangup = Signal(rawValue: 1)
  /// SIGINT
  public static let interrupt = Signal(rawValue: 2)
  /// SIGQUIT
  public static let quit = Signal(rawValue: 3)
  /// SIGKILL
  public static let kill = Signal(rawValue: 9)
  /// SIGPIPE
  public static let brokenPipe = Signal(rawValue: 13)
  /// SIGTERM
  public static let terminate = Signal(rawValue: 15)
  /// SIGCHLD
  public static let childEnded = Signal(rawValue: 17)
  /// SIGSTOP
  public static let stop = Signal(rawValue: 19)
  /// SIGCONT
  public static let resume = Signal(rawValue: 18)
  /// SIGTSTP
  public static let terminalStop = Signal(rawValue: 20)
  /// SIGWINCH
  public static let windowChanged = Signal(rawValue: 28)

  var bit: UInt64 { 1 << UInt64(rawValue - 1) }

  /// Sends this signal to a process (or, for a negative id, a process group).
  public func send(to id: Int32) throws(Errno) { try retrying { rd_signal_process(id, rawValue) } }
}

/// Signals that arrive as data on a descriptor instead of interrupting a thread. Must be made before other
/// threads start, which inherit the block; ends by restoring the thread's former mask.
public struct SignalDescriptor: ~Copyable, Sendable {
  private let file: FileDescriptor
  private let former: UInt64

  /// Blocks these signals for this thread and receives them here.
  public init(_ signals: [Signal]) throws(Errno) {
    let set = signals.reduce(UInt64(0)) { $0 | $1.bit }
    var former: UInt64 = 0
    try retrying { unsafe rd_block_signals(set, &former) }
    do throws(Errno) {
      file = FileDescriptor(owning: try retrying { rd_signalfd(set) })
    } catch {
      _ = rd_restore_signals(former)
      throw error
    }
    self.former = former
  }

  /// The number to poll.
  public var rawValue: Int32 { file.rawValue }

  /// The next pending signal, or `nil`.
  public borrowing func next() throws(Errno) -> Signal? {
    let number = file.rawValue
    var signal = rd_signal()
    let got = try retrying { unsafe rd_read_signal(number, &signal) }
    return got == 1 ? Signal(rawValue: signal.number) : nil
  }

  deinit {
    // Pending signals that nobody read are dropped with the mask's restoring only if read first.
    var signal = rd_signal()
    while unsafe rd_read_signal(file.rawValue, &signal) == 1 {}
    _ = rd_restore_signals(former)
  }
}

/// Tells when one of some signals is pending, and leaves it to whoever receives it. They must be blocked already.
public struct PendingSignalWatch: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// Watches these signals.
  public init(_ signals: [Signal]) throws(Errno) {
    let set = signals.reduce(UInt64(0)) { $0 | $1.bit }
    file = FileDescriptor(owning: try retrying { rd_signalfd(set) })
  }

  /// The number to poll; it is readable while a signal is pending.
  public var rawValue: Int32 { file.rawValue }
}
