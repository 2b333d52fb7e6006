internal import Glibc

/// A thread of its own that is joined when this value is used up.
public struct Thread: ~Copyable, Sendable {
  private let handle: pthread_t

  /// Starts a thread. The work must end by itself: a thread cannot be stopped from outside.
  public init(_ work: @escaping @Sendable () -> Void) throws(Errno) {
    let box = unsafe Unmanaged.passRetained(Work(work))
    var handle = pthread_t()
    let code = unsafe pthread_create(
      &handle, nil,
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

  /// Carries a closure through a C pointer.
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
