/// Reads a pattern into nodes.
struct GlobParser {
  static let depthLimit = 8
  static let rangeLimit: UInt64 = 1000

  let scalars: [UInt32]
  let options: Glob.Options
  var index = 0
  var depth = 0

  init(_ text: String, options: Glob.Options) throws(GlobError) {
    scalars = text.unicodeScalars.map(\.value)
    self.options = options
    if scalars.isEmpty { throw GlobError("a pattern must not be empty") }
    if scalars.count > Glob.lengthLimit {
      throw GlobError("a pattern must not be longer than \(Glob.lengthLimit) characters")
    }
    if scalars.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw GlobError("a pattern must not hold control characters")
    }
  }

  /// Takes leading `!`s; whether their number is odd.
  mutating func takeNegation() -> Bool {
    var negated = false
    while peek() == "!", peek(1) != "(" {
      negated.toggle()
      index += 1
    }
    return negated
  }

  mutating func parse() throws(GlobError) -> [GlobNode] {
    if index == scalars.count { throw GlobError("a pattern must not be empty") }
    // `./x` and `x` are the same pattern.
    if !options.contains(.keepsDotSlash), peek() == ".", peek(1) == "/", index + 2 < scalars.count {
      index += 2
    }
    return try sequence(until: "", start: true)
  }

  func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    let place = index + distance
    return place >= 0 && place < scalars.count ? Unicode.Scalar(scalars[place]) : nil
  }

  private func isStop(_ scalar: Unicode.Scalar, _ stops: String) -> Bool {
    stops.unicodeScalars.contains(scalar)
  }

  mutating func descend() throws(GlobError) {
    depth += 1
    if depth > Self.depthLimit {
      throw GlobError("a pattern must not nest deeper than \(Self.depthLimit) groups")
    }
  }

  /// Nodes up to one of `stops` (not taken) or the end. `start`: whether this begins a path segment.
  mutating func sequence(until stops: String, start: Bool) throws(GlobError) -> [GlobNode] {
    var out = GlobNodes()
    var atStart = start
    while let scalar = peek(), !isStop(scalar, stops) {
      let wasStart = atStart
      atStart = false
      switch scalar {
      case "\\":
        guard let next = peek(1) else {
          throw GlobError("a backslash stands at the end of the pattern", help: "write \\\\ for a backslash")
        }
        out.add(literal: [next.value])
        index += 2
      case "\"": out.add(literal: try quoted())
      case "/":
        if !wasStart, try trailingDepth(stops) {
          out.add(.below)
        } else {
          out.add(literal: [scalar.value])
          index += 1
          atStart = true
        }
      case "?" where peek(1) == "(", "*" where peek(1) == "(", "+" where peek(1) == "(",
        "@" where peek(1) == "(",
        "!" where peek(1) == "(":
        index += 1
        out.add(try extended(scalar, start: wasStart))
      case "(": out.add(try extended("@", start: wasStart))
      case "?":
        index += 1
        out.add(.one)
      case "*":
        let node = stars(start: wasStart, stops)
        if case .folders = node { atStart = true }
        out.add(node)
      case "[": out.add(.set(try set()))
      case "{": out.add(try brace(start: wasStart))
      default:
        index += 1
        out.add(literal: [scalar.value])
      }
    }
    return out.all
  }

  /// Takes `/**` (and `/**/**`) if nothing but the end or a stop follows.
  private mutating func trailingDepth(_ stops: String) throws(GlobError) -> Bool {
    guard !options.contains(.slashIsOrdinary) else { return false }
    var place = 0
    while peek(place) == "/", peek(place + 1) == "*", peek(place + 2) == "*", peek(place + 3) != "*",
      peek(place + 3) != "("
    {
      place += 3
    }
    guard place > 0 else { return false }
    if let next = peek(place), !isStop(next, stops) { return false }
    index += place
    return true
  }

  /// One or more stars.
  private mutating func stars(start: Bool, _ stops: String) -> GlobNode {
    var count = 0
    while peek() == "*", count == 0 || peek(1) != "(" {
      count += 1
      index += 1
    }
    guard start, count == 2, !options.contains(.slashIsOrdinary) else { return .star(atSegmentStart: start) }
    let next = peek()
    if next == "/" {
      index += 1
      // `**/**/` is `**/`.
      while peek() == "*", peek(1) == "*", peek(2) == "/" { index += 3 }
      if peek() == "*", peek(1) == "*", peek(2) == nil {
        index += 2
        return .anyDepth
      }
      return .folders
    }
    if next == nil || next.map({ isStop($0, stops) }) == true { return .anyDepth }
    return .star(atSegmentStart: start)
  }

  private mutating func quoted() throws(GlobError) -> [UInt32] {
    index += 1
    var out: [UInt32] = []
    while let scalar = peek() {
      index += 1
      if scalar == "\"" { return out }
      if scalar == "\\", let next = peek() {
        index += 1
        out.append(next.value)
      } else {
        out.append(scalar.value)
      }
    }
    throw GlobError("a double quote is not closed", help: "write \\\" for a quote that is part of the name")
  }

  /// `(a|b)` behind one of `@ ? * + !`.
  private mutating func extended(_ kind: Unicode.Scalar, start: Bool) throws(GlobError) -> GlobNode {
    try descend()
    index += 1
    let from = index
    var alternatives: [[GlobNode]] = []
    repeat {
      if !alternatives.isEmpty { index += 1 }
      alternatives.append(try sequence(until: "|)", start: start))
    } while peek() == "|"
    guard peek() == ")" else {
      throw GlobError("a `(` is not closed", help: "write \\( for a parenthesis that is part of the name")
    }
    let inner = scalars[from..<index]
    index += 1
    depth -= 1
    switch kind {
    case "?": return .group(.optional, alternatives)
    case "*": return .group(.zeroOrMore, alternatives)
    case "+": return .group(.oneOrMore, alternatives)
    case "!": return try negation(alternatives, inner: inner)
    default: return .group(.once, alternatives)
    }
  }

  /// picomatch's rule: `!(x)` at the end stands for anything but `x`; elsewhere for a text that does not begin with
  /// `x`; before a plain extension (`!(*.d).ts`), for a text that with the extension is not `x.ts`.
  private mutating func negation(
    _ alternatives: [[GlobNode]], inner: ArraySlice<UInt32>
  ) throws(GlobError) -> GlobNode {
    let slash = UInt32(UInt8(ascii: "/"))
    let crosses = inner.count > 1 && inner.contains(slash)
    let rest = scalars[index...]
    if crosses || rest.allSatisfy({ $0 == UInt32(UInt8(ascii: ")")) }) {
      return .not(alternatives, toEnd: true, crossesSlash: crosses)
    }
    let special = Set("\\/.".unicodeScalars.map(\.value))
    if inner.contains(UInt32(UInt8(ascii: "*"))), rest.first == UInt32(UInt8(ascii: ".")), rest.count > 1,
      rest.dropFirst().allSatisfy({ !special.contains($0) })
    {
      var ahead = self
      let tail = try ahead.sequence(until: "", start: false)
      return .not(alternatives.map { $0 + tail }, toEnd: true, crossesSlash: false)
    }
    return .not(alternatives, toEnd: false, crossesSlash: false)
  }
}
