import Policy
import SourceText

let context = PolicyContext(
  repo: "/r", tmp: "/tmp/t", home: "/home/u", cwd: "/r/sub", runbook: "deploy/prod.runbook.md",
  runbookDigest: String(repeating: "a", count: 64))

func read(_ text: String, name: String = ".rundownrc.yaml") -> PolicyReading {
  PolicyDocument.read(SourceFile(name: name, text: text), format: PolicyFormat(fileName: name))
}

/// An evaluator for a document's text; nil for the built-in policy.
func evaluator(
  _ text: String?, context: PolicyContext = context, session: SessionGrants = SessionGrants(),
  _ change: (inout PolicyOptions) -> Void = { _ in }
) throws -> Evaluator {
  var document: PolicyDocument?
  if let text {
    let reading = read(text)
    document =
      try reading.document ?? { throw reading.firstError ?? Diagnostic("X", "", at: SourceSpan(0, 0)) }()
  }
  var options = PolicyOptions()
  change(&options)
  return Evaluator(
    policy: try EffectivePolicy(document: document, context: context, options: options), session: session)
}

/// A request for a command line split at blanks; `?` is an unknown word, `*?` any number, `<>` the empty word.
func run(_ line: String, path: String? = nil) -> AccessRequest {
  let words = line.split(separator: " ").map { word -> Argument in
    switch word {
    case "?": .unknown
    case "*?": .anyNumber
    case "<>": .literal("")
    default: .literal(String(word))
    }
  }
  return .execute(ProgramRequest(program: words[0], arguments: Array(words.dropFirst()), resolvedPath: path))
}
