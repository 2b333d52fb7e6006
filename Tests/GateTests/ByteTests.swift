import Gate
import Policy
import ShellSyntax
import SourceText
import Testing

/// Shells see bytes. A combining mark behind a sign is one character with it for Swift, and CR LF is one too, so a gate
/// that looks for the sign among characters does not find it.
@Suite struct ByteTests {
  /// `·` stands for one character: what is found must not depend on whether it is a letter or a mark.
  static let texts = [
    "export PATH=·/x; ls", "PATH=·/x ls", "declare -x PATH=·", "env LD_PRELOAD=·x ls",
    "sudo LD_PRELOAD=·x ls",
    "git -c core.pager=·x log", "git -c alias.x=!·rm x", "git clone ext::·sh", "git grep -O·rm x",
    "alias ls=·rm", "tar --to-command=·rm xf a", "tar -I·rm -xf x", "tar '--to-command=·; rm x' -xf a",
    "make SHELL=·rm", "ssh -o ProxyCommand=·rm host", "ssh -oProxyCommand=·rm host", "rsync --rsh=·rm a b",
    "env -S·rm", "perl -e·", "python3 -c·x", "sed '/·/e'", "awk -f·x", "awk 'BEGIN{system(\"·rm\")}'",
    "sqlite3 x '.shell· rm'", "man -P·rm x", "cp a ./x/·y; ./x/·y", "sh -c '·rm x; ls'", "eval '·rm; ls'",
    "·f() { ls; }; ·f", "/bin/·rm", "printf -v 'a[$(rm)]·' x", "vim -c '!·rm'", "find . -exec ·rm {} ';'",
    "xargs -I· rm", "trap '·rm' EXIT", "X='ls ·'; $X", "echo 'ls ·' | sh", "sh <<< '·rm'",
    "f=(·); ls", "[[ -v 'a[·$(rm)]' ]]", "let 'PATH=·'", "export 'PATH=·'\"$X\"", "ls > ./·x; ./·x",
  ]

  private func shape(_ template: String, _ mark: String, _ dialect: Dialect) -> [String] {
    let analysis = ScriptAnalysis.analyze(Array(template.replacing("·", with: mark).utf8), dialect: dialect)
    return [analysis.refusal == nil ? "understood" : "refused"]
      + analysis.findings.map { finding in
        let words = finding.request.map { [$0.program] + $0.arguments } ?? []
        let text = words.map { word in
          switch word {
          case .literal(let text): return Array(text.utf8).split(separator: Array(mark.utf8)).map { "\($0)" }
          case .unknown: return ["?"]
          case .anyNumber: return ["*"]
          }
        }
        return "\(finding.kind) \(finding.via.count) \(text)"
      }
  }

  @Test(arguments: texts) func `a mark hides no more than a letter does`(_ text: String) {
    for dialect in [Dialect.bash, .sh] {
      let expected = shape(text, "Q", dialect)
      #expect(expected.count > 1 || expected == ["refused"], "the text starts nothing at all")
      #expect(shape(text, "\u{301}", dialect) == expected)
    }
  }

  @Test func `words come out as they were written`() {
    let text = "caf\u{E9} 'x\u{301}' $'\\r\\n' \u{E000}"
    let words: [Argument] = ["x\u{301}", "\r\n", "\u{E000}"].map { .literal($0) }
    let analysis = ScriptAnalysis.analyze(Array(text.utf8), dialect: .bash)
    #expect(analysis.findings.map { Array(($0.request?.arguments ?? [])) } == [words])
    #expect(
      analysis.soleCommand?.map { Array($0.utf8) }
        == (["caf\u{E9}", "x\u{301}", "\r\n", "\u{E000}"].map { Array($0.utf8) }))
    guard case .literal(let name)? = analysis.findings.first?.request?.program else {
      Issue.record("no program")
      return
    }
    #expect(Array(name.utf8) == Array("caf\u{E9}".utf8))
  }

  @Test func `bytes come back from their text`() {
    var random = SystemRandomNumberGenerator()
    let samples =
      [Array(UInt8.min...UInt8.max), [0x3D, 0xCC, 0x81], [0x0D, 0x0A]]
      + (0..<200).map { _ in
        (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
    for bytes in samples {
      let text = ByteText.string(bytes)
      #expect(ByteText.bytes(text) == bytes)
      #expect(text.count == bytes.count, "each byte is a character")
    }
  }
}
