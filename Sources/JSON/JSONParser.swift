public import SourceText

/// Reads JSON strictly (RFC 8259): duplicate names, deep nesting, invalid UTF-8, lone surrogates and anything
/// behind the value are errors, because two readers that take such a text differently are a hole.
public struct JSONParser {
  /// Deeper nesting than this is an error.
  public static let depthLimit = 128

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The value of a whole document.
  public static func parse(_ file: SourceFile) throws(Diagnostic) -> JSONValue {
    value(try parseTree(file))
  }

  /// The value of a text without a file.
  public static func parse(text: String) throws(Diagnostic) -> JSONValue {
    try parse(SourceFile(name: "JSON", text: text))
  }

  /// The document as a tree in which each node knows where it stands.
  public static func parseTree(_ file: SourceFile) throws(Diagnostic) -> DocumentNode {
    if let bad = UTF8Check.firstInvalid(in: file.bytes) {
      throw Diagnostic("JS001", "this is not UTF-8", at: SourceSpan(bad, bad + 1))
    }
    var parser = JSONParser(bytes: file.bytes)
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.offset = 3 }
    let node = try parser.node()
    parser.skipBlanks()
    guard parser.offset == file.bytes.count else {
      throw parser.failure("JS002", "there is more text behind the JSON value")
    }
    return node
  }

  /// The value that a tree made by `parseTree` stands for.
  public static func value(_ node: DocumentNode) -> JSONValue {
    switch node.content {
    case .scalar(let text, .jsonLiteral):
      switch text {
      case "null": return .null
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: return .number(JSONNumber(checked: text))
      }
    case .scalar(let text, _): return .string(text)
    case .sequence(let items): return .array(items.map(value))
    case .mapping(let entries): return .object(entries.map { JSONValue.Member($0.name, value($0.value)) })
    }
  }

  private func failure(_ code: String, _ message: String, from start: Int? = nil) -> Diagnostic {
    let start = start ?? offset
    return Diagnostic(code, message, at: SourceSpan(start, min(bytes.count, max(start + 1, offset))))
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func node() throws(Diagnostic) -> DocumentNode {
    skipBlanks()
    let start = offset
    guard let byte = next else { throw failure("JS003", "the JSON ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try mapping(from: start)
    case UInt8(ascii: "["): return try sequence(from: start)
    case UInt8(ascii: "\""):
      let text = try string()
      return DocumentNode(.scalar(text, .doubleQuoted), at: SourceSpan(start, offset))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try number()
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      return DocumentNode(.scalar(text, .jsonLiteral), at: SourceSpan(start, offset))
    default:
      for word in ["null", "true", "false"] where bytes[offset...].starts(with: word.utf8) {
        offset += word.utf8.count
        return DocumentNode(.scalar(word, .jsonLiteral), at: SourceSpan(start, offset))
      }
      throw failure("JS003", "this begins no JSON value")
    }
  }

  private mutating func descend() throws(Diagnostic) {
    depth += 1
    guard depth <= Self.depthLimit else {
      throw failure("JS004", "nested deeper than \(Self.depthLimit) levels")
    }
    offset += 1
  }

  private mutating func sequence(from start: Int) throws(Diagnostic) -> DocumentNode {
    try descend()
    var items: [DocumentNode] = []
    skipBlanks()
    if !take(UInt8(ascii: "]")) {
      while true {
        items.append(try node())
        skipBlanks()
        if take(UInt8(ascii: "]")) { break }
        guard take(UInt8(ascii: ",")) else { throw failure("JS005", "expected `,` or `]`") }
      }
    }
    depth -= 1
    return DocumentNode(.sequence(items), at: SourceSpan(start, offset), isFlow: true)
  }

  private mutating func mapping(from start: Int) throws(Diagnostic) -> DocumentNode {
    try descend()
    var entries: [DocumentNode.Entry] = []
    var names: Set<String> = []
    skipBlanks()
    if !take(UInt8(ascii: "}")) {
      while true {
        skipBlanks()
        let keyStart = offset
        guard next == UInt8(ascii: "\"") else { throw failure("JS005", "expected a name in double quotes") }
        let name = try string()
        let key = DocumentNode(.scalar(name, .doubleQuoted), at: SourceSpan(keyStart, offset))
        guard names.insert(name).inserted else {
          throw failure("JS006", "the name `\(name)` stands here a second time", from: keyStart)
        }
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { throw failure("JS005", "expected `:`") }
        entries.append(DocumentNode.Entry(key: key, value: try node()))
        skipBlanks()
        if take(UInt8(ascii: "}")) { break }
        guard take(UInt8(ascii: ",")) else { throw failure("JS005", "expected `,` or `}`") }
      }
    }
    depth -= 1
    return DocumentNode(.mapping(entries), at: SourceSpan(start, offset), isFlow: true)
  }

  private mutating func digits() throws(Diagnostic) {
    let start = offset
    while let byte = next, (0x30...0x39).contains(byte) { offset += 1 }
    if offset == start { throw failure("JS007", "a digit is missing in this number") }
  }

  private mutating func number() throws(Diagnostic) {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if let byte = next, (0x30...0x39).contains(byte) {
      throw failure("JS007", "a JSON number has no leading zero")
    }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
  }

  private mutating func string() throws(Diagnostic) -> String {
    let start = offset
    offset += 1
    var out: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &out)
      case 0..<0x20:
        offset -= 1
        throw failure("JS008", "a control character stands in a string; write it as an escape")
      default: out.append(byte)
      }
    }
    throw failure("JS008", "this string has no closing quote", from: start)
  }

  private mutating func escape(into out: inout [UInt8]) throws(Diagnostic) {
    let start = offset - 1
    guard let byte = next else { throw failure("JS008", "this string has no closing quote") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      var value = try unit(from: start)
      if (0xD800..<0xDC00).contains(value) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw failure("JS009", "half of a surrogate pair is missing", from: start)
        }
        let low = try unit(from: start)
        guard (0xDC00..<0xE000).contains(low) else {
          throw failure("JS009", "half of a surrogate pair is missing", from: start)
        }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw failure("JS009", "half of a surrogate pair is missing", from: start)
      }
      out += Array(String(scalar).utf8)
    default: throw failure("JS009", "JSON has no such escape", from: start)
    }
  }

  private mutating func unit(from start: Int) throws(Diagnostic) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8?
      switch next {
      case .some(let byte) where (0x30...0x39).contains(byte): digit = byte - 0x30
      case .some(let byte) where (0x41...0x46).contains(byte): digit = byte - 0x41 + 10
      case .some(let byte) where (0x61...0x66).contains(byte): digit = byte - 0x61 + 10
      default: digit = nil
      }
      guard let digit else { throw failure("JS009", "`\\u` needs four hexadecimal digits", from: start) }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
