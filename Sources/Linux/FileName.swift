/// Names of files as text. Linux promises bytes, not UTF-8: a byte that is no part of valid UTF-8 is the character
/// U+10FF00 + byte, and becomes that byte again on the way to the kernel. A name that holds such a character itself is
/// taken apart into bytes as well, so every name has one text and every text one name.
public enum FileName {
  private static let escapes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF
  private static let base: UInt32 = 0x10FF00

  /// The text of a name.
  public static func text(_ bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    if let text = String(validating: bytes, as: UTF8.self), !mayHaveEscapes(text) { return text }
    var out = String.UnicodeScalarView()
    var index = 0
    while index < bytes.count {
      if let (scalar, length) = scalar(bytes, index) {
        out.append(scalar)
        index += length
      } else {
        out.append(Unicode.Scalar(base + UInt32(bytes[index])) ?? "\u{FFFD}")
        index += 1
      }
    }
    return String(out)
  }

  /// The bytes of a text's name.
  public static func bytes(_ text: String) -> [UInt8] {
    guard mayHaveEscapes(text) else { return Array(text.utf8) }
    var out: [UInt8] = []
    for scalar in text.unicodeScalars {
      if escapes.contains(scalar.value) {
        out.append(UInt8(truncatingIfNeeded: scalar.value - base))
      } else {
        out += Array(String(scalar).utf8)
      }
    }
    return out
  }

  /// Characters of the last plane begin with this byte in UTF-8.
  private static func mayHaveEscapes(_ text: String) -> Bool { text.utf8.contains(0xF4) }

  /// The character that begins at a place, unless it is none or one of ours.
  private static func scalar(_ bytes: [UInt8], _ index: Int) -> (Unicode.Scalar, Int)? {
    let length =
      switch bytes[index] {
      case 0..<0x80: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    guard length > 0, index + length <= bytes.count,
      let text = String(validating: bytes[index..<(index + length)], as: UTF8.self),
      let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1, !escapes.contains(scalar.value)
    else { return nil }
    return (scalar, length)
  }

  /// Hands a name to C.
  @safe
  static func withCString<Result>(_ text: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    guard mayHaveEscapes(text) else { return unsafe text.withCString { unsafe body($0) } }
    return unsafe body((bytes(text) + [0]).map { CChar(bitPattern: $0) })
  }
}
