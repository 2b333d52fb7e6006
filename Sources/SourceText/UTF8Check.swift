/// Whether bytes are UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing past U+10FFFF.
public enum UTF8Check {
  /// The index of the first byte that begins no valid sequence; nil when all is well.
  public static func firstInvalid(in bytes: some RandomAccessCollection<UInt8>) -> Int? {
    var index = bytes.startIndex
    var offset = 0
    while index < bytes.endIndex {
      let length = sequenceLength(bytes[index...])
      guard length > 0 else { return offset }
      index = bytes.index(index, offsetBy: length)
      offset += length
    }
    return nil
  }

  private static func sequenceLength(_ bytes: some Collection<UInt8>) -> Int {
    var rest = bytes.makeIterator()
    guard let first = rest.next() else { return 0 }
    if first < 0x80 { return 1 }
    let length: Int
    var range: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      range = 0xA0...0xBF
    case 0xED:
      length = 3
      range = 0x80...0x9F
    case 0xE1...0xEC, 0xEE, 0xEF: length = 3
    case 0xF0:
      length = 4
      range = 0x90...0xBF
    case 0xF1...0xF3: length = 4
    case 0xF4:
      length = 4
      range = 0x80...0x8F
    default: return 0
    }
    for _ in 1..<length {
      guard let next = rest.next(), range.contains(next) else { return 0 }
      range = 0x80...0xBF
    }
    return length
  }
}
