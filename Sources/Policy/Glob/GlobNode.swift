/// A set of characters, as `[a-z]` writes it.
struct GlobSet: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  var isNegated = false

  func contains(_ scalar: UInt32) -> Bool {
    ranges.contains { $0.contains(scalar) } != isNegated
  }
}

/// What a group does with its alternatives.
enum GlobRepetition: Hashable, Sendable {
  case once
  case optional
  case zeroOrMore
  case oneOrMore
}

/// A part of a pattern.
indirect enum GlobNode: Hashable, Sendable {
  /// These characters.
  case literal([UInt32])
  /// `?`
  case one
  /// `*`; at the beginning of a segment it wants at least one character.
  case star(atSegmentStart: Bool)
  case set(GlobSet)
  /// `**/`: any number of folders, none included.
  case folders
  /// `/**` at the end: the folder itself and all below it.
  case below
  /// `**` alone: anything.
  case anyDepth
  case group(GlobRepetition, [[GlobNode]])
  /// `!(...)`: what stands here must not begin with one of these, or, with `toEnd`, be one of these.
  case not([[GlobNode]], toEnd: Bool, crossesSlash: Bool)

  var isLiteral: Bool {
    if case .literal = self { return true }
    return false
  }

  var isAnyDepth: Bool {
    if case .anyDepth = self { return true }
    return false
  }
}

/// Nodes as a parser finds them: characters that follow one another become one node.
struct GlobNodes {
  private var nodes: [GlobNode] = []
  private var literal: [UInt32] = []

  mutating func add(literal more: [UInt32]) { literal += more }

  mutating func add(_ node: GlobNode) {
    nodes = all
    literal = []
    nodes.append(node)
  }

  /// The nodes.
  var all: [GlobNode] { literal.isEmpty ? nodes : nodes + [.literal(literal)] }
}
