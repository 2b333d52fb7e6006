internal import Markdown
public import SourceText

/// A document compiled: the runbook if it is one, and everything there is to say about it.
public struct Compilation: Sendable {
  /// The document.
  public let file: SourceFile
  /// The runbook; nil when there is an error among the problems.
  public let runbook: Runbook?
  /// Errors and warnings in document order.
  public let problems: [Diagnostic]

  /// The same with further warnings, all in document order.
  public func adding(_ warnings: [Diagnostic]) -> Compilation {
    let all = (problems + warnings).enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }.map(\.element)
    return Compilation(file: file, runbook: runbook, problems: all)
  }
}

/// Neighbouring steps of a document, read.
public struct ReadSteps: Sendable {
  let steps: [Step]
  let problems: [Diagnostic]
}

/// Reads a runbook and reports every problem of it in one pass.
public struct RunbookCompiler {
  private let file: SourceFile
  private let divide: Divider
  private var problems: [Diagnostic] = []

  /// Has steps read, from the first to the last, perhaps some of them at the same time: the steps do not know each other.
  public typealias Divider = (_ count: Int, _ read: @escaping @Sendable (Range<Int>) -> ReadSteps) ->
    [ReadSteps]

  /// Documents larger than this are refused.
  public static let sizeLimit = 32 << 20

  /// Compiles a runbook, or takes an ordinary document as one.
  public static func compile(
    _ file: SourceFile, dividing divide: @escaping Divider = { [$1(0..<$0)] }
  ) -> Compilation {
    GuideCompiler.isGuide(file) ? GuideCompiler.compile(file) : compileRunbook(file, divide)
  }

  private static func compileRunbook(_ file: SourceFile, _ divide: @escaping Divider) -> Compilation {
    var compiler = RunbookCompiler(file: file, divide)
    let runbook = compiler.compile()
    let problems = compiler.problems.enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }.map(\.element)
    let isValid = !problems.contains { $0.severity == .error }
    return Compilation(file: file, runbook: isValid ? runbook : nil, problems: problems)
  }

  private init(file: SourceFile, _ divide: @escaping Divider) {
    self.file = file
    self.divide = divide
  }

  private mutating func compile() -> Runbook? {
    if let problem = TextCheck.problem(in: file, sizeLimit: Self.sizeLimit) {
      problems.append(problem)
      return nil
    }
    var start = TextCheck.byteOrderMarkLength(file)
    var frontmatter = Frontmatter()
    if let bounds = FrontmatterReader.bounds(file, from: start) {
      guard bounds.isClosed else {
        add("RB208", "the frontmatter is not closed", SourceSpan(start, start + 3), "end it with a line ---")
        return nil
      }
      var reader = FrontmatterReader(file: file)
      frontmatter = reader.read(bounds.yaml)
      problems += reader.problems
      start = bounds.end
    }
    let blocks: [Block]
    do throws(Diagnostic) {
      blocks = try Document.parse(file, from: start).blocks
    } catch {
      problems.append(error)
      return nil
    }
    return assemble(blocks, frontmatter: frontmatter)
  }

  private mutating func assemble(_ blocks: [Block], frontmatter: Frontmatter) -> Runbook? {
    var outline = OutlineReader()
    outline.read(blocks)
    problems += outline.problems
    let parts = divide(outline.steps.count) { [file, sections = outline.steps] range in
      var (steps, problems): ([Step], [Diagnostic]) = ([], [])
      for section in sections[range] {
        var reader = StepReader(file: file, blocks: blocks)
        if let step = reader.read(section) { steps.append(step) }
        problems += reader.problems
      }
      return ReadSteps(steps: steps, problems: problems)
    }
    let steps = parts.flatMap(\.steps)
    problems += parts.flatMap(\.problems)
    if outline.steps.isEmpty {
      let hasHeading = outline.title != nil
      add(
        "RB105", "the document has no steps", SourceSpan(0, 0),
        hasHeading
          ? "write a step as a heading of level 2: ## 1. Build"
          : "a runbook begins like this: # Title, then ## 1. Build")
      return nil
    }
    let runbook = Runbook(
      file: file, frontmatter: frontmatter, title: outline.title, description: outline.description,
      steps: steps)
    // A step that could not be read would make every GOTO to it look wrong, so targets wait for a readable document.
    var validator = Validator(steps: steps, checksTargets: steps.count == outline.steps.count)
    problems += validator.validate()
    return steps.isEmpty ? nil : runbook
  }

  private mutating func add(_ code: String, _ message: String, _ span: SourceSpan, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}

/// What must hold for the bytes of a document before anything reads it.
enum TextCheck {
  static func byteOrderMarkLength(_ file: SourceFile) -> Int {
    file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  static func problem(in file: SourceFile, sizeLimit: Int) -> Diagnostic? {
    let bytes = file.bytes
    if !bytes.contains(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) {
      return Diagnostic(
        "RB104", "the document is empty", at: SourceSpan(0, 0),
        help: "a runbook begins like this: # Title, then ## 1. Build")
    }
    if bytes.count > sizeLimit {
      return Diagnostic(
        "RB109", "the document is larger than \(sizeLimit >> 20) MiB", at: SourceSpan(0, 0),
        help: "split it into several runbooks")
    }
    if let offset = invalidUTF8(bytes) {
      return Diagnostic(
        "RB101", "the document is not UTF-8: byte 0x\(String(bytes[offset], radix: 16, uppercase: true))",
        at: SourceSpan(offset, offset + 1),
        help: "save it as UTF-8, for instance: iconv -f latin1 -t utf-8 FILE")
    }
    if let offset = bytes.firstIndex(of: 0) {
      return Diagnostic(
        "RB102", "the document has a NUL byte", at: SourceSpan(offset, offset + 1),
        help: "remove it; is it a text file?")
    }
    var index = 0
    while let at = bytes[index...].firstIndex(of: 0x0D) {
      if at + 1 >= bytes.count || bytes[at + 1] != 0x0A {
        return Diagnostic(
          "RB103", "a carriage return that ends no line", at: SourceSpan(at, at + 1),
          help: "end lines with LF or CR LF, for instance: tr '\\r' '\\n'")
      }
      index = at + 1
    }
    return nil
  }

  /// The first byte that is not part of well-formed UTF-8.
  private static func invalidUTF8(_ bytes: [UInt8]) -> Int? {
    // The library's check is many times faster, but does not say where.
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        index += 1
        continue
      }
      let length = sequenceLength(bytes, at: index)
      if length == 0 { return index }
      index += length
    }
    return nil
  }

  /// The length of the sequence at `index`, 0 when ill-formed (Unicode 15, table 3-7).
  private static func sequenceLength(_ bytes: [UInt8], at index: Int) -> Int {
    let first = bytes[index]
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xED: (length, high) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF4: (length, high) = (4, 0x8F)
    case 0xF1...0xF3: length = 4
    default: return 0
    }
    guard index + length <= bytes.count, (low...high).contains(bytes[index + 1]) else { return 0 }
    for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
