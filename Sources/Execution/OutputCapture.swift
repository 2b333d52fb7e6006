/// What a step prints: secrets are taken out, head and tail are kept, so that a flood cannot fill memory or the run
/// store.
struct OutputCapture {
  /// Bytes kept from the beginning, and from the end.
  static let headLimit = 256 << 10
  static let tailLimit = 768 << 10

  /// The two streams come in pieces of their own, and a secret may be cut anywhere.
  private var output: MaskStream
  private var errors: MaskStream
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private(set) var total = 0

  init(_ secrets: SecretMask = SecretMask([])) {
    output = MaskStream(secrets)
    errors = MaskStream(secrets)
  }

  /// Takes a piece up, and gives what of it, or of the piece before, may be shown now.
  mutating func add(_ bytes: ArraySlice<UInt8>, isError: Bool = false) -> [UInt8] {
    let shown = isError ? errors.add(bytes) : output.add(bytes)
    keep(shown)
    return shown
  }

  /// What was kept back of both streams when the step ended.
  mutating func end() -> (output: [UInt8], errors: [UInt8]) {
    let rest = (output.end(), errors.end())
    keep(rest.0)
    keep(rest.1)
    return rest
  }

  private mutating func keep(_ bytes: [UInt8]) {
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
