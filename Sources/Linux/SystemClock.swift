internal import CLinux

/// The two clocks of the machine.
public enum SystemClock {
  /// Nanoseconds since some point in the past; never goes back.
  public static func monotonic() -> Int64 { rd_monotonic() }

  /// Nanoseconds since 1970-01-01 UTC.
  public static func realtime() -> Int64 { rd_realtime() }

  /// Now, as RFC 3339 text in UTC with milliseconds: `2026-11-27T00:14:05.123Z`.
  public static func timestamp() -> String { timestamp(realtime()) }

  /// A moment (nanoseconds since 1970) as RFC 3339 text in UTC with milliseconds.
  public static func timestamp(_ nanoseconds: Int64) -> String {
    let seconds = floorDivide(nanoseconds, 1_000_000_000)
    let milliseconds = (nanoseconds - seconds * 1_000_000_000) / 1_000_000
    let days = floorDivide(seconds, 86400)
    let rest = seconds - days * 86400
    // Days to a date of the proleptic Gregorian calendar, in years that begin with March.
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
      + ".\(padded(milliseconds, 3))Z"
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    let quotient = value / by
    return value % by < 0 ? quotient - 1 : quotient
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

extension Duration {
  /// Whole nanoseconds, held within the range of Int64.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
  }
}
