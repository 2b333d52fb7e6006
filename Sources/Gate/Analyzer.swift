internal import Policy
internal import ShellSyntax
internal import SourceText

/// Walks a script and collects findings. One analyzer serves one outermost text.
///
/// Texts inside texts (`sh -c`, `eval`) add to the same findings and use up the same budget.
struct Analyzer {
  let dialect: Dialect
  private(set) var findings: [Finding] = []
  private(set) var refusal: UnsupportedSyntax?

  private static let unwrapLimit = 16
  private static let findingLimit = 10_000
  private var byteBudget: Int
  private var constants = ConstantTable()
  private(set) var functions = NameTable<CommandMarks>()
  /// Whether a literal that is put into a variable holds a command substitution as text.
  private var hasHiddenSubstitution = false
  /// The first place where the value of a variable is evaluated as an expression.
  private var evaluation: Place?
  /// Whether the text sets ENV, and the first interactive shell, which runs the file that it names.
  private var setsENV = false
  private var interactive: Place?
  let table = CommandMarks.table
  /// Entries of the wrappers' table that were made.
  var wrapperSpecs: [String: WrapperSpec] = [:]
  /// Files that the text itself writes: running one of them runs what nobody here has read.
  private(set) var written: Set<String> = []

  init(dialect: Dialect, byteCount: Int) {
    self.dialect = dialect
    // What unwrapping reads again in total is bounded, so that texts inside texts cannot multiply.
    byteBudget = 4 * byteCount + 4096
    findings.reserveCapacity(min(byteCount / 64, 1024))
  }

  mutating func run(_ script: Script) {
    var survey = Survey(dialect: dialect)
    survey.walk(script)
    for name in survey.functions { functions.insert(name, .function) }
    written = survey.written
    constants = ConstantTable(survey: survey)
    let place = Place(span: script.span, via: nil, dialect: dialect, isFixed: false, unwrapped: 0)
    walk(
      script,
      Scope(place: place, hereDocuments: nil, isStraight: true, isFunction: false))
    if setsENV, let interactive {
      dynamic(interactive, why: "an interactive shell runs the file that ENV names, which is set here")
    }
    if hasHiddenSubstitution, let place = evaluation {
      add(
        .dynamic, place, request: ProgramRequest(program: .unknown),
        why: "the value of a variable is evaluated here, and a text of this step holds a command substitution"
      )
    }
  }

  // MARK: findings

  /// Adds a finding. `isReadable`: all words of the request are text as it was written, and known.
  mutating func add(
    _ kind: Finding.Kind, _ place: Place, request: ProgramRequest?, why: String? = nil,
    isReadable: Bool = false
  ) {
    guard findings.count < Self.findingLimit else {
      refuse("the text starts more than \(Self.findingLimit) programs", place.span)
      return
    }
    findings.append(
      Finding(
        kind: kind, span: place.span, via: place.via?.names ?? [],
        request: isReadable ? request : request.map(WordValues.readable),
        why: isReadable ? why : why.map(ByteText.readable)))
  }

  mutating func dynamic(_ place: Place, _ arguments: [Argument] = [], why: String) {
    add(.dynamic, place, request: ProgramRequest(program: .unknown, arguments: arguments), why: why)
  }

  mutating func refuse(_ message: String, _ span: SourceSpan) {
    if refusal == nil {
      refusal = UnsupportedSyntax(ByteText.readable(message), at: span, help: "split the step")
    }
  }

  mutating func noteENV() { setsENV = true }

  mutating func noteInteractive(_ place: Place) { if interactive == nil { interactive = place } }

  mutating func noteEvaluation(_ place: Place) { if evaluation == nil { evaluation = place } }

  mutating func noteValue(_ text: String) { noteValue(text.utf8) }

  mutating func noteValue(_ bytes: some Collection<UInt8>) {
    guard !hasHiddenSubstitution else { return }
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 0x60 || (previous == 0x24 && (byte == 0x28 || byte == 0x7B)) {
        return hasHiddenSubstitution = true
      }
      previous = byte
    }
  }

  func place(_ span: SourceSpan, _ scope: Scope) -> Place {
    var place = scope.place
    if !place.isFixed { place.span = span }
    return place
  }

  mutating func values(_ scope: Scope) -> WordValues {
    WordValues(
      dialect: scope.place.dialect,
      constants: constants.values(
        isFunction: scope.isFunction, isNested: scope.place.unwrapped > 0, isSubshell: scope.isSubshell))
  }

  /// Whether a variable's value is known anywhere here.
  var hasConstants: Bool { !constants.isEmpty }

  mutating func setConstant(_ name: String, _ value: String?) { constants.assign(name, value) }

  // MARK: texts inside texts

  /// Reads a text that a command hands to a shell.
  mutating func analyze(text: String, dialect: Dialect, _ place: Place) {
    let bytes = ByteText.bytes(text)
    guard !bytes.contains(0) else { return dynamic(place, why: "only the run knows a part of this text") }
    byteBudget -= bytes.count
    guard byteBudget >= 0, place.unwrapped < Self.unwrapLimit else {
      refuse("texts inside texts go too deep", place.span)
      return
    }
    let script: Script
    do throws(UnsupportedSyntax) {
      script = try Parser.parse(bytes, dialect: dialect)
    } catch {
      if refusal == nil {
        refusal = UnsupportedSyntax(
          "the text given to a shell is not understood: \(error.message)", at: place.span, help: error.help)
      }
      return
    }
    var survey = Survey(dialect: dialect)
    survey.walk(script)
    for name in survey.functions { functions.insert(name, .function) }
    written.formUnion(survey.written)
    var inner = place
    inner.dialect = dialect
    inner.isFixed = true
    inner.isExternal = false
    inner.unwrapped += 1
    walk(
      script,
      Scope(place: inner, hereDocuments: nil, isStraight: false, isFunction: false))
  }

  // MARK: walking

  mutating func walk(_ script: Script, _ scope: Scope) {
    var scope = scope
    if let own = script.hereDocuments { scope.hereDocuments = own.isEmpty ? nil : own }
    let isStraight = scope.isStraight
    let isSubshell = scope.isSubshell
    let items = script.items.span
    for number in items.indices where refusal == nil {
      let isBackground = items[number].isBackground
      scope.isStraight = isStraight && !isBackground
      scope.isSubshell = isSubshell || isBackground
      walk(items[number].first, scope)
      scope.isStraight = false
      for pipeline in items[number].others { walk(pipeline, scope) }
    }
  }

  private mutating func walk(_ pipeline: Pipeline, _ scope: Scope) {
    guard let first = pipeline.first else { return }
    if pipeline.others.isEmpty { return walk(first, scope, input: nil) }
    var scope = scope
    scope.isStraight = false
    scope.isSubshell = true
    walk(first, scope, input: nil)
    var previous = first
    for command in pipeline.others {
      walk(command, scope, input: printed(by: previous, scope))
      previous = command
    }
  }

  /// What a command writes into a pipe: known for `echo` with plain words.
  private func printed(by command: Command, _ scope: Scope) -> Input {
    guard case .simple(let simple) = command.kind, command.redirections.isEmpty, simple.assignments.isEmpty,
      simple.words.first?.literal(scope.place.dialect) == "echo", functions["echo"].isEmpty
    else { return .pipe }
    let words = simple.words.compactMap { $0.literal(scope.place.dialect) }
    guard words.count == simple.words.count, words.first == "echo", words.count > 1,
      words.dropFirst().allSatisfy({ !$0.hasPrefix("-") && !$0.contains("\\") })
    else { return .pipe }
    return .text(words.dropFirst().joined(separator: " ") + "\n")
  }

  /// What a command reads as its standard input, when the text says.
  enum Input {
    case pipe
    case text(String)
    case unknown
  }

  private mutating func walk(_ command: Command, _ scope: Scope, input: Input?) {
    let given = command.redirections.isEmpty ? input : walk(command.redirections, scope) ?? input
    if case .simple(let simple) = command.kind {
      return walk(simple, at: command.span, scope, input: given)
    }
    var nested = scope
    nested.isStraight = false
    switch command.kind {
    case .simple: break
    case .group(let script): walk(script, scope)
    case .subshell(let script):
      nested.isSubshell = true
      walk(script, nested)
    case .conditional(let branches):
      for branch in branches {
        if let condition = branch.condition { walk(condition, nested) }
        walk(branch.body, nested)
      }
    case .loop(let condition, let body):
      walk(condition, nested)
      walk(body, nested)
    case .forEach(let name, let words, let body):
      noteWrite(name, place(command.span, scope))
      for word in words ?? [] { walkValue(word, scope) }
      walk(body, nested)
    case .arithmeticFor(let words, let body):
      for word in words { walkArithmetic(word, scope) }
      walk(body, nested)
    case .cases(let subject, let items):
      walk(subject, scope)
      for item in items {
        for pattern in item.patterns { walk(pattern, scope) }
        walk(item.body, nested)
      }
    case .function(let name, let span, let body):
      nested.isFunction = true
      if name == "command_not_found_handle" {
        add(
          .hijack, place(span, scope),
          request: ProgramRequest(program: .literal("command_not_found_handle=")),
          why: "the function \(name) runs for every name that is not found")
      }
      walk(body, nested, input: .unknown)
    case .test(let parts): walkTest(parts, scope)
    case .arithmetic(let word): walkArithmetic(word, scope)
    case .coprocess(let name, let inner):
      if let name { noteWrite(name, place(command.span, scope)) }
      nested.isSubshell = true
      walk(inner, nested, input: .pipe)
    }
  }

  /// Walks redirections; gives the standard input when one of them sets it.
  private mutating func walk(_ redirections: [Redirection], _ scope: Scope) -> Input? {
    var input: Input?
    for redirection in redirections {
      let isInput = redirection.descriptor == 0
      if let name = redirection.variable { noteWrite(name, place(redirection.span, scope)) }
      switch redirection.kind {
      case .hereDocument:
        guard let slot = redirection.slot, let documents = scope.hereDocuments,
          documents.indices.contains(slot)
        else { continue }
        let body = documents[slot]
        walk(body, scope)
        if isInput { input = body.plainBytes.map { .text(ByteText.string($0)) } ?? .unknown }
      case .hereString:
        walk(redirection.target, scope)
        if isInput {
          input = redirection.target.literal(scope.place.dialect).map { .text($0 + "\n") } ?? .unknown
        }
      case .input, .readWrite, .duplicateInput:
        walk(redirection.target, scope)
        if isInput { input = .unknown }
      case .output, .append, .clobber, .duplicateOutput, .both, .appendBoth:
        walk(redirection.target, scope)
        if isInput { input = .unknown }
      }
      if redirection.kind != .hereDocument, redirection.kind != .hereString {
        add(.redirect, place(redirection.span, scope), request: nil, why: redirection.kind.rawValue)
      }
    }
    return input
  }

  /// Walks the expansions of a word.
  mutating func walk(_ word: Word, _ scope: Scope) {
    guard word.hasExpansion else { return }
    let parts = word.parts.span
    for index in parts.indices where !parts[index].isText {
      switch parts[index].kind {
      case .bare, .quoted: break
      case .command(let script, let isBackquote):
        walk(script, substitution(scope, isBackquote ? "` `" : "$( )"))
      case .process(let script): walk(script, substitution(scope, "<( )"))
      case .arithmetic(let inner): walkArithmetic(inner, scope)
      case .parameter(let parameter): walk(parameter, at: parts[index].span, scope)
      }
    }
  }

  private func substitution(_ scope: Scope, _ name: String) -> Scope {
    var inner = scope
    inner.isStraight = false
    inner.isSubshell = true
    inner.place.via = Chain(name, behind: scope.place.via)
    return inner
  }

  /// A word whose value goes into a variable.
  mutating func walkValue(_ word: Word, _ scope: Scope) {
    walk(word, scope)
    guard !hasHiddenSubstitution else { return }
    for part in word.parts {
      if case .quoted(let bytes) = part.kind { noteValue(bytes) }
    }
  }

  private mutating func walk(_ parameter: Parameter, at span: SourceSpan, _ scope: Scope) {
    if let index = parameter.index { walkIndex(index, scope) }
    if let operand = parameter.operand {
      switch parameter.operation {
      case .substring: walkArithmetic(operand, scope)
      case .assignDefault:
        noteWrite(parameter.name, place(span, scope))
        walkValue(operand, scope)
      default: walk(operand, scope)
      }
    }
    if parameter.isIndirect || parameter.operation == .indirect { noteEvaluation(place(span, scope)) }
    if case .transform(let letter) = parameter.operation, letter == 0x50 {
      dynamic(
        place(span, scope), why: "${\(parameter.name)@P} expands the value once more, commands in it included"
      )
    }
  }

  private mutating func walkIndex(_ index: Word, _ scope: Scope) {
    guard index.plainBytes != [0x40], index.plainBytes != [0x2A] else { return }
    walkArithmetic(index, scope)
  }

  /// An arithmetic expression: a bare name in it is evaluated again, its value with it.
  mutating func walkArithmetic(_ word: Word, _ scope: Scope) {
    walk(word, scope)
    var hasName = false
    for part in word.parts {
      switch part.kind {
      case .bare(let bytes), .quoted(let bytes):
        let text = ByteText.string(bytes)
        noteValue(text)
        noteAssignments(in: bytes, place(word.span, scope))
        if text.utf8.contains(where: {
          (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }) {
          hasName = true
        }
      case .parameter, .command, .arithmetic, .process: hasName = true
      }
    }
    if hasName, scope.place.dialect == .bash { noteEvaluation(place(word.span, scope)) }
  }

  private static let arithmeticTests: Set<String> = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"]

  private mutating func walkTest(_ parts: [TestPart], _ scope: Scope) {
    var isArithmetic = false
    for (index, part) in parts.enumerated() {
      switch part {
      case .op(let op): isArithmetic = Self.arithmeticTests.contains(op)
      case .word(let word):
        var isOperand = isArithmetic
        if index + 1 < parts.count, case .op(let next) = parts[index + 1],
          Self.arithmeticTests.contains(next), next != "-v"
        {
          isOperand = true
        }
        if isOperand {
          walkArithmetic(word, scope)
          checkSubscript(values(scope).arguments(word), place(word.span, scope), "a test")
        } else {
          walk(word, scope)
        }
        isArithmetic = false
      }
    }
  }

  /// Whether a text has a command substitution.
  static func hasSubstitution(_ text: String) -> Bool { has(0x24, 0x28, in: text) || text.containsByte(0x60) }

  /// Whether two bytes stand side by side.
  static func has(_ first: UInt8, _ second: UInt8, in text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == second, previous == first { return true }
      previous = byte
    }
    return false
  }

  /// A name with a subscript, given as a text: the subscript is evaluated, commands in it included.
  mutating func checkSubscript(_ arguments: [Argument], _ place: Place, _ who: String) {
    for argument in arguments {
      switch argument {
      case .literal(let text):
        if text.containsByte(0x5B), Self.hasSubstitution(text) {
          dynamic(place, why: "\(who) evaluates the subscript in ‘\(text)’, commands in it included")
        }
      case .unknown, .anyNumber: noteEvaluation(place)
      }
    }
  }
}
