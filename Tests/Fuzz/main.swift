// gate-fuzz: speed of the gate, and random texts that it must survive.
//
//   gate-fuzz speed FILE...             MB/s of parsing, and of parsing and analysis
//   gate-fuzz random SEED COUNT         random texts: no trap, none slower than the limit, spans inside the text
//   gate-fuzz large SEED COUNT          texts of 64 KiB, each analyzed within 50 ms of processor time
//   gate-fuzz prefixes FILE...          every prefix of the files' first 4 KiB
import Gate
import ShellSyntax
import SourceText

#if canImport(Glibc)
  import Glibc
#endif

func read(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count <= 0 { return bytes }
    bytes += buffer[..<count]
  }
}

func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func speed(_ paths: [String]) {
  let texts = paths.map(read)
  let size = texts.reduce(0) { $0 + $1.count }
  var best = (parse: Double.infinity, analyze: Double.infinity)
  for _ in 0..<7 {
    var start = now()
    for text in texts { _ = try? Parser.parse(text, dialect: .bash) }
    best.parse = min(best.parse, now() - start)
    start = now()
    for text in texts { _ = ScriptAnalysis.analyze(text, dialect: .bash) }
    best.analyze = min(best.analyze, now() - start)
  }
  let refused = texts.filter { ScriptAnalysis.analyze($0, dialect: .bash).refusal != nil }.count
  func rate(_ seconds: Double) -> String { "\((Double(size) / 1e5 / seconds).rounded() / 10) MB/s" }
  print(
    "\(texts.count) texts, \(size) bytes, \(refused) refused: parse \(rate(best.parse)), with analysis \(rate(best.analyze))"
  )
}

/// A generator with a seed (SplitMix64), so that every run can be repeated.
struct Random {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(bound))
  }
}

let tokens: [String] = [
  "a", "rm", "X", "sh", "env", "sudo", "find", "xargs", "eval", "-c", "-exec", "{}", "\\;", "+", "echo",
  "X=1", "a[1]=", "PATH=",
  " ", " ", " ", "\n", "\t", ";", ";;", ";&", "&", "&&", "|", "||", "|&", "(", ")", "((", "))", "{", "}",
  "{a,b}", "!", "[[",
  "]]", "=~", "-eq", "if", "then", "else", "elif", "fi", "for", "in", "do", "done", "while", "until", "case",
  "esac", "select",
  "function", "coproc", "time", "'", "\"", "`", "$", "$(", "${", "$((", "$[", "$'", "$\"", "<(", ">(", "<<E",
  "<<-E", "<<'E'",
  "\nE\n", "<<<", "<", ">", ">>", "&>", "2>&1", "{fd}>f", ":-", ":=", "#", "##", "%", "/", "//", "^", ",,",
  "@P", "@", "*", "?",
  "[", "]", "\\", "\\\n", "~", "\r", "\u{0}", "é", "\u{301}", "\u{202E}", "=", "+=", "declare", "trap",
  "alias", "awk",
  "sed", "git", "-C",
  "tar", "--", "-", "--checkpoint-action=exec=", "python3", "busybox", "timeout", "5", "ssh", "docker", "run",
  "parallel", ":::",
]

func check(_ text: [UInt8]) {
  for dialect in [Dialect.bash, .sh] {
    let start = now()
    let analysis = ScriptAnalysis.analyze(text, dialect: dialect)
    let seconds = now() - start
    for finding in analysis.findings where finding.span.start < 0 || finding.span.end > text.count + 1 {
      print(
        "SPAN \(finding.span) of \(text.count): \(String(decoding: text, as: UTF8.self).debugDescription)")
      exit(1)
    }
    if seconds > 0.5 {
      print("SLOW \(seconds) s: \(String(decoding: text.prefix(400), as: UTF8.self).debugDescription)")
      exit(1)
    }
  }
}

func random(seed: UInt64, count: Int) {
  var generator = Random(state: seed)
  for _ in 0..<count {
    var text = ""
    let length = generator.next(10) == 0 ? generator.next(2000) : generator.next(30)
    // Now and then the same token again and again: what is linear must stay so.
    let repeats = generator.next(20) == 0 ? generator.next(3000) : 0
    for _ in 0..<length { text += tokens[generator.next(tokens.count)] }
    if repeats > 0 {
      let pair = tokens[generator.next(tokens.count)] + tokens[generator.next(tokens.count)]
      text += String(repeating: pair, count: repeats)
    }
    check(Array(text.utf8))
  }
  print("random: seed \(seed), \(count) texts, no crash, none slow")
}

/// Texts as large as the goal for one call names: random tokens, or a few of them again and again.
func large(seed: UInt64, count: Int) {
  let size = 64 << 10
  let limit = 0.05
  var generator = Random(state: seed)
  var worst = 0.0
  for _ in 0..<count {
    var pattern = ""
    let isRepeated = generator.next(4) > 0
    for _ in 0..<(isRepeated ? 1 + generator.next(6) : size / 2) {
      pattern += tokens[generator.next(tokens.count)]
    }
    let bytes = Array(pattern.utf8)
    let text = (0..<size).map { bytes[$0 % bytes.count] }
    for dialect in [Dialect.bash, .sh] {
      var best = Double.infinity
      // Another process can make one measurement slow, not three.
      for _ in 0..<3 where best > limit {
        let start = now()
        _ = ScriptAnalysis.analyze(text, dialect: dialect)
        best = min(best, now() - start)
      }
      worst = max(worst, best)
      if best > limit {
        print("SLOW \(best) s, \(dialect): \(String(pattern.prefix(400)).debugDescription)")
        exit(1)
      }
    }
  }
  print(
    "large: seed \(seed), \(count) texts of 64 KiB, the slowest took \((worst * 10_000).rounded() / 10) ms")
}

func prefixes(_ paths: [String]) {
  for path in paths {
    let bytes = read(path).prefix(4096)
    for end in 0...bytes.count { check(Array(bytes.prefix(end))) }
  }
  print("prefixes: \(paths.count) files")
}

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "speed": speed(Array(arguments.dropFirst()))
case "prefixes": prefixes(Array(arguments.dropFirst()))
case "random":
  let numbers = arguments.dropFirst().compactMap { UInt64($0) }
  random(seed: numbers.first ?? 1, count: Int(numbers.dropFirst().first ?? 10_000))
case "large":
  let numbers = arguments.dropFirst().compactMap { UInt64($0) }
  large(seed: numbers.first ?? 1, count: Int(numbers.dropFirst().first ?? 1_000))
default:
  print("usage: gate-fuzz speed FILE... | random SEED COUNT | large SEED COUNT | prefixes FILE...")
  exit(2)
}
