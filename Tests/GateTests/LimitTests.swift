import Gate
import ShellSyntax
import Testing

private func refusal(_ text: String, _ dialect: Dialect = .bash) -> String? {
  ScriptAnalysis.analyze(Array(text.utf8), dialect: dialect).refusal?.message
}

private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

/// What is beyond a limit is refused; nothing of it is allowed, asked for or cut short.
@Suite struct LimitTests {
  @Test func `a text of more than one megabyte is refused`() {
    #expect(refusal("#" + repeated("x", 1 << 20)) != nil)
  }

  @Test func `more programs than the limit are refused`() {
    #expect(refusal(repeated("a\n", 10_001)) != nil)
    #expect(refusal(repeated("a\n", 9_000)) == nil)
  }

  @Test func `what is read as arithmetic in vain is bounded`() {
    #expect(refusal(repeated("((", 30_000)) != nil)
    #expect(refusal("((a; b) ) ; (( 1 + (2) )); ((c) | d)") == nil)
    #expect(refusal(repeated("((a) ; b)\n", 2_000)) == nil)
  }

  @Test func `texts in texts are refused at some depth`() {
    #expect(refusal(repeated("eval ", 200) + "a") != nil)
    #expect(refusal("eval eval eval eval rm") == nil)
  }

  @Test func `wrappers in wrappers are refused at some depth`() {
    for wrapper in ["env ", "sudo ", "nice ", "xargs ", "command ", "busybox "] {
      #expect(refusal(repeated(wrapper, 5000) + "a") != nil, "\(wrapper)")
    }
  }

  @Test func `here-documents are counted`() {
    #expect(refusal(repeated("cat <<E\nE\n", 65)) != nil)
    #expect(refusal(repeated("cat <<E\nE\n", 64)) == nil)
  }

  @Test(arguments: [
    "$(", "$((", "${x:-", "`", "\"", "((", "( ", "{ ", "a[", "[[ ( ", "if ", "case a in a) ", "while ",
    "f() ", "<(",
    "$[", "coproc ", "a=(", "${a[", "! ", "time ", "function f ",
  ])
  func `no depth of nesting is a crash`(_ opener: String) {
    for count in [10, 63, 64, 65, 1000, 5000] {
      _ = refusal(repeated(opener, count) + "a")
      _ = refusal(repeated(opener, count), .sh)
    }
  }

  /// Each of these took exponential or quadratic time in a parser that reads again what it has read.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("echo " + repeated("$((a;", 20), repeated(") )", 20)), (repeated("((a;", 20), repeated(") )", 20)),
      (repeated("a=([$(", 20), repeated(")]x)", 20)), (repeated("coproc x$(", 20), repeated(")", 20)),
      (repeated("X=1;$X;", 3000), ""), ((0..<2000).map { "X\($0)=a;$X\($0);" }.joined(), ""),
      (repeated("{a,b}", 60), ""), (repeated("{", 20_000), repeated(",}", 20_000)),
      (repeated("<<E ", 60), ""),
      ("cat <<E\n" + repeated("\\\n", 30_000), "\nE\n"), (repeated("\\", 60_000), ""),
      (repeated("`a`;", 3000), ""),
      ("read -" + repeated("a", 5000), ""), (repeated("env ", 5000), "a"),
    ])
  func `reading takes time in proportion to the text`(_ head: String, _ tail: String) {
    _ = refusal(head + tail)
    _ = refusal(head + tail, .sh)
  }
}
