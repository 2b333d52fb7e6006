/// Hostile text made safe to show to a person.
public enum DisplayText {
  /// `text` with every control, bidirectional, zero-width and format character written as `\u{…}`, and with it a mark
  /// that combines with something else than a letter or digit, as no writing has it.
  ///
  /// A terminal would obey such characters or hide what stands beside them (CVE-2021-42574), so the person
  /// would approve another text than the one that runs. Tab becomes `\t`, LF `\n` unless `keepingNewlines`.
  public static func visible(_ text: String, keepingNewlines: Bool = false) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var out = ""
    var isCarrier = false
    for scalar in text.unicodeScalars {
      defer { isCarrier = scalar.isASCII ? isLetterOrDigit(scalar) : isCarrier || !isMark(scalar) }
      switch scalar.value {
      case 0x0A where keepingNewlines: out.unicodeScalars.append(scalar)
      case 0x0A: out += "\\n"
      case 0x09: out += "\\t"
      case 0x0D: out += "\\r"
      // A byte of a file's name that is no UTF-8 (`Linux.FileName`).
      case 0x10FF80...0x10FFFF: out += "\\x" + String(scalar.value - 0x10FF00, radix: 16)
      default:
        if isHidden(scalar) || (!isCarrier && isMark(scalar)) {
          out += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return true
    default: return false
    }
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "0"..."9", "A"..."Z", "a"..."z": return true
    default: return false
    }
  }

  /// Whether a scalar is invisible or moves what stands around it.
  public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: return true
    case 0xA0, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F: return true
    case 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000, 0x3164: return true
    case 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0xE0000...0xE0FFF: return true
    default: return false
    }
  }
}
