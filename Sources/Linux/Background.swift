internal import Synchronization

/// A value that is made in a thread of its own, while who wants it does something else.
public struct Background<Value: Sendable>: ~Copyable, Sendable {
  private let thread: Thread?
  private let box = Box()
  private let make: @Sendable () -> Value

  /// Carries the value out of the thread; shared by nature.
  private final class Box: Sendable { let value = Mutex<Value?>(nil) }

  /// Begins to make the value.
  public init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
    let box = box
    do throws(Errno) {
      thread = try Thread {
        let value = make()
        box.value.withLock { $0 = value }
      }
    } catch { thread = nil }
  }

  /// Waits for the value; makes it here when no thread could be had.
  public consuming func finish() -> Value {
    if let thread { thread.join() }
    if let value = box.value.withLock({ $0 }) { return value }
    return make()
  }
}
