import Foundation
import Policy
import SourceText
import Testing

/// Docs/policy.md says what the program does: its examples, lists and tables are gone through.
@Suite struct DocumentationTests {
  private let lines: [String]

  init() throws { lines = try Self.lines(of: "policy.md") }

  private static func lines(of document: String) throws -> [String] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Docs/\(document)")
    return try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
  }

  @Test func examplesAreValid() {
    var example: [String]?
    var count = 0
    for (number, line) in lines.enumerated() {
      if line == "```yaml" {
        example = []
      } else if line == "```", let text = example {
        let reading = read(text.joined(separator: "\n"))
        #expect(
          reading.diagnostics.isEmpty, "example that ends on line \(number + 1): \(reading.diagnostics)")
        count += 1
        example = nil
      } else {
        example?.append(line)
      }
    }
    #expect(count >= 4)
  }

  /// The words of the indented block behind `<!-- list: NAME -->`.
  private func list(_ name: String) -> [String] { Self.list(name, in: lines) }

  private static func list(_ name: String, in lines: [String]) -> [String] {
    guard let start = lines.firstIndex(of: "<!-- list: \(name) -->") else { return [] }
    return lines[(start + 1)...].prefix { $0.hasPrefix("    ") }.flatMap {
      $0.split(separator: " ").map(String.init)
    }
  }

  @Test func listsAreTheBuiltInOnes() {
    #expect(list("run.allow") == BuiltinPolicy.runAllow)
    #expect(list("run.deny") == BuiltinPolicy.runDeny)
    #expect(list("read.allow") == BuiltinPolicy.readAllow)
    #expect(list("read.deny") == BuiltinPolicy.readDeny)
    #expect(list("write.allow") == BuiltinPolicy.writeAllow)
    #expect(list("write.deny") == BuiltinPolicy.writeDeny)
    #expect(list("env.allow") == BuiltinPolicy.envAllow)
    #expect(list("env.deny") == BuiltinPolicy.envDeny)
    #expect(list("protect") == BuiltinPolicy.protect)
    #expect(list("dangerous") == BuiltinPolicy.dangerousVariables)
    for (name, words) in BuiltinPolicy.presets { #expect(list("preset \(name)") == words) }
  }

  @Test func riskyHostsAreTheBuiltInOnes() throws {
    let lines = try Self.lines(of: "network.md")
    for category in RiskyHosts.categories {
      #expect(Self.list(category.name, in: lines) == category.hosts, "\(category.name)")
    }
  }

  /// The cells' code words, row by row, of the table behind a mark.
  private func table(_ mark: String) -> [[[String]]] {
    guard let start = lines.firstIndex(of: "<!-- \(mark) -->") else { return [] }
    let rows = lines[(start + 1)...].prefix { $0.hasPrefix("|") }.dropFirst(2)
    return rows.map { row in
      row.components(separatedBy: " | ").map { cell in
        cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      }
    }
  }

  @Test func patternsMatchAsTheTableSays() throws {
    let rows = table("patterns")
    #expect(rows.count > 20)
    for row in rows {
      try #require(row.count == 3 && row[0].count == 1)
      let glob = try Glob(row[0][0])
      for text in row[1] { #expect(glob.matches(text), "\(row[0][0]) matches \(text)") }
      for text in row[2] { #expect(!glob.matches(text), "\(row[0][0]) does not match \(text)") }
    }
  }

  @Test func programRulesMatchAsTheTableSays() throws {
    let rows = table("programs")
    #expect(rows.count > 5)
    for row in rows {
      try #require(row.count == 4 && row[0].count == 1)
      let rule = RuleEditor.yamlScalar(row[0][0])
      let allowing = try evaluator("default: {mode: deny, run: {allow: [\(rule)]}}")
      for text in row[1] { #expect(allowing.decide(run(text)).verdict == .allow, "\(rule) allows \(text)") }
      for text in row[2] {
        #expect(allowing.decide(run(text)).verdict == .deny, "\(rule) does not allow \(text)")
      }
      let denying = try evaluator("default: {mode: execute, run: {deny: [\(rule)]}}")
      for text in row[3] { #expect(denying.decide(run(text)).verdict == .deny, "\(rule) denies \(text)") }
    }
  }

  @Test func everyKeyIsDescribed() {
    let text = lines.joined(separator: "\n")
    for key in [
      "version", "extends", "presets", "mode", "sandbox", "gate", "run", "read", "write", "env", "network",
      "limits",
      "protect", "allow", "deny", "undeny", "ports", "localhost", "private", "broker", "secret", "host",
      "header", "upstream", "timeout", "processes", "memory",
      "fileSize",
      "cpu", "overrides", "runbook", "grants", "type", "pattern", "scope", "runbookDigest", "grantedAt",
    ] {
      #expect(text.contains(key))
    }
  }
}
