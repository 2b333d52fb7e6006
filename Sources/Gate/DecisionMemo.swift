internal import Policy

/// Remembers decisions of one policy, for judging many texts in one go. Not for a run: answers of a person change them.
public final class DecisionMemo {
  private var decisions: [ProgramRequest: Decision] = [:]

  /// Nothing remembered yet.
  public init() {}

  func decide(_ request: ProgramRequest, by evaluator: Evaluator) -> Decision {
    if let known = decisions[request] { return known }
    let decision = evaluator.decide(.execute(request))
    decisions[request] = decision
    return decision
  }
}
