/// How a text is compared with a pattern. Most patterns of a policy are names, or begin or end with one; only the others
/// need the automaton, and of those most texts differ in their first or last letters.
enum GlobForm: Sendable {
  /// The text itself.
  case literal([UInt8])
  /// Any text that begins and ends so (`AWS_*`, `*_TOKEN`), where `*` stands for every character.
  case affixes(prefix: [UInt8], suffix: [UInt8])
  /// What the automaton accepts; a match begins and ends so.
  case program(GlobProgram, prefix: [UInt8], suffix: [UInt8])

  init(_ nodes: [GlobNode], options: Glob.Options) throws(GlobError) {
    let comparesBytes = !options.contains(.ignoresCase)
    let prefix = comparesBytes ? Self.bytes(nodes.first) : []
    let suffix = comparesBytes ? Self.bytes(nodes.last) : []
    if comparesBytes, nodes.count == 1, nodes[0].isLiteral {
      self = .literal(prefix)
    } else if comparesBytes, options.contains(.slashIsOrdinary), Self.isOneStar(nodes) {
      self = .affixes(prefix: prefix, suffix: suffix)
    } else {
      self = .program(try GlobProgram(nodes, options: options), prefix: prefix, suffix: suffix)
    }
  }

  /// One `*`, with a literal before it, behind it, on both sides or on neither.
  private static func isOneStar(_ nodes: [GlobNode]) -> Bool {
    let wildcards = nodes.filter { !$0.isLiteral }
    guard wildcards.count == 1 else { return false }
    switch wildcards[0] {
    case .star, .anyDepth: return true
    case .literal, .one, .set, .folders, .below, .group, .not: return false
    }
  }

  private static func bytes(_ node: GlobNode?) -> [UInt8] {
    guard case .literal(let scalars)? = node else { return [] }
    if scalars.allSatisfy({ $0 < 0x80 }) { return scalars.map { UInt8($0) } }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars.compactMap { Unicode.Scalar($0) })
    return Array(text.utf8)
  }

  /// Whether the whole text is meant.
  func matches(_ text: String) -> Bool {
    switch self {
    case .literal(let bytes): return text.utf8.elementsEqual(bytes)
    case .affixes(let prefix, let suffix): return Self.has(text.utf8, prefix, suffix)
    case .program(let program, let prefix, let suffix):
      guard Self.has(text.utf8, prefix, suffix) else { return false }
      let scalars = program.scalars(text)
      return program.matches(scalars, 0, scalars.count)
    }
  }

  /// Whether the whole path is meant, or a folder above it.
  func covers(path: String) -> Bool {
    let slash = UInt8(ascii: "/")
    switch self {
    case .literal(let bytes):
      guard path.utf8.starts(with: bytes) else { return false }
      let next = path.utf8.dropFirst(bytes.count).first
      return next == nil || next == slash
    case .affixes(let prefix, let suffix):
      let bytes = Array(path.utf8)
      let ends = bytes.indices.filter { bytes[$0] == slash } + [bytes.count]
      return ends.contains { Self.has(bytes[..<$0], prefix, suffix) }
    case .program(let program, let prefix, _):
      return path.utf8.starts(with: prefix) && program.matchesPathOrAncestor(program.scalars(path))
    }
  }

  private static func has(
    _ text: some BidirectionalCollection<UInt8>, _ prefix: [UInt8], _ suffix: [UInt8]
  ) -> Bool {
    text.count >= prefix.count + suffix.count && text.starts(with: prefix)
      && text.reversed().starts(with: suffix.reversed())
  }
}
