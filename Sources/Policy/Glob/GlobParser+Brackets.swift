extension GlobParser {
  private static let classes: [String: [ClosedRange<UInt32>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "ascii": [0...0x7F],
    "blank": [0x20...0x20, 9...9], "cntrl": [0...0x1F, 0x7F...0x7F], "digit": [0x30...0x39],
    "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x20...0x20, 9...13],
    "upper": [0x41...0x5A], "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// `[abc]`, `[a-z]`, `[!x]`, `[^x]`, `[[:digit:]]`.
  mutating func set() throws(GlobError) -> GlobSet {
    var set = GlobSet()
    index += 1
    if peek() == "!" || peek() == "^" {
      set.isNegated = true
      index += 1
    }
    var isFirst = true
    while let scalar = peek() {
      if scalar == "]", !isFirst {
        index += 1
        return set
      }
      isFirst = false
      if scalar == "[", peek(1) == ":" {
        set.ranges += try characterClass()
        continue
      }
      let low = try setMember()
      guard peek() == "-", let after = peek(1), after != "]" else {
        set.ranges.append(low...low)
        continue
      }
      index += 1
      let high = try setMember()
      guard low <= high else {
        throw GlobError("a range in [...] runs backwards", help: "write [a-z], not [z-a]")
      }
      set.ranges.append(low...high)
    }
    throw GlobError("a `[` is not closed", help: "write \\[ for a bracket that is part of the name")
  }

  private mutating func setMember() throws(GlobError) -> UInt32 {
    if peek() == "\\" { index += 1 }
    guard let scalar = peek() else {
      throw GlobError("a `[` is not closed", help: "write \\[ for a bracket that is part of the name")
    }
    index += 1
    return scalar.value
  }

  private mutating func characterClass() throws(GlobError) -> [ClosedRange<UInt32>] {
    var name = ""
    var place = 2
    while let scalar = peek(place), scalar != ":", scalar != "]" {
      name.unicodeScalars.append(scalar)
      place += 1
    }
    guard peek(place) == ":", peek(place + 1) == "]", let ranges = Self.classes[name] else {
      let known = Self.classes.keys.sorted().map { "[:\($0):]" }.joined(separator: " ")
      throw GlobError("there is no character class [:\(name):]", help: "known are \(known)")
    }
    index += place + 2
    return ranges
  }

  /// `{a,b}` or `{1..3}`; braces around anything else are literal.
  mutating func brace(start: Bool) throws(GlobError) -> GlobNode {
    if let range = try range() { return range }
    guard try hasComma() else {
      index += 1
      return .literal([UInt32(UInt8(ascii: "{"))])
    }
    try descend()
    index += 1
    var alternatives: [[GlobNode]] = []
    repeat {
      if !alternatives.isEmpty { index += 1 }
      alternatives.append(try sequence(until: ",}", start: start))
    } while peek() == ","
    guard peek() == "}" else {
      throw GlobError("a `{` is not closed", help: "write \\{ for a brace that is part of the name")
    }
    index += 1
    depth -= 1
    return .group(.once, alternatives)
  }

  /// Whether the brace at the index has a comma of its own.
  private func hasComma() throws(GlobError) -> Bool {
    var level = 0
    var place = 0
    var comma = false
    while let scalar = peek(place) {
      switch scalar {
      case "\\": place += 1
      case "{": level += 1
      case "}":
        level -= 1
        if level == 0 { return comma }
      case ",": comma = comma || level == 1
      default: break
      }
      place += 1
    }
    throw GlobError("a `{` is not closed", help: "write \\{ for a brace that is part of the name")
  }

  /// `{1..3}`, `{01..12}`, `{a..e}`, `{0..10..5}`.
  private mutating func range() throws(GlobError) -> GlobNode? {
    var place = 1
    var text = ""
    while let scalar = peek(place), scalar != "}" {
      guard
        scalar == "." || scalar == "-" || scalar.properties.isAlphabetic
          || scalar.properties.numericType != nil
      else { return nil }
      text.unicodeScalars.append(scalar)
      place += 1
    }
    guard peek(place) == "}" else { return nil }
    let parts = text.split(separator: "..", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let step = parts.count == 3 ? Int(parts[2]) : 1
    guard let step, step != 0, step.magnitude <= Self.rangeLimit else { return nil }
    var words: [String] = []
    if let first = Int(parts[0]), let last = Int(parts[1]) {
      let (distance, overflow) = max(first, last).subtractingReportingOverflow(min(first, last))
      guard !overflow, UInt64(distance) / UInt64(step.magnitude) < Self.rangeLimit else {
        throw GlobError(
          "the range {\(text)} has more than \(Self.rangeLimit) members", help: "use * or [0-9]")
      }
      let isPadded = parts[0...1].contains {
        $0.drop { $0 == "-" }.first == "0" && $0.drop { $0 == "-" }.count > 1
      }
      let width = isPadded ? max(parts[0].count, parts[1].count) : 0
      let by = first <= last ? Int(step.magnitude) : -Int(step.magnitude)
      for value in stride(from: first, through: last, by: by) {
        let digits = String(value.magnitude)
        let sign = value < 0 ? "-" : ""
        words.append(sign + String(repeating: "0", count: max(0, width - digits.count - sign.count)) + digits)
      }
    } else {
      let ends = parts[0...1].map { Array($0.unicodeScalars) }
      guard ends.allSatisfy({ $0.count == 1 && $0[0].isASCII }) else { return nil }
      let (low, high) = (min(ends[0][0], ends[1][0]), max(ends[0][0], ends[1][0]))
      for value in stride(from: low.value, through: high.value, by: Int(step.magnitude)) {
        if let scalar = Unicode.Scalar(value) { words.append(String(scalar)) }
      }
    }
    index += place + 1
    return .group(.once, words.map { [.literal($0.unicodeScalars.map(\.value))] })
  }
}
