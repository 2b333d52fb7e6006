import Policy
import Testing

@Suite struct GlobTests {
  struct Case: CustomTestStringConvertible {
    var glob: String
    var yes: [String]
    var no: [String]
    var options: Glob.Options
    var testDescription: String { glob }

    init(_ glob: String, _ yes: [String], _ no: [String], _ options: Glob.Options = []) {
      self.glob = glob
      self.yes = yes
      self.no = no
      self.options = options
    }
  }

  static let basics = [
    Case("a", ["a"], ["", "b", "aa", "A"]),
    Case("a*", ["a", "ab", "a.b", "abc"], ["ba", "a/b", "ab/c"]),
    Case("*", ["a", "ab", ".a"], ["", "a/b", "/", ".", ".."]),
    Case("*.js", ["a.js", ".js", "a.b.js", ".a.js"], ["a.jsx", "a/b.js", "js"]),
    Case("a*c*e", ["ace", "abcde", "acce"], ["abd", "ac/e", "acd"]),
    Case("?", ["a", "é", "😀"], ["", "ab", "/"]),
    Case("??", ["ab", ".a"], ["a", "..", "a/"]),
    Case("a?c", ["abc", "a.c"], ["ac", "a/c", "abbc"]),
    Case("a/*", ["a/b", "a/.b"], ["a/", "a", "a/b/c", "a/.."]),
    Case("*/b", ["a/b", "./b"].filter { $0 != "./b" }, ["b", "a/c/b", "/b"]),
    Case("a/*/c", ["a/b/c"], ["a/c", "a//c", "a/b/b/c"]),
    Case("./a", ["a"], ["b"]),
  ]

  static let depth = [
    Case("**", ["a", "a/b", "a/b/c", ".a/.b", ""], ["a/../b"]),
    Case("**/a", ["a", "/a", "b/a", "c/b/a", "/x/y/a"], ["ab", "ba", "b/ca", "a/b"]),
    Case("**/.env", [".env", "/.env", "a/.env", "/a/b/.env"], ["a.env", ".env.x", "x/.envs"]),
    Case("**/.env.*", [".env.local", "a/.env.x"], [".env", ".env."].filter { $0 != ".env." }),
    Case("a/**", ["a", "a/", "a/b", "a/b/c", "a/.b/.c"], ["ab", "b/a", "ab/c"]),
    Case("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/b/c"]),
    Case("a/**/*", ["a/b", "a/b/c"], ["a", "b"]),
    Case("**/*.js", ["x.js", "a/x.js", "a/b/x.js", ".js"], ["x.jsx", "a/x.js/y"]),
    Case("**/a/**", ["a", "a/b", "x/a", "x/a/b/c"], ["xa", "ax", "x/ab"]),
    Case("**/**", ["a", "a/b"], []),
    Case("a/**/**/b", ["a/b", "a/x/b"], ["a"]),
    Case("a**b", ["ab", "axb"], ["a/b", "axb/c"]),
    Case("a/b**", ["a/b", "a/bc"], ["a/b/c", "a/bc/d"]),
    Case("***", ["a"], ["a/b"]),
    Case("a/***/b", ["a/x/b"], ["a/b", "a/x/y/b"]),
    Case("/**", ["/a", "/a/b", "/"], ["a"]),
  ]

  static let sets = [
    Case("[abc]", ["a", "b"], ["d", "", "ab"]),
    Case("[a-c]x", ["ax", "cx"], ["dx", "x"]),
    Case("[!a]", ["b", "."].filter { $0 != "." }, ["a", "/"]),
    Case("[^a-c]", ["d"], ["a", "b", "/"]),
    Case("[]a]", ["]", "a"], ["b"]),
    Case("[!]]", ["a"], ["]"]),
    Case("[a-]", ["a", "-"], ["b"]),
    Case("[\\]]", ["]"], ["\\"]),
    Case("[[:digit:]]", ["0", "9"], ["a", ":"]),
    Case("[[:alpha:]_]*", ["a1", "_x"], ["1a"]),
    Case("[![:space:]]", ["a"], [" ", "\t"]),
    Case("[[:xdigit:][:upper:]]", ["f", "Z"], ["g"]),
    Case("[*?]", ["*", "?"], ["a"]),
  ]

  static let braces = [
    Case("{a,b}", ["a", "b"], ["ab", "{a,b}", ""]),
    Case("x{a,b,}y", ["xay", "xby", "xy"], ["xaby"]),
    Case("*.{js,ts}", ["a.js", "b.ts"], ["a.jts"]),
    Case("{a,b/{c,d}}", ["a", "b/c", "b/d"], ["b", "a/c"]),
    Case("{1..3}", ["1", "2", "3"], ["0", "4", "1..3"]),
    Case("v{08..11}", ["v08", "v09", "v10", "v11"], ["v8", "v12"]),
    Case("{3..1}", ["1", "3"], ["4"]),
    Case("{-1..1}", ["-1", "0", "1"], ["2"]),
    Case("{0..10..5}", ["0", "5", "10"], ["1"]),
    Case("{a..c}", ["a", "b", "c"], ["d"]),
    Case("a{b}c", ["a{b}c"], ["abc"]),
    Case("a\\{b,c\\}", ["a{b,c}"], ["ab"]),
    Case("{**/,}x", ["x", "a/x"], ["ax"]),
    Case("{a,**}/b", ["a/b", "x/y/b"], ["b"]),
    Case("a{/**,}", ["a", "a/b"], ["b"]),
  ]

  static let extended = [
    Case("@(a|b)c", ["ac", "bc"], ["c", "abc"]),
    Case("a?(b)c", ["ac", "abc"], ["abbc"]),
    Case("a*(z)", ["a", "az", "azzz"], ["ab", "azb"]),
    Case("a+(z)", ["az", "azzz"], ["a", "azb"]),
    Case("+(a|ab)c", ["ac", "abc", "aababc"], ["c", "bc"]),
    Case("*(a|)b", ["b", "aab"], ["a"]),
    Case("(a|b)", ["a", "b"], ["ab", "(a|b)"]),
    Case("!(a)", ["b", "ab", "aa", "aaa"], ["a", "a/b"]),
    Case("!(a|b)", ["c", "ab"], ["a", "b"]),
    Case("a/!(b)", ["a/c", "a/bc"], ["a/b", "a/c/d", "a"]),
    Case("*.!(js)", ["a.ts", "a.jsx"], ["a.js"]),
    Case("!(foo).js", ["bar.js"], ["foo.js", "foobar.js"]),
    Case("!(*.d).ts", ["a.ts"], ["a.d.ts"]),
    Case("!(foo)*", ["bar", "xfoo"], ["foo", "foobar"]),
    Case("!(foo).!(bar)", ["a.b"], ["foo.bar", "foo.x", "a.bar"]),
    Case("!(!(foo))", ["foo"], ["bar"]),
    Case("!(**/x/**)", ["a/b"], ["x", "a/x/b"]),
    Case("@(!(a)|b)", ["b", "c"], ["a"]),
    Case("a+b", ["a+b"], ["ab", "aab"]),
    Case("a@b", ["a@b"], ["ab"]),
    Case("a|b", ["a|b"], ["a"]),
    Case("?(a|b)?(c)", ["", "a", "bc", "c"], ["abc"]),
  ]

  static let others = [
    Case("!a", ["b", "", "a/b"], ["a"]),
    Case("!*.js", ["a.ts", "a/b.js"], ["a.js"]),
    Case("!!a", ["a"], ["b"]),
    Case("!!!a", ["b"], ["a"]),
    Case("\\!a", ["!a"], ["a", "b"]),
    Case("a!b", ["a!b"], ["ab"]),
    Case("\\*", ["*"], ["a", "\\*"]),
    Case("a\\\\b", ["a\\b"], ["ab"]),
    Case("\"*\".x", ["*.x"], ["a.x"]),
    Case("a]b)c}", ["a]b)c}"], ["abc"]),
    Case("é?", ["éa", "éü"], ["éaa", "e\u{301}a"]),
    Case("*", ["a", "ab"], [".a", "a/b"], .hidesDotFiles),
    Case("**", ["a", "a/b"], [".a", "a/.b", "a/.b/c"], .hidesDotFiles),
    Case(".*", [".a"], ["a", ".", ".."].filter { $0 == "a" }, .hidesDotFiles),
    Case("a/?b", ["a/xb"], ["a/.b"], .hidesDotFiles),
    Case("a/[!x]b", ["a/yb"], ["a/.b"], .hidesDotFiles),
    Case("[.]a", [".a"], ["a"], .hidesDotFiles),
    Case("*", ["", "a/b", "/"], [], .slashIsOrdinary),
    Case("a*z", ["a/b/z", "az"], ["a/b"], .slashIsOrdinary),
    Case("a**z", ["a/z"], ["a"], .slashIsOrdinary),
    Case("**/x", ["a/b/x", "/x"], ["x"], .slashIsOrdinary),
    Case("Ab[c-e]*", ["aBD", "ABEx"], ["b"], .ignoresCase),
  ]

  @Test(arguments: basics + depth + sets + braces + extended + others)
  func matches(_ test: Case) throws {
    let glob = try Glob(test.glob, options: test.options)
    for text in test.yes { #expect(glob.matches(text), "\(test.glob) should match \(text)") }
    for text in test.no { #expect(!glob.matches(text), "\(test.glob) should not match \(text)") }
  }

  @Test(arguments: [
    "", "!", "[", "[a", "[]", "[!]", "[z-a]", "[[:nope:]]", "{a,b", "{a,{b}", "@(a", "!(a|b", "(", "a\\",
    "\"a", "a\u{0}b", "a\nb",
    "{1..100000}", "{1..9999}{1..9999}", "((((((((((a))))))))))",
    "{{1..999},{1..999}}{{1..999},{1..999}}{{1..999},{1..999}}",
    String(repeating: "a", count: 5000),
  ])
  func refuses(text: String) {
    #expect(throws: GlobError.self) { try Glob(text) }
  }

  @Test func noTextMakesItSlow() throws {
    let hostile = String(repeating: "a", count: 20_000)
    for pattern in [
      "*a*a*a*a*a*a*a*a*b", "+(+(+(a)))b", "*(a|aa|aaa)b", "!(*(*a*)b)c", "**/*a*/**/*a*/**/b",
      "(a|a)*(a|a)?(a)b",
    ] {
      #expect(!(try Glob(pattern).matches(hostile)))
    }
    #expect(!(try Glob("*").matches(String(repeating: "a", count: 210_000))))
  }

  @Test(arguments: [
    ("/r/dist", "/r/dist/a/b", true), ("/r/dist", "/r/dist", true), ("/r/dist", "/r/distx", false),
    ("/r/*", "/r/a/b", true), ("**/.env", "/r/.env/x", true), ("/r/**", "/r", true), ("/r/**", "/rx", false),
    ("!/r/secret", "/r/secret/x", false), ("!/r/secret", "/r/other", true), ("/r/!(a)", "/r/b/c", true),
    ("/r/!(a)", "/r/a/c", false), ("/", "/x", false), ("/r/[d]ist", "/r/dist/q", true),
  ])
  func aRuleOnAFolderCoversWhatIsBelow(glob: String, path: String, covered: Bool) throws {
    #expect(try Glob(glob).covers(path: path) == covered)
  }

  @Test(arguments: [
    ("/r/**", "/r", false), ("/r/dist/*.js", "/r/dist", true), ("/r/dist", "/r/dist", false),
    ("**/.env", "/", true),
    ("/r/a*/b", "/r", true), ("/r/{a,b}", "/r", true), ("/**", "/", false), ("/r/**/x", "/r", true),
    ("!/r", "/", true),
    ("/r/ab**", "/r", true), ("**", "/", false), ("/*", "/", true), ("/r/a/**/", "/r/a", true),
  ])
  func fixedRoots(glob: String, root: String, wider: Bool) throws {
    let found = try Glob(glob).fixedRoot
    #expect(found.path == root)
    #expect(found.isWider == wider)
  }

  @Test(arguments: ["a*b", "x[1]", "{a,b}", "!(x)", "a\\b", "\"q\"", "@+|", "!x"])
  func escapingMakesLiteral(text: String) throws {
    let glob = try Glob(Glob.escaped(text))
    #expect(glob.isLiteral)
    #expect(glob.matches(text))
    #expect(glob.literalPrefix == text)
  }
}
