import Foundation
import TestKit

/// A runbook of shell steps numbered from 1, each with its block; `options` stands behind the fence's language.
func runbook(_ blocks: String..., shell: String = "sh", options: String = "") -> String {
  blocks.enumerated().map { index, block in
    "## \(index + 1). Step \(index + 1)\n\n```\(shell)\(options.isEmpty ? "" : " " + options)\n\(block)\n```\n"
  }.joined(separator: "\n")
}

extension TemporaryProject {
  /// `rundown` at a terminal in this project.
  func terminal(
    _ arguments: String..., environment more: [String: String] = [:], columns: Int = 100,
    isTrusted: Bool = true
  ) throws -> TerminalSession {
    // A person has confirmed the policy of the project before; TrustTests ask.
    if isTrusted { try confirmPolicy() }
    return try TerminalSession(
      [Built.rundown] + arguments, in: root, environment: environment(more), columns: columns)
  }

  /// The value of a member of `status --json`.
  func status(_ member: String = "status") throws -> String? {
    let result = try rundown("status", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return object?[member] as? String
  }

  /// The processes whose command line matches, as pgrep sees them.
  func processes(_ pattern: String) throws -> String {
    try run(["/usr/bin/pgrep", "-f", pattern]).output
  }
}

/// Whether something becomes true within a time.
func eventually(seconds: Double = 10, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = Date().addingTimeInterval(seconds)
  while Date() < end {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.03)
  }
  return try condition()
}
