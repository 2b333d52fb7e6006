/// Durations as people write them in info strings and options.
public enum TimeText {
  /// `90`, `90s`, `10m`, `2h` as seconds, at least 1.
  public static func seconds(_ text: String) -> Int? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard let number = Int(digits), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), number >= 1,
      number <= 1_000_000
    else { return nil }
    return number * (unit ?? 1)
  }
}
