internal import JSON
public import SourceText

/// A changed policy text with one more rule.
public struct PolicyEdit: Sendable {
  /// The whole new text.
  public var text: String
  /// Where the rule stands now, from 1.
  public var line: Int
  /// The list that it was added to: `default.run.allow` or `grants`.
  public var list: String
  /// The rule's pattern.
  public var pattern: String
  /// The new document.
  public var document: PolicyDocument
}

/// Whom a new rule is for.
public enum RuleTarget: Hashable, Sendable {
  /// All runbooks.
  case allRunbooks
  /// One runbook: its path relative to the project root, and the SHA-256 of its text, so that a changed one asks again.
  case runbook(path: String, digest: String)
}

/// Adds rules to policy documents and leaves all else as it stands: comments, order, layout.
///
/// A `default` section replaces the built-in one, so a document without the section gets a `grants` entry instead: a
/// new section with one rule would drop all built-in ones. A new file says `extends: builtin`.
public enum RuleEditor {
  /// The text of `file` with one more allowed pattern; nil for a file means a new one, named `name`.
  ///
  /// Throws if the document cannot be changed so that it still reads, with nothing but this rule added.
  public static func adding(
    _ pattern: String, kind: AccessKind, for target: RuleTarget = .allRunbooks, to file: SourceFile?,
    format: PolicyFormat, name: String, grantedAt: String? = nil
  ) throws(Diagnostic) -> PolicyEdit {
    let old: PolicyDocument?
    if let file {
      let reading = PolicyDocument.read(file, format: format)
      if let problem = reading.firstError { throw problem }
      old = reading.document
    } else {
      old = nil
    }
    let isJSON = format == .packageJSON || format == .json || old.map { isWrittenAsJSON($0) } == true
    let entry = NewRule(
      pattern: pattern, kind: kind, target: target, grantedAt: grantedAt, isJSON: isJSON)
    let change = try TextChange.adding(entry, file: file, document: old, format: format)
    let text = change.applied(to: file)
    let newFile = SourceFile(name: file?.name ?? name, text: text)
    let reading = PolicyDocument.read(newFile, format: format)
    guard let document = reading.document else {
      let why = reading.firstError?.message ?? "it does not read any more"
      throw cannot("the changed document would not be valid: \(why)")
    }
    let line = newFile.position(at: change.ruleOffset).line
    try prove(entry, old: old, new: document, list: change.list)
    return PolicyEdit(text: text, line: line, list: change.list, pattern: pattern, document: document)
  }

  /// Whether in the changed document this very request is allowed by the new rule: the answer to show before "saved".
  public static func proves(
    _ edit: PolicyEdit, request: AccessRequest, context: PolicyContext,
    options: PolicyOptions = PolicyOptions()
  ) throws(Diagnostic) -> Bool {
    let policy = try EffectivePolicy(document: edit.document, context: context, options: options)
    let decision = Evaluator(policy: policy).decide(request)
    return decision.verdict == .allow && decision.reason.rule?.text == edit.pattern
      && decision.reason.rule?.origin.place?.line == edit.line
  }

  /// How a person would write the rule: one line, as a help shows it.
  public static func line(allowing pattern: String, kind: AccessKind, policy: EffectivePolicy) -> String {
    let scalar = yamlScalar(pattern)
    let path = "default.\(kind.rawValue).allow: [\(scalar)]"
    if policy.documentName == nil { return "\(path)   (with `extends: builtin`)" }
    if policy.extendsBuiltin || policy.sectionsPresent.contains(kind) { return path }
    // A section of its own would replace the built-in one.
    return line(granting: pattern, kind: kind)
  }

  /// The same as a grant, which changes no list.
  static func line(granting pattern: String, kind: AccessKind) -> String {
    let type = kind == .network ? "net" : kind.rawValue
    return "grants: [{type: \(type), pattern: \(yamlScalar(pattern)), scope: permanent}]"
  }

  /// A text as a YAML scalar: bare where every reader takes it for a text, else in double quotes.
  public static func yamlScalar(_ text: String) -> String {
    let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let isPlain =
      text.unicodeScalars.allSatisfy { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || "_-./".unicodeScalars.contains(scalar)
      }
      && text.unicodeScalars.first.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == "/" }
        == true
    if isPlain, !words.contains(text.lowercased()) { return text }
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        out.append("\\")
        out.unicodeScalars.append(scalar)
      } else if DisplayText.isHidden(scalar) {
        let hex = String(scalar.value, radix: 16)
        out += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  static func cannot(_ message: String) -> Diagnostic {
    Diagnostic("PO020", message, at: SourceSpan(0, 0), help: "add the rule by hand")
  }

  private static func isWrittenAsJSON(_ document: PolicyDocument) -> Bool {
    guard document.root.isFlow, case .scalar(_, .doubleQuoted)? = document.root.entries?.first?.key.content
    else {
      return false
    }
    do throws(Diagnostic) {
      _ = try JSONParser.parseTree(document.file)
      return true
    } catch {
      return false
    }
  }

  /// Makes sure that nothing but the one rule was added.
  private static func prove(
    _ entry: NewRule, old: PolicyDocument?, new: PolicyDocument, list: String
  ) throws(Diagnostic) {
    var context = PolicyContext.checking
    if case .runbook(let path, let digest) = entry.target {
      context.runbook = path
      context.runbookDigest = digest
    }
    let before = try EffectivePolicy(document: old, context: context)
    let after = try EffectivePolicy(document: new, context: context)
    for kind in AccessKind.allCases {
      // Denials of risky hosts come and go with the proxy, and are nobody's to add.
      var rest = after.references(kind).filter { !$0.origin.isRiskyHosts }.map { [$0.list, $0.text] }
      for reference in before.references(kind) where !reference.origin.isRiskyHosts {
        guard let index = rest.firstIndex(of: [reference.list, reference.text]) else {
          throw cannot("the change would drop the rule `\(reference.text)` from \(reference.list)")
        }
        rest.remove(at: index)
      }
      let expected = kind == entry.kind ? [["\(kind.rawValue).allow", entry.pattern]] : []
      if rest != expected { throw cannot("the change would add other rules than `\(entry.pattern)`") }
    }
  }
}
