/// Host names in one form: small letters, no trailing dot, ASCII (IDNA's punycode), IPv6 in its canonical text.
public enum HostName {
  /// The one form of a name or address; nil for what is no host. `extra` are characters that patterns may have.
  public static func normalized(_ host: String, allowing extra: String = "") -> String? {
    var name = host
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    if name.contains(":") { return IPv6Text.canonical(name) }
    name = String(String.UnicodeScalarView(name.unicodeScalars.map { dots.contains($0) ? "." : $0 }))
    if name.hasSuffix(".") { name = String(name.dropLast()) }
    guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
    var labels: [String] = []
    for part in name.split(separator: ".", omittingEmptySubsequences: false) {
      let label = part.lowercased()
      if label.utf8.allSatisfy({ $0 < 0x80 }) {
        let isGood = label.unicodeScalars.allSatisfy { scalar in
          ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_"
            || extra.unicodeScalars.contains(scalar)
        }
        guard isGood, !label.isEmpty, label.utf8.count <= 63 || !extra.isEmpty else { return nil }
        labels.append(label)
      } else {
        guard let encoded = Punycode.encode(label), encoded.utf8.count <= 59 else { return nil }
        labels.append("xn--" + encoded)
      }
    }
    return labels.joined(separator: ".")
  }

  /// Whether a normalized host is an address rather than a name.
  public static func isAddress(_ host: String) -> Bool {
    if host.contains(":") { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { Int($0).map { (0...255).contains($0) } ?? false }
  }

  private static let dots: Set<Unicode.Scalar> = ["\u{3002}", "\u{FF0E}", "\u{FF61}"]
}

/// The encoding of RFC 3492.
enum Punycode {
  static func encode(_ label: String) -> String? {
    let input = label.unicodeScalars.map(\.value)
    var output = String(String.UnicodeScalarView(label.unicodeScalars.filter(\.isASCII)))
    var handled = UInt32(output.utf8.count)
    let basic = handled
    if basic > 0 { output += "-" }
    var code: UInt32 = 128
    var delta: UInt32 = 0
    var bias: UInt32 = 72
    while handled < UInt32(input.count) {
      guard let next = input.filter({ $0 >= code }).min() else { return nil }
      let (step, overflow) = (next - code).multipliedReportingOverflow(by: handled + 1)
      let (sum, overflow2) = delta.addingReportingOverflow(step)
      if overflow || overflow2 { return nil }
      delta = sum
      code = next
      for scalar in input {
        if scalar < code { delta += 1 }
        guard scalar == code else { continue }
        var rest = delta
        var base: UInt32 = 36
        while true {
          let threshold = base <= bias ? 1 : min(26, base - bias)
          if rest < threshold { break }
          output += digit(threshold + (rest - threshold) % (36 - threshold))
          rest = (rest - threshold) / (36 - threshold)
          base += 36
        }
        output += digit(rest)
        bias = adapt(delta, handled + 1, first: handled == basic)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return output
  }

  private static func digit(_ value: UInt32) -> String {
    Unicode.Scalar(value < 26 ? value + 0x61 : value - 26 + 0x30).map(String.init) ?? ""
  }

  private static func adapt(_ delta: UInt32, _ count: UInt32, first: Bool) -> UInt32 {
    var delta = first ? delta / 700 : delta / 2
    delta += delta / count
    var bias: UInt32 = 0
    while delta > 455 {
      delta /= 35
      bias += 36
    }
    return bias + 36 * delta / (delta + 38)
  }
}

/// IPv6 addresses as text.
enum IPv6Text {
  /// The canonical text (RFC 5952, without the mixed notation); nil for what is no address. A zone is refused.
  static func canonical(_ text: String) -> String? {
    guard let groups = groups(text) else { return nil }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, best.count) { best = start..<end }
      start = max(end, start + 1)
    }
    func join(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? join(0..<8) : join(0..<best.lowerBound) + "::" + join(best.upperBound..<8)
  }

  static func groups(_ text: String) -> [UInt16]? {
    guard text.utf8.count <= 45 else { return nil }
    if let gap = text.firstRange(of: "::") {
      guard let head = list(text[..<gap.lowerBound]), let tail = list(text[gap.upperBound...]),
        head.count + tail.count < 8
      else { return nil }
      return head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    }
    guard let all = list(text[...]), all.count == 8 else { return nil }
    return all
  }

  private static func list(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    var out: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.contains("."), index == parts.count - 1 {
        let bytes = part.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        for pair in [(bytes[0], bytes[1]), (bytes[2], bytes[3])] {
          guard let high = pair.0, let low = pair.1 else { return nil }
          out.append(UInt16(high) << 8 | UInt16(low))
        }
        continue
      }
      guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
        let value = UInt16(part, radix: 16)
      else { return nil }
      out.append(value)
    }
    return out
  }
}
