internal import CLinux

/// Parts of another process' memory, each as it was when it was read first.
///
/// What they tell may be old as soon as it is read: the kernel's own numbers and the look at the started program decide
/// whether it was true.
@safe
public struct ProcessMemory: ~Copyable {
  private let parts: OpaquePointer

  /// Room for the parts.
  public init() throws(Errno) {
    guard let made = unsafe rd_memory_make() else { throw .noMemory }
    unsafe parts = made
  }

  deinit { unsafe rd_memory_free(parts) }

  /// Begins with what a call names, all at once.
  public borrowing func begin(_ notice: ExecNotice) {
    let raw = notice.raw
    let addresses = [raw.path, raw.words, raw.environment, raw.environment &+ 1024]
    unsafe rd_memory_begin(parts, raw.thread, addresses, raw.environment == 0 ? 1 : addresses.count)
  }

  borrowing func text(at address: UInt64, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int) -> Int64 {
    unsafe rd_memory_text(parts, address, buffer, size)
  }

  borrowing func words(
    at address: UInt64, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int, _ count: inout Int
  ) -> Int64 {
    unsafe rd_memory_words(parts, address, buffer, size, &count)
  }
}
