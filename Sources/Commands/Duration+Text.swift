/// Durations as people read them.
enum DurationText {
  /// `0.4s`, `12.8s`, `3m 05s`, `2h 04m`.
  static func text(nanoseconds: Int64) -> String {
    let tenths = (max(0, nanoseconds) + 50_000_000) / 100_000_000
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
    let seconds = (tenths + 5) / 10
    if seconds < 3600 { return "\(seconds / 60)m \(twoDigits(seconds % 60))s" }
    return "\(seconds / 3600)h \(twoDigits(seconds / 60 % 60))m"
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
