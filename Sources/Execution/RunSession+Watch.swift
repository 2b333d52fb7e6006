internal import Gate
internal import Linux
public import Policy
internal import Supervisor

/// A threshold that a step's conduct has reached, and what was done.
public struct ConductRecord: Sendable {
  /// The step.
  public var place: UnitPlace
  /// What was seen.
  public var kind: WatchKind
  /// What was done: `warn`, `pause` or `kill`.
  public var action: WatchAction
  /// What was seen, in words.
  public var detail: String
}

extension RunSession {
  /// Does what the policy says about an alarm: tells it, holds the step until a person has answered, or ends it.
  func handle(_ alarm: ConductWatch.Alarm, process: Int32?, _ step: LiveStep) -> StepNews? {
    let processes = process.flatMap { StepProcesses(of: $0) }
    // A step that cannot be held, or that nobody can be asked about, is ended.
    let isHeld = alarm.action == .pause && prompter != nil && processes != nil
    let action = alarm.action == .pause && !isHeld ? .kill : alarm.action
    if isHeld { processes?.stop() }
    tell(
      .conductSeen(ConductRecord(place: step.place, kind: alarm.kind, action: action, detail: alarm.detail)))
    switch action {
    case .off, .warn: return nil
    case .kill: return end(step, alarm)
    case .pause:
      guard let prompter else { return end(step, alarm) }
      tell(.approvalRequested(program: alarm.kind.title, place: step.source))
      let answer = prompter.ask(question(alarm, step))
      tell(.approvalAnswered(program: alarm.kind.title, answer: GateDesk.word(answer)))
      switch answer {
      case .once, .session, .allForSession, .always:
        step.authority.goOn()
        processes?.resume()
        step.gate.reconsider()
        return nil
      case .denyOnce, .denyAllForSession: return end(step, alarm)
      case .abort:
        step.authority.close()
        processes?.resume()
        return .interrupt(.interrupt)
      }
    }
  }

  private func end(_ step: LiveStep, _ alarm: ConductWatch.Alarm) -> StepNews {
    step.authority.close()
    step.refusals.append(
      Refusal(
        place: step.source,
        message: "step \(step.place.unit) was ended: \(alarm.kind.title): \(alarm.detail)",
        excerpt: "",
        help: ["if that is meant: default.watch.\(alarm.kind.rawValue): warn   in the policy"]))
    return .end
  }

  private func question(_ alarm: ConductWatch.Alarm, _ step: LiveStep) -> Question {
    var question = Question(
      step: "step \(step.place.unit) “\(step.place.title)”",
      items: [
        Question.Item(
          command: alarm.detail, program: alarm.kind.title, path: nil, via: [], place: step.source,
          why: "the policy watches for it (watch.\(alarm.kind.rawValue))", candidates: [], canRemember: false)
      ], text: step.text, previews: [])
    question.alarm = alarm.kind.title
    return question
  }
}
