/// `rd echo` and `rd prompt` as the whole text of a step: answered by this program, without starting anything.
public struct HelperCommand: Sendable, Equatable {
  /// What to print.
  public let text: String
  /// The verdicts of the tries, in order; the last one repeats. Empty: pass.
  private let results: [Bool]

  /// The helper that these words call; nil when they call something else, or call it wrongly.
  public init?(_ words: [String]) {
    guard words.count >= 2, words[0] == "rd" || words[0] == "rundown",
      words[1] == "echo" || words[1] == "prompt"
    else { return nil }
    var text: [String] = []
    var results: [Bool] = []
    var index = 2
    var onlyText = false
    while index < words.count {
      let word = words[index]
      index += 1
      if onlyText {
        text.append(word)
      } else if word == "--" {
        onlyText = true
      } else if word == "--result" || word == "-r" {
        guard index < words.count, let result = Self.result(words[index]) else { return nil }
        results.append(result)
        index += 1
      } else if word.hasPrefix("--result=") {
        guard let result = Self.result(String(word.dropFirst("--result=".count))) else { return nil }
        results.append(result)
      } else {
        text.append(word)
      }
    }
    self.text = text.joined(separator: " ")
    self.results = results
  }

  /// Whether a try, from 1, passes.
  public func passes(attempt: Int) -> Bool {
    results.isEmpty || results[min(max(attempt, 1), results.count) - 1]
  }

  private static func result(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "pass", "yes": return true
    case "fail", "no": return false
    default: return nil
    }
  }
}
