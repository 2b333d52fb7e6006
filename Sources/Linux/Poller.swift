internal import CLinux

/// What a descriptor is waited for, and what was seen on it.
public struct PollEvents: OptionSet, Sendable {
  /// The bits, of our own numbering.
  public let rawValue: Int16
  /// Events with these bits.
  public init(rawValue: Int16) { self.rawValue = rawValue }
  /// There is something to read, or a pidfd's process has ended.
  public static let readable = PollEvents(rawValue: 1)
  /// Writing will not wait.
  public static let writable = PollEvents(rawValue: 2)
  /// The other side is gone.
  public static let hangup = PollEvents(rawValue: 4)
  /// The descriptor is broken or not open.
  public static let error = PollEvents(rawValue: 8)
}

/// A short list of descriptors that are waited for together (poll(2), at most 64).
public struct Poller: Sendable {
  private var items: [rd_poll] = []

  /// An empty list.
  public init() {}

  /// Adds a descriptor; the answer is its index in the list.
  @discardableResult
  public mutating func add(_ number: Int32, _ events: PollEvents) -> Int {
    items.append(rd_poll(fd: number, events: events.rawValue, seen: 0))
    return items.count - 1
  }

  /// Waits until something happens or the time is over (`nil`: without end). False means that the time is
  /// over.
  public mutating func wait(for time: Duration?) throws(Errno) -> Bool {
    let deadline = time.map { SystemClock.monotonic() + max(0, $0.nanoseconds) }
    while true {
      let left = deadline.map { max(0, $0 - SystemClock.monotonic()) } ?? -1
      let result = unsafe items.withUnsafeMutableBufferPointer { list in
        unsafe rd_poll(list.baseAddress, list.count, left)
      }
      if result >= 0 { return result > 0 }
      let error = Errno(rawValue: -result)
      if error != .interrupted { throw error }
    }
  }

  /// What was seen at this index by the last wait.
  public func seen(_ index: Int) -> PollEvents { PollEvents(rawValue: items[index].seen) }
}
