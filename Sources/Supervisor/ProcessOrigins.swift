internal import Linux

/// Which process comes from which program, as far as program starts told.
///
/// A process number can come to mean another process, so each entry holds what tells it from later ones too. A process
/// without an entry has been forked since: it is what its parent is.
struct ProcessOrigins: ~Copyable {
  /// What is known of a process.
  struct Origin: Equatable {
    /// The programs that led to it, the step's own shell first and itself last.
    var chain: [String]
    /// Whether what it starts is asked about.
    var asksOn: Bool
    /// Whether its parents are gone.
    var isDetached = false
  }

  /// Where a process comes from.
  struct Source {
    let origin: Origin
    /// Whether it has an entry itself.
    let isOwn: Bool
  }

  private struct Entry {
    let number: UInt64
    let origin: Origin
  }

  private var entries: [Int32: Entry] = [:]
  /// The parent that was looked at last, held so that its id stays its own: most programs are started by one shell.
  private var parent: ProcessHandle?
  private static let depthLimit = 64
  private static let pruneAt = 4096
  private var nextPrune = ProcessOrigins.pruneAt

  private static func open(_ process: Int32) -> ProcessHandle? {
    do throws(Errno) { return try ProcessHandle(of: process) } catch { return nil }
  }

  /// Records what a process has become.
  mutating func record(_ process: Int32, _ origin: Origin) {
    if let handle = Self.open(process) { record(process, numbered: handle.number, origin) }
  }

  /// Records what the process with this number has become.
  mutating func record(_ process: Int32, numbered number: UInt64, _ origin: Origin) {
    entries[process] = Entry(number: number, origin: origin)
    if entries.count > nextPrune { prune() }
  }

  /// What a process is by its own entry or that of its nearest ancestor; without any it is detached, about which
  /// everything is asked.
  mutating func source(of process: borrowing ProcessHandle) -> Source {
    if let entry = entries[process.id], entry.number == process.number {
      return Source(origin: entry.origin, isOwn: true)
    }
    var origin = origin(ofAncestor: process.parentID, 1)
    // A parent that ended meanwhile has left its id to another, which is no parent.
    if !origin.asksOn, process.parentNow != process.parentID { origin = Self.detached }
    return Source(origin: origin, isOwn: false)
  }

  private static let detached = Origin(chain: [], asksOn: true, isDetached: true)

  private mutating func origin(ofAncestor process: Int32, _ depth: Int) -> Origin {
    guard process > 1, depth < Self.depthLimit else { return Self.detached }
    let isHeld = parent?.id == process && parent?.isAlive == true
    if !isHeld { parent = Self.open(process) }
    guard let number = parent?.number else { return Self.detached }
    if let entry = entries[process], entry.number == number { return entry.origin }
    guard let above = isHeld ? parent?.parentNow : parent?.parentID else { return Self.detached }
    return origin(ofAncestor: above, depth + 1)
  }

  /// Whether a process has an entry of its own.
  func isKnown(_ process: Int32) -> Bool {
    guard let entry = entries[process], let handle = Self.open(process) else { return false }
    return entry.number == handle.number
  }

  /// Forgets processes that are gone.
  private mutating func prune() {
    entries = entries.filter { process, entry in Self.open(process)?.number == entry.number }
    nextPrune = max(Self.pruneAt, entries.count * 2)
  }
}
