internal import Gate
internal import JSON
internal import Policy
internal import ShellSyntax

/// What a document's blocks hand to the next one with `--share-env`: exported variables and the directory.
///
/// The shell writes them when it exits; they are read as data, never sourced, so that a block cannot smuggle text into
/// the next one that the gate has not judged. Variables that make programs run other code are never handed on, nor PATH,
/// through which the policy's names are bound.
struct SharedEnvironment {
  /// Names of the two files in the folder of outputs.
  static let names = ["Environment", "Directory"]

  private(set) var variables: [String: String] = [:]
  private(set) var directory: String?
  /// Names of secrets that were handed on before a run was interrupted: their values are not stored.
  private(set) var missing: [String] = []

  /// Under what it is stored among the run's variables; no variable has such a name.
  static let key = "share-env"

  init() {}

  /// What `stored` made.
  init(_ value: JSONValue) {
    guard case .object(let members) = value else { return }
    for member in members {
      switch (member.name, member.value) {
      case ("directory", .string(let path)): directory = path
      case ("variables", .object(let entries)):
        for entry in entries {
          if case .string(let text) = entry.value {
            variables[entry.name] = text
          } else {
            missing.append(entry.name)
          }
        }
      default: break
      }
    }
  }

  /// For a resume; a secret by its name alone.
  func stored(isSecret: (String, String) -> Bool) -> JSONValue {
    let entries = variables.sorted { $0.key < $1.key }.map { name, value in
      JSONValue.Member(name, isSecret(name, value) ? .null : .string(value))
    }
    return .object(
      [JSONValue.Member("variables", .object(entries))]
        + (directory.map { [JSONValue.Member("directory", .string($0))] } ?? []))
  }

  /// What stands before a block's text: built-ins of the shell alone.
  static let prologue =
    "trap 'export -p > \"$RD_OUTPUTS_Environment\"; pwd -P > \"$RD_OUTPUTS_Directory\"' EXIT; "

  /// Takes what a block has left.
  ///
  /// - Parameter allows: whether the policy lets a block set a variable that changes which code other commands run. A
  ///   file that the block has read in may have set it, which no text shows.
  mutating func take(
    environment: [UInt8], directory bytes: [UInt8], before: [String: String], allows: (String) -> Bool
  ) {
    for (name, value) in ExportList.parse(environment) where before[name] != value {
      if Self.isNever(name) || (Hijacks.isHijack(name) && !allows(name)) { continue }
      variables[name] = value
    }
    let path = String(decoding: bytes, as: UTF8.self)
    if path.hasPrefix("/"), path.hasSuffix("\n") { directory = String(path.dropLast()) }
  }

  private static func isNever(_ name: String) -> Bool {
    if name.hasPrefix("RD_") || ["PATH", "HOME", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_"].contains(name) {
      return true
    }
    if name.lowercased().hasSuffix("_proxy") { return true }
    return BuiltinPolicy.isDangerous(variable: name)
  }
}

/// Reads what `export -p` prints: `export NAME='value'` in dash, `declare -x NAME="value"` in bash (POSIX leaves the
/// quoting to the shell, as long as the shell can read it back).
enum ExportList {
  static func parse(_ bytes: [UInt8]) -> [(name: String, value: String)] {
    var found: [(String, String)] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      var words: [[UInt8]] = []
      var word: [UInt8]?
      while let byte = rest.first, byte != 0x0A {
        if byte == 0x20 {
          if let done = word { words.append(done) }
          word = nil
          rest.removeFirst()
        } else {
          guard let piece = piece(&rest) else { return found }
          word = (word ?? []) + piece
        }
      }
      if let done = word { words.append(done) }
      if !rest.isEmpty { rest.removeFirst() }
      guard let last = words.last, let sign = last.firstIndex(of: 0x3D), words.count >= 2 else { continue }
      let value = last[(sign + 1)...]
      guard String(validating: value, as: UTF8.self) != nil, !value.contains(0) else { continue }
      found.append((String(decoding: last[..<sign], as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }
    return found
  }

  /// One quoted or plain piece of a word; nil when it is not closed.
  private static func piece(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let first = rest.removeFirst()
    switch first {
    case 0x27:
      guard let end = rest.firstIndex(of: 0x27) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return Array(rest[..<end])
    case 0x22:
      var out: [UInt8] = []
      while let byte = rest.popFirst() {
        if byte == 0x22 { return out }
        if byte == 0x5C, let next = rest.first, [0x22, 0x5C, 0x24, 0x60].contains(next) {
          out.append(next)
          rest.removeFirst()
        } else {
          out.append(byte)
        }
      }
      return nil
    case 0x24 where rest.first == 0x27:
      // bash quotes what is not printable in its locale so.
      rest.removeFirst()
      let text = Array(rest)
      var decoder = ANSIQuoteDecoder()
      var index = 0
      while index < text.count, text[index] != 0x27 {
        index += 1
        if text[index - 1] != 0x5C {
          decoder.add([text[index - 1]])
        } else if !decoder.readEscape(text, &index) {
          return nil
        }
      }
      guard index < text.count else { return nil }
      rest = rest.dropFirst(index + 1)
      return decoder.bytes
    case 0x5C:
      return rest.popFirst().map { [$0] }
    default: return [first]
    }
  }
}
