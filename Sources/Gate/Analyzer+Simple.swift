internal import Policy
internal import ShellSyntax
internal import SourceText

extension Analyzer {
  /// A simple command: assignments, then the command that its words are.
  mutating func walk(_ simple: SimpleCommand, at span: SourceSpan, _ scope: Scope, input: Input?) {
    guard let first = simple.words.first else {
      for assignment in simple.assignments { walk(assignment, scope, of: nil) }
      for assignment in simple.assignments { noteConstant(assignment, scope) }
      return
    }
    let last = simple.words.span[simple.words.count - 1].span
    let place = place(SourceSpan(first.span.start, last.end), scope)
    guard let name = commandName(first), !place.isExternal else {
      let isDeclaration = Survey.isPlainDeclaration(first, scope.place.dialect)
      var isReadable = true
      let arguments = arguments(
        of: simple.words[...], isDeclaration: isDeclaration, scope, isReadable: &isReadable)
      walkParts(simple, scope, of: arguments.first)
      if case .literal(let text)? = arguments.first, table[text].contains(.declaration), !place.isExternal {
        checkDeclaration(simple, place, scope)
      }
      checkSubstitutedFile(simple, arguments.first, place)
      return run(arguments[...], place, scope, input: input)
    }
    let marks = marks(name)
    if isHarmless(marks, simple, scope) {
      walkParts(simple, scope, of: nil)
      if checkChain(place) { add(.builtin, place, request: nil) }
      return
    }
    let text = ByteText.string(name)
    let isDeclaration = marks.contains(.declaration) && Survey.isPlainDeclaration(first, scope.place.dialect)
    var isReadable = true
    let arguments = arguments(
      of: simple.words.dropFirst(), isDeclaration: isDeclaration, scope, isReadable: &isReadable)
    walkParts(simple, scope, of: .literal(text))
    if marks.contains(.declaration) { checkDeclaration(simple, place, scope) }
    checkSubstitutedFile(simple, .literal(text), place)
    isReadable = isReadable && ByteText.isOrdinary(name)
    if checkChain(place) { run(text, marks, arguments, place, scope, input: input, isReadable: isReadable) }
  }

  /// The name of a command, when the word is plain or the bracket that is one.
  private func commandName(_ word: Word) -> ArraySlice<UInt8>? {
    if let plain = word.plainSlice { return plain }
    if word.parts.count == 1, case .bare(let text) = word.parts[0].kind, text.count == 1, text.first == 0x5B {
      return text
    }
    return nil
  }

  /// The marks of a name as it stands in the text. Functions are known by their names as `ByteText`.
  private func marks(_ name: ArraySlice<UInt8>) -> CommandMarks {
    ByteText.isOrdinary(name) ? table[name].union(functions[name]) : marks(ByteText.string(name))
  }

  private func marks(_ name: String) -> CommandMarks { table[name].union(functions[name]) }

  /// Whether a command is a built-in whose arguments need no look, so that they are not made.
  private func isHarmless(_ marks: CommandMarks, _ simple: SimpleCommand, _ scope: Scope) -> Bool {
    guard marks.contains(.builtin(scope.place.dialect)), !marks.contains(.function) else { return false }
    if marks.contains(.harmless) { return true }
    guard marks.contains(.tests), !hasConstants else { return false }
    return simple.words.allSatisfy { !mayNameVariable($0) }
  }

  /// Whether a word may be an option of `test` or `printf` behind which a variable stands: `-v`, `-R`. No variable's
  /// value is known here.
  private func mayNameVariable(_ word: Word) -> Bool {
    if word.parts.count == 1 {
      switch word.parts[0].kind {
      case .bare(let text):
        return text.first == 0x7B
          || (text.first == 0x2D && text.contains { $0 == 0x76 || $0 == 0x52 || $0 == 0x7B })
      case .quoted(let text): return text.first == 0x2D && text.contains { $0 == 0x76 || $0 == 0x52 }
      case .parameter, .command, .process, .arithmetic: return false
      }
    }
    switch word.parts.first?.kind {
    case .bare(let text)?, .quoted(let text)?: return text.first.map { $0 == 0x2D || $0 == 0x7B } ?? true
    case .parameter?, .command?, .process?, .arithmetic?, nil: return true
    }
  }

  /// What the words become; `isReadable` is false afterwards when a literal may not be text as it was written.
  private mutating func arguments(
    of words: ArraySlice<Word>, isDeclaration: Bool, _ scope: Scope, isReadable: inout Bool
  ) -> [Argument] {
    guard !words.isEmpty else { return [] }
    let values = values(scope)
    var arguments: [Argument] = []
    arguments.reserveCapacity(words.count)
    for word in words {
      if let text = word.plainSlice {
        if !ByteText.isOrdinary(text) { isReadable = false }
        arguments.append(.literal(ByteText.string(text)))
      } else if let sole = values.sole(word) {
        arguments.append(sole)
      } else {
        isReadable = false
        arguments += isDeclaration ? values.declarationArguments(word) : values.arguments(word)
      }
    }
    return arguments
  }

  /// Assignments and expansions, which are carried out before the command.
  private mutating func walkParts(_ simple: SimpleCommand, _ scope: Scope, of command: Argument?) {
    for assignment in simple.assignments { walk(assignment, scope, of: command) }
    for assignment in simple.arrayArguments { walk(assignment, scope, of: nil) }
    let words = simple.words.span
    for index in words.indices where words[index].hasExpansion { walk(words[index], scope) }
  }

  /// `export NAME="$(…)"`: the name is certain though the value is not.
  private mutating func checkDeclaration(_ simple: SimpleCommand, _ place: Place, _ scope: Scope) {
    for word in simple.words.dropFirst() where word.literal(scope.place.dialect) == nil {
      guard let (variable, _) = values(scope).assignment(word) else { continue }
      if Hijacks.isHijack(variable) { checkHijack(variable, place) }
    }
  }

  /// `. <(…)` runs what the substitution prints; `eval a=(…)` reads a list again.
  private mutating func checkSubstitutedFile(_ simple: SimpleCommand, _ name: Argument?, _ place: Place) {
    guard case .literal(let text)? = name, !simple.arrayArguments.isEmpty || text == "." || text == "source"
    else { return }
    if text == "." || text == "source",
      simple.words.dropFirst().contains(where: { $0.parts.contains(where: \.isProcess) })
    {
      dynamic(place.through("."), why: "the commands come from a process substitution")
    }
    if !simple.arrayArguments.isEmpty, text == "eval" || text == "let" || text == "alias" {
      dynamic(place.through(text), why: "\(text) reads a list again")
    }
  }

  private mutating func walk(_ assignment: Assignment, _ scope: Scope, of command: Argument?) {
    if let index = assignment.index { walkArithmetic(index, scope) }
    switch assignment.value {
    case .word(let word): walkValue(word, scope)
    case .array(let elements):
      for element in elements {
        if let index = element.index { walkArithmetic(index, scope) }
        walkValue(element.value, scope)
      }
    }
    let place = place(assignment.span, scope)
    // `IFS= read` sets the separator for the built-in alone.
    if assignment.name == "IFS", command == .literal("read") {
      add(.assign, place, request: nil)
    } else {
      var value: String?
      if case .word(let word) = assignment.value { value = word.literal(scope.place.dialect) }
      checkHijack(assignment.name, place, value: value)
    }
  }

  /// Reports a variable that changes what names run.
  mutating func checkHijack(_ name: String, _ place: Place, value: String? = nil) {
    // ENV names a file for interactive shells; a plain word such as `production` names none, unless there is such a shell.
    if name == "ENV" { noteENV() }
    let isWord = name == "ENV" && value.map { !$0.contains("/") && !$0.contains("$") } == true
    guard Hijacks.isHijack(name), !isWord else {
      add(.assign, place, request: nil)
      return
    }
    add(
      .hijack, place, request: ProgramRequest(program: .literal("\(name)=")),
      why: "\(name) changes which code other commands run")
  }

  /// A variable that something other than an assignment writes.
  mutating func noteWrite(_ name: String, _ place: Place) {
    if name == "ENV" { noteENV() } else if Hijacks.isHijack(name) { checkHijack(name, place) }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: return true
    default: return false
    }
  }

  /// Names that an arithmetic expression may assign.
  mutating func noteAssignments(in bytes: some Collection<UInt8>, _ place: Place) {
    guard bytes.contains(0x3D) || bytes.contains(0x2B) || bytes.contains(0x2D) else { return }
    for name in bytes.split(whereSeparator: { !Self.isNamePart($0) }) {
      let text = String(decoding: name, as: UTF8.self)
      if text == "PATH" || text == "IFS" || text.hasPrefix("LD_") || text.hasPrefix("BASH_") {
        noteWrite(text, place)
      }
    }
  }

  private mutating func noteConstant(_ assignment: Assignment, _ scope: Scope) {
    guard scope.isStraight, !scope.isFunction, assignment.index == nil, !assignment.isAppend,
      case .word(let word) = assignment.value
    else { return }
    setConstant(assignment.name, word.literal(scope.place.dialect))
  }

  private static let chainLimit = 64

  /// A command by its argument vector. A first word that may vanish makes the next ones candidates too.
  mutating func run(_ arguments: ArraySlice<Argument>, _ place: Place, _ scope: Scope, input: Input? = nil) {
    guard let first = arguments.first else { return }
    guard checkChain(place) else { return }
    switch first {
    case .literal(let name) where name.containsByte(0):
      dynamic(place, Array(arguments.dropFirst()), why: "only the run knows which program this is")
    case .literal(let name): run(name, marks(name), Array(arguments.dropFirst()), place, scope, input: input)
    case .unknown:
      dynamic(place, Array(arguments.dropFirst()), why: "only the run knows which program this is")
    case .anyNumber:
      dynamic(place, Array(arguments.dropFirst()), why: "only the run knows which program this is")
      scan(arguments.dropFirst(), place, scope)
    }
  }

  /// Refuses what is reached through too many others.
  private mutating func checkChain(_ place: Place) -> Bool {
    guard let via = place.via, via.count > Self.chainLimit else { return true }
    refuse("a command is started through more than \(Self.chainLimit) others", place.span)
    return false
  }

  /// Words behind a command that is not known: each may be a command if what stands before it vanishes or is a wrapper.
  private mutating func scan(_ arguments: ArraySlice<Argument>, _ place: Place, _ scope: Scope) {
    guard let next = arguments.first, case .literal(let name) = next, !name.hasPrefix("-"), !name.isEmpty
    else { return }
    add(
      .candidate, place,
      request: ProgramRequest(program: .literal(name), arguments: Array(arguments.dropFirst())),
      why: "it is a command if the word before it turns out empty")
  }

  private mutating func run(
    _ name: String, _ marks: CommandMarks, _ arguments: [Argument], _ place: Place, _ scope: Scope,
    input: Input?,
    isReadable: Bool = false
  ) {
    let isPath = name.containsByte(0x2F)
    let request = ProgramRequest(program: .literal(name), arguments: arguments)
    if place.isExternal {
      return program(PathText.base(name), request, place, scope, input: input)
    }
    let isBuiltin = marks.contains(.builtin(place.dialect))
    if marks.contains(.function) {
      add(
        .functionCall, place, request: request, why: "a function of this text has this name",
        isReadable: isReadable)
      runFunction(name, arguments, place)
      // The definition may come later, stand in a branch or a subshell: what the name starts otherwise counts too.
      let mayStart = isPath || marks.contains(.starter) || Self.mayBeVersion(name)
      guard isBuiltin || (mayStart && startsOthers(name)) else { return }
    }
    if isBuiltin {
      return builtin(name, arguments, place, scope, input: input)
    }
    program(
      isPath ? PathText.base(name) : name, request, place, scope, input: input, isReadable: isReadable)
  }

  /// Arguments of a function may be run by it: `run() { "$@"; }`.
  private mutating func runFunction(_ name: String, _ arguments: [Argument], _ place: Place) {
    for argument in arguments {
      if case .literal(let text) = argument { noteValue(text) }
    }
  }
}
