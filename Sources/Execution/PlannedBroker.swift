public import Policy
internal import Runbook
internal import SourceText

/// A secret that a unit would have as a placeholder, which the network's proxy replaces in its requests.
public struct PlannedBroker: Sendable {
  /// The unit, as `2.1`.
  public var unit: String
  /// What the policy says.
  public var rule: BrokerRule
  /// Why the unit would be refused; nil when it would not.
  public var refusal: String?
  /// Why the placeholder would stay one, with the line of the runbook.
  public var remarks: [(line: Int, text: String)]

  /// What becomes of the secrets of a block that the policy has put into requests.
  static func all(
    _ block: CommandBlock, _ unit: String, _ runbook: Runbook, _ evaluator: Evaluator
  ) -> [PlannedBroker] {
    let names = Set((block.options.secrets + runbook.frontmatter.secrets).map(\.name))
    let first = runbook.file.position(at: block.origin.offset(0)).line
    return evaluator.policy.brokers.map(\.value).filter { names.contains($0.secret) }.map { rule in
      var planned = PlannedBroker(unit: unit, rule: rule, refusal: nil, remarks: [])
      if evaluator.policy.network.value != .proxied || !ProfileCompiler.isConfined(evaluator.policy) {
        planned.refusal = "it takes the network's proxy, and this step has none"
        return planned
      }
      let decision = evaluator.decide(.connect(host: rule.host, port: rule.port))
      if decision.verdict != .allow { planned.remarks.append((first, decision.summary)) }
      for offset in Self.places(of: "https://\(rule.host)", in: block.text) {
        let line = runbook.file.position(at: block.origin.offset(offset)).line
        planned.remarks.append(
          (line, "https://\(rule.host) is TLS from end to end: the placeholder stays a placeholder there"))
      }
      return planned
    }
  }

  /// Where a host stands in a text, whole: `https://a.org` is not in `https://a.org.example`.
  private static func places(of text: String, in bytes: [UInt8]) -> [Int] {
    let wanted = Array(text.utf8)
    guard bytes.count >= wanted.count else { return [] }
    return (0...(bytes.count - wanted.count)).filter { start in
      let end = start + wanted.count
      guard bytes[start] | 0x20 == wanted[0],
        bytes[start..<end].elementsEqual(wanted, by: { $0 == $1 || $0 | 0x20 == $1 })
      else { return false }
      guard end < bytes.count else { return true }
      switch bytes[end] {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: return false
      default: return true
      }
    }
  }
}
