/// The name of a step inside its runbook, or of a substep inside its step.
public enum UnitName: Hashable, Sendable, CustomStringConvertible {
  /// A numbered unit; numbered steps follow one another.
  case number(Int)
  /// A named unit. A named step is reached by GOTO alone.
  case name(String)

  /// `3` or `Repair`.
  public var description: String {
    switch self {
    case .number(let number): return String(number)
    case .name(let name): return name
    }
  }

  /// Reads `3` or `Repair`; nil when the text is neither, or a reserved word.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first else { return nil }
    if bytes.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard bytes.count <= 6, let number = Int(String(text)), number >= 1 else { return nil }
      self = .number(number)
    } else {
      guard !(0x30...0x39).contains(first), bytes.allSatisfy(Identifier.isPart),
        !ReservedWords.units.contains(String(text))
      else { return nil }
      self = .name(String(text))
    }
  }
}

/// A step, or a substep of a step: `2`, `2.1`, `Recover`, `2.Repair`.
public struct UnitPath: Hashable, Sendable, CustomStringConvertible {
  /// The step.
  public var step: UnitName
  /// The substep, when one is meant.
  public var substep: UnitName?

  /// A path.
  public init(_ step: UnitName, _ substep: UnitName? = nil) {
    self.step = step
    self.substep = substep
  }

  /// Reads `2`, `2.1`, `Recover` or `2.Repair`; nil when the text is none of these.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let step = UnitName(parts[0]) else { return nil }
    self.step = step
    if parts.count == 2 {
      guard let substep = UnitName(parts[1]) else { return nil }
      self.substep = substep
    }
  }

  /// As it is written in a runbook.
  public var description: String { substep.map { "\(step).\($0)" } ?? "\(step)" }
}

/// `[A-Za-z_][A-Za-z0-9_]*`, the form of every name in a runbook.
public enum Identifier {
  /// Whether a byte may stand in a name.
  static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
    default: return false
    }
  }

  /// Whether `text` is a name.
  public static func isValid(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy(isPart)
  }
}

/// Words that the language keeps for itself.
public enum ReservedWords {
  /// Not allowed as names of steps and substeps; exact case.
  public static let units: Set<String> = [
    "NEXT", "CONTINUE", "DEFER", "DELEGATE", "COMPLETE", "STOP", "GOTO", "RETRY", "PASS", "FAIL", "YES", "NO",
    "ALL", "ANY", "BREAK", "FOR", "IN", "TO", "AT",
  ]
  /// Not allowed as names of variables; any case.
  static let variables: Set<String> = ["step", "index", "context", "runid", "runbookref"]

  /// Whether a variable may not have this name.
  public static func isReservedVariable(_ name: String) -> Bool { variables.contains(name.lowercased()) }
}
