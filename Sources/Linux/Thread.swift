internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread of its own that is joined when this value is used up.
public struct Thread: ~Copyable, Sendable {
  private let handle: pthread_t

  /// In bytes: what the first thread has by default too.
  private static let stackSize = 8 << 20

  /// Starts a thread. The work must end by itself: a thread cannot be stopped from outside.
  public init(_ work: @escaping @Sendable () -> Void) throws(Errno) {
    let box = unsafe Unmanaged.passRetained(Work(work))
    var handle = pthread_t()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    // The parsers' counted depth is measured for it, whatever `ulimit -s` says. Pages are only used when touched.
    unsafe pthread_attr_setstacksize(&attributes, Self.stackSize)
    // Signals are for the first thread, which decides what they do; here they would do what they do by default.
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    let code = unsafe pthread_create(
      &handle, &attributes,
      { argument in
        if let argument = unsafe argument {
          // Balanced by passRetained above: the thread owns the box.
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      }, box.toOpaque())
    if code != 0 {
      unsafe box.release()
      throw Errno(rawValue: code)
    }
    self.handle = handle
  }

  /// Has it run on another processor than its maker, where there are few.
  borrowing func runBeside() {
    if ThisProcess.hasFewProcessors { rd_thread_beside(UInt64(handle)) }
  }

  /// Waits until the work has ended.
  public consuming func join() {
    _ = pthread_join(handle, nil)
    discard self
  }

  deinit { _ = pthread_detach(handle) }

  /// Does work on `count` items, in neighbouring parts of at least `size` at the same time, one for each processor that
  /// this process may use. The results stand in the order of the parts; what no thread can be had for is done here.
  public static func inParts<Result: Sendable>(
    of count: Int, atLeast size: Int, _ work: @escaping @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    let parts = max(1, min(ThisProcess.processorCount, count / max(1, size)))
    let ranges = (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
    return inParts(ranges[...], work)
  }

  /// The first part is done here while the others are under way.
  private static func inParts<Result: Sendable>(
    _ ranges: ArraySlice<Range<Int>>, _ work: @escaping @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    guard let first = ranges.first else { return [] }
    let rest = ranges.dropFirst()
    guard !rest.isEmpty else { return [work(first)] }
    let others = Pending { inParts(rest, work) }
    return [work(first)] + others.get()
  }

  /// Carries a closure through a C pointer.
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// A value that a thread of its own makes meanwhile. Dropped before, the thread ends by itself.
public struct Pending<Value: Sendable>: ~Copyable, Sendable {
  private let thread: Thread?
  private let slot = Slot()
  private let make: @Sendable () -> Value

  /// Begins to make the value. Where no thread can be had, `get` makes it.
  public init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
    let slot = slot
    do throws(Errno) {
      let made = try Thread { slot.value.withLock { $0 = make() } }
      made.runBeside()
      thread = consume made
    } catch { thread = nil }
  }

  /// Waits for the value.
  public consuming func get() -> Value {
    let (slot, make) = (slot, make)
    if let thread { thread.join() }
    return slot.value.withLock { $0 } ?? make()
  }

  private final class Slot: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
