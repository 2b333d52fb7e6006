internal import SourceText

extension Parser {
  /// Built-ins of bash whose arguments may be array assignments.
  private static func isDeclaration(_ name: ArraySlice<UInt8>) -> Bool {
    switch name.count {
    case 3: return name.elementsEqual("let".utf8)
    case 4: return name.elementsEqual("eval".utf8)
    case 5: return name.elementsEqual("local".utf8) || name.elementsEqual("alias".utf8)
    case 6: return name.elementsEqual("export".utf8)
    case 7: return name.elementsEqual("declare".utf8) || name.elementsEqual("typeset".utf8)
    case 8: return name.elementsEqual("readonly".utf8)
    default: return false
    }
  }

  /// A simple command, or a function definition that begins like one.
  mutating func parseSimple() throws(UnsupportedSyntax) -> Command {
    let start = position
    var command = SimpleCommand(assignments: [], words: [], arrayArguments: [])
    var redirections: [Redirection] = []
    var isDeclaration = false
    while true {
      skipBlanks()
      guard let byte = peek() else { break }
      if Self.mayBeginRedirection(byte), try takeRedirection(into: &redirections) { continue }
      // Of the bytes that end a word, only these may begin one: `<(…)`, `>(…)`.
      if Self.isBreak(byte), byte != 0x3C, byte != 0x3E { break }
      if command.words.isEmpty, mayBeAssignment(), try takeAssignment(into: &command.assignments) { continue }
      if isDeclaration, let assignment = try parseArrayArgument() {
        command.arrayArguments.append(assignment)
        continue
      }
      let wordStart = position
      guard let word = try parseWord() else { break }
      if command.words.isEmpty, command.assignments.isEmpty, redirections.isEmpty, peekAfterBlanks() == 0x28 {
        return try parseFunction(word, start)
      }
      if command.words.isEmpty { command.words.reserveCapacity(4) }
      command.words.append(word)
      if command.words.count == 1, dialect == .bash {
        isDeclaration = Self.isDeclaration(bytes[wordStart..<position])
      }
    }
    if command.words.isEmpty, command.assignments.isEmpty, redirections.isEmpty { throw unexpected() }
    return Command(kind: .simple(command), redirections: redirections, span: span(start, position))
  }

  private mutating func takeRedirection(into all: inout [Redirection]) throws(UnsupportedSyntax) -> Bool {
    guard let redirection = try parseRedirection() else { return false }
    all.append(redirection)
    return true
  }

  private mutating func takeAssignment(into all: inout [Assignment]) throws(UnsupportedSyntax) -> Bool {
    guard let assignment = try parseAssignment(allowsArray: dialect == .bash) else { return false }
    all.append(assignment)
    return true
  }

  private mutating func peekAfterBlanks() -> UInt8? {
    let saved = position
    defer { position = saved }
    while let byte = peek(), byte == 0x20 || byte == 0x09 { position += 1 }
    return peek()
  }

  /// `name() body`
  private mutating func parseFunction(_ name: Word, _ start: Int) throws(UnsupportedSyntax) -> Command {
    skipBlanks()
    position += 1
    skipBlanks()
    guard peek() == 0x29 else {
      throw error("‘(’ is not expected here", at: position, help: "quote it if it is meant as text")
    }
    position += 1
    guard let literal = name.literalBytes(dialect), let plain = name.plainBytes, plain == literal else {
      throw error("the function's name is not a plain word", at: start, to: position)
    }
    let kind = try parseFunctionBody(ByteText.string(plain), name.span)
    return Command(kind: kind, redirections: [], span: span(start, position))
  }

  // MARK: assignments

  /// Whether what stands behind the name here, if one does, may be part of an assignment. The usual word is a
  /// command's name.
  private func mayBeAssignment() -> Bool {
    let end = end(from: position, ShellName.isPart)
    guard end < bytes.count else { return false }
    switch bytes[end] {
    // A line continuation may stand in the name.
    case 0x3D, 0x5C: return true
    case 0x5B, 0x2B: return dialect == .bash
    default: return false
    }
  }

  /// `NAME=`, `NAME+=`, `NAME[…]=` with a value, or nil when the word is none.
  private mutating func parseAssignment(allowsArray: Bool) throws(UnsupportedSyntax) -> Assignment? {
    let start = position
    guard let head = try parseAssignmentHead() else { return nil }
    if allowsArray, peek() == 0x28, head.index == nil {
      let elements = try parseArray()
      return Assignment(
        name: head.name, index: nil, isAppend: head.isAppend, value: .array(elements),
        span: span(start, position))
    }
    let value = try parseWord(in: .assignment) ?? Word(parts: [], span: span(position, position))
    return Assignment(
      name: head.name, index: head.index, isAppend: head.isAppend, value: .word(value),
      span: span(start, position))
  }

  /// An array assignment as an argument of `declare`; nil when the next word is something else.
  private mutating func parseArrayArgument() throws(UnsupportedSyntax) -> Assignment? {
    let saved = position
    let start = position
    guard let head = try parseAssignmentHead(), head.index == nil, peek() == 0x28 else {
      position = saved
      return nil
    }
    let elements = try parseArray()
    return Assignment(
      name: head.name, index: nil, isAppend: head.isAppend, value: .array(elements),
      span: span(start, position))
  }

  /// A name that stands here, line continuations in it removed.
  func name(_ range: Range<Int>) -> String {
    let text = bytes[range]
    guard text.contains(0x5C) else { return String(decoding: text, as: UTF8.self) }
    return String(decoding: text.filter { $0 != 0x5C && $0 != 0x0A }, as: UTF8.self)
  }

  private mutating func parseAssignmentHead() throws(UnsupportedSyntax) -> (
    name: String, index: Word?, isAppend: Bool
  )? {
    let saved = position
    guard let first = peek(), ShellName.isStart(first) else { return nil }
    let nameStart = position
    while let byte = peek(), ShellName.isPart(byte) { position += 1 }
    guard let next = peek(), next == 0x3D || (dialect == .bash && (next == 0x5B || next == 0x2B)) else {
      position = saved
      return nil
    }
    let nameEnd = position
    var index: Word?
    if dialect == .bash, peek() == 0x5B {
      index = try parseSubscript()
      if index == nil {
        position = saved
        return nil
      }
    }
    var isAppend = false
    if dialect == .bash, peek() == 0x2B, byte(after: position) == 0x3D {
      isAppend = true
      advance()
    }
    guard peek() == 0x3D else {
      if let index, !isPlainSubscript(index) {
        // bash has read up to the bracket by now, blanks and all, whatever comes behind it.
        throw error(
          "a subscript that is not part of an assignment", at: saved, to: position, help: "quote it")
      }
      position = saved
      return nil
    }
    position += 1
    return (name(nameStart..<nameEnd), index, isAppend)
  }

  /// Whether a subscript reads the same as part of an ordinary word.
  private func isPlainSubscript(_ index: Word) -> Bool {
    index.parts.allSatisfy { part in
      if case .bare(let text) = part.kind { return !text.contains(where: Self.isBreak) }
      return false
    }
  }

  /// `[…]` with quotes and expansions; nil when it is not closed on this text, so that `[` is an ordinary character.
  mutating func parseSubscript() throws(UnsupportedSyntax) -> Word? {
    let start = position
    position += 1
    return try parseBracketed(from: start, close: 0x5D)
  }

  private mutating func parseArray() throws(UnsupportedSyntax) -> [(index: Word?, value: Word)] {
    let start = position
    position += 1
    var elements: [(index: Word?, value: Word)] = []
    while true {
      try skipBlanksAndNewlines()
      guard let byte = peek() else { throw error("the array is not closed", at: start) }
      if byte == 0x29 {
        position += 1
        if let next = peek(), !Self.isBreak(next) {
          // bash goes on with the same word here, so the next word would be the command.
          throw error(
            "text right behind an array", at: start, to: position + 1, help: "put a blank behind the ‘)’")
        }
        return elements
      }
      if byte == 0x5B, let element = try parseIndexedElement() {
        elements.append(element)
        continue
      }
      guard let word = try parseWord() else { throw unexpected() }
      elements.append((nil, word))
    }
  }

  private mutating func parseIndexedElement() throws(UnsupportedSyntax) -> (index: Word?, value: Word)? {
    let saved = position
    guard let index = try parseSubscript() else {
      position = saved
      return nil
    }
    if peek() == 0x2B { position += 1 }
    guard peek() == 0x3D else {
      guard isPlainSubscript(index) else {
        throw error("brackets around an expansion at the beginning of an element", at: saved, to: position)
      }
      position = saved
      return nil
    }
    position += 1
    let value = try parseWord(in: .assignment) ?? Word(parts: [], span: span(position, position))
    return (index, value)
  }

  // MARK: redirections

  private static func mayBeginRedirection(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x3C, 0x3E, 0x26, 0x7B: return true
    default: return false
    }
  }

  /// A redirection, or nil when none stands here.
  mutating func parseRedirection() throws(UnsupportedSyntax) -> Redirection? {
    skipBlanks()
    guard let first = peek(), Self.mayBeginRedirection(first) else { return nil }
    let start = position
    var variable: String?
    var descriptor: Int?
    if let byte = peek(), (0x30...0x39).contains(byte) {
      // A number belongs to a redirection only when the operator follows at once (POSIX 2.7).
      var number = 0
      var digits = 0
      while let digit = peek(), (0x30...0x39).contains(digit) {
        number = min(number * 10 + Int(digit - 0x30), Self.descriptorLimit + 1)
        digits += 1
        position += 1
      }
      // dash takes one digit, bash a number that fits; anything longer is an ordinary word.
      let isNumber = dialect == .sh ? digits == 1 : number <= Self.descriptorLimit
      guard isNumber, peek() == 0x3C || peek() == 0x3E else {
        position = start
        return nil
      }
      descriptor = number
    } else if dialect == .bash, peek() == 0x7B {
      guard let name = takeRedirectionVariable() else {
        position = start
        return nil
      }
      variable = name
    }
    guard let kind = try takeRedirectionOperator() else {
      position = start
      return nil
    }
    if variable == nil, descriptor == nil { descriptor = kind.isInput ? 0 : 1 }
    if kind == .hereDocument {
      return try parseHereDocument(start, descriptor: descriptor, variable: variable)
    }
    skipBlanks()
    if let target = try takeClosingDash(kind) {
      return Redirection(
        kind: kind, descriptor: descriptor, variable: variable, target: target, slot: nil,
        span: span(start, position))
    }
    guard let target = try parseWord() else {
      throw error("a redirection without a target", at: start, to: position)
    }
    return Redirection(
      kind: kind, descriptor: descriptor, variable: variable, target: target, slot: nil,
      span: span(start, position))
  }

  /// The dash of `>&-`. For bash it is an operator of its own, so that another word may begin right behind it
  /// (`>&-rm x` starts rm); dash takes such a word for a descriptor's number, and refuses it.
  private mutating func takeClosingDash(_ kind: Redirection.Kind) throws(UnsupportedSyntax) -> Word? {
    guard kind == .duplicateInput || kind == .duplicateOutput, peek() == 0x2D else { return nil }
    let dash = position
    let next = byte(after: position)
    if dialect == .sh, let next, !Self.isBreak(next) {
      throw error(
        "a word right behind ‘>&-’, which shells read in two ways", at: dash, to: dash + 1,
        help: "put a blank behind the dash")
    }
    position += 1
    return Word(
      parts: [WordPart(kind: .bare(bytes[dash...dash]), isQuoted: false, span: span(dash, dash + 1))],
      span: span(dash, dash + 1))
  }

  private static let descriptorLimit = 0x7FFF_FFFF

  /// `{name}` right before an operator.
  private mutating func takeRedirectionVariable() -> String? {
    position += 1
    var name: [UInt8] = []
    while let byte = peek(), ShellName.isPart(byte) {
      name.append(byte)
      position += 1
    }
    guard ShellName.isValid(name), peek() == 0x7D else { return nil }
    position += 1
    return peek() == 0x3C || peek() == 0x3E ? String(decoding: name, as: UTF8.self) : nil
  }

  private mutating func takeRedirectionOperator() throws(UnsupportedSyntax) -> Redirection.Kind? {
    guard let byte = peek() else { return nil }
    switch byte {
    case 0x26:
      guard dialect == .bash, self.byte(after: position) == 0x3E else { return nil }
      return take("&>>") ? .appendBoth : take("&>") ? .both : nil
    case 0x3C:
      if dialect == .bash, self.byte(after: position) == 0x28 { return nil }
      if dialect == .bash, take("<<<") { return .hereString }
      if take("<<") { return .hereDocument }
      if take("<&") { return .duplicateInput }
      if take("<>") { return .readWrite }
      position += 1
      return .input
    case 0x3E:
      if dialect == .bash, self.byte(after: position) == 0x28 { return nil }
      if take(">>") { return .append }
      if take(">&") { return .duplicateOutput }
      if take(">|") { return .clobber }
      position += 1
      return .output
    default: return nil
    }
  }
}
