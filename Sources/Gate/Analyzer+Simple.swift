internal import Policy
internal import ShellSyntax
internal import SourceText

extension Analyzer {
  /// A simple command: assignments, then the command that its words are.
  func walk(_ simple: SimpleCommand, at span: SourceSpan, _ scope: Scope, input: Input?) {
    let values = values(scope)
    let isDeclaration = simple.words.first.map { Survey.isPlainDeclaration($0, scope.place.dialect) } ?? false
    var arguments: [Argument] = []
    arguments.reserveCapacity(simple.words.count)
    for word in simple.words {
      if let text = word.plainText {
        arguments.append(.literal(text))
      } else {
        arguments += isDeclaration ? values.declarationArguments(word) : values.arguments(word)
      }
    }
    for assignment in simple.assignments { walk(assignment, scope, of: arguments.first) }
    for assignment in simple.arrayArguments { walk(assignment, scope, of: nil) }
    for word in simple.words { walk(word, scope) }
    if simple.words.isEmpty {
      for assignment in simple.assignments { noteConstant(assignment, scope) }
      return
    }
    let wordSpan = simple.words.first.map {
      SourceSpan($0.span.start, simple.words.last?.span.end ?? $0.span.end)
    }
    let place = place(wordSpan ?? span, scope)
    checkDeclaration(simple, arguments.first, place, scope)
    checkSubstitutedFile(simple, arguments.first, place)
    run(arguments[...], place, scope, input: input)
  }

  /// `export NAME="$(…)"`: the name is certain though the value is not.
  private func checkDeclaration(_ simple: SimpleCommand, _ name: Argument?, _ place: Place, _ scope: Scope) {
    guard simple.words.count > 1, case .literal(let text)? = name, (5...8).contains(text.utf8.count),
      Self.declarations.contains(text), !isExternal(place)
    else { return }
    for word in simple.words.dropFirst() where word.literal(scope.place.dialect) == nil {
      guard let (variable, _) = values(scope).assignment(word) else { continue }
      if Hijacks.isHijack(variable) { checkHijack(variable, place) }
    }
  }

  /// `. <(…)` runs what the substitution prints; `eval a=(…)` reads a list again.
  private func checkSubstitutedFile(_ simple: SimpleCommand, _ name: Argument?, _ place: Place) {
    guard case .literal(let text)? = name else { return }
    if text == "." || text == "source",
      simple.words.dropFirst().contains(where: { $0.parts.contains(where: \.isProcess) })
    {
      dynamic(place.through("."), why: "the commands come from a process substitution")
    }
    if !simple.arrayArguments.isEmpty, text == "eval" || text == "let" || text == "alias" {
      dynamic(place.through(text), why: "\(text) reads a list again")
    }
  }

  private static let declarations: Set<String> = ["export", "declare", "typeset", "local", "readonly"]

  /// Whether a program starts what stands here, so that built-ins and functions of the shell are not meant.
  private func isExternal(_ place: Place) -> Bool { place.isExternal }

  private func walk(_ assignment: Assignment, _ scope: Scope, of command: Argument?) {
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
  func checkHijack(_ name: String, _ place: Place, value: String? = nil) {
    // ENV names a file for interactive shells; a plain word such as `production` names none.
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
  func noteWrite(_ name: String, _ place: Place) {
    if Hijacks.isHijack(name), name != "ENV" { checkHijack(name, place) }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: return true
    default: return false
    }
  }

  /// Names that an arithmetic expression may assign.
  func noteAssignments(in bytes: some Collection<UInt8>, _ place: Place) {
    guard bytes.contains(0x3D) || bytes.contains(0x2B) || bytes.contains(0x2D) else { return }
    for name in bytes.split(whereSeparator: { !Self.isNamePart($0) }) {
      let text = String(decoding: name, as: UTF8.self)
      if text == "PATH" || text == "IFS" || text.hasPrefix("LD_") || text.hasPrefix("BASH_") {
        noteWrite(text, place)
      }
    }
  }

  private func noteConstant(_ assignment: Assignment, _ scope: Scope) {
    guard scope.isStraight, !scope.isFunction, assignment.index == nil, !assignment.isAppend,
      case .word(let word) = assignment.value
    else { return }
    setConstant(assignment.name, word.literal(scope.place.dialect))
  }

  private static let chainLimit = 64

  /// A command by its argument vector. A first word that may vanish makes the next ones candidates too.
  func run(_ arguments: ArraySlice<Argument>, _ place: Place, _ scope: Scope, input: Input? = nil) {
    guard let first = arguments.first else { return }
    guard place.via.count <= Self.chainLimit else {
      return refuse("a command is started through more than \(Self.chainLimit) others", place.span)
    }
    switch first {
    case .literal(let name) where name.utf8.contains(0):
      dynamic(place, Array(arguments.dropFirst()), why: "only the run knows which program this is")
    case .literal(let name): run(name, Array(arguments.dropFirst()), place, scope, input: input)
    case .unknown:
      dynamic(place, Array(arguments.dropFirst()), why: "only the run knows which program this is")
    case .anyNumber:
      dynamic(place, Array(arguments.dropFirst()), why: "only the run knows which program this is")
      scan(arguments.dropFirst(), place, scope)
    }
  }

  /// Words behind a command that is not known: each may be a command if what stands before it vanishes or is a wrapper.
  private func scan(_ arguments: ArraySlice<Argument>, _ place: Place, _ scope: Scope) {
    guard let next = arguments.first, case .literal(let name) = next, !name.hasPrefix("-"), !name.isEmpty
    else { return }
    add(
      .candidate, place,
      request: ProgramRequest(program: .literal(name), arguments: Array(arguments.dropFirst())),
      why: "it is a command if the word before it turns out empty")
  }

  private func run(_ name: String, _ arguments: [Argument], _ place: Place, _ scope: Scope, input: Input?) {
    let isPath = name.utf8.contains(0x2F)
    let request = ProgramRequest(program: .literal(name), arguments: arguments)
    if place.isExternal {
      return program(PathText.base(name), request, place, scope, input: input)
    }
    if functions.contains(name) {
      add(.functionCall, place, request: request, why: "a function of this text has this name")
      runFunction(name, arguments, place)
      // The definition may come later, stand in a branch or a subshell: what the name starts otherwise counts too.
      guard Builtins.contains(name, place.dialect) || startsOthers(name) else { return }
    }
    if !isPath, Builtins.contains(name, place.dialect) {
      return builtin(name, arguments, place, scope, input: input)
    }
    program(isPath ? PathText.base(name) : name, request, place, scope, input: input)
  }

  /// Arguments of a function may be run by it: `run() { "$@"; }`.
  private func runFunction(_ name: String, _ arguments: [Argument], _ place: Place) {
    for argument in arguments {
      if case .literal(let text) = argument { noteValue(text) }
    }
  }
}
