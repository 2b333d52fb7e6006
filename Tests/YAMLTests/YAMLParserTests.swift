import SourceText
import Testing
import YAML

@Suite struct YAMLParserTests {
  private func parse(_ text: String) throws(Diagnostic) -> YAMLNode {
    try YAMLParser.parse(SourceFile(name: "y", text: text))
  }

  /// The tree as a text, plain and quoted scalars told apart.
  private func show(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, .plain): return text.isEmpty ? "~" : text
    case .scalar(let text, _): return "\"\(text)\""
    case .sequence(let items): return "[" + items.map(show).joined(separator: " ") + "]"
    case .mapping(let entries):
      return "{" + entries.map { "\(show($0.key)):\(show($0.value))" }.joined(separator: " ") + "}"
    }
  }

  @Test(arguments: [
    ("", "~"), ("# only\n", "~"), ("---\n", "~"), ("a: 1", "{a:1}"),
    ("allow: [yes, 1.0, null, ~]", "{allow:[yes 1.0 null ~]}"),
    ("a:\n- x\n-\n- 'y'\n- \"z\\n\"\n", "{a:[x ~ \"y\" \"z\n\"]}"), ("a: |\n  x\n  y\n", "{a:\"x\ny\n\"}"),
    ("a: !!str null", "{a:\"null\"}"), ("%YAML 1.1\n---\na: b\n...\n", "{a:b}"), ("\u{FEFF}a: b", "{a:b}"),
    ("a: &x [1, 2]\nb: *x", "{a:[1 2] b:[1 2]}"),
    ("base: &b {x: 1, y: 2}\nd:\n  <<: *b\n  y: 3", "{base:{x:1 y:2} d:{x:1 y:3}}"),
    ("base: &b {x: 1}\nd:\n  x: 0\n  <<: *b", "{base:{x:1} d:{x:0}}"),
    ("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}", "{a:{x:1} b:{x:2 z:3} c:{x:1 z:3}}"),
    ("\"<<\": {x: 1}", "{\"<<\":{x:1}}"), ("a: b # c\r\nd: e\r\n", "{a:b d:e}"), ("é: ü", "{é:ü}"),
  ])
  func reads(text: String, shown: String) throws {
    #expect(show(try parse(text)) == shown)
  }

  struct Bad: CustomTestStringConvertible {
    var text: String
    var code: String
    var place: String
    var testDescription: String { text.debugDescription }
    init(_ text: String, _ code: String, _ place: String) {
      self.text = text
      self.code = code
      self.place = place
    }
  }

  @Test(arguments: [
    Bad("a: 1\na: 2", "YA011", "2:1"), Bad("a: {b: 1, \"b\": 2}", "YA011", "1:11"),
    Bad("a: !!int 1", "YA005", "1:4"),
    Bad("a: !x 1", "YA005", "1:4"), Bad("! a", "YA005", "1:1"), Bad("%TAG ! !x-\n---\na: 1", "YA005", "1:1"),
    Bad("a: 1\n---\nb: 2", "YA006", "2:1"), Bad("[a]: 1", "YA010", "1:1"), Bad("a: *x", "YA008", "1:4"),
    Bad("a: &a [*a]", "YA008", "1:8"), Bad("k: &k x\n*k : 1", "YA010", "2:1"), Bad("<<: 1", "YA012", "1:1"),
    Bad("<<: [1]", "YA012", "1:1"), Bad("é: [1, }", "YA004", "1:8"), Bad("a:\n\tb: 1", "YA004", "2:1"),
    Bad("a: b: c", "YA004", "1:5"), Bad("a: \"x", "YA004", "1:6"), Bad("a: \u{1}", "YA002", "1:4"),
    Bad("a: *.txt", "YA004", "1:5"),
  ])
  func refuses(_ bad: Bad) {
    let file = SourceFile(name: "y", text: bad.text)
    do {
      let node = try YAMLParser.parse(file)
      Issue.record("accepted as \(show(node))")
    } catch {
      #expect(error.code == bad.code, "\(error)")
      let place = file.position(at: error.span.start)
      #expect("\(place.line):\(place.column)" == bad.place)
    }
  }

  @Test func notUTF8() {
    let file = SourceFile(name: "y", bytes: Array("a: ".utf8) + [0xFF])
    #expect { try YAMLParser.parse(file) } throws: { ($0 as? Diagnostic)?.span.start == 3 }
    let utf16 = SourceFile(name: "y", bytes: [0xFF, 0xFE, 0x61, 0])
    #expect { try YAMLParser.parse(utf16) } throws: { ($0 as? Diagnostic)?.code == "YA002" }
  }

  @Test func bombsAreRefused() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<10 {
      bomb +=
        "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
        + "]\n"
    }
    #expect { try self.parse(bomb) } throws: { ($0 as? Diagnostic)?.code == "YA007" }
    var tower = "a0: &a0 [x]\n"
    for level in 1..<100 { tower += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect { try self.parse(tower) } throws: { ($0 as? Diagnostic)?.code == "YA009" }
    #expect { try self.parse(String(repeating: "[", count: 100_000)) } throws: {
      ($0 as? Diagnostic)?.code == "YA009"
    }
    #expect { try self.parse(String(repeating: "- ", count: 100_000)) } throws: {
      ($0 as? Diagnostic)?.code == "YA009"
    }
    #expect { try self.parse(String(repeating: "a", count: 2_000_000)) } throws: {
      ($0 as? Diagnostic)?.code == "YA001"
    }
    #expect { try self.parse("[" + String(repeating: "x,", count: 30_000) + "]") } throws: {
      ($0 as? Diagnostic)?.code == "YA007"
    }
  }

  @Test func everyNodeKnowsItsBytes() throws {
    let text = "é: [ü, 'x y']\nlist:\n  - one\n  - {k: \"ö\"}\n# end\nlast: z\n"
    let file = SourceFile(name: "y", text: text)
    let root = try YAMLParser.parse(file)
    #expect(root["é"].map { file.text($0.span) } == "[ü, 'x y']")
    #expect(root["é"]?.items?.map { file.text($0.span) } == ["ü", "'x y'"])
    #expect(root["list"].map { file.text($0.span) } == "- one\n  - {k: \"ö\"}")
    #expect(root["list"]?.items?[1]["k"].map { file.text($0.span) } == "\"ö\"")
    #expect(root["last"].map { file.text($0.span) } == "z")
    #expect(root.entries?.map { file.text($0.key.span) } == ["é", "list", "last"])
    #expect(root["list"]?.isFlow == false)
    #expect(root["é"]?.isFlow == true)
  }

  @Test func aSliceKeepsTheFilesPlaces() throws {
    let text = "é\n---\nname: ü\ntags: [a]\n---\nrest: *nothing"
    let file = SourceFile(name: "y", text: text)
    let root = try YAMLParser.parse(file, range: SourceSpan(file.offset(ofLine: 3), file.offset(ofLine: 5)))
    #expect(root["tags"].map { file.text($0.span) } == "[a]")
    #expect(root["tags"].map { file.position(at: $0.span.start) } == SourcePosition(line: 4, column: 7))
    #expect { try YAMLParser.parse(file, range: SourceSpan(file.offset(ofLine: 6), 999)) } throws: {
      file.position(at: ($0 as? Diagnostic)?.span.start ?? 0) == SourcePosition(line: 6, column: 7)
    }
  }

  @Test func typesOnlyWhenAsked() throws {
    let root = try parse("a: yes\nb: true\nc: 12\nd: '12'\ne: null\nf: 1.0\ng: 0x10\n")
    #expect(root["a"]?.string == "yes")
    #expect(root["a"]?.bool == nil)
    #expect(root["b"]?.bool == true)
    #expect(root["c"]?.int == 12)
    #expect(root["d"]?.int == nil)
    #expect(root["e"]?.isNull == true)
    #expect(root["e"]?.string == nil)
    #expect(root["f"]?.string == "1.0")
    #expect(root["g"]?.int == nil)
  }

  @Test func neverTrapsOnPrefixesAndDamage() {
    let text = Array(
      "a: &x {<<: {b: 1}, c: [*y, 'é', \"\\u00e9\"]}\nd: |\n  t\ne: >-\n  u\n? k\n: v\n- \t%".utf8)
    for end in 0...text.count {
      _ = try? YAMLParser.parse(SourceFile(name: "p", bytes: Array(text[..<end])))
    }
    for index in text.indices {
      for byte: UInt8 in [0x00, 0x09, 0x0A, 0x2A, 0x26, 0x7B, 0x7D, 0x80, 0xFF] {
        var damaged = text
        damaged[index] = byte
        _ = try? YAMLParser.parse(SourceFile(name: "p", bytes: damaged))
      }
    }
  }
}
