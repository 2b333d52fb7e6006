internal import SourceText

extension PolicyValidator {
  /// "did you mean `x`?", or the list of what is known.
  func suggestion(_ word: String, _ known: [String]) -> String {
    if let near = Suggestion.nearest(to: word, in: known) { return "did you mean `\(near)`?" }
    return "known are \(known.map { "`\($0)`" }.joined(separator: ", "))"
  }

  /// The pairs of a mapping whose keys are known; unknown keys and other kinds of node are reported.
  mutating func entries(of node: DocumentNode, in place: String, keys: [String]) -> [DocumentNode.Entry] {
    guard let entries = node.entries else {
      report(
        "PO001", "\(place) is a mapping of keys to values, but here stands \(node.kindName)", at: node.span)
      return []
    }
    return entries.filter { entry in
      if keys.contains(entry.name) { return true }
      report(
        "PO002", "\(place) has no key `\(entry.name)`", at: entry.key.span, help: suggestion(entry.name, keys)
      )
      return false
    }
  }

  /// The items of a list.
  mutating func list(_ node: DocumentNode, _ name: String, of what: String) -> [DocumentNode] {
    if let items = node.items { return items }
    let help: String
    if node.isNull {
      help = "write [] for an empty list"
    } else if node.string != nil {
      help = "write it in brackets: [...]"
    } else {
      help = "write [...] or lines that begin with `- `"
    }
    report(
      "PO005", "`\(name)` is a list of \(what), but here stands \(node.kindName)", at: node.span, help: help)
    return []
  }

  /// The texts of a list.
  mutating func strings(_ node: DocumentNode, _ name: String) -> [PolicyEntry] {
    list(node, name, of: "texts").compactMap { item in
      string(item, "an item of \(name)").map { PolicyEntry($0, at: item.span) }
    }
  }

  /// A text. In YAML every scalar but null is one; in JSON strings only.
  mutating func string(_ node: DocumentNode, _ name: String) -> String? {
    if let text = node.string { return text }
    report(
      "PO004", "`\(name)` is a text, but here stands \(node.kindName)", at: node.span,
      help: node.entries == nil && node.items == nil ? "put it in quotes" : nil)
    return nil
  }

  /// One of the known words.
  mutating func choice(_ node: DocumentNode, _ name: String, _ known: [String]) -> String? {
    guard let text = string(node, name) else { return nil }
    if known.contains(text) { return text }
    report("PO006", "`\(name)` cannot be `\(text)`", at: node.span, help: suggestion(text, known))
    return nil
  }

  /// The entry, if its text is a pattern that compiles.
  mutating func checkedGlob(_ entry: PolicyEntry, options: Glob.Options) -> PolicyEntry? {
    do throws(GlobError) {
      _ = try Glob(entry.text, options: options)
      return entry
    } catch {
      report("PO007", "`\(entry.text)`: \(error.message)", at: entry.span, help: error.help)
      return nil
    }
  }

  /// The entry, if it is a good pattern for its kind of operation.
  mutating func checkedPattern(_ entry: PolicyEntry, kind: AccessKind, isDeny: Bool) -> PolicyEntry? {
    do throws(GlobError) {
      _ = try RulePattern(entry.text, kind: kind, isDeny: isDeny, context: .checking)
      return entry
    } catch {
      report("PO007", "`\(entry.text)`: \(error.message)", at: entry.span, help: error.help)
      return nil
    }
  }
}
