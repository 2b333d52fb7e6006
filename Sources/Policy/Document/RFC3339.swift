/// Dates as grants have them.
enum RFC3339 {
  /// Whether `text` is a date with time and offset, such as `2026-01-31T12:00:00Z`.
  static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40 else { return false }
    for (offset, byte) in "0000-00-00T00:00:00".utf8.enumerated() {
      let isGood = byte == 0x30 ? (0x30...0x39).contains(bytes[offset]) : bytes[offset] == byte
      if !isGood { return false }
    }
    func number(_ from: Int) -> Int { Int(bytes[from] - 0x30) * 10 + Int(bytes[from + 1] - 0x30) }
    guard (1...12).contains(number(5)), (1...31).contains(number(8)), number(11) < 24, number(14) < 60,
      number(17) <= 60
    else { return false }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      if digits.isEmpty { return false }
      rest = rest.dropFirst(1 + digits.count)
    }
    if rest.elementsEqual("Z".utf8) { return true }
    guard rest.count == 6, rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") else {
      return false
    }
    let offset = Array(rest.dropFirst())
    return offset[2] == UInt8(ascii: ":")
      && [0, 1, 3, 4].allSatisfy { (0x30...0x39).contains(offset[$0]) }
  }
}
