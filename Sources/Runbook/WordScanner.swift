/// Words of a directive line: separated by blanks; a quoted string and a `{{ template }}` are one word each.
struct WordScanner {
  enum Word: Equatable {
    case bare(String)
    case quoted(String)
    case template(String)

    /// The word as the author wrote it.
    var text: String {
      switch self {
      case .bare(let text), .template(let text): return text
      case .quoted(let text): return "\"\(text)\""
      }
    }

    /// The word when it is bare.
    var bareText: String? {
      switch self {
      case .bare(let text): return text
      case .quoted, .template: return nil
      }
    }
  }

  /// The words, or nil when a quotation or a template is not closed. All signs that part words are ASCII, so bytes do.
  static func words(_ text: String) -> [Word]? {
    let bytes = Array(text.utf8)
    var words: [Word] = []
    words.reserveCapacity(6)
    var position = 0
    while position < bytes.count {
      let start = position
      if isBlank(bytes[start]) {
        position += 1
      } else if bytes[start] == UInt8(ascii: "\"") {
        guard let end = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        words.append(.quoted(String(decoding: bytes[(start + 1)..<end], as: UTF8.self)))
        position = end + 1
      } else if bytes[start...].starts(with: "{{".utf8) {
        guard let end = closing(bytes, from: start + 2) else { return nil }
        words.append(.template(String(decoding: bytes[start..<end], as: UTF8.self)))
        position = end
      } else {
        while position < bytes.count, !isBlank(bytes[position]), bytes[position] != UInt8(ascii: "\"") {
          position += 1
        }
        words.append(.bare(String(decoding: bytes[start..<position], as: UTF8.self)))
      }
    }
    return words
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// The offset behind `}}`.
  private static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
    for index in start..<max(start, bytes.count - 1)
    where bytes[index] == UInt8(ascii: "}") && bytes[index + 1] == UInt8(ascii: "}") {
      return index + 2
    }
    return nil
  }
}
