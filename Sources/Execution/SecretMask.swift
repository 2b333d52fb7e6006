public import Linux
public import Policy
internal import Proxy

/// The values that nothing written may show, in every form in which programs print them: as they are, in base64 at each
/// of its three alignments, in hexadecimal, percent-encoded, escaped as in JSON, and each line of a text of several.
public struct SecretMask: Sendable {
  /// What stands in the place of a secret.
  static let replacement = Array("***".utf8)
  /// Shorter values are words such as `yes` and `prod`: hiding them would hide the output.
  static let shortest = 6

  /// The forms by their first byte; empty without secrets.
  fileprivate let forms: [[[UInt8]]]
  /// The values themselves, for those who mask on their own.
  public let values: [String]

  /// A mask of these values.
  public init(_ values: some Sequence<String>) {
    var all: Set<[UInt8]> = []
    var kept: Set<String> = []
    for value in values {
      for part in [value] + value.split(whereSeparator: \.isNewline).map(String.init)
      where part.utf8.count >= Self.shortest {
        kept.insert(part)
        all.formUnion(Self.forms(of: Array(part.utf8)))
      }
    }
    self.values = kept.sorted()
    guard !all.isEmpty else {
      forms = []
      return
    }
    var table = [[[UInt8]]](repeating: [], count: 256)
    for form in all { table[Int(form[0])].append(form) }
    forms = table
  }

  /// The secrets of a run: variables of the environment and of the run whose names say so. A path is none: it names
  /// the file that holds the secret. `given`: secrets of the project that steps were given.
  public init(
    policy: EffectivePolicy, environment: Environment, variables: [String: String], given: [String] = []
  ) {
    let all = Array(environment.variables) + Array(variables)
    self.init(
      all.lazy.filter { policy.isSecretName($0.key) && !$0.value.hasPrefix("/") }.map(\.value) + given)
  }

  var isEmpty: Bool { forms.isEmpty }

  /// The text without secrets.
  public func masked(_ text: String) -> String {
    if isEmpty { return text }
    return String(decoding: masked(Array(text.utf8)), as: UTF8.self)
  }

  func masked(_ bytes: [UInt8]) -> [UInt8] {
    if isEmpty { return bytes }
    var stream = MaskStream(self)
    return stream.add(bytes[...]) + stream.end()
  }

  // MARK: forms

  private static func forms(of value: [UInt8]) -> [[UInt8]] {
    var forms = [value, hexadecimal(value, upperDigits), hexadecimal(value, lowerDigits)]
    // Names of hosts are told in small letters. A word that is one without its capitals, too, is left alone.
    if value.contains(where: { (0x41...0x5A).contains($0) }),
      value.contains(where: { (0x30...0x39).contains($0) })
    {
      forms.append(value.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }
    for digits in [upperDigits, lowerDigits] {
      // What is left as it is differs: nothing but the unreserved, also the slash (Python), also !'()* (JavaScript), and a
      // blank is a plus in forms.
      for kept in ["", "/", "!'()*", "/!'()*"] {
        let encoded = percentEncoded(value, digits, keeping: Array(kept.utf8))
        forms += [
          encoded, String(decoding: encoded, as: UTF8.self).replacing("%20", with: "+").utf8.map { $0 },
        ]
      }
      for escapesSlash in [false, true] {
        forms += [
          escaped(value, escapesSlash), escapedToASCII(value, digits, escapesSlash),
        ]
      }
    }
    for offset in 0..<3 {
      // What stands before and behind the value changes the outermost characters alone.
      let padded = [UInt8](repeating: 0, count: offset) + value
      let full = padded.count * 8 / 6
      let first = (offset * 8 + 5) / 6
      guard full - first >= shortest else { continue }
      for alphabet in [standard, urlSafe] { forms.append(Array(base64(padded, alphabet)[first..<full])) }
    }
    return forms
  }

  private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func base64(_ bytes: [UInt8], _ alphabet: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var bits = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | Int(byte)
      count += 8
      while count >= 6 {
        count -= 6
        out.append(alphabet[bits >> count & 0x3F])
      }
      bits &= 0xFF
    }
    if count > 0 { out.append(alphabet[bits << (6 - count) & 0x3F]) }
    return out
  }

  private static let upperDigits = Array("0123456789ABCDEF".utf8)
  private static let lowerDigits = Array("0123456789abcdef".utf8)

  private static func hexadecimal(_ bytes: [UInt8], _ digits: [UInt8]) -> [UInt8] {
    bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// RFC 3986: everything but the unreserved characters, and those that are kept.
  private static func percentEncoded(_ bytes: [UInt8], _ digits: [UInt8], keeping kept: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: return [byte]
      default: return kept.contains(byte) ? [byte] : [0x25] + hexadecimal([byte], digits)
      }
    }
  }

  /// RFC 8259, 7; some writers escape the slash, too.
  private static func escaped(_ bytes: [UInt8], _ escapesSlash: Bool) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x22, 0x5C: [0x5C, byte]
      case 0x2F: escapesSlash ? [0x5C, byte] : [byte]
      case 0x09: Array("\\t".utf8)
      default: [byte]
      }
    }
  }

  /// The same in pure ASCII: other characters as their UTF-16 units.
  private static func escapedToASCII(_ bytes: [UInt8], _ digits: [UInt8], _ escapesSlash: Bool) -> [UInt8] {
    String(decoding: bytes, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
      if unit < 0x80 { return escaped([UInt8(unit)], escapesSlash) }
      return Array("\\u".utf8) + hexadecimal([UInt8(unit >> 8), UInt8(unit & 0xFF)], digits)
    }
  }
}

/// Masks what comes in pieces: a secret that is cut between two of them is found all the same.
struct MaskStream: AnswerFilter {
  private let mask: SecretMask
  /// Whether each byte of a secret is replaced by one, so that a message stays as long as it says it is.
  private let keepsLength: Bool
  private var held: [UInt8] = []
  /// How much of `held` a secret that began earlier covers.
  private var covered = 0
  private var isInside = false

  init(_ mask: SecretMask, keepsLength: Bool = false) {
    self.mask = mask
    self.keepsLength = keepsLength
  }

  /// What may be shown now; the beginning of what may be a secret is kept back.
  mutating func add(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    if mask.isEmpty { return Array(bytes) }
    held += bytes
    return take(isEnd: false)
  }

  /// What was kept back.
  mutating func end() -> [UInt8] {
    if mask.isEmpty { return [] }
    defer { isInside = false }
    return take(isEnd: true)
  }

  private mutating func take(isEnd: Bool) -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    scan: while index < held.count {
      for form in mask.forms[Int(held[index])] {
        let left = held.count - index
        if left >= form.count {
          if held[index..<(index + form.count)].elementsEqual(form) {
            covered = max(covered, index + form.count)
          }
        } else if !isEnd, form.starts(with: held[index...]) {
          break scan
        }
      }
      if index < covered {
        if keepsLength {
          out.append(SecretMask.replacement[0])
        } else if !isInside {
          out += SecretMask.replacement
        }
        isInside = true
      } else {
        isInside = false
        out.append(held[index])
      }
      index += 1
    }
    held.removeFirst(index)
    covered = max(0, covered - index)
    return out
  }
}
