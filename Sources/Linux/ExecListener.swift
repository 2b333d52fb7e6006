internal import CLinux

/// A program start that waits for an answer.
public struct ExecNotice: Sendable {
  let raw: rd_exec_notice

  /// The thread that calls, as this process sees it.
  public var thread: Int32 { raw.thread }
  /// The kernel's number of this very call.
  public var id: UInt64 { raw.id }
  /// What a call does with the file that it names.
  public enum FileUse: Sendable {
    /// It opens it to read.
    case read
    /// It opens it to write, makes, removes or renames it.
    case write
    /// It only looks.
    case look
  }

  /// The number of a call that the step may not make, and that is answered by a refusal alone; nil for all others.
  public var refusedCall: Int32? { raw.files == Int32(RD_GATE_REFUSES) ? raw.call : nil }

  /// What the call does with the file that it names; nil when it starts a program.
  public var fileUse: FileUse? {
    switch raw.files {
    case Int32(RD_GATE_READS): .read
    case Int32(RD_GATE_CHANGES): .write
    case Int32(RD_GATE_LOOKS): .look
    default: nil
    }
  }

  /// The same call, of which the file is the one that is renamed or linked; nil for other calls.
  public var source: ExecNotice? {
    guard raw.old_path != 0 else { return nil }
    var raw = raw
    (raw.directory, raw.path, raw.old_path) = (raw.old_directory, raw.old_path, 0)
    return ExecNotice(raw: raw)
  }

  /// Whether the call only asks if the file could be executed (AT_EXECVE_CHECK).
  public var isCheck: Bool { raw.flags & 0x10000 != 0 }
  /// The descriptor that the path is relative to, or the program itself when the path is empty; `nil`: the working
  /// directory.
  public var directory: Int32? { raw.directory < 0 ? nil : raw.directory }

  /// The path as the caller wrote it.
  public func path(in memory: borrowing ProcessMemory) throws(Errno) -> String {
    let address = raw.path
    return FileName.text(
      try Self.fill(4096) { buffer, size in unsafe memory.text(at: address, buffer, size) })
  }

  /// The argument vector as the program will get it, each word with a NUL behind it, and how many words.
  public func words(in memory: borrowing ProcessMemory) throws(Errno) -> (bytes: [UInt8], count: Int) {
    try vector(at: raw.words, memory)
  }

  /// The environment, each entry with a NUL behind it, and how many entries.
  public func environment(
    in memory: borrowing ProcessMemory
  ) throws(Errno) -> (bytes: [UInt8], count: Int) {
    try vector(at: raw.environment, memory)
  }

  /// More than this the kernel does not take either.
  private static let limit = 8 << 20

  private func vector(
    at address: UInt64, _ memory: borrowing ProcessMemory
  ) throws(Errno) -> (bytes: [UInt8], count: Int) {
    var size = 4096
    while true {
      var count = 0
      do throws(Errno) {
        let found = try Self.fill(size) { buffer, size in
          unsafe memory.words(at: address, buffer, size, &count)
        }
        return (found, count)
      } catch .tooBig {
        if size >= Self.limit { throw .tooBig }
        size *= 8
      }
    }
  }

  @safe
  static func fill(
    _ size: Int, _ call: (UnsafeMutablePointer<CChar>, Int) -> Int64
  ) throws(Errno) -> [UInt8] {
    var failure: Int64 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = 0
      guard let base = buffer.baseAddress else { return }
      let got = unsafe base.withMemoryRebound(to: CChar.self, capacity: size) { unsafe call($0, size) }
      if got < 0 { failure = got } else { count = Int(got) }
    }
    if failure < 0 { throw Errno(rawValue: Int32(-failure)) }
    return bytes
  }

  /// Opens the file that `path` means to the caller: through its root, its working directory or its descriptor. The
  /// answer of the kernel's own look-up comes as the error; `.accessDenied` stands for all that is not followed.
  ///
  /// - Parameter root: the caller's root where it is known; -1: it is looked for.
  public func open(_ path: String, root: Int32) throws(Errno) -> FileDescriptor {
    let notice = raw
    return FileDescriptor(
      owning: try withPath(path) { path in
        unsafe withUnsafePointer(to: notice) { unsafe rd_exec_place($0, root, path) }
      })
  }

  /// The caller's root.
  public func root() throws(Errno) -> FileDescriptor {
    let notice = raw
    return FileDescriptor(
      owning: try retrying { unsafe withUnsafePointer(to: notice) { unsafe rd_exec_root($0) } })
  }
}

extension ExecNotice {
  /// The path that the call names, as the caller sees it and without symbolic links as far as it exists; nil when it
  /// cannot be told.
  public func placeOnPath(in memory: borrowing ProcessMemory) -> String? {
    memory.begin(self)
    do throws(Errno) {
      var rest: [Substring] = []
      let text = try path(in: memory)
      guard !text.isEmpty else { return nil }
      var known = text[...]
      while true {
        do throws(Errno) {
          let name = known.isEmpty ? (text.hasPrefix("/") ? "/" : ".") : String(known)
          let base = try open(name, root: -1).path()
          return ([base == "/" ? "" : base] + rest.map(String.init)).joined(separator: "/")
        } catch .noSuchFile {
          // What is not there has no links: it is taken as it was written.
          guard let part = known.split(separator: "/").last, part != "..", part != "." else { return nil }
          rest.insert(part, at: 0)
          while known.last == "/" { known.removeLast() }
          known.removeLast(part.count)
        }
      }
    } catch { return nil }
  }
}

/// The end of a gate at which program starts arrive.
public struct ExecListener: ~Copyable, Sendable {
  private let file: FileDescriptor
  /// Whether only death ends the wait of a caller, so that it can be held while it is asked about.
  public let isKillable: Bool
  /// Whether a filter of refused calls came along.
  public let isConfined: Bool

  /// Takes the listener that a launch sends.
  public init(from channel: borrowing FileDescriptor) throws(Errno) {
    var killable: Int32 = 0
    var confined: Int32 = 0
    let number = channel.rawValue
    file = FileDescriptor(owning: try retrying { unsafe rd_gate_take_listener(number, &killable, &confined) })
    isKillable = killable != 0
    isConfined = confined != 0
  }

  /// Whether a gate can be had here: 5.0 and newer, and no gate around this process.
  public static func probe() throws(Errno) { try retrying { rd_gate_probe() } }

  /// The number to poll.
  public var rawValue: Int32 { file.rawValue }

  /// The next call; `nil` when its caller has gone again. To be called only when the listener is readable.
  public borrowing func receive() throws(Errno) -> ExecNotice? {
    var raw = rd_exec_notice()
    let number = file.rawValue
    do throws(Errno) { try retrying { unsafe rd_gate_receive(number, &raw) } } catch .noSuchFile {
      return nil
    }
    return ExecNotice(raw: raw)
  }

  /// Whether the caller still waits: only then was what was read in its memory its own.
  public borrowing func isWaiting(_ notice: ExecNotice) -> Bool {
    rd_gate_is_waiting(file.rawValue, notice.id) == 0
  }

  /// Lets the call go on. A caller that has gone is no error.
  public borrowing func allow(_ notice: ExecNotice) { _ = rd_gate_allow(file.rawValue, notice.id) }

  /// Lets the call of a seized thread go on and waits for what comes of it: it stops before it goes back to its own code.
  /// The end of `child` is left for its own waiter; -1: it is not traced now.
  public borrowing func follow(_ notice: ExecNotice, child: Int32) throws(Errno) -> TraceEvent {
    var raw = rd_trace_event()
    let number = file.rawValue
    try retrying { unsafe rd_trace_follow(number, notice.id, notice.thread, child, &raw) }
    return TraceEvent(raw)
  }

  /// Ends the call with an error.
  public borrowing func refuse(_ notice: ExecNotice, _ errno: Errno) {
    _ = rd_gate_refuse(file.rawValue, notice.id, errno.rawValue)
  }
}

/// What a traced process did.
public struct TraceEvent: Sendable, Equatable {
  /// The kinds.
  public enum Kind: Sendable, Equatable {
    /// It has ended.
    case ended
    /// It executes a new program, of which nothing has run yet.
    case executed
    /// It stopped because it was asked to: the call it was in has failed.
    case stopped
    /// It stopped because this signal is about to be delivered.
    case signal(Int32)
  }
  /// Which.
  public let kind: Kind
  /// The process; a thread that executes takes its leader's number.
  public let id: Int32

  init(_ raw: rd_trace_event) {
    kind =
      switch raw.kind {
      case Int32(RD_TRACE_EXECUTED): .executed
      case Int32(RD_TRACE_STOPPED): .stopped
      case Int32(RD_TRACE_SIGNAL): .signal(raw.signal)
      default: .ended
      }
    id = raw.pid
  }
}

/// Holding a process. Everything about one process must be done by one thread, which traces no other meanwhile.
public enum Tracing {
  /// Begins to trace a thread without stopping it.
  public static func seize(_ thread: Int32) throws(Errno) { try retrying { rd_trace_seize(thread) } }

  /// What a program was given that is held before its first instruction: so many words and variables, and of their texts
  /// so many bytes, each text with a NUL behind it. `.invalidArgument` when there are more or fewer of them.
  public static func given(
    _ process: Int32, words: Int, variables: Int, size: Int
  ) throws(Errno) -> [UInt8] {
    try ExecNotice.fill(size) { buffer, size in
      unsafe rd_trace_given(process, words, variables, buffer, size)
    }
  }

  /// Waits until the traced process does something. The end of `child` is left for its own waiter.
  public static func wait(child: Int32) throws(Errno) -> TraceEvent {
    var raw = rd_trace_event()
    try retrying { unsafe rd_trace_wait(child, &raw) }
    return TraceEvent(raw)
  }

  /// What the call gave at whose end a process was stopped; nil when it could not be carried out before the stop and
  /// begins anew.
  public static func result(of process: Int32) throws(Errno) -> Errno? {
    var value: Int64 = 0
    try retrying { unsafe rd_trace_result(process, &value) }
    // -ERESTARTSYS to -ERESTART_RESTARTBLOCK never reach a program (include/linux/errno.h).
    if (-516 ... -512).contains(value) { return nil }
    return Errno(rawValue: value < 0 && value >= -4095 ? Int32(-value) : 0)
  }

  /// Lets a stopped process go, with the signal that it was stopped for.
  public static func release(_ process: Int32, signal: Int32 = 0) {
    // One that has been killed meanwhile cannot be let go, and needs not.
    _ = rd_trace_release(process, signal)
  }
}

extension FileDescriptor {
  /// A readable descriptor of a file that was opened for its path only.
  public borrowing func reopened() throws(Errno) -> FileDescriptor {
    let number = rawValue
    return FileDescriptor(owning: try retrying { rd_reopen(number) })
  }

  /// The path of the file, as far as it has one; a file that was removed has " (deleted)" behind it.
  public borrowing func path() throws(Errno) -> String {
    let number = rawValue
    return try text { unsafe rd_place_path(number, $0, $1) }
  }
}
