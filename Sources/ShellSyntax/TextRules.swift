internal import SourceText

/// What must hold for every byte of a text, wherever it stands.
enum TextRules {
  static func check(_ bytes: [UInt8]) throws(UnsupportedSyntax) {
    // Without branches, so that many bytes are looked at at once.
    var unusual: UInt8 = 0
    for byte in bytes { unusual |= byte | (byte == 0 ? 0x80 : 0) }
    guard unusual >= 0x80 else { return }
    if let index = bytes.firstIndex(of: 0) {
      throw UnsupportedSyntax("a NUL byte", at: SourceSpan(index, index + 1), help: "remove it")
    }
    if String(validating: bytes, as: UTF8.self) == nil {
      throw UnsupportedSyntax("the text is not UTF-8", at: SourceSpan(0, 0), help: "save it as UTF-8")
    }
  }

  /// Why a character may not stand outside quotes; nil when it may.
  static func refusal(of scalar: Unicode.Scalar) -> (message: String, help: String)? {
    switch scalar.value {
    case 0x0D:
      return (
        "a carriage return: the shell would take it as part of a word", "save the text with LF line ends"
      )
    case 0x09, 0x0A: return nil
    default:
      guard DisplayText.isHidden(scalar) else { return nil }
      return (
        "the character U+\(String(scalar.value, radix: 16, uppercase: true)), which cannot be seen, outside quotes",
        "remove it, or put it into quotes"
      )
    }
  }
}
