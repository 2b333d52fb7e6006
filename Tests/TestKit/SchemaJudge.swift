import Foundation

/// Judges JSON texts by a published schema of the project; the judge is python's jsonschema.
public struct SchemaJudge: Sendable {
  private let path: String

  /// A judge by `Schemas/NAME.schema.json`.
  public init(_ name: String) {
    path =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Schemas/\(name).schema.json").standardizedFileURL.path
  }

  /// The schema itself.
  public var bytes: [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }

  /// Whether there is a judge on this machine.
  public static let isPossible =
    SchemaJudge("policy").python("from jsonschema import Draft202012Validator", input: "")?.code == 0

  /// For each text whether the schema accepts it; nil when the schema itself is wrong.
  public func verdicts(_ texts: [String]) throws -> [Bool]? {
    let script = """
      import json, sys
      from jsonschema import Draft202012Validator as V
      schema = json.load(open(sys.argv[1]))
      V.check_schema(schema)
      judge = V(schema)
      print("".join("y" if judge.is_valid(json.loads(text)) else "n" for text in json.load(sys.stdin)))
      """
    let input = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    guard let answer = python(script, input: input), answer.code == 0 else { return nil }
    let verdicts = answer.output.filter { !$0.isNewline }.map { $0 == "y" }
    return verdicts.count == texts.count ? verdicts : nil
  }

  private func python(_ script: String, input: String) -> (code: Int32, output: String)? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, path]
    let stdin = Pipe()
    let stdout = Pipe()
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try? stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
