internal import Linux
internal import Synchronization

/// Compiles a filter in a thread of its own.
struct FilterCompiler: ~Copyable {
  private let thread: Thread?
  private let box: Box
  private let filter: SystemCallFilter

  /// Carries the result out of the thread; shared by nature.
  private final class Box: Sendable {
    let result = Mutex<Result<[UInt8], SandboxError>?>(nil)
  }

  init(_ filter: SystemCallFilter) {
    let box = Box()
    self.box = box
    self.filter = filter
    do throws(Errno) {
      thread = try Thread {
        let result = Result { () throws(SandboxError) in try filter.compile() }
        box.result.withLock { $0 = result }
      }
    } catch { thread = nil }
  }

  /// Waits for the result; compiles here when no thread could be had.
  consuming func finish() throws(SandboxError) -> [UInt8] {
    if let thread { thread.join() }
    if let result = box.result.withLock({ $0 }) { return try result.get() }
    return try filter.compile()
  }
}
