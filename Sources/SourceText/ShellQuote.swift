/// Quotes words for people and shells.
public enum ShellQuote {
  /// The word as one would type it: bare when it is plain, else in single quotes.
  public static func quote(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x25, 0x2B...0x2F, 0x3A, 0x3D, 0x40, 0x5F: return true
      default: return false
      }
    }
    return isPlain && !word.isEmpty ? word : inQuotes(word)
  }

  /// The word in single quotes, whatever it is.
  public static func inQuotes(_ word: String) -> String {
    "'" + word.replacingBytes { $0 == UInt8(ascii: "'") ? "'\\''" : nil } + "'"
  }
}
