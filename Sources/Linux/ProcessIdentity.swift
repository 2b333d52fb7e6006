internal import CLinux

/// A process that can be recognised later: a pid alone can come to mean another process.
public struct ProcessIdentity: Sendable, Equatable, Hashable {
  /// The process id.
  public let id: Int32
  /// When it started, in clock ticks since boot; `nil` where it could not be read.
  public let startTime: UInt64?

  /// An identity as it was recorded.
  public init(id: Int32, startTime: UInt64?) {
    self.id = id
    self.startTime = startTime
  }

  /// The identity of the process that has this id now; `nil` when there is none.
  public init?(running id: Int32) {
    guard let status = ProcessStatus(of: id), !status.isDead else { return nil }
    self.init(id: id, startTime: status.startTime)
  }

  /// This process.
  public static var current: ProcessIdentity {
    ProcessIdentity(id: ThisProcess.id, startTime: ProcessStatus(of: ThisProcess.id)?.startTime)
  }

  /// Whether that very process still runs. When /proc does not tell, a process with this id counts as
  /// alive.
  public var isAlive: Bool {
    if id <= 0 { return false }
    guard let status = ProcessStatus(of: id) else {
      do throws(Errno) { try retrying { rd_signal_process(id, 0) } } catch { return error == .notPermitted }
      return true
    }
    if status.isDead { return false }
    return startTime == nil || status.startTime == startTime
  }
}

/// The part of /proc/PID/stat that is needed to recognise a process and its family.
public struct ProcessStatus: Sendable {
  /// The id of the parent.
  public let parentID: Int32
  /// The state letter of proc(5).
  public let state: UInt8
  /// Clock ticks since boot at the start.
  public let startTime: UInt64
  /// Ended, or ended and not yet waited for.
  public var isDead: Bool { state == 0x5A || state == 0x58 }

  /// Reads the status; `nil` when there is no such process or /proc is hidden.
  public init?(of id: Int32) {
    var raw = rd_process_status()
    guard unsafe rd_process_status(id, &raw) == 0 else { return nil }
    parentID = raw.parent
    state = UInt8(truncatingIfNeeded: raw.state)
    startTime = raw.start_time
  }
}
