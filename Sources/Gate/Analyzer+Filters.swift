internal import Policy
internal import ShellSyntax

/// awk and sed: their programs are scanned for ways to start commands.
extension Analyzer {
  mutating func awk(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place) {
    var program: Argument?
    var isFile = false
    var isLoaded = false
    var index = 0
    while index < arguments.count {
      guard case .literal(let text) = arguments[index] else {
        program = arguments[index]
        break
      }
      if text == "--" {
        program = index + 1 < arguments.count ? arguments[index + 1] : nil
        break
      }
      guard text.hasPrefix("-"), text != "-" else {
        program = arguments[index]
        break
      }
      if text.hasPrefix("--") {
        if text.hasPrefix("--file") || text.hasPrefix("--exec") { isFile = true }
        if text.hasPrefix("--load") || text.hasPrefix("--include") || text.hasPrefix("--source") {
          isLoaded = true
        }
        if ["--file", "--assign", "--field-separator", "--load", "--include", "--source"].contains(text) {
          index += 1
        }
        index += 1
        continue
      }
      let letter = text.dropFirst().first ?? " "
      if letter == "f" || letter == "E" { isFile = true }
      if letter == "l" || letter == "i" || letter == "e" { isLoaded = true }
      if "fvFliEe".contains(letter), text.count == 2 { index += 1 }
      index += 1
    }
    if isLoaded { return add(.opaque, place, request: request, why: "awk loads code") }
    if isFile {
      return add(.opaque, place, request: request, why: "an awk program in a file can run commands")
    }
    guard case .literal(let code)? = program else {
      let isUnknown = program != nil
      return add(
        isUnknown ? .opaque : .exec, place, request: request,
        why: isUnknown ? "only the run knows the awk program" : nil)
    }
    guard let commands = AwkScan.commands(code) else {
      return add(.opaque, place, request: request, why: "this awk program can run commands")
    }
    add(.exec, place, request: request)
    for command in commands { analyze(text: command, dialect: .sh, place.through("awk")) }
  }

  mutating func sed(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place) {
    var scripts: [Argument] = []
    var words: [Argument] = []
    var isFile = false
    var index = 0
    while index < arguments.count {
      defer { index += 1 }
      guard case .literal(let text) = arguments[index], text.hasPrefix("-"), text != "-" else {
        words.append(arguments[index])
        continue
      }
      if text == "--" {
        words += arguments[(index + 1)...]
        break
      }
      if text.hasPrefix("--e") {
        if let equals = text.firstIndex(of: "=") {
          scripts.append(.literal(String(text[text.index(after: equals)...])))
        } else {
          index += 1
          scripts.append(index < arguments.count ? arguments[index] : .unknown)
        }
        continue
      }
      if text.hasPrefix("--fi") { isFile = true }
      if text == "--sandbox" { continue }
      if text.hasPrefix("--l"), !text.contains("=") {
        index += 1
        continue
      }
      if text.hasPrefix("--") { continue }
      var letters = text.dropFirst()
      while let letter = letters.popFirst() {
        if letter == "e" {
          if letters.isEmpty {
            index += 1
            scripts.append(index < arguments.count ? arguments[index] : .unknown)
          } else {
            scripts.append(.literal(String(letters)))
          }
          letters = ""
        } else if letter == "f" {
          isFile = true
          if letters.isEmpty { index += 1 }
          letters = ""
        } else if letter == "i" {
          letters = ""
        } else if letter == "l", letters.isEmpty {
          index += 1
        }
      }
    }
    if scripts.isEmpty, !isFile, let first = words.first { scripts = [first] }
    if isFile { return add(.opaque, place, request: request, why: "a sed script in a file can run commands") }
    var commands: [String] = []
    for script in scripts {
      guard case .literal(let code) = script else {
        return add(.opaque, place, request: request, why: "only the run knows the sed script")
      }
      guard let found = SedScan.commands(code) else {
        return add(.opaque, place, request: request, why: "this sed script can run commands")
      }
      commands += found
    }
    add(.exec, place, request: request)
    for command in commands { analyze(text: command, dialect: .sh, place.through("sed")) }
  }
}

/// Looks through an awk program for everything that can start a command or load code.
enum AwkScan {
  /// The commands that it starts, when each is one string literal; nil when something else could start one.
  static func commands(_ code: String) -> [String]? {
    let bytes = Array(code.utf8)
    var commands: [String] = []
    var index = 0
    var previous: UInt8 = 0x28
    /// What stood before the last string: a string behind it would be joined to it.
    var beforeLast: UInt8 = 0x3B
    // `/` behind a word is a division or, behind a keyword, a pattern, which could hide a quote. Where nothing in the
    // text can start a command this does not matter.
    if bytes.contains(0) { return nil }
    let isDangerous = bytes.contains(0x7C) || bytes.contains(0x40) || code.contains("system")
    if !isDangerous { return [] }
    /// The last string literal, while nothing but blanks stands behind it.
    var last: String?
    while index < bytes.count {
      let byte = bytes[index]
      var string: String?
      switch byte {
      case 0x22:
        guard let end = close(bytes, index + 1, 0x22) else { return nil }
        string = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        index = end
      case 0x2F where isPart(previous): return nil
      case 0x2F where !isOperand(previous):
        guard let end = close(bytes, index + 1, 0x2F) else { return nil }
        index = end
      case 0x23: while index + 1 < bytes.count, bytes[index + 1] != 0x0A { index += 1 }
      case 0x7C:
        // `||` is "or"; a single bar is a pipe to or from a command.
        if index + 1 < bytes.count, bytes[index + 1] == 0x7C {
          index += 1
        } else {
          let isSole = [0x3B, 0x7B, 0x7D, 0x0A, 0x28].contains(beforeLast)
          guard let command = piped(bytes, &index, from: isSole ? last : nil) else { return nil }
          commands.append(command)
        }
      case 0x40: return nil
      case 0x41...0x5A, 0x61...0x7A, 0x5F:
        let start = index
        while index + 1 < bytes.count, isPart(bytes[index + 1]) { index += 1 }
        if String(decoding: bytes[start...index], as: UTF8.self) == "system" {
          guard let command = literal(bytes, &index, open: 0x28, close: 0x29) else { return nil }
          commands.append(command)
        }
      default: break
      }
      if byte != 0x20, byte != 0x09 {
        if string != nil { beforeLast = previous }
        previous = index < bytes.count ? bytes[index] : 0x29
        last = string
      }
      index += 1
    }
    return commands
  }

  /// `"cmd" | getline` or `… | "cmd"`, with plain strings.
  private static func piped(_ bytes: [UInt8], _ index: inout Int, from last: String?) -> String? {
    var at = index + 1
    if at < bytes.count, bytes[at] == 0x26 { at += 1 }
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
    if bytes[at...].starts(with: Array("getline".utf8)) {
      index = at + 6
      return last.flatMap(plain)
    }
    guard at < bytes.count, bytes[at] == 0x22, let end = close(bytes, at + 1, 0x22) else { return nil }
    var after = end + 1
    while after < bytes.count, bytes[after] == 0x20 || bytes[after] == 0x09 { after += 1 }
    // Something behind the string would be joined to it.
    guard after >= bytes.count || [0x3B, 0x7D, 0x0A].contains(bytes[after]) else { return nil }
    index = end
    return plain(String(decoding: bytes[(at + 1)..<end], as: UTF8.self))
  }

  /// One string literal between two marks, nothing else.
  private static func literal(_ bytes: [UInt8], _ index: inout Int, open: UInt8, close mark: UInt8) -> String?
  {
    var at = index + 1
    while at < bytes.count, bytes[at] == 0x20 { at += 1 }
    guard at < bytes.count, bytes[at] == open else { return nil }
    at += 1
    while at < bytes.count, bytes[at] == 0x20 { at += 1 }
    guard at < bytes.count, bytes[at] == 0x22, let end = close(bytes, at + 1, 0x22) else { return nil }
    var after = end + 1
    while after < bytes.count, bytes[after] == 0x20 { after += 1 }
    guard after < bytes.count, bytes[after] == mark else { return nil }
    index = after
    return plain(String(decoding: bytes[(at + 1)..<end], as: UTF8.self))
  }

  /// A string without escapes, whose value is what stands there.
  private static func plain(_ text: String) -> String? { text.contains("\\") ? nil : text }

  private static func isOperand(_ byte: UInt8) -> Bool {
    isPart(byte) || byte == 0x29 || byte == 0x5D || byte == 0x24 || byte == 0x22
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: return true
    default: return false
    }
  }

  private static func close(_ bytes: [UInt8], _ start: Int, _ mark: UInt8) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == 0x5C { index += 1 } else if bytes[index] == mark { return index }
      index += 1
    }
    return nil
  }
}

/// Reads a sed script command by command; what is not understood is not clean.
struct SedScan {
  private let bytes: [UInt8]
  private var index = 0
  private var commands: [String] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The programs that `e` runs; nil when something cannot be read, or runs what only the run knows.
  static func commands(_ code: String) -> [String]? {
    if code.utf8.contains(0) { return nil }
    var scan = SedScan(Array(code.utf8))
    while scan.index < scan.bytes.count {
      guard scan.command() else { return nil }
    }
    return scan.commands
  }

  private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skip(_ set: [UInt8]) { while let byte, set.contains(byte) { index += 1 } }

  private mutating func command() -> Bool {
    skip([0x20, 0x09, 0x0A, 0x3B])
    guard byte != nil else { return true }
    guard address() else { return false }
    skip([0x20, 0x09])
    while byte == 0x21 || byte == 0x20 { index += 1 }
    guard let letter = byte else { return true }
    index += 1
    switch letter {
    case 0x73: return substitution()
    case 0x79: return delimited(2) && end()
    case 0x7B, 0x7D: return true
    case 0x23, 0x3A, 0x62, 0x74, 0x54, 0x72, 0x52:
      // Comments and labels, and files that are read, go to the end of the line (labels also to `;`).
      while let byte, byte != 0x0A, !(byte == 0x3B && [0x3A, 0x62, 0x74, 0x54].contains(letter)),
        !(byte == 0x7D && [0x62, 0x74, 0x54].contains(letter))
      { index += 1 }
      return true
    case 0x61, 0x69, 0x63:
      while let byte, byte != 0x0A {
        index += byte == 0x5C ? 2 : 1
      }
      return true
    case 0x64, 0x44, 0x67, 0x47, 0x68, 0x48, 0x6E, 0x4E, 0x70, 0x50, 0x78, 0x3D, 0x6C, 0x71, 0x51, 0x7A, 0x46:
      return end()
    case 0x77, 0x57:
      while let byte, byte != 0x0A { index += 1 }  // the name of a file goes to the end of the line
      return true
    case 0x65:
      let start = index
      while let byte, byte != 0x0A { index += 1 }
      let text = String(decoding: bytes[start..<index], as: UTF8.self)
      // it runs the pattern space
      guard text.contains(where: { $0 != " " && $0 != "\t" }) else { return false }
      commands.append(text)
      return true
    default: return false
    }
  }

  private mutating func end() -> Bool {
    skip([0x20, 0x09])
    while let digit = byte, (0x30...0x39).contains(digit) { index += 1 }
    skip([0x20, 0x09])
    guard let byte else { return true }
    if byte == 0x7D { return true }
    return byte == 0x3B || byte == 0x0A || byte == 0x23
  }

  private mutating func address() -> Bool {
    while let byte {
      switch byte {
      case 0x30...0x39, 0x24, 0x2C, 0x7E, 0x2B: index += 1
      case 0x20, 0x09: index += 1
      case 0x2F:
        index += 1
        guard regex(0x2F) else { return false }
        flags()
      case 0x5C:
        guard index + 1 < bytes.count else { return false }
        let mark = bytes[index + 1]
        index += 2
        guard regex(mark) else { return false }
        flags()
      default: return true
      }
    }
    return true
  }

  private mutating func flags() { skip([0x49, 0x4D]) }

  private mutating func regex(_ mark: UInt8) -> Bool {
    var isInBrackets = false
    while let byte {
      if byte == 0x5C {
        index += 2
        continue
      }
      if byte == 0x0A { return false }
      if byte == 0x5B { isInBrackets = true }
      if byte == 0x5D { isInBrackets = false }
      index += 1
      // GNU sed ends at the mark even between brackets when it is not `/`; reading on would hide what follows.
      if byte == mark, !isInBrackets || mark != 0x2F { return true }
      if byte == mark { return false }
    }
    return false
  }

  private mutating func delimited(_ count: Int) -> Bool {
    guard let mark = byte, mark != 0x0A, mark != 0x5C else { return false }
    index += 1
    for _ in 0..<count {
      var isClosed = false
      while let byte {
        if byte == 0x5C {
          index += 2
          continue
        }
        index += 1
        if byte == mark {
          isClosed = true
          break
        }
      }
      guard isClosed else { return false }
    }
    return true
  }

  private mutating func substitution() -> Bool {
    guard delimited(2) else { return false }
    while let byte {
      switch byte {
      case 0x67, 0x70, 0x69, 0x49, 0x6D, 0x4D, 0x30...0x39: index += 1
      case 0x77:
        while let byte = self.byte, byte != 0x0A { index += 1 }
        return true
      default: return end()
      }
    }
    return true
  }
}
