/// Reads durations and sizes as policies and runbooks write them.
public enum Quantity {
  /// `10m`, `1h30m`, `90s`, `500ms`, `2d`: whole numbers with units, added up. Nil for anything else, for nothing and
  /// for what doesn't fit.
  public static func duration(_ text: String) -> Duration? {
    guard let milliseconds = sum(text, units: durationUnits), milliseconds > 0 else { return nil }
    return .milliseconds(milliseconds)
  }

  /// `4GiB`, `500MB`, `64k`, `512B`: a whole number with a unit. Nil for anything else and for what doesn't fit.
  public static func size(_ text: String) -> Int? {
    guard let digits = text.firstIndex(where: { !("0"..."9").contains($0) }), digits > text.startIndex,
      let number = Int(text[..<digits]), let unit = sizeUnits[String(text[digits...])]
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow || product == 0 ? nil : product
  }

  /// A duration as short as it can be written.
  public static func text(_ duration: Duration) -> String {
    var rest = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    var out = ""
    for (unit, value) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
      let count = rest / Int64(value)
      if count > 0 { out += "\(count)\(unit)" }
      rest %= Int64(value)
    }
    return out.isEmpty ? "0s" : out
  }

  /// A size in the largest unit that divides it.
  public static func text(bytes: Int) -> String {
    for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes != 0 {
      if bytes % (1 << shift) == 0 { return "\(bytes >> shift)\(unit)" }
    }
    return "\(bytes)B"
  }

  private static let durationUnits: [String: Int] = [
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]
  private static let sizeUnits: [String: Int] = [
    "B": 1, "k": 1 << 10, "K": 1 << 10, "KiB": 1 << 10, "KB": 1000, "M": 1 << 20, "MiB": 1 << 20,
    "MB": 1_000_000, "G": 1 << 30, "GiB": 1 << 30, "GB": 1_000_000_000, "T": 1 << 40, "TiB": 1 << 40,
    "TB": 1_000_000_000_000,
  ]

  private static func sum(_ text: String, units: [String: Int]) -> Int? {
    var total = 0
    var rest = Substring(text)
    if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { !("0"..."9").contains($0) }
      rest = rest.dropFirst(unit.count)
      guard let number = Int(digits), let factor = units[String(unit)] else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: factor)
      let (next, more) = total.addingReportingOverflow(product)
      // Ten years: what is longer was not meant, and arithmetic on clocks stays far from its ends.
      if overflow || more || next > 315_360_000_000 { return nil }
      total = next
    }
    return total
  }
}
