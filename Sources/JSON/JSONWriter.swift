/// Writes JSON text: compact on one line, or pretty with two spaces.
public struct JSONWriter: Sendable {
  /// What has been written.
  public private(set) var text = ""
  private let pretty: Bool
  private var depth = 0

  /// An empty writer.
  public init(pretty: Bool = false) {
    self.pretty = pretty
  }

  /// Appends one value.
  public mutating func write(_ value: JSONValue) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let number): text += number.text
    case .string(let string): text += Self.quoted(string)
    case .array(let items):
      list("[", "]", items) { writer, item in writer.write(item) }
    case .object(let members):
      list("{", "}", members) { writer, member in
        writer.text += Self.quoted(member.name) + (writer.pretty ? ": " : ":")
        writer.write(member.value)
      }
    }
  }

  private mutating func list<Item>(
    _ open: String, _ close: String, _ items: [Item], _ each: (inout JSONWriter, Item) -> Void
  ) {
    text += open
    depth += 1
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      newline()
      each(&self, item)
    }
    depth -= 1
    if !items.isEmpty { newline() }
    text += close
  }

  private mutating func newline() {
    guard pretty else { return }
    text += "\n" + String(repeating: "  ", count: depth)
  }

  /// A string in quotes. Control characters, line and paragraph separators, bidirectional and other hidden
  /// characters are escaped, so that a line of JSON is one line and safe to show.
  public static func quoted(_ string: String) -> String {
    var out: [UInt8] = [0x22]
    out.reserveCapacity(string.utf8.count + 2)
    for scalar in string.unicodeScalars {
      switch scalar.value {
      case 0x22: out += [0x5C, 0x22]
      case 0x5C: out += [0x5C, 0x5C]
      case 0x08: out += [0x5C, 0x62]
      case 0x09: out += [0x5C, 0x74]
      case 0x0A: out += [0x5C, 0x6E]
      case 0x0C: out += [0x5C, 0x66]
      case 0x0D: out += [0x5C, 0x72]
      case 0x20..<0x7F: out.append(UInt8(scalar.value))
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
        0xE0000...0xE007F:
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          out += [0x5C, 0x75]
          for shift in [12, 8, 4, 0] { out.append(hex[Int(unit >> UInt16(shift)) & 15]) }
        }
      default: out += Array(String(scalar).utf8)
      }
    }
    out.append(0x22)
    return String(decoding: out, as: UTF8.self)
  }

  private static let hex = Array("0123456789abcdef".utf8)
}
