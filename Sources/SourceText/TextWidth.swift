/// How many columns of a terminal a text takes.
public enum TextWidth {
  /// Columns of one scalar: 0 for combining and hidden ones, 2 for East Asian wide ones and emoji, else 1.
  public static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F ? 1 : 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return isWide(scalar.value) ? 2 : 1
    }
  }

  /// Columns of a text without escape sequences.
  public static func columns(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns($1) } }

  /// The text cut to at most `limit` columns, with an ellipsis when something was cut.
  public static func cut(_ text: String, to limit: Int, ellipsis: String = "…") -> String {
    guard columns(text) > limit else { return text }
    var out = ""
    var left = limit - columns(ellipsis)
    guard left >= 0 else { return "" }
    for scalar in text.unicodeScalars {
      left -= columns(scalar)
      if left < 0 { break }
      out.unicodeScalars.append(scalar)
    }
    return out + ellipsis
  }

  /// The text filled with blanks to at least `width` columns.
  public static func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
  }

  /// The blocks that terminals draw two columns wide (Unicode 15, East Asian Width W and F, and emoji).
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1F64F, 0x1F680...0x1F6FC, 0x1F7E0...0x1F7EB, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
      0x20000...0x3FFFD, 0x231A...0x231B, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653,
      0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE, 0x26D4, 0x26EA, 0x26F2...0x26F3,
      0x26F5,
      0x26FA, 0x26FD, 0x2705, 0x270A...0x270B, 0x2728, 0x274C, 0x274E, 0x2753...0x2755, 0x2757,
      0x2795...0x2797,
      0x27B0, 0x27BF, 0x2B1B...0x2B1C, 0x2B50, 0x2B55:
      return true
    default: return false
    }
  }
}
