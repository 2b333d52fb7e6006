/// Decodes the inside of `$'…'` as bash does.
package struct ANSIQuoteDecoder {
  package private(set) var bytes: [UInt8] = []
  /// A NUL was decoded: what follows in this quotation is dropped.
  private var hasEnded = false

  package init() {}

  package mutating func add(_ new: [UInt8]) {
    guard !hasEnded else { return }
    if new == [0] {
      hasEnded = true
    } else {
      bytes += new
    }
  }

  /// Reads the escape behind a backslash; false for one that is not known for sure.
  package mutating func readEscape(_ source: [UInt8], _ position: inout Int) -> Bool {
    guard position < source.count else { return false }
    let byte = source[position]
    position += 1
    switch byte {
    case 0x61: add([7])
    case 0x62: add([8])
    case 0x65, 0x45: add([0x1B])
    case 0x66: add([0x0C])
    case 0x6E: add([0x0A])
    case 0x72: add([0x0D])
    case 0x74: add([0x09])
    case 0x76: add([0x0B])
    case 0x5C, 0x27, 0x22, 0x3F: add([byte])
    case 0x30...0x37:
      var value = UInt32(byte - 0x30)
      value = digits(source, &position, limit: 2, from: value, base: 8)
      add([UInt8(truncatingIfNeeded: value)])
    case 0x78:
      guard position < source.count, source[position] != 0x7B else { return false }
      let before = position
      let value = digits(source, &position, limit: 2, from: 0, base: 16)
      add(position == before ? [0x5C, 0x78] : [UInt8(truncatingIfNeeded: value)])
    case 0x75, 0x55:
      let before = position
      let value = digits(source, &position, limit: byte == 0x75 ? 4 : 8, from: 0, base: 16)
      guard position > before else {
        add([0x5C, byte])
        return true
      }
      if value == 0 {
        add([0])
      } else {
        guard let scalar = Unicode.Scalar(value) else { return false }
        add(Array(String(Character(scalar)).utf8))
      }
    case 0x63: return false
    default: add([0x5C, byte])
    }
    return true
  }

  private func digits(
    _ source: [UInt8], _ position: inout Int, limit: Int, from start: UInt32, base: UInt32
  ) -> UInt32 {
    var value = start
    var count = 0
    while count < limit, position < source.count, let digit = Self.digit(source[position]), digit < base {
      value = value &* base &+ digit
      position += 1
      count += 1
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: return UInt32(byte - 0x30)
    case 0x41...0x46: return UInt32(byte - 0x37)
    case 0x61...0x66: return UInt32(byte - 0x57)
    default: return nil
    }
  }
}
