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
    let others = Slot<[Result]>()
    let thread: Thread
    do throws(Errno) {
      thread = try Thread { others.value.withLock { $0 = inParts(rest, work) } }
    } catch {
      return ranges.map(work)
    }
    let own = work(first)
    thread.join()
    return [own] + others.value.withLock { $0 ?? [] }
  }

  /// Where a thread leaves what it made.
  private final class Slot<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }

  /// Carries a closure through a C pointer.
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
