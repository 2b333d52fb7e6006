internal import SourceText

/// A step's output made safe line by line: what it prints can never move over our own lines, retitle the terminal or
/// write to its clipboard.
struct OutputCleaner {
  /// Whether colours and attributes (SGR) pass; everything else that controls a terminal never does.
  let keepsColor: Bool
  private var pending: [UInt8] = []

  /// Longer lines are cut into pieces of this many bytes.
  static let lineLimit = 4096

  init(keepsColor: Bool) {
    self.keepsColor = keepsColor
  }

  /// The lines that are complete now, without their ends. CR LF and a single CR end lines too.
  mutating func lines(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == 0x0A || byte == 0x0D || pending.count >= Self.lineLimit {
        if !(byte == 0x0A && pending.isEmpty && endedByCarriageReturn) { lines.append(take()) }
        endedByCarriageReturn = byte == 0x0D
        if byte != 0x0A && byte != 0x0D { pending.append(byte) }
      } else {
        endedByCarriageReturn = false
        pending.append(byte)
      }
    }
    return lines
  }

  private var endedByCarriageReturn = false

  /// What is left of a last line without an end.
  mutating func rest() -> String? { pending.isEmpty ? nil : take() }

  /// The unfinished line as it stands, for showing it while it grows.
  var unfinished: String? { pending.isEmpty ? nil : clean(pending) }

  private mutating func take() -> String {
    defer { pending.removeAll(keepingCapacity: true) }
    return clean(pending)
  }

  private func clean(_ line: [UInt8]) -> String {
    if line.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: line, as: UTF8.self) }
    var out = ""
    var hasColor = false
    var rest = line[...]
    while let first = rest.first {
      if first == 0x1B, let length = sequenceLength(rest) {
        let sequence = rest.prefix(length)
        if keepsColor, isColor(sequence) {
          out += String(decoding: sequence, as: UTF8.self)
          hasColor = true
        }
        rest = rest.dropFirst(length)
      } else {
        let run = rest.dropFirst().firstIndex(of: 0x1B) ?? rest.endIndex
        out += visible(String(decoding: rest[..<run], as: UTF8.self))
        rest = rest[run...]
      }
    }
    return hasColor ? out + "\u{1B}[0m" : out
  }

  /// SGR with ordinary parameters; `CSI > … m` and its kin set up the keyboard instead (xterm).
  private func isColor(_ sequence: ArraySlice<UInt8>) -> Bool {
    sequence.last == 0x6D && sequence.dropFirst(2).dropLast().allSatisfy { (0x30...0x3B).contains($0) }
  }

  /// Tabs become blanks, everything else hidden is written out.
  private func visible(_ text: String) -> String {
    let parts = text.split(separator: "\t", omittingEmptySubsequences: false).map {
      DisplayText.visible(String($0))
    }
    return parts.joined(separator: "    ")
  }

  /// The length of a CSI or OSC sequence at the start, nil when it is neither or not finished.
  private func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 2 else { return nil }
    var index = bytes.startIndex + 2
    switch bytes[bytes.startIndex + 1] {
    case 0x5B:  // CSI: parameters, intermediates, one final byte (ECMA-48 5.4)
      while index < bytes.endIndex, (0x20...0x3F).contains(bytes[index]) { index += 1 }
      guard index < bytes.endIndex, (0x40...0x7E).contains(bytes[index]) else { return nil }
      return index + 1 - bytes.startIndex
    case 0x5D:  // OSC: up to BEL or ST
      while index < bytes.endIndex {
        if bytes[index] == 0x07 { return index + 1 - bytes.startIndex }
        if bytes[index] == 0x5C, bytes[index - 1] == 0x1B { return index + 1 - bytes.startIndex }
        index += 1
      }
      return nil
    default: return nil
    }
  }
}
