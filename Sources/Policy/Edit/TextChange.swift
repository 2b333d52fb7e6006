internal import JSON
internal import SourceText

/// A rule that is to be written.
struct NewRule {
  var pattern: String
  var kind: AccessKind
  var target: RuleTarget
  var grantedAt: String?
  var isJSON: Bool

  func scalar(_ text: String) -> String { isJSON ? JSONWriter.quoted(text) : RuleEditor.yamlScalar(text) }

  func key(_ name: String) -> String { isJSON ? "\"\(name)\": " : "\(name): " }

  /// The entry of `grants`, on one line.
  var grant: String {
    var fields = [
      ("type", kind == .network ? "net" : kind.rawValue), ("pattern", pattern), ("scope", "permanent"),
    ]
    if case .runbook(let path, let digest) = target {
      fields.append(("runbook", Glob.escaped(path)))
      fields.append(("runbookDigest", digest))
    }
    if let grantedAt { fields.append(("grantedAt", grantedAt)) }
    let texts = fields.map { key($0.0) + ($0.0 == "grantedAt" && !isJSON ? $0.1 : scalar($0.1)) }
    return "{" + texts.joined(separator: ", ") + "}"
  }
}

/// An insertion into a text.
struct TextChange {
  /// Where.
  var offset: Int
  /// What.
  var insertion: String
  /// Where in the new text the rule stands.
  var ruleOffset: Int
  /// To which list.
  var list: String

  func applied(to file: SourceFile?) -> String {
    let bytes = file?.bytes ?? []
    return String(decoding: bytes[..<offset] + Array(insertion.utf8) + bytes[offset...], as: UTF8.self)
  }

  /// The smallest insertion that adds the rule.
  static func adding(
    _ rule: NewRule, file: SourceFile?, document: PolicyDocument?, format: PolicyFormat
  ) throws(Diagnostic) -> TextChange {
    guard let file, let document, !document.root.isNull else {
      return try newDocument(rule, file: file, format: format)
    }
    let editor = TreeEditor(file: file, isJSON: rule.isJSON)
    if rule.target == .allRunbooks,
      let section = editor.ownValue(["default", rule.kind.rawValue], in: document.root),
      section.entries != nil
    {
      let list = "default.\(rule.kind.rawValue).allow"
      if let allow = section["allow"] {
        if editor.isOwn("allow", in: section) {
          return try editor.append(rule.scalar(rule.pattern), to: allow, list: list)
        }
      } else if rule.kind != .network {
        let text = rule.key("allow") + "[" + rule.scalar(rule.pattern) + "]"
        return try editor.append(member: text, to: section, list: list)
      }
    }
    if let grants = document.root["grants"] {
      guard editor.isOwn("grants", in: document.root) else {
        throw RuleEditor.cannot("`grants` is an alias here, which is not changed by itself")
      }
      return try editor.append(rule.grant, to: grants, list: "grants")
    }
    let text =
      rule.isJSON || document.root.isFlow
      ? rule.key("grants") + "[" + rule.grant + "]" : "grants:\n  - " + rule.grant
    return try editor.append(member: text, to: document.root, list: "grants")
  }

  /// A text for a file that holds no policy yet.
  private static func newDocument(
    _ rule: NewRule, file: SourceFile?, format: PolicyFormat
  ) throws(Diagnostic) -> TextChange {
    if format == .packageJSON, let file {
      let editor = TreeEditor(file: file, isJSON: true)
      let tree = try JSONParser.parseTree(file)
      let text = "\"rundown\": " + wholeJSON(rule)
      return try editor.append(member: text, to: tree, list: Self.list(rule))
    }
    let offset = file?.bytes.count ?? 0
    if rule.isJSON {
      guard offset == 0 else { throw RuleEditor.cannot("the document is no policy") }
      let text = wholeJSON(rule) + "\n"
      let place = text.utf8.count - 1
      return TextChange(offset: 0, insertion: text, ruleOffset: place, list: list(rule))
    }
    var text = ""
    if offset > 0, file?.bytes.last != 0x0A { text += "\n" }
    if offset == 0 {
      text += "# What runbooks of this project may do; `rundown policy show` prints all of it.\n"
    }
    text += "version: 1\nextends: builtin\n"
    if rule.target == .allRunbooks {
      text += "default:\n  \(rule.kind.rawValue):\n    allow:\n      - "
    } else {
      text += "grants:\n  - "
    }
    let place = offset + text.utf8.count
    text += (rule.target == .allRunbooks ? rule.scalar(rule.pattern) : rule.grant) + "\n"
    return TextChange(offset: offset, insertion: text, ruleOffset: place, list: list(rule))
  }

  private static func list(_ rule: NewRule) -> String {
    rule.target == .allRunbooks ? "default.\(rule.kind.rawValue).allow" : "grants"
  }

  private static func wholeJSON(_ rule: NewRule) -> String {
    let body: String
    if rule.target == .allRunbooks {
      body = "\"default\": {\"\(rule.kind.rawValue)\": {\"allow\": [\(rule.scalar(rule.pattern))]}}"
    } else {
      body = "\"grants\": [\(rule.grant)]"
    }
    return "{\"version\": 1, \"extends\": \"builtin\", \(body)}"
  }
}

/// Inserts into lists and mappings by their spans.
struct TreeEditor {
  let file: SourceFile
  let isJSON: Bool

  /// Whether a key's value is written at the key, not merged in or aliased from elsewhere.
  func isOwn(_ name: String, in node: DocumentNode) -> Bool {
    guard let entry = node.entries?.first(where: { $0.name == name }) else { return false }
    return entry.key.span.start >= node.span.start && entry.value.span.start >= entry.key.span.end
      && entry.value.span.end <= node.span.end
  }

  /// The value at a path, if all of it is written in its place.
  func ownValue(_ path: [String], in root: DocumentNode) -> DocumentNode? {
    var node = root
    for name in path {
      guard isOwn(name, in: node), let next = node[name] else { return nil }
      node = next
    }
    return node
  }

  /// One more item in a list.
  func append(_ item: String, to node: DocumentNode, list: String) throws(Diagnostic) -> TextChange {
    guard let items = node.items else { throw RuleEditor.cannot("`\(list)` is no list") }
    if node.isFlow {
      return try flow(item, after: items.last?.span, first: items.last?.span, in: node, list: list)
    }
    guard let last = items.last, last.span.start >= node.span.start, last.span.end <= node.span.end else {
      throw RuleEditor.cannot("the last part of `\(list)` is an alias, which is not changed by itself")
    }
    // The dash before the last item tells the indentation.
    let lineStart = file.offset(ofLine: file.position(at: last.span.start).line)
    let line = file.bytes[lineStart..<last.span.start]
    guard line.last(where: { $0 != 0x20 }) == UInt8(ascii: "-"),
      let dash = line.lastIndex(of: UInt8(ascii: "-"))
    else { throw RuleEditor.cannot("`\(list)` has an unusual layout") }
    // `- - x` and `key: - x` do not begin with their dash alone: the columns before it become blanks.
    let indent = String(repeating: " ", count: dash - lineStart)
    return newLine(indent + "- " + item, lead: indent.utf8.count + 2, after: last.span.end, list: list)
  }

  /// One more `key: value` in a mapping.
  func append(member: String, to node: DocumentNode, list: String) throws(Diagnostic) -> TextChange {
    guard let entries = node.entries else { throw RuleEditor.cannot("`\(list)` has an unusual layout") }
    let own = entries.filter { $0.key.span.start >= node.span.start && $0.key.span.end <= node.span.end }
    if node.isFlow {
      guard own.count == entries.count else { throw RuleEditor.cannot("`\(list)` has an unusual layout") }
      return try flow(member, after: own.last?.value.span, first: own.last?.key.span, in: node, list: list)
    }
    guard let first = own.first else { throw RuleEditor.cannot("`\(list)` has an unusual layout") }
    let lineStart = file.offset(ofLine: file.position(at: first.key.span.start).line)
    let column = first.key.span.start - lineStart
    let indent = String(repeating: " ", count: column)
    let text = member.split(separator: "\n").map { indent + $0 }.joined(separator: "\n")
    let lead = text.utf8.count - (member.split(separator: "\n").last?.utf8.count ?? 0)
    return newLine(text, lead: lead, after: node.span.end, list: list)
  }

  /// A new line behind the line that holds `offset`.
  private func newLine(_ text: String, lead: Int, after offset: Int, list: String) -> TextChange {
    var place = offset
    // A span that ends at a line's beginning belongs to the line before.
    if place > 0, file.bytes[place - 1] == 0x0A { place -= 1 }
    while place < file.bytes.count, file.bytes[place] != 0x0A { place += 1 }
    let usesCR = place > 0 && place < file.bytes.count && file.bytes[place - 1] == 0x0D
    if place == file.bytes.count {
      return TextChange(
        offset: place, insertion: "\n" + text + "\n", ruleOffset: place + 1 + lead, list: list)
    }
    let end = usesCR ? "\r\n" : "\n"
    return TextChange(offset: place + 1, insertion: text + end, ruleOffset: place + 1 + lead, list: list)
  }

  /// One more part of `[...]` or `{...}`, laid out as its last part is.
  private func flow(
    _ text: String, after last: SourceSpan?, first: SourceSpan?, in node: DocumentNode, list: String
  ) throws(Diagnostic) -> TextChange {
    guard let last, let first else {
      let place = node.span.start + 1
      return TextChange(offset: place, insertion: text, ruleOffset: place, list: list)
    }
    guard last.end <= node.span.end, first.start > node.span.start else {
      throw RuleEditor.cannot("the last part of `\(list)` is an alias, which is not changed by itself")
    }
    var blank = first.start
    while blank > 0, [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[blank - 1]) { blank -= 1 }
    let before = file.bytes[blank - 1]
    guard before == UInt8(ascii: ",") || before == UInt8(ascii: "[") || before == UInt8(ascii: "{") else {
      return TextChange(offset: last.end, insertion: ", " + text, ruleOffset: last.end + 2, list: list)
    }
    var gap = String(decoding: file.bytes[blank..<first.start], as: UTF8.self)
    if gap.isEmpty, before != UInt8(ascii: ",") { gap = " " }
    if !gap.contains("\n") { gap = gap.isEmpty ? "" : " " }
    let lead = "," + gap
    return TextChange(
      offset: last.end, insertion: lead + text, ruleOffset: last.end + lead.utf8.count, list: list)
  }
}
