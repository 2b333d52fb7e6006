import ShellSyntax
import SourceText
import Testing

private func parse(_ text: String, _ dialect: Dialect = .bash) throws -> Script {
  try Parser.parse(Array(text.utf8), dialect: dialect)
}

private func commands(_ text: String, _ dialect: Dialect = .bash) throws -> [Command] {
  try parse(text, dialect).items.flatMap(\.pipelines).flatMap(\.commands)
}

/// A short name of what a command is.
private func kind(_ command: Command) -> String {
  switch command.kind {
  case .simple: "simple"
  case .group: "group"
  case .subshell: "subshell"
  case .conditional: "if"
  case .loop: "loop"
  case .forEach: "for"
  case .arithmeticFor: "for(("
  case .cases: "case"
  case .function: "function"
  case .test: "[["
  case .arithmetic: "(("
  case .coprocess: "coproc"
  }
}

@Suite struct ParserTests {
  @Test(arguments: [
    ("a b", "simple"), ("{ a; }", "group"), ("(a)", "subshell"), ("if a; then b; fi", "if"),
    ("while a; do b; done", "loop"), ("until a; do b; done", "loop"), ("for i in a; do b; done", "for"),
    ("for i do b; done", "for"), ("for ((i=0;i<1;i++)); do b; done", "for(("), ("for ((;;)) { b; }", "for(("),
    ("select i in a; do b; done", "for"), ("case a in a) b;; esac", "case"), ("case a in esac", "case"),
    ("f() { a; }", "function"), ("function f { a; }", "function"), ("function f() (a)", "function"),
    ("[[ a == b ]]", "[["), ("[[ a =~ (b|c d) ]]", "[["), ("((1))", "(("), ("((a) ; b)", "subshell"),
    ("coproc a", "coproc"), ("coproc N { a; }", "coproc"), ("a=(b c)", "simple"), ("X=1", "simple"),
    (">f", "simple"),
  ])
  func `a construct of bash`(_ text: String, _ expected: String) throws {
    let found = try commands(text)
    #expect(found.map(kind) == [expected])
    #expect(found.first?.span == SourceSpan(0, text.utf8.count))
  }

  @Test(arguments: [
    ("((a))", "subshell"), ("function f", "simple"), ("[[ a ]]", "simple"), ("time a", "simple"),
    ("{a,b}", "simple"),
    ("a[0]=1", "simple"), ("f() a", "function"), ("coproc a", "simple"),
  ])
  func `what is special in bash only is ordinary in sh`(_ text: String, _ expected: String) throws {
    #expect(try commands(text, .sh).map(kind) == [expected])
  }

  @Test(arguments: [
    ("a", ["a"]), ("a\\ b", ["a b"]), ("'a b'c\"d\"", ["a bcd"]), ("\"a\\$b\\q\"", ["a$b\\q"]),
    ("$'\\x41\\n\\''", ["A\n'"]),
    ("a\\\nb", ["ab"]), ("''", [""]), ("a#b", ["a#b"]), ("a # b", ["a"]), ("\\#a", ["#a"]), ("$", ["$"]),
    ("a$", ["a$"]),
    ("é", ["é"]), ("\"'\"", ["'"]), ("'\"'", ["\""]),
  ])
  func `quotes are removed`(_ text: String, _ words: [String]) throws {
    guard case .simple(let command)? = try commands(text).first?.kind else {
      Issue.record("no simple command")
      return
    }
    #expect(command.words.map { $0.literal(.bash).map(ByteText.readable) } == words)
  }

  @Test(arguments: [
    "a *", "a ?", "a [b]", "~ a", "a {b,c}", "a $x", "a \"$x\"", "a `b`", "a $(b)", "a $((1))", "a <(b)",
    "a ${x:-y}",
  ])
  func `a word that may become another has no literal`(_ text: String) throws {
    guard case .simple(let command)? = try commands(text).first?.kind else {
      Issue.record("no simple command")
      return
    }
    #expect(command.words.contains { $0.literal(.bash) == nil })
  }

  @Test(arguments: [
    ("a >f", Redirection.Kind.output, 1), ("a <f", .input, 0), ("a 3>>f", .append, 3),
    ("a <>f", .readWrite, 0),
    ("a >|f", .clobber, 1), ("a 2>&1", .duplicateOutput, 2), ("a <&3", .duplicateInput, 0),
    ("a &>f", .both, 1),
    ("a &>>f", .appendBoth, 1), ("a <<<f", .hereString, 0), ("a 5<<E\nE", .hereDocument, 5),
  ])
  func `redirections`(_ text: String, _ kind: Redirection.Kind, _ descriptor: Int) throws {
    let redirection = try commands(text).first?.redirections.first
    #expect(redirection?.kind == kind)
    #expect(redirection?.descriptor == descriptor)
  }

  @Test func `sh takes one digit for a descriptor`() throws {
    #expect(try commands("10>f a", .sh).first?.redirections.first?.descriptor == 1)
    #expect(try commands("10>f a").first?.redirections.first?.descriptor == 10)
  }

  @Test func `words keep their places`() throws {
    let text = "ab  'c d' $(e\n f)"
    guard case .simple(let command)? = try commands(text).first?.kind else {
      Issue.record("no simple command")
      return
    }
    #expect(command.words.map(\.span) == [SourceSpan(0, 2), SourceSpan(4, 9), SourceSpan(10, 17)])
    guard case .command(let inner, _)? = command.words.last?.parts.first?.kind else {
      Issue.record("no substitution")
      return
    }
    #expect(inner.items.map { $0.pipelines[0].commands[0].span } == [SourceSpan(12, 13), SourceSpan(15, 16)])
  }

  @Test func `places inside backquotes lead to the outer text`() throws {
    let text = "a `b \\`c\\``"
    guard case .simple(let command)? = try commands(text).first?.kind,
      case .command(let inner, true)? = command.words.last?.parts.first?.kind
    else {
      Issue.record("no substitution")
      return
    }
    #expect(inner.items.first?.pipelines.first?.commands.first?.span.start == 3)
  }

  @Test(arguments: [
    ("a 'b", 2), ("a \"b", 2), ("a $(b", 5), ("a ${b", 2), ("a )", 2), ("a ;; b", 2), ("a &&", 4), ("| a", 0),
    ("{ a", 3),
    ("if a; b", 7), ("a\n\nfi", 3), ("cat <<E\nx\n", 4), ("for 1 in a; do b; done", 4), ("case a b", 7),
    ("f() a", 4),
  ])
  func `an error has a place`(_ text: String, _ start: Int) {
    #expect { try parse(text) } throws: { error in
      guard let error = error as? UnsupportedSyntax else { return false }
      return error.span.start == start && !error.message.isEmpty
    }
  }

  @Test(arguments: ["a\u{0}b", "a\u{0}"])
  func `a NUL is refused`(_ text: String) {
    #expect(throws: UnsupportedSyntax.self) { try parse(text) }
  }

  @Test func `invalid UTF-8 is refused`() {
    #expect(throws: UnsupportedSyntax.self) { try Parser.parse([0x61, 0xFF], dialect: .bash) }
    #expect(throws: UnsupportedSyntax.self) { try Parser.parse([0x27, 0xC3, 0x27], dialect: .sh) }
  }
}
