import Policy
import SourceText
import Testing

/// Hostile documents and patterns: an error or an answer, never a trap, and soon.
@Suite struct RobustnessTests {
  /// A small generator, the same in every run.
  private struct Generator {
    var state: UInt64

    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  @Test func damagedDocumentsAreReadOrRefused() {
    let text = Array(ValidationTests.everything.utf8)
    var generator = Generator(state: 7)
    for _ in 0..<300 {
      var damaged = text
      for _ in 0...generator.next(3) {
        let place = generator.next(damaged.count)
        switch generator.next(3) {
        case 0: damaged[place] = UInt8(generator.next(256))
        case 1: damaged.remove(at: place)
        default: damaged.insert(Array("[]{}:,-&*!|>'\"%@`#?\n \t\u{0}".utf8)[generator.next(23)], at: place)
        }
      }
      let file = SourceFile(name: "p", bytes: damaged)
      for format in [PolicyFormat.yaml, .yamlOrJSON, .json] {
        let reading = PolicyDocument.read(file, format: format)
        #expect((reading.document == nil) == (reading.firstError != nil))
        for problem in reading.diagnostics { _ = problem.rendered(in: file) }
        if let document = reading.document {
          #expect(throws: Never.self) { _ = try EffectivePolicy(document: document, context: context) }
        }
      }
    }
  }

  @Test func anyPatternCompilesOrIsRefused() {
    var generator = Generator(state: 11)
    let alphabet = Array("ab/.*?[]{}()!@+|,^-\\\"' ~:=0$é😀")
    for _ in 0..<1500 {
      let text = String((0...generator.next(14)).map { _ in alphabet[generator.next(alphabet.count)] })
      let subject = String((0...generator.next(10)).map { _ in alphabet[generator.next(alphabet.count)] })
      for options in [Glob.Options(), .hidesDotFiles, .slashIsOrdinary, .ignoresCase] {
        guard let glob = try? Glob(text, options: options) else { continue }
        _ = glob.matches(subject)
        _ = glob.covers(path: "/" + subject)
        _ = glob.fixedRoot
        // A pattern without wildcards matches what it says.
        if glob.isLiteral { #expect(glob.matches(glob.literalPrefix)) }
      }
      if let escaped = try? Glob(Glob.escaped(subject)) { #expect(escaped.matches(subject)) }
    }
  }

  /// Whatever a rule that was accepted for reading opens, the sandbox's folder for it covers.
  @Test func rootsCoverWhatTheirPatternMatches() throws {
    var generator = Generator(state: 13)
    let alphabet = Array("ab/*?[]{},.")
    let names = ["a", "b", "ab", ".a", "b.a"]
    for _ in 0..<1500 {
      let text = "/" + String((0...generator.next(8)).map { _ in alphabet[generator.next(alphabet.count)] })
      guard let glob = try? Glob(text) else { continue }
      let path =
        "/" + (0...generator.next(3)).map { _ in names[generator.next(names.count)] }.joined(separator: "/")
      guard glob.covers(path: path) else { continue }
      let root = glob.fixedRoot.path
      #expect(path == root || path.hasPrefix(root == "/" ? "/" : root + "/"), "\(text) \(path) \(root)")
    }
  }

  /// A rule that is saved allows the very command it was made for, and is one rule.
  @Test func savedRulesAllowTheirCommand() throws {
    var generator = Generator(state: 17)
    let alphabet = Array("ab-/.*?[]{}()!'\"\\ ~:=#$é,&|;")
    for _ in 0..<200 {
      let words = (0...generator.next(3)).map { _ in
        String((0..<generator.next(5)).map { _ in alphabet[generator.next(alphabet.count)] })
      }
      let request = ProgramRequest(program: .literal("tool"), arguments: words.map { .literal($0) })
      for candidate in RunCandidate.candidates(for: request) {
        let edit = try RuleEditor.adding(
          candidate.pattern, kind: .run, to: SourceFile(name: "p", text: "default: {run: {allow: [x]}}"),
          format: .yaml,
          name: "p")
        #expect(
          try RuleEditor.proves(edit, request: .execute(request), context: context), "\(candidate) \(words)")
      }
    }
  }

  @Test func manyUnknownWordsCostNoMore() throws {
    let with = try evaluator("default: {run: {deny: [\"a * b * c * d * e * f *\"], allow: [\"a ** x\"]}}")
    let request = ProgramRequest(
      program: .literal("a"), arguments: (0..<400).map { $0 % 2 == 0 ? .anyNumber : .unknown })
    #expect(with.decide(.execute(request)).verdict == .ask)
  }
}
