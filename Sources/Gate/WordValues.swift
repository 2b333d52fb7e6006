internal import Policy
internal import ShellSyntax
internal import SourceText

/// What words become when the shell expands them, as far as it is certain.
struct WordValues {
  let dialect: Dialect
  /// Variables whose value is known here.
  var constants: [String: String]

  /// Words that a brace expansion may give at most; more is refused by the analyser.
  static let braceLimit = 256

  /// The arguments that a word becomes; one word may become several.
  func arguments(_ word: Word) -> [Argument] {
    if dialect == .bash, word.hasBraces {
      guard let expanded = BraceExpansion.expand(word, limit: Self.braceLimit) else { return [.anyNumber] }
      return expanded.flatMap { $0.parts.isEmpty ? [] : single($0) }
    }
    return single(word)
  }

  /// What a word becomes that is one expansion of a value that is not known; nil for all others.
  func sole(_ word: Word) -> Argument? {
    guard word.parts.count == 1 else { return nil }
    let isQuoted = word.parts[0].isQuoted
    switch word.parts[0].kind {
    case .bare, .quoted: return nil
    case .parameter(let parameter):
      guard value(parameter) == nil else { return nil }
      return uncertainty(parameter, isQuoted: isQuoted)
    case .arithmetic: return .unknown
    case .command: return isQuoted ? .unknown : .anyNumber
    case .process: return .unknown
    }
  }

  /// The arguments of `export` and its kin: the value of `NAME=…` is not split.
  func declarationArguments(_ word: Word) -> [Argument] {
    let arguments = arguments(word)
    guard arguments.last == .anyNumber, arguments.count <= 2, let (name, _) = assignment(word),
      !word.hasBraces
    else {
      return arguments
    }
    // What is known of the value stays: it may be evaluated.
    if arguments.count == 2, let first = arguments.first { return [first] }
    return [.literal("\(name)=\(Self.mark)")]
  }

  private func single(_ word: Word) -> [Argument] {
    if word.hasGlob { return [.anyNumber] }
    if let constant = soleConstant(word) { return split(constant) }
    var text = ""
    var certainty: Argument?
    /// What stands before the first part that is not known.
    var prefix: String?
    for part in word.parts {
      if certainty != nil, prefix == nil { prefix = text }
      switch part.kind {
      case .bare(let bytes), .quoted(let bytes): text += ByteText.string(bytes)
      case .parameter(let parameter):
        if let value = value(parameter), part.isQuoted || isPlain(value) {
          text += value
        } else {
          certainty = worse(certainty, uncertainty(parameter, isQuoted: part.isQuoted))
        }
      case .arithmetic: certainty = worse(certainty, .unknown)
      case .command, .process:
        let isOne = part.isQuoted || isProcess(part)
        certainty = worse(certainty, isOne ? .unknown : .anyNumber)
      }
    }
    if let certainty {
      // Which option or setting it is may be certain although its value is not.
      var known = prefix ?? text
      // `$@'-exec'` is `-exec` when nothing stands before it.
      if known.isEmpty, text.hasPrefix("-") { known = text }
      guard known.hasPrefix("-") || known.containsByte(0x3D) else { return [certainty] }
      return certainty == .anyNumber
        ? [.literal(known + Self.mark), .anyNumber] : [.literal(known + Self.mark)]
    }
    return [.literal(text)]
  }

  /// Stands for a value that only the run knows, behind a name that is certain. No text has a NUL of its own.
  static let mark = "\u{0}"

  /// The request as others may see it: a word with an unknown part is unknown, the rest is text as it was written.
  static func readable(_ request: ProgramRequest) -> ProgramRequest {
    guard isOurs(request.program) || request.arguments.contains(where: isOurs) else { return request }
    var request = request
    request.program = readable(request.program)
    request.arguments = request.arguments.map(readable)
    return request
  }

  private static func readable(_ argument: Argument) -> Argument {
    guard case .literal(let text) = argument else { return argument }
    return text.containsByte(0) ? .unknown : .literal(ByteText.readable(text))
  }

  private static func isOurs(_ argument: Argument) -> Bool {
    guard case .literal(let text) = argument else { return false }
    let bytes = text.utf8.span
    for index in bytes.indices where bytes[index] == 0 || bytes[index] >= 0x80 { return true }
    return false
  }

  /// `NAME=` at the beginning of a word, and what of the value is certain.
  func assignment(_ word: Word) -> (name: String, value: String)? {
    var text: [UInt8] = []
    for part in word.parts {
      guard case .bare(let bytes) = part.kind else { break }
      text += bytes
      if bytes.contains(0x3D) { break }
    }
    guard let equals = text.firstIndex(of: 0x3D), equals > 0 else { return nil }
    let name = text[..<equals]
    guard
      name.allSatisfy({ byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == 0x5F
      }), !(0x30...0x39).contains(text[0])
    else { return nil }
    return (ByteText.string(name), ByteText.string(text[(equals + 1)...]))
  }

  private func isProcess(_ part: WordPart) -> Bool {
    if case .process = part.kind { return true }
    return false
  }

  private func worse(_ a: Argument?, _ b: Argument) -> Argument { a == .anyNumber ? .anyNumber : b }

  /// The value of an expansion that is known.
  private func value(_ parameter: Parameter) -> String? {
    guard parameter.operation == .value, parameter.index == nil else { return nil }
    return constants[parameter.name]
  }

  /// A word that is one unquoted variable of known value: the shell splits it.
  private func soleConstant(_ word: Word) -> String? {
    guard word.parts.count == 1, case .parameter(let parameter) = word.parts[0].kind, !word.parts[0].isQuoted
    else {
      return nil
    }
    return value(parameter)
  }

  private func split(_ value: String) -> [Argument] {
    let words = value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" }
    return words.map { isPlain(String($0)) ? .literal(String($0)) : .anyNumber }
  }

  /// Whether a value stays one word when it is not quoted: no blanks, no globs, not empty.
  private func isPlain(_ value: String) -> Bool {
    !value.isEmpty && !value.utf8.contains { [0x20, 0x09, 0x0A, 0x2A, 0x3F, 0x5B].contains($0) }
  }

  private func uncertainty(_ parameter: Parameter, isQuoted: Bool) -> Argument {
    if !isQuoted { return .anyNumber }
    if parameter.name == "@" || parameter.operation == .names { return .anyNumber }
    if let index = parameter.index?.plainBytes, index == [0x40] { return .anyNumber }
    return .unknown
  }
}

/// `{a,b}` and `{1..3}` outside quotes.
enum BraceExpansion {
  /// A character of a word, or a part that stays whole.
  private enum Piece {
    case bare(UInt8)
    case part(WordPart)
  }

  /// The words; nil when they are too many or the form is not certain.
  static func expand(_ word: Word, limit: Int) -> [Word]? {
    guard isClean(word) else { return nil }
    let pieces = word.parts.flatMap { part -> [Piece] in
      if case .bare(let bytes) = part.kind { return bytes.map { .bare($0) } }
      return [.part(part)]
    }
    var budget = limit
    guard let words = expand(pieces[...], &budget) else { return nil }
    return words.map { Word(parts: parts($0, word), span: word.span) }
  }

  /// Whether each brace has its other half and each pair expands: bash looks for pairs in a way of its own else.
  private static func isClean(_ word: Word) -> Bool {
    var open: [(hasComma: Bool, hasDots: Bool)] = []
    var previous: UInt8 = 0
    for part in word.parts {
      guard case .bare(let text) = part.kind else {
        previous = 0
        continue
      }
      for byte in text {
        switch byte {
        case 0x7B: open.append((false, false))
        case 0x2C: if !open.isEmpty { open[open.count - 1].hasComma = true }
        case 0x2E: if !open.isEmpty, previous == 0x2E { open[open.count - 1].hasDots = true }
        case 0x7D:
          guard let last = open.popLast(), last.hasComma || last.hasDots else { return false }
        default: break
        }
        previous = byte
      }
    }
    return open.isEmpty
  }

  private static func parts(_ pieces: [Piece], _ word: Word) -> [WordPart] {
    var parts: [WordPart] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { parts.append(WordPart(kind: .bare(text[...]), isQuoted: false, span: word.span)) }
      text = []
    }
    for piece in pieces {
      switch piece {
      case .bare(let byte): text.append(byte)
      case .part(let part):
        flush()
        parts.append(part)
      }
    }
    flush()
    return parts
  }

  private static func expand(_ pieces: ArraySlice<Piece>, _ budget: inout Int) -> [[Piece]]? {
    guard let (open, close, commas) = group(pieces) else {
      budget -= 1
      return budget >= 0 ? [Array(pieces)] : nil
    }
    let head = Array(pieces[..<open])
    guard let tails = expand(pieces[(close + 1)...], &budget) else { return nil }
    var middles: [[Piece]] = []
    if commas.isEmpty {
      guard let sequence = sequence(pieces[(open + 1)..<close]) else { return nil }
      middles = sequence
    } else {
      var start = open + 1
      for end in commas + [close] {
        guard let alternatives = expand(pieces[start..<end], &budget) else { return nil }
        middles += alternatives
        start = end + 1
      }
    }
    guard middles.count * tails.count <= WordValues.braceLimit else { return nil }
    return middles.flatMap { middle in tails.map { head + middle + $0 } }
  }

  /// The first pair of braces that expands: with a comma of its own level, or with `..`.
  private static func group(_ pieces: ArraySlice<Piece>) -> (open: Int, close: Int, commas: [Int])? {
    for open in pieces.indices {
      guard case .bare(0x7B) = pieces[open] else { continue }
      var depth = 0
      var commas: [Int] = []
      var hasDots = false
      for index in pieces.indices where index >= open {
        guard case .bare(let byte) = pieces[index] else { continue }
        if byte == 0x7B { depth += 1 }
        if byte == 0x2C, depth == 1 { commas.append(index) }
        if byte == 0x2E, depth == 1, index > open, case .bare(0x2E) = pieces[index - 1] { hasDots = true }
        if byte == 0x7D {
          depth -= 1
          if depth == 0 {
            if !commas.isEmpty || hasDots { return (open, index, commas) }
            break
          }
        }
      }
    }
    return nil
  }

  private static func sequence(_ pieces: ArraySlice<Piece>) -> [[Piece]]? {
    var text: [UInt8] = []
    for piece in pieces {
      guard case .bare(let byte) = piece else { return nil }
      text.append(byte)
    }
    let ends = String(decoding: text, as: UTF8.self).split(separator: "..", omittingEmptySubsequences: false)
    if ends.count == 2, let first = ends[0].utf8.first, let last = ends[1].utf8.first,
      ends[0].utf8.count == 1,
      ends[1].utf8.count == 1, isLetter(first), isLetter(last)
    {
      // Between `Z` and `a` stand characters that are no letters; whoever means them writes them out.
      guard (first >= 0x61) == (last >= 0x61) else { return nil }
      let letters = first <= last ? Array(first...last) : Array((last...first).reversed())
      return letters.map { [.bare($0)] }
    }
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), abs(first - last) < 256,
      ends[0] == String(first), ends[1] == String(last)
    else { return nil }
    let numbers = first <= last ? Array(first...last) : Array((last...first).reversed())
    return numbers.map { Array(String($0).utf8).map { .bare($0) } }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
