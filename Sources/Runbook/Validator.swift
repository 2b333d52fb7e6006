internal import SourceText

/// Rules that look at more than one unit: numbering, targets, where an action may stand.
struct Validator {
  let steps: [Step]
  /// Whether every step of the document could be read, so that a missing target is really missing.
  let checksTargets: Bool
  private var problems: [Diagnostic] = []
  private var targets: Set<UnitName> = []

  init(steps: [Step], checksTargets: Bool) {
    self.steps = steps
    self.checksTargets = checksTargets
  }

  /// All problems of this kind.
  mutating func validate() -> [Diagnostic] {
    checkNames()
    for step in steps { check(step) }
    checkReachable()
    return problems
  }

  private mutating func checkNames() {
    var expected = 1
    var seen: Set<UnitName> = []
    for step in steps {
      guard seen.insert(step.name).inserted else {
        add("RB304", "there are two steps \(step.name)", step.span, "give one of them another number or name")
        continue
      }
      guard case .number(let number) = step.name else { continue }
      if number != expected {
        add(
          "RB303", "step \(number) stands where step \(expected) is expected", step.span,
          "number the steps 1, 2, 3 in the order of the document")
      }
      expected = number + 1
    }
  }

  private mutating func check(_ step: Step) {
    let isLoop = step.loop != nil
    check(step.handlers, of: UnitPath(step.name), isStep: true, isLoop: false)
    if let nested = step.loop?.handlers {
      check(nested, of: UnitPath(step.name), isStep: false, isLoop: true)
    }
    switch step.body {
    case .single:
      if let loop = step.loop {
        add(
          "RB602", "a FOR loop without substeps", loop.span,
          "put what it repeats into substeps: ### \(step.name).1 Title")
      }
    case .substeps(let substeps):
      for substep in substeps {
        check(substep.handlers, of: UnitPath(step.name, substep.name), isStep: false, isLoop: isLoop)
      }
      if step.aggregation != nil, !isLoop, !substeps.isEmpty, !substeps.contains(where: \.canDefer) {
        add(
          "RB505", "ALL and ANY have nothing to count: no substep hands its result on", step.span,
          "remove the substeps' own transitions or use DEFER in them")
      }
    }
  }

  private mutating func check(_ handlers: Handlers, of unit: UnitPath, isStep: Bool, isLoop: Bool) {
    for handler in [handlers.pass, handlers.fail] {
      guard let span = handler.span else { continue }
      switch handler.action {
      case .deferred where isStep:
        add(
          "RB506", "DEFER on a step: there is nothing above it to hand the result to", span,
          "use CONTINUE or STOP")
      case .next where !isLoop, .break where !isLoop:
        add(
          "RB507", "\(handler.action.description) outside a FOR loop", span,
          "it belongs into a substep of a FOR step, or under FOR itself")
      case .goto(let target, let at): checkTarget(target, at: at, from: unit, span)
      case .continue, .deferred, .next, .break, .stop, .complete: break
      }
    }
  }

  private mutating func checkTarget(_ target: UnitPath, at: String?, from unit: UnitPath, _ span: SourceSpan)
  {
    targets.insert(target.step)
    guard checksTargets else { return }
    guard let step = steps.first(where: { $0.name == target.step }) else {
      let suggestion = Suggestion.nearest(to: "\(target.step)", in: steps.map { "\($0.name)" })
      add(
        "RB508", "GOTO \(target): there is no step \(target.step)", span,
        suggestion.map { "did you mean \($0)?" }
          ?? "the steps are \(steps.map { "\($0.name)" }.joined(separator: ", "))")
      return
    }
    if let name = target.substep {
      var substeps: [Substep] = []
      if case .substeps(let all) = step.body { substeps = all }
      guard substeps.contains(where: { $0.name == name }) else {
        let known = substeps.map { "\(step.name).\($0.name)" }.joined(separator: ", ")
        add(
          "RB508", "GOTO \(target): step \(step.name) has no substep \(name)", span,
          known.isEmpty ? "it has no substeps at all" : "its substeps are \(known)")
        return
      }
    }
    if at != nil, step.loop == nil {
      add("RB509", "AT: step \(step.name) has no FOR loop", span, "remove AT and what follows")
    }
    if target == unit {
      problems.append(
        Diagnostic(
          "RB802", "GOTO \(target) jumps to its own step and may never end", at: span, severity: .warning,
          help: "use RETRY n ACTION for a bounded number of tries"))
    }
  }

  private mutating func checkReachable() {
    for step in steps where !step.isNumbered && !targets.contains(step.name) && step.name != steps.first?.name
    {
      problems.append(
        Diagnostic(
          "RB801", "no GOTO leads to step \(step.name)", at: step.span, severity: .warning,
          help: "a named step is skipped in sequence; give it a number or a GOTO"))
    }
  }

  private mutating func add(_ code: String, _ message: String, _ span: SourceSpan, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}

extension Substep {
  /// Whether one of its results can go to the step's aggregation.
  var canDefer: Bool { handlers.pass.action == .deferred || handlers.fail.action == .deferred }
}
