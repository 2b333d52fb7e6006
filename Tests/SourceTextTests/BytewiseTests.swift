import SourceText
import Testing

@Suite struct BytewiseTests {
  static let mark = "\u{301}"

  @Test func pathsAreComparedByBytes() {
    #expect(PathText.isInside("/a/\(Self.mark)b", "/a"))
    #expect(PathText.isBelow("/\(Self.mark)b", "/"))
    #expect(
      PathText.relative("/a/\(Self.mark)b", to: "/a").map { Array($0.utf8) } == Array("\(Self.mark)b".utf8))
    #expect(PathText.base("/a/\(Self.mark)b").utf8.count == 3)
    #expect(PathText.components("../\(Self.mark)x").first == "..")
    #expect(PathText.isAbsolute("/\(Self.mark)"))
    #expect(!PathText.isInside("/ab", "/a"))
    #expect(!PathText.isBelow("/a", "/a"))
    #expect(PathText.isInside("/a", "/a"))
    #expect(!PathText.isBelow("/", "/"))
    #expect(PathText.isInside("/", "/"))
    // Two spellings of one letter are two names.
    #expect(!PathText.isInside("/caf\u{E9}", "/cafe\u{301}"))
    #expect(PathText.base("name") == "name")
    #expect(PathText.base("/") == "/")
  }

  @Test func quotesEndWhereTheyShould() {
    #expect(ShellQuote.quote("plain-word") == "plain-word")
    #expect(ShellQuote.quote("") == "''")
    #expect(Array(ShellQuote.quote("a'\(Self.mark); rm").utf8) == Array("'a'\\''\(Self.mark); rm'".utf8))
  }

  @Test func textIsSearchedByBytes() {
    #expect("a/.git/\(Self.mark)x".containsBytewise("/.git/"))
    #expect(!"a/.gi".containsBytewise("/.git/"))
    #expect("/a/.gi/.git/".containsBytewise("/.git/"))
    #expect("a\r\nb".replacingBytes { $0 == 0x0A ? "%0A" : nil } == "a\r%0Ab")
    #expect("a\r\nb".splitBytewise("\n") == ["a\r", "b"])
  }

  @Test func marksOnSignsAreMadeVisible() {
    #expect(DisplayText.visible("PATH=\(Self.mark)/x") == "PATH=\\u{301}/x")
    #expect(DisplayText.visible(Self.mark) == "\\u{301}")
    #expect(
      DisplayText.visible("cafe\(Self.mark) \u{E9}\u{323}").utf8.count
        == "cafe\(Self.mark) \u{E9}\u{323}".utf8.count)
  }
}
