internal import SourceText

/// Reads a FOR clause: `FOR [v IN] a TO b`, `FOR [v IN] n`, `FOR v IN {{list}}`, `FOR v IN a TO b OF {{list}}`.
struct LoopParser {
  let span: SourceSpan

  /// More iterations than this are refused when the bounds are written out.
  static let iterationLimit = 10_000

  /// The variable and the source of a clause that begins with the word FOR.
  func parse(_ text: String) throws(Diagnostic) -> (variable: String?, source: LoopSource) {
    guard let all = WordScanner.words(text) else { throw problem("a template in it is not closed") }
    var words = all.dropFirst()
    var variable: String?
    if words.dropFirst().first?.bareText == "IN", let name = words.first?.bareText {
      guard Identifier.isValid(name), !ReservedWords.isReservedVariable(name),
        !ReservedWords.units.contains(name)
      else { throw problem("‘\(name)’ cannot be a loop's variable") }
      variable = name
      words = words.dropFirst(2)
    }
    guard let first = words.popFirst() else { throw problem("the values are missing") }
    if words.isEmpty, case .template(let template) = first, variable != nil {
      return (variable, .items(template: template, window: nil))
    }
    let low = try bound(first)
    guard let to = words.popFirst() else {
      return (variable, .range(try checked(LoopRange(first: .number(1), last: low))))
    }
    guard to.bareText == "TO", let end = words.popFirst() else {
      throw problem("‘\(to.text)’ is not TO and a number")
    }
    let range = try checked(LoopRange(first: low, last: try bound(end)))
    guard let of = words.popFirst() else { return (variable, .range(range)) }
    guard of.bareText == "OF", case .template(let template)? = words.popFirst(), words.isEmpty else {
      throw problem("‘\(of.text)’ is not OF and a template")
    }
    guard variable != nil else { throw problem("a loop over a list needs a variable") }
    return (variable, .items(template: template, window: range))
  }

  private func bound(_ word: WordScanner.Word) throws(Diagnostic) -> LoopBound {
    switch word {
    case .template(let text): return .template(text)
    case .bare(let text):
      guard let number = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw problem("‘\(text)’ is not a number or template")
      }
      guard number >= 1 else { throw problem("a bound is at least 1") }
      return .number(number)
    case .quoted(let text): throw problem("‘\"\(text)\"’ is not a number or template")
    }
  }

  private func checked(_ range: LoopRange) throws(Diagnostic) -> LoopRange {
    if case .number(let first) = range.first, case .number(let last) = range.last,
      abs(last - first) >= Self.iterationLimit
    {
      throw Diagnostic(
        "RB603", "the loop has more than \(Self.iterationLimit) iterations", at: span,
        help: "loop over fewer values")
    }
    if case .number(let last) = range.last, last > Self.iterationLimit, case .number(let first) = range.first,
      first > Self.iterationLimit
    {
      throw problem("a bound is at most \(Self.iterationLimit)")
    }
    return range
  }

  private func problem(_ what: String) -> Diagnostic {
    Diagnostic(
      "RB601", "this FOR cannot be read: \(what)", at: span,
      help: "the forms are FOR i IN 1 TO 5, FOR 5, FOR x IN {{Items}}, FOR x IN 2 TO 4 OF {{Items}}")
  }
}
