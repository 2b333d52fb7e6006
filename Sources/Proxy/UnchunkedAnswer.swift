/// Takes the chunks out of a server's answer, so that its body is one piece: what is looked for in it is found also where a
/// chunk would have ended. The client gets the body up to the end of the connection (RFC 9112, 6.3).
struct UnchunkedAnswer {
  /// The answer cannot be understood, or has ended too soon.
  enum Failure: Error, Equatable { case malformed, cut }

  private enum State {
    /// In the lines before the body.
    case head
    /// In a body that is not in chunks.
    case plain
    /// In the line before a chunk.
    case size
    /// In a chunk, with this much to come.
    case chunk(Int)
    /// Behind a chunk: its line break.
    case mark
    /// Behind the last chunk.
    case over
  }

  private static let headLimit = 65536

  private var state = State.head
  private var line: [UInt8] = []
  private var lines: [[UInt8]] = []
  private var headSize = 0
  /// Whether the answer has no body whatever its head says.
  private let isBodiless: Bool

  /// - Parameter isBodiless: whether the request was HEAD.
  init(isBodiless: Bool) { self.isBodiless = isBodiless }

  /// Whether nothing more is to come, be the connection open or not.
  var isOver: Bool { if case .over = state { true } else { false } }

  /// What of these bytes goes on.
  mutating func add(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
    var out: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .over: return out
      case .plain:
        out += rest
        return out
      case .chunk(let left):
        let part = rest.prefix(left)
        out += part
        rest = rest.dropFirst(part.count)
        state = part.count == left ? .mark : .chunk(left - part.count)
      case .head, .size, .mark:
        guard let line = try takeLine(&rest) else { return out }
        try take(line, &out)
      }
    }
    return out
  }

  /// To be called when the server has ended.
  func end() throws(Failure) {
    switch state {
    case .plain, .over: return
    case .head, .size, .chunk, .mark: throw .cut
    }
  }

  /// The next whole line, with its line feed; nil when it has not come yet.
  private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> [UInt8]? {
    let end = rest.firstIndex(of: 0x0A)
    let part = rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
    rest = rest[part.endIndex...]
    line += part
    guard line.count <= Self.headLimit else { throw .malformed }
    guard end != nil else { return nil }
    defer { line = [] }
    return line
  }

  private mutating func take(_ line: [UInt8], _ out: inout [UInt8]) throws(Failure) {
    let text = line.dropLast(line.suffix(2).elementsEqual([0x0D, 0x0A]) ? 2 : 1)
    switch state {
    case .mark:
      guard text.isEmpty else { throw .malformed }
      state = .size
    case .size:
      let digits = text.prefix { $0 != 0x3B && $0 != 0x20 && $0 != 0x09 }
      guard (1...15).contains(digits.count), let word = String(validating: digits, as: UTF8.self),
        digits.first != 0x2B, let size = Int(word, radix: 16), size >= 0
      else { throw .malformed }
      // What stands behind the last chunk is not for the client: it was not told of it.
      state = size == 0 ? .over : .chunk(size)
    case .head, .plain, .chunk, .over:
      headSize += line.count
      guard headSize <= Self.headLimit else { throw .malformed }
      if !text.isEmpty { return lines.append(line) }
      try endHead(line, &out)
    }
  }

  private mutating func endHead(_ line: [UInt8], _ out: inout [UInt8]) throws(Failure) {
    let words = lines.first?.split(separator: 0x20) ?? []
    guard words.count >= 2, words[0].starts(with: Array("HTTP/1.".utf8)),
      let status = String(validating: words[1].prefix(3), as: UTF8.self).flatMap({ Int($0) }), status >= 100,
      status != 101
    else { throw .malformed }
    let codings = lines.filter { Self.name($0) == "transfer-encoding" }
    let isInterim = status < 200
    var kept = lines
    if isInterim {
      state = .head
    } else if codings.isEmpty || isBodiless || status == 204 || status == 304 {
      state = .plain
    } else {
      guard codings.count == 1, Self.value(codings[0]) == "chunked" else { throw .malformed }
      kept.removeAll { ["transfer-encoding", "trailer", "content-length"].contains(Self.name($0)) }
      state = .size
    }
    for line in kept { out += line }
    out += line
    lines = []
    headSize = 0
  }

  private static func name(_ line: [UInt8]) -> String {
    let name = line.prefix { $0 != 0x3A }
    return name.count < line.count ? String(decoding: name, as: UTF8.self).lowercased() : ""
  }

  private static func value(_ line: [UInt8]) -> String {
    let value = line.drop { $0 != 0x3A }.dropFirst().filter { $0 > 0x20 }
    return String(decoding: value, as: UTF8.self).lowercased()
  }
}
