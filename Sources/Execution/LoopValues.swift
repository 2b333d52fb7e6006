internal import Runbook

/// The values of a FOR range.
enum LoopValues {
  /// The numbers of a range; nil when a bound has no value or is not a number.
  static func numbers(_ range: LoopRange, lookup: (String) -> String?) -> [String]? {
    guard let first = number(range.first, lookup), let last = number(range.last, lookup),
      abs(last - first) < 10_000
    else { return nil }
    let numbers = first <= last ? Array(first...last) : Array((last...first).reversed())
    return numbers.map { String($0) }
  }

  private static func number(_ bound: LoopBound, _ lookup: (String) -> String?) -> Int? {
    switch bound {
    case .number(let number): return number
    case .template(let text):
      return Int(Template.render(text, lookup: lookup)).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
    }
  }
}
