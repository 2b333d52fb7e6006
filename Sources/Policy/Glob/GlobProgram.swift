/// A compiled pattern: a nondeterministic automaton, simulated on all its states at once, so that no text can make it
/// backtrack.
struct GlobProgram: Sendable {
  enum Instruction: Sendable {
    case scalar(UInt32)
    /// One character but `/` (with `slashIsOrdinary`, any).
    case one
    /// One character, `/` included.
    case any
    case set(Int)
    case split(Int, Int)
    case jump(Int)
    /// Here a segment must have a character left.
    case segmentGoesOn
    /// From here the program number `n` must not match.
    case not(Int)
    case accept
  }

  private struct Refusal: Sendable {
    var program: GlobProgram
    var toEnd: Bool
  }

  private static let sizeLimit = 20_000

  private var code: [Instruction] = []
  private var sets: [GlobSet] = []
  private var refusals: [Refusal] = []
  private let options: Glob.Options

  init(_ nodes: [GlobNode], options: Glob.Options) throws(GlobError) {
    self.options = options
    try emit(nodes)
    code.append(.accept)
  }

  private func folded(_ scalar: UInt32) -> UInt32 {
    options.contains(.ignoresCase) && (0x41...0x5A).contains(scalar) ? scalar + 32 : scalar
  }

  /// A text as this program compares it.
  func scalars(_ text: String) -> [UInt32] {
    text.unicodeScalars.map { folded($0.value) }
  }

  // MARK: Compiling

  private mutating func emit(_ nodes: [GlobNode]) throws(GlobError) {
    for node in nodes { try emit(node) }
    var size = code.count
    for refusal in refusals { size += refusal.program.code.count }
    if size > Self.sizeLimit {
      throw GlobError("this pattern is too costly", help: "write several simpler patterns")
    }
  }

  private mutating func emit(_ node: GlobNode) throws(GlobError) {
    switch node {
    case .literal(let scalars): code += scalars.map { .scalar(folded($0)) }
    case .one: code.append(.one)
    case .star(let atSegmentStart):
      if atSegmentStart, !options.contains(.slashIsOrdinary) { code.append(.segmentGoesOn) }
      loop(.one)
    case .set(let set):
      sets.append(folded(set))
      code.append(.set(sets.count - 1))
    case .folders:
      // nothing, or anything that ends with a slash
      let split = code.count
      code.append(.accept)
      loop(.any)
      code.append(.scalar(UInt32(UInt8(ascii: "/"))))
      code[split] = .split(split + 1, code.count)
    case .below:
      let split = code.count
      code.append(.accept)
      code.append(.scalar(UInt32(UInt8(ascii: "/"))))
      loop(.any)
      code[split] = .split(split + 1, code.count)
    case .anyDepth: loop(.any)
    case .group(let repetition, let alternatives): try group(repetition, alternatives)
    case .not(let alternatives, let toEnd, let crossesSlash):
      let inner = try GlobProgram([.group(.once, alternatives)], options: options)
      refusals.append(Refusal(program: inner, toEnd: toEnd))
      code.append(.not(refusals.count - 1))
      loop(crossesSlash ? .any : .one)
    }
  }

  private mutating func loop(_ instruction: Instruction) {
    let start = code.count
    code.append(.split(start + 1, start + 3))
    code.append(instruction)
    code.append(.jump(start))
  }

  private mutating func group(_ repetition: GlobRepetition, _ alternatives: [[GlobNode]]) throws(GlobError) {
    let start = code.count
    if repetition == .optional || repetition == .zeroOrMore { code.append(.accept) }
    let body = code.count
    var exits: [Int] = []
    for (number, alternative) in alternatives.enumerated() {
      let split = code.count
      let isLast = number == alternatives.count - 1
      if !isLast { code.append(.accept) }
      try emit(alternative)
      if !isLast {
        exits.append(code.count)
        code.append(.accept)
        code[split] = .split(split + 1, code.count)
      }
    }
    for exit in exits { code[exit] = .jump(code.count) }
    if repetition == .oneOrMore || repetition == .zeroOrMore { code.append(.split(body, code.count + 1)) }
    if repetition == .optional || repetition == .zeroOrMore { code[start] = .split(body, code.count) }
  }

  private func folded(_ set: GlobSet) -> GlobSet {
    guard options.contains(.ignoresCase) else { return set }
    var out = set
    for range in set.ranges {
      let upper = range.clamped(to: 0x41...0x5A)
      if range.overlaps(0x41...0x5A) { out.ranges.append(upper.lowerBound + 32...upper.upperBound + 32) }
    }
    return out
  }

  // MARK: Running

  /// Whether the program matches exactly the text from `start` to `end`.
  func matches(_ text: [UInt32], _ start: Int, _ end: Int) -> Bool {
    var found = false
    run(text, start, end) { position in
      if position == end { found = true }
    }
    return found
  }

  /// Whether the program matches the text or a part of it that ends before a slash.
  func matchesPathOrAncestor(_ text: [UInt32]) -> Bool {
    let slash = UInt32(UInt8(ascii: "/"))
    if refusals.isEmpty {
      var found = false
      run(text, 0, text.count) { position in
        if position == text.count || text[position] == slash { found = true }
      }
      return found
    }
    if matches(text, 0, text.count) { return true }
    for (position, scalar) in text.enumerated() where scalar == slash && position > 0 {
      if matches(text, 0, position) { return true }
    }
    return false
  }

  /// Runs forward and reports each position where the program accepts.
  private func run(_ text: [UInt32], _ start: Int, _ end: Int, accepted: (Int) -> Void) {
    let refused = refusals.map { $0.program.startsOfMatches(text, start, end, toEnd: $0.toEnd) }
    var current: [Int] = []
    var next: [Int] = []
    var marks = [Int](repeating: -1, count: code.count)
    var pending: [Int] = []
    func add(_ state: Int, at position: Int, to list: inout [Int]) {
      pending.append(state)
      while let state = pending.popLast() {
        guard marks[state] != position else { continue }
        marks[state] = position
        switch code[state] {
        case .split(let a, let b):
          pending.append(b)
          pending.append(a)
        case .jump(let target): pending.append(target)
        case .segmentGoesOn:
          if position < end, text[position] != UInt32(UInt8(ascii: "/")) { pending.append(state + 1) }
        case .not(let number):
          if !refused[number][position - start] { pending.append(state + 1) }
        case .accept: accepted(position)
        case .scalar, .one, .any, .set: list.append(state)
        }
      }
    }
    add(0, at: start, to: &current)
    for position in start..<end {
      if current.isEmpty { return }
      for state in current where consumes(code[state], text, position, start, end) {
        add(state + 1, at: position + 1, to: &next)
      }
      swap(&current, &next)
      next.removeAll(keepingCapacity: true)
    }
  }

  /// For each position from `start` to `end`, whether the program matches from there: to `end`, or to anywhere.
  private func startsOfMatches(_ text: [UInt32], _ start: Int, _ end: Int, toEnd: Bool) -> [Bool] {
    let refused = refusals.map { $0.program.startsOfMatches(text, start, end, toEnd: $0.toEnd) }
    var later = [Bool](repeating: false, count: code.count)
    var result = [Bool](repeating: false, count: end - start + 1)
    for position in stride(from: end, through: start, by: -1) {
      var now = [Bool](repeating: false, count: code.count)
      var changed = true
      // Backwards through the code; only loops need another pass.
      while changed {
        changed = false
        for state in stride(from: code.count - 1, through: 0, by: -1) where !now[state] {
          let reached: Bool
          switch code[state] {
          case .accept: reached = !toEnd || position == end
          case .split(let a, let b): reached = now[a] || now[b]
          case .jump(let target): reached = now[target]
          case .segmentGoesOn:
            reached = position < end && text[position] != UInt32(UInt8(ascii: "/")) && now[state + 1]
          case .not(let number): reached = !refused[number][position - start] && now[state + 1]
          case .scalar, .one, .any, .set:
            reached = position < end && later[state + 1] && consumes(code[state], text, position, start, end)
          }
          if reached {
            now[state] = true
            changed = true
          }
        }
      }
      result[position - start] = now[0]
      later = now
    }
    return result
  }

  private func consumes(
    _ instruction: Instruction, _ text: [UInt32], _ position: Int, _ start: Int, _ end: Int
  ) -> Bool {
    let scalar = text[position]
    let isSlash = scalar == UInt32(UInt8(ascii: "/"))
    switch instruction {
    case .scalar(let wanted): return scalar == wanted
    case .one:
      if options.contains(.slashIsOrdinary) { return true }
      return !isSlash && !isHidden(text, position, start, end)
    case .any: return !isHidden(text, position, start, end)
    case .set(let number):
      if !sets[number].contains(scalar) { return false }
      if options.contains(.slashIsOrdinary) { return true }
      return !isSlash && !(sets[number].isNegated && isHidden(text, position, start, end))
    case .split, .jump, .segmentGoesOn, .not, .accept: return false
    }
  }

  /// Whether a wildcard may not take the dot that begins this segment.
  private func isHidden(_ text: [UInt32], _ position: Int, _ start: Int, _ end: Int) -> Bool {
    let dot = UInt32(UInt8(ascii: "."))
    let slash = UInt32(UInt8(ascii: "/"))
    guard text[position] == dot, !options.contains(.slashIsOrdinary) else { return false }
    guard position == start || text[position - 1] == slash else { return false }
    if options.contains(.hidesDotFiles) { return true }
    // `.` and `..` are never found by a wildcard.
    var after = position + 1
    if after < end, text[after] == dot { after += 1 }
    return after == end || text[after] == slash
  }
}
