internal import SourceText

/// The transitions that a unit has in writing, before defaults.
struct WrittenTransitions {
  private(set) var pass: TransitionLine?
  private(set) var fail: TransitionLine?

  /// Adds a line; true when it replaces one.
  mutating func add(_ line: TransitionLine) -> Bool {
    let isSecond = (line.signal != .fail && pass != nil) || (line.signal != .pass && fail != nil)
    if line.signal != .fail { pass = line }
    if line.signal != .pass { fail = line }
    return isSecond
  }

  /// Whether nothing is written.
  var isEmpty: Bool { pass == nil && fail == nil }

  /// Both handlers, the missing ones by the language's defaults.
  func handlers(whenEmpty: Handlers) -> Handlers {
    if isEmpty { return whenEmpty }
    return Handlers(
      pass: pass?.handler ?? Handlers.standard.pass, fail: fail?.handler ?? Handlers.standard.fail)
  }

  /// The aggregation that ALL and ANY give; a diagnostic when they stand alone or do not match.
  func aggregation() -> Result<Aggregation?, Diagnostic> {
    switch (pass?.quantifier, fail?.quantifier) {
    case (nil, nil): return .success(nil)
    case (.all?, .any?): return .success(.all)
    case (.any?, .all?): return .success(.any)
    case (let onPass, let onFail):
      let help: String
      switch (onPass, onFail) {
      case (.all?, _), (nil, .any?): help = "PASS ALL goes with FAIL ANY"
      default: help = "PASS ANY goes with FAIL ALL"
      }
      let span = pass?.handler.span ?? fail?.handler.span ?? SourceSpan(0, 0)
      return .failure(
        Diagnostic("RB505", "ALL and ANY stand on both transitions, one each", at: span, help: help))
    }
  }
}
