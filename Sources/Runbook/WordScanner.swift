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

  /// The words, or nil when a quotation or a template is not closed.
  static func words(_ text: String) -> [Word]? {
    var words: [Word] = []
    var rest = text[...]
    while let first = rest.first {
      if first == " " || first == "\t" || first.isNewline {
        rest = rest.dropFirst()
      } else if first == "\"" {
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: "\"") else { return nil }
        words.append(.quoted(String(body[..<end])))
        rest = body[body.index(after: end)...]
      } else if rest.hasPrefix("{{") {
        guard let end = closing(rest) else { return nil }
        words.append(.template(String(rest[..<end])))
        rest = rest[end...]
      } else {
        let word = rest.prefix { $0 != " " && $0 != "\t" && !$0.isNewline && $0 != "\"" }
        words.append(.bare(String(word)))
        rest = rest.dropFirst(word.count)
      }
    }
    return words
  }

  private static func closing(_ text: Substring) -> Substring.Index? {
    var previous: Character = " "
    var index = text.index(text.startIndex, offsetBy: 2)
    while index < text.endIndex {
      if text[index] == "}", previous == "}" { return text.index(after: index) }
      previous = text[index]
      index = text.index(after: index)
    }
    return nil
  }
}
