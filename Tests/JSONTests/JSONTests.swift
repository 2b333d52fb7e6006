import JSON
import SourceText
import Testing

@Suite struct JSONParserTests {
  struct Bad: CustomTestStringConvertible {
    var text: String
    var code: String
    var offset: Int
    var testDescription: String { text.debugDescription }
    init(_ text: String, _ code: String, _ offset: Int) {
      self.text = text
      self.code = code
      self.offset = offset
    }
  }

  @Test(arguments: [
    Bad("", "JS003", 0), Bad("  ", "JS003", 2), Bad("{", "JS005", 1), Bad("[1,]", "JS003", 3),
    Bad("[1 2]", "JS005", 3),
    Bad("{\"a\":1,}", "JS005", 7), Bad("{\"a\":1,\"a\":2}", "JS006", 7),
    Bad("{\"\\u0061\":1,\"a\":2}", "JS006", 12),
    Bad("01", "JS007", 1), Bad("-", "JS007", 1), Bad("1.", "JS007", 2), Bad("1e", "JS007", 2),
    Bad("+1", "JS003", 0),
    Bad(".5", "JS003", 0), Bad("NaN", "JS003", 0), Bad("nul", "JS003", 0), Bad("true false", "JS002", 5),
    Bad("\"a", "JS008", 0), Bad("\"a\nb\"", "JS008", 2), Bad("\"\\x\"", "JS009", 1),
    Bad("\"\\ud800\"", "JS009", 1),
    Bad("\"\\udc00\"", "JS009", 1), Bad("\"\\ud800\\u0041\"", "JS009", 1), Bad("\"\\u12g4\"", "JS009", 1),
    Bad("{a:1}", "JS005", 1), Bad("{'a':1}", "JS005", 1), Bad("[1] // c", "JS002", 4),
    Bad("\u{FEFF}", "JS003", 3),
  ])
  func refuses(_ bad: Bad) {
    do {
      let value = try JSONParser.parse(text: bad.text)
      Issue.record("accepted as \(value)")
    } catch {
      #expect(error.code == bad.code)
      #expect(error.span.start == bad.offset)
    }
  }

  @Test func refusesWhatIsNotUTF8() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82],
    ] {
      #expect { try JSONParser.parse(SourceFile(name: "j", bytes: bytes)) } throws: {
        ($0 as? Diagnostic)?.code == "JS001" && ($0 as? Diagnostic)?.span.start == 1
      }
    }
  }

  @Test func depthIsLimited() throws {
    let limit = JSONParser.depthLimit
    _ = try JSONParser.parse(
      text: String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    #expect(throws: Diagnostic.self) { try JSONParser.parse(text: String(repeating: "[", count: 1_000_000)) }
    #expect(throws: Diagnostic.self) {
      try JSONParser.parse(text: String(repeating: "{\"a\":", count: 1_000))
    }
  }

  @Test func readsEveryKind() throws {
    let value = try JSONParser.parse(
      text: #" {"n":null,"t":true,"f":false,"i":-12,"d":1.50e+2,"s":"é\n\ud83d\ude00\/","a":[ ],"o":{}} "#)
    let expected: JSONValue = [
      "n": nil, "t": true, "f": false, "i": -12, "d": try JSONParser.parse(text: "1.50e+2"), "s": "é\n😀/",
      "a": [], "o": [:],
    ]
    #expect(value == expected)
    #expect(value["d"] != 150)
    if case .number(let number)? = value["d"] {
      #expect(number.text == "1.50e+2")
      #expect(number.double == 150)
      #expect(number.int == nil)
    }
    #expect(value["i"]?.int == -12)
    #expect(value["missing"] == nil)
    #expect(try JSONParser.parse(text: "1e999").encoded() == "1e999")
  }

  @Test func treeKnowsPlaces() throws {
    let file = SourceFile(name: "j", text: "{\"é\": [1, \"x\"]}")
    let tree = try JSONParser.parseTree(file)
    let list = try #require(tree["é"])
    #expect(file.text(list.span) == "[1, \"x\"]")
    #expect(list.items?.map { file.text($0.span) } == ["1", "\"x\""])
    #expect(list.items?[0].string == nil)
    #expect(list.items?[1].string == "x")
  }

  @Test func neverTrapsOnPrefixes() {
    let text = Array(#"{"a":[1,-0.5e3,"\u00e9\ud83d\ude00",true,false,null,{"b":{}}],"c":"é"}"#.utf8)
    for end in 0..<text.count {
      #expect(throws: Diagnostic.self) {
        try JSONParser.parse(SourceFile(name: "p", bytes: Array(text[..<end])))
      }
    }
  }
}

@Suite struct JSONWriterTests {
  @Test func compactAndPretty() {
    let value: JSONValue = ["b": 1, "a": [true, nil, "x"], "e": [], "o": [:]]
    #expect(value.encoded() == #"{"b":1,"a":[true,null,"x"],"e":[],"o":{}}"#)
    #expect(
      value.encoded(pretty: true)
        == "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    null,\n    \"x\"\n  ],\n  \"e\": [],\n  \"o\": {}\n}")
  }

  @Test(arguments: [
    ("a\"\\/", #""a\"\\/""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#),
    ("\u{0}\u{1B}\u{7F}", #""\u0000\u001b\u007f""#),
    ("é😀", "\"é😀\""), ("\u{2028}\u{202E}\u{FEFF}", #""\u2028\u202e\ufeff""#),
    ("\u{E0041}", #""\udb40\udc41""#),
  ])
  func escapes(text: String, json: String) throws {
    #expect(JSONWriter.quoted(text) == json)
    #expect(try JSONParser.parse(text: json) == .string(text))
  }

  @Test func numbers() {
    #expect(JSONValue.int(UInt64.max).encoded() == "18446744073709551615")
    #expect(JSONValue.double(0.25).encoded() == "0.25")
    #expect(JSONValue.double(.nan).encoded() == "0")
    #expect(JSONValue.object(["a": 1, "b": nil]).encoded() == #"{"a":1}"#)
  }
}
