internal import Linux

/// The first line of a script, read as the kernel reads it (fs/binfmt_script.c).
struct Interpreter: Equatable {
  /// How much of a file the kernel looks at.
  static let window = 256

  let path: String
  /// All that stands behind the path, as one word.
  let argument: String?

  /// Reads the beginning of a file; `nil` when it does not begin with `#!`, or with a line that the kernel refuses.
  init?(_ head: [UInt8]) {
    guard head.starts(with: [0x23, 0x21]) else { return nil }
    // The kernel's buffer is filled up with zeros and its last byte is never part of the line.
    var line = Array(head.prefix(Self.window).dropFirst(2))
    line += [UInt8](repeating: 0, count: Self.window - 2 - line.count)
    let last = line.count - 1
    var end = line.firstIndex(of: 0x0A) ?? -1
    if end < 0 {
      guard let start = line[..<last].firstIndex(where: { !Self.isBlank($0) }),
        line[start..<last].contains(where: { Self.isBlank($0) || $0 == 0 })
      else { return nil }
      end = last
    }
    while end > 0, Self.isBlank(line[end - 1]) { end -= 1 }
    guard let start = line[..<end].firstIndex(where: { !Self.isBlank($0) }), line[start] != 0 else {
      return nil
    }
    let separator = line[start..<end].firstIndex { Self.isBlank($0) || $0 == 0 } ?? end
    path = FileName.text(line[start..<separator])
    guard separator < end, line[separator] != 0,
      let next = line[separator..<end].firstIndex(where: { !Self.isBlank($0) })
    else {
      argument = nil
      return
    }
    argument = FileName.text(line[next..<end].prefix { $0 != 0 })
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
