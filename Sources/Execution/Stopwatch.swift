internal import Linux

/// A moment, and how long ago it is by the clock that nobody sets.
struct Stopwatch {
  /// The moment as a date.
  let date = SystemClock.realtime()
  private let start = SystemClock.monotonic()

  var nanoseconds: Int64 { SystemClock.monotonic() - start }
}
