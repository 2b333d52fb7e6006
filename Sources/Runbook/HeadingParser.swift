/// Reads `1. Title`, `Recover — title`, `2.1 Title`, `1.Repair title`: the identifier and the title of a heading.
enum HeadingParser {
  struct Heading {
    /// The step of a qualified substep (`2` in `2.1`).
    var parent: UnitName?
    var name: UnitName
    /// Empty when the heading is only an identifier.
    var title: String
  }

  enum Failure: Error {
    /// The heading does not begin with an identifier.
    case malformed
    /// The identifier is a reserved word.
    case reserved(String)
  }

  /// An H2.
  static func step(_ text: String) throws(Failure) -> Heading {
    let (word, rest) = firstWord(text[...])
    let name = try unit(word)
    guard let title = afterSeparator(rest) else { throw .malformed }
    return Heading(name: name, title: title)
  }

  /// An H3.
  static func substep(_ text: String) throws(Failure) -> Heading {
    let (word, rest) = firstWord(text[...])
    let first = try unit(word)
    if rest.first == "." {
      let (second, tail) = firstWord(rest.dropFirst())
      if !second.isEmpty {
        let name = try unit(second)
        guard let title = afterSeparator(tail) else { throw .malformed }
        return Heading(parent: first, name: name, title: title)
      }
    }
    guard let title = afterSeparator(rest) else { throw .malformed }
    return Heading(name: first, title: title)
  }

  private static func unit(_ word: Substring) throws(Failure) -> UnitName {
    if ReservedWords.units.contains(String(word)) { throw .reserved(String(word)) }
    guard let name = UnitName(word) else { throw .malformed }
    return name
  }

  private static func firstWord(_ text: Substring) -> (Substring, Substring) {
    let word = text.utf8.prefix(while: Identifier.isPart)
    return (Substring(word), text[word.endIndex...])
  }

  /// The title behind a separator; nil when the identifier runs into something else, as in `1x` or `1{n}`.
  private static func afterSeparator(_ rest: Substring) -> String? {
    guard let first = rest.unicodeScalars.first else { return "" }
    guard isSeparator(first) else { return nil }
    return String(rest.unicodeScalars.drop(while: isSeparator))
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ".", ":", "—", "→", "-", ")", " ", "\t": return true
    default: return false
    }
  }
}
