internal import Linux

/// A moment, and how long ago it is by the clock that nobody sets.
struct Stopwatch {
  /// The moment as a date.
  let date = SystemClock.realtime()
  private let start = SystemClock.monotonic()
  private var length: Int64?

  /// The time that has passed, or that had passed at the end.
  var nanoseconds: Int64 { length ?? SystemClock.monotonic() - start }

  /// Says how long it took.
  mutating func end(after duration: Duration) {
    let parts = duration.components
    length = parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
  }
}
