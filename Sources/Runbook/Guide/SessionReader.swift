/// Tells commands from output in a block that shows a session at a terminal.
///
/// The rule is to run too little rather than a wrong line: only lines with the session's own prompt are commands, so that
/// what is typed into a container, a database or a remote machine inside the session is shown and not run here.
struct SessionReader {
  /// A prompt: what stands before the sign, and the sign.
  private struct Prompt: Equatable {
    var sign: UInt8
    /// `user@host` and the like; empty for a bare sign.
    var host: [UInt8]
  }

  private let lines: [ArraySlice<UInt8>]
  /// Lines of commands without their prompts, with where they begin in the block.
  private(set) var commands: [(bytes: ArraySlice<UInt8>, start: Int)] = []
  /// Lines of output.
  private(set) var output: [String] = []

  private static let dollar = UInt8(ascii: "$")
  private static let hash = UInt8(ascii: "#")

  init(_ lines: [ArraySlice<UInt8>]) {
    self.lines = lines
  }

  /// Whether a block of a shell's language is a session: its first line that is no comment begins with a prompt, or all
  /// of its lines begin with `# ` and look like commands, not like comments. No command begins like a prompt; `> ` as the
  /// first thing would be a redirection.
  static func beginsWithPrompt(_ lines: [ArraySlice<UInt8>]) -> Bool {
    let filled = lines.filter { line in line.contains { $0 != 0x20 && $0 != 0x09 } }
    if let first = filled.first(where: { trimmed($0).first != hash }) {
      if trimmed(first).starts(with: [0x3E, 0x20]) { return true }
      return prompt(first).map { $0.prompt.sign != hash || !$0.prompt.host.isEmpty } ?? false
    }
    return !filled.isEmpty
      && filled.allSatisfy { line in
        guard let (found, rest) = prompt(line) else { return false }
        return found == Prompt(sign: hash, host: []) && looksLikeCommand(rest)
      }
  }

  /// Reads all lines.
  mutating func read() {
    guard let own = sessionPrompt() else {
      // Nothing says which lines are commands.
      output = lines.map { String(decoding: $0, as: UTF8.self) }
      return
    }
    var index = 0
    var inner: InnerShell?
    while index < lines.count {
      let line = lines[index]
      index += 1
      guard let (prompt, rest) = Self.prompt(line), prompt == own else {
        // In a session of `$`, a line behind `#` is a comment of the author's.
        if !Self.isComment(line, own: own) { addOutput(line) }
        continue
      }
      // A prompt alone, or a comment of the author's.
      if let shell = inner {
        // Typed into that shell; its own exit comes back here.
        if shell.isLeft(by: rest) { inner = nil } else { addOutput(line) }
        continue
      }
      if rest.isEmpty || (own == Prompt(sign: Self.hash, host: []) && !Self.looksLikeCommand(rest)) {
        continue
      }
      commands.append((rest, rest.startIndex))
      var open = OpenCommand(rest)
      inner = InnerShell(rest)
      while open.isOpen, index < lines.count {
        var next = lines[index]
        // The shell's second prompt; inside a here-document or a quotation it may be text.
        if next.starts(with: [0x3E, 0x20]) {
          next = next.dropFirst(2)
        } else if next == [0x3E] {
          next = next.dropFirst()
        }
        if !open.takesAnything, Self.prompt(next)?.prompt == own { break }
        index += 1
        commands.append((next, next.startIndex))
        open.add(next)
      }
    }
    while let last = output.last, last.allSatisfy({ $0 == " " }) { output.removeLast() }
  }

  private mutating func addOutput(_ line: ArraySlice<UInt8>) {
    if output.isEmpty, line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
    output.append(String(decoding: line, as: UTF8.self))
  }

  /// The prompt that the session's commands have: `$` if there is one, else the first.
  private func sessionPrompt() -> Prompt? {
    let found = lines.compactMap { line in Self.prompt(line).flatMap { $0.rest.isEmpty ? nil : $0 } }
    if let first = found.first(where: { $0.prompt.sign != Self.hash }) {
      // A root prompt before it opened the session, unless it was a comment.
      if let root = found.first, root.prompt.sign == Self.hash, !root.prompt.host.isEmpty {
        return root.prompt
      }
      return first.prompt
    }
    return found.first { !$0.prompt.host.isEmpty || Self.looksLikeCommand($0.rest) }?.prompt
  }

  // MARK: lines

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.drop { $0 == 0x20 || $0 == 0x09 }
  }

  private static func isComment(_ line: ArraySlice<UInt8>, own: Prompt) -> Bool {
    own.sign != hash && trimmed(line).first == hash && prompt(line)?.prompt.host.isEmpty != false
  }

  /// `$ cmd`, `# cmd`, `% cmd`, `❯ cmd`, `user@host:~$ cmd`, `[user@host dir]# cmd`, `(venv) $ cmd`, `bash-5.2$ cmd`.
  private static func prompt(_ line: ArraySlice<UInt8>) -> (prompt: Prompt, rest: ArraySlice<UInt8>)? {
    let text = trimmed(line)
    if text.starts(with: [0xE2, 0x9D, 0xAF, 0x20]) {
      return (Prompt(sign: dollar, host: []), trimmed(text.dropFirst(4)))
    }
    var index = text.startIndex
    while index < text.endIndex, index - text.startIndex < 80 {
      let byte = text[index]
      if byte == dollar || byte == hash || byte == UInt8(ascii: "%") {
        let after = index + 1
        guard after == text.endIndex || text[after] == 0x20 || text[after] == 0x09 else { return nil }
        let head = Array(text[text.startIndex..<index])
        guard let host = host(head) else { return nil }
        let sign = byte == UInt8(ascii: "%") ? dollar : byte
        return (Prompt(sign: sign, host: host), trimmed(text[after...]))
      }
      index += 1
    }
    return nil
  }

  /// The host part of what stands before a prompt's sign; nil when that is no prompt.
  private static func host(_ head: [UInt8]) -> [UInt8]? {
    var text = head[...]
    while text.last == 0x20 { text.removeLast() }
    // `(venv) $`
    if text.first == UInt8(ascii: "("), let end = text.firstIndex(of: UInt8(ascii: ")")),
      !text[..<end].contains(0x20)
    {
      text = trimmed(text[(end + 1)...])
    }
    if text.isEmpty || text == [UInt8(ascii: "~")] { return [] }
    if text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
      let inner = text.dropFirst().dropLast()
      guard inner.contains(UInt8(ascii: "@")) else { return nil }
      return Array(inner.prefix { $0 != 0x20 && $0 != UInt8(ascii: ":") })
    }
    guard !text.contains(0x20) else { return nil }
    if text.contains(UInt8(ascii: "@")) { return Array(text.prefix { $0 != UInt8(ascii: ":") }) }
    let word = String(decoding: text, as: UTF8.self)
    let version = word.drop { $0 != "-" }.dropFirst()
    return ["bash", "sh"].contains(word.prefix { $0 != "-" }) && version.first?.isNumber == true
      ? Array("sh".utf8) : nil
  }

  /// Whether the text behind `# ` is a command and no comment: comments begin with a capital, or end like sentences.
  private static func looksLikeCommand(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return false }
    switch first {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "/"): break
    default: return false
    }
    guard let last = text.last, ![UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "?")].contains(last)
    else {
      return false
    }
    // Words of English that no program is called.
    let words = String(decoding: text, as: UTF8.self).split(separator: " ").map(String.init)
    let prose: Set<String> = [
      "the", "a", "an", "this", "that", "these", "it", "we", "you", "your", "to", "of", "in", "for", "and",
      "or", "is",
      "are", "with", "from", "on", "then", "should", "will", "must", "if",
    ]
    if let word = words.first, prose.contains(word) { return false }
    return !words.dropFirst().prefix(4).contains {
      ["the", "a", "an", "this", "your", "is", "are", "we", "you"].contains($0)
    }
  }
}

/// Whether a command goes on in the next line: a backslash, a connector, an open quotation, a here-document.
private struct OpenCommand {
  private var quote: UInt8?
  private var documents: [(word: [UInt8], stripsTabs: Bool)] = []
  private var isContinued = false

  init(_ line: ArraySlice<UInt8>) {
    scan(line)
  }

  var isOpen: Bool { isContinued || takesAnything }
  /// Whether the next line is text whatever it looks like.
  var takesAnything: Bool { quote != nil || !documents.isEmpty }

  mutating func add(_ line: ArraySlice<UInt8>) {
    if quote == nil, let document = documents.first {
      let text = document.stripsTabs ? line.drop { $0 == 0x09 } : line
      if text.elementsEqual(document.word) { documents.removeFirst() }
      isContinued = false
      return
    }
    scan(line)
  }

  private mutating func scan(_ line: ArraySlice<UInt8>) {
    isContinued = false
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      switch (byte, quote) {
      case (0x5C, nil), (0x5C, 0x22?):
        if index + 1 == line.endIndex { isContinued = true }
        index += 1
      case (0x27, nil), (0x22, nil): quote = byte
      case (let close, let open?) where close == open: quote = nil
      case (_, _?): break
      case (0x23, nil) where index == line.startIndex || line[index - 1] == 0x20: return
      case (0x3C, nil):
        if let next = document(line, at: index) { index = next - 1 }
      default: break
      }
      index += 1
    }
    guard quote == nil, documents.isEmpty else { return }
    var text = line
    while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
    if text.last == UInt8(ascii: "|") || text.suffix(2).elementsEqual(Array("&&".utf8)) { isContinued = true }
  }

  /// Takes up `<<WORD`, `<<-'WORD'`; gives where the line goes on.
  private mutating func document(_ line: ArraySlice<UInt8>, at index: Int) -> Int? {
    var at = index + 1
    guard at < line.endIndex, line[at] == 0x3C else { return nil }
    at += 1
    // `<<<` is a word, not a document.
    if at < line.endIndex, line[at] == 0x3C { return at + 1 }
    var strips = false
    if at < line.endIndex, line[at] == 0x2D {
      strips = true
      at += 1
    }
    while at < line.endIndex, line[at] == 0x20 || line[at] == 0x09 { at += 1 }
    var word: [UInt8] = []
    var open: UInt8?
    while at < line.endIndex {
      let byte = line[at]
      if let quote = open {
        if byte == quote { open = nil } else { word.append(byte) }
      } else if byte == 0x27 || byte == 0x22 {
        open = byte
      } else if byte == 0x5C {
        // A quoted character.
      } else if Identifier.isPart(byte) || [0x2D, 0x2E, 0x21].contains(byte) {
        word.append(byte)
      } else {
        break
      }
      at += 1
    }
    if !word.isEmpty { documents.append((word, strips)) }
    return at
  }
}
