/// "Did you mean": the nearest of a set of known words.
public enum Suggestion {
  /// The candidate nearest to `word`, if it is near enough to be a typing mistake.
  public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.utf8.count / 3))
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let distance = editDistance(Array(word.lowercased().utf8), Array(candidate.lowercased().utf8))
      if distance <= limit, distance < (best?.distance ?? .max) { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// Optimal string alignment distance: insertions, deletions, replacements, swaps of neighbours.
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard a.count < 256, b.count < 256 else { return .max }
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1]
      for j in 0..<b.count {
        var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
        current.append(cost)
      }
      older = previous
      previous = current
    }
    return previous[b.count]
  }
}
