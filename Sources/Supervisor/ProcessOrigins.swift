internal import Linux

/// Which process comes from which program, as far as program starts told.
///
/// A process number can come to mean another process, so each entry holds the start time too. A process without an
/// entry has been forked since: it is what its parent is.
struct ProcessOrigins {
  /// What is known of a process.
  struct Origin: Equatable {
    /// The programs that led to it, the step's own shell first and itself last.
    var chain: [String]
    /// Whether what it starts is asked about.
    var asksOn: Bool
    /// Whether its parents are gone.
    var isDetached = false
  }

  private struct Entry {
    let startTime: UInt64
    let origin: Origin
  }

  private var entries: [Int32: Entry] = [:]
  private let status: (Int32) -> ProcessStatus?
  private static let depthLimit = 64
  private static let pruneAt = 4096
  private var nextPrune = ProcessOrigins.pruneAt

  init(status: @escaping (Int32) -> ProcessStatus? = { ProcessStatus(of: $0) }) { self.status = status }

  /// Records what a process has become.
  mutating func record(_ process: Int32, _ origin: Origin) {
    if let status = status(process) { record(process, startedAt: status.startTime, origin) }
  }

  /// Records what a process that started at this time has become.
  mutating func record(_ process: Int32, startedAt startTime: UInt64, _ origin: Origin) {
    entries[process] = Entry(startTime: startTime, origin: origin)
    if entries.count > nextPrune { prune() }
  }

  /// What a process is by its own entry or that of its nearest ancestor; without any it is detached, about which
  /// everything is asked.
  func origin(of process: Int32) -> (origin: Origin, startTime: UInt64, isOwn: Bool) {
    var current = process
    var startTime: UInt64 = 0
    for depth in 0..<Self.depthLimit {
      guard current > 1, let status = status(current) else { break }
      if depth == 0 { startTime = status.startTime }
      if let entry = entries[current], entry.startTime == status.startTime {
        return (entry.origin, startTime, depth == 0)
      }
      current = status.parentID
    }
    return (Origin(chain: [], asksOn: true, isDetached: true), startTime, false)
  }

  /// Whether a process has an entry of its own.
  func isKnown(_ process: Int32) -> Bool {
    guard let entry = entries[process], let status = status(process) else { return false }
    return entry.startTime == status.startTime
  }

  /// Forgets processes that are gone.
  private mutating func prune() {
    entries = entries.filter { process, entry in status(process)?.startTime == entry.startTime }
    nextPrune = max(Self.pruneAt, entries.count * 2)
  }
}
