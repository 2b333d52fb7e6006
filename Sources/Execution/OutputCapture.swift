/// Keeps the head and the tail of a step's output, so that a flood cannot fill memory or the run store.
struct OutputCapture {
  /// Bytes kept from the beginning, and from the end.
  static let headLimit = 256 << 10
  static let tailLimit = 768 << 10

  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private(set) var total = 0

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    total += bytes.count
    let room = Self.headLimit - head.count
    head += bytes.prefix(room)
    tail += bytes.dropFirst(room)
    // Cut in large steps, so that each byte is moved at most twice.
    if tail.count > 2 * Self.tailLimit { tail.removeFirst(tail.count - Self.tailLimit) }
  }

  /// Whether something was left out.
  var isTruncated: Bool { total > head.count + min(tail.count, Self.tailLimit) }

  /// What was kept, with a mark where something was left out.
  var bytes: [UInt8] {
    guard isTruncated else { return head + tail }
    let kept = tail.suffix(Self.tailLimit)
    let hidden = total - head.count - kept.count
    return head + Array("\n[... \(hidden) bytes left out ...]\n".utf8) + kept
  }
}
