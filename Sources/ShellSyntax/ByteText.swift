internal import SourceText

/// Words as shells see them: bytes, each a character of its own.
///
/// Swift's characters are clusters: a combining mark joins the `=` or `/` before it, CR joins LF, and two spellings of one
/// letter are equal. Shells and kernels know none of that, so whoever looks for `=` in `PATH=` followed by a mark would
/// not find it. Here every byte that is not ASCII, and CR, is one private-use character, which joins nothing.
public enum ByteText {
  private static let base: UInt32 = 0xE000

  /// The text of bytes; ASCII stays as it is.
  public static func string(_ bytes: [UInt8]) -> String { string(bytes[...]) }

  /// The text of bytes; ASCII stays as it is.
  public static func string(_ bytes: ArraySlice<UInt8>) -> String {
    if isOrdinary(bytes) { return String(decoding: bytes, as: UTF8.self) }
    var text = String.UnicodeScalarView()
    for byte in bytes {
      text.append(Unicode.Scalar(isOrdinary(byte) ? UInt32(byte) : base + UInt32(byte)) ?? "\u{FFFD}")
    }
    return String(text)
  }

  /// The bytes of a text that `string` made.
  public static func bytes(_ text: String) -> [UInt8] {
    guard isMapped(text) else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if let byte = UInt8(exactly: Int(scalar.value) - Int(base)), !isOrdinary(byte) {
        bytes.append(byte)
      } else {
        bytes += Array(String(scalar).utf8)
      }
    }
    return bytes
  }

  /// The text as people and other rooms read it.
  public static func readable(_ text: String) -> String {
    isMapped(text) ? String(decoding: bytes(text), as: UTF8.self) : text
  }

  /// The texts as people and other rooms read them.
  public static func readable(_ texts: [String]) -> [String] {
    texts.contains(where: isMapped) ? texts.map(readable) : texts
  }

  /// Private-use characters from U+E000 on begin with this byte in UTF-8.
  private static func isMapped(_ text: String) -> Bool { text.containsByte(0xEE) }

  /// Whether all bytes stand for themselves, so that their text is readable as it is.
  public static func isOrdinary(_ bytes: ArraySlice<UInt8>) -> Bool {
    let bytes = bytes.span
    for index in bytes.indices where !isOrdinary(bytes[index]) { return false }
    return true
  }

  @inline(__always)
  static func isOrdinary(_ byte: UInt8) -> Bool { byte < 0x80 && byte != 0x0D }
}
