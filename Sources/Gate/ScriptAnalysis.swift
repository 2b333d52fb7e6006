internal import Policy
public import ShellSyntax
internal import SourceText

/// What a shell text can start.
public struct ScriptAnalysis: Sendable {
  /// Everything found, in the order of the text.
  public var findings: [Finding]
  /// Why the text is not understood; then the findings count for nothing.
  public var refusal: UnsupportedSyntax?
  /// Characters outside quotes that cannot be seen. The gate refuses a text that has one: a person would approve
  /// another text than the one that runs.
  public var hidden: [UnsupportedSyntax]
  /// The words of the text when it is exactly one simple command of literal words.
  public var soleCommand: [String]?

  /// Whether something can only be known when it runs.
  public var isDynamic: Bool {
    findings.contains { finding in
      switch finding.kind {
      case .dynamic, .opaque, .hijack: return true
      case .exec, .builtin, .functionCall, .redirect, .assign, .candidate: return false
      }
    }
  }

  /// The names of the programs, each once.
  public var executables: [String] {
    var seen: Set<String> = []
    return findings.compactMap { finding in
      guard finding.kind != .candidate, case .literal(let name)? = finding.request?.program,
        finding.kind != .hijack || !name.hasSuffix("=")
      else { return nil }
      return seen.insert(name).inserted ? name : nil
    }
  }

  /// Reads a text as one shell reads it and finds all that it can start.
  public static func analyze(_ bytes: [UInt8], dialect: Dialect) -> ScriptAnalysis {
    let script: Script
    do throws(UnsupportedSyntax) {
      script = try Parser.parse(bytes, dialect: dialect)
    } catch {
      return ScriptAnalysis(findings: [], refusal: error, hidden: [])
    }
    var analyzer = Analyzer(dialect: dialect, byteCount: bytes.count)
    analyzer.run(script)
    return ScriptAnalysis(
      findings: analyzer.findings, refusal: analyzer.refusal, hidden: script.hidden,
      soleCommand: soleCommand(script, dialect))
  }

  private static func soleCommand(_ script: Script, _ dialect: Dialect) -> [String]? {
    guard script.items.count == 1, let item = script.items.first, item.others.isEmpty, !item.isBackground,
      let first = item.first.first, item.first.others.isEmpty, case .simple(let command) = first.kind,
      first.redirections.isEmpty, command.assignments.isEmpty, command.arrayArguments.isEmpty
    else { return nil }
    let words = command.words.compactMap { $0.literal(dialect).map(ByteText.readable) }
    return words.count == command.words.count && !words.isEmpty ? words : nil
  }
}
