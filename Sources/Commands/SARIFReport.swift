internal import JSON
internal import Runbook
internal import SourceText

/// What `check` found as SARIF 2.1.0, the form in which code hosts take the findings of linters.
struct SARIFReport {
  let compilations: [Compilation]

  /// The document.
  var json: JSONValue {
    let codes = Set(compilations.flatMap { $0.problems.map(\.code) }).sorted()
    return .object([
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": .array([
        .object([
          "columnKind": "unicodeCodePoints",
          "tool": .object([
            "driver": .object([
              "name": "rundown", "version": .string(ProgramSpec.version),
              "rules": .array(codes.map { .object(["id": .string($0)]) }),
            ])
          ]),
          "results": .array(compilations.flatMap { file in file.problems.map { result($0, file.file) } }),
        ])
      ]),
    ])
  }

  private func result(_ problem: Diagnostic, _ file: SourceFile) -> JSONValue {
    let start = file.position(at: problem.span.start)
    let end = file.position(at: problem.span.end)
    let line = String(decoding: file.line(start.line), as: UTF8.self)
    let help = problem.help.map { "\n\($0)" } ?? ""
    return .object([
      "ruleId": .string(problem.code), "level": .string(problem.severity.rawValue),
      "message": .object(["text": .string(problem.message + help)]),
      "locations": .array([
        .object([
          "physicalLocation": .object([
            "artifactLocation": .object(["uri": .string(Self.uri(file.name))]),
            "region": .object([
              "startLine": .int(start.line), "startColumn": .int(start.column), "endLine": .int(end.line),
              "endColumn": .int(end.column),
            ]),
          ])
        ])
      ]),
      // The text of the line and not its number: a finding that has only moved is the same one.
      "partialFingerprints": .object([
        "rundown/v1": .string(
          "\(problem.code) \(line.split { $0 == " " || $0 == "\t" }.joined(separator: " "))")
      ]),
    ])
  }

  /// A path as a relative URI reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: out.append(byte)
      default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
