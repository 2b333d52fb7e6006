internal import Gate
internal import Linux
internal import Policy
internal import Supervisor

extension RunSession {
  /// Asks about the hosts that a step wants to reach while it runs.
  ///
  /// - Parameters:
  ///   - source: `file:line` of the step's block.
  ///   - text: the text of the step.
  func attendNetwork(_ desk: HostDesk, _ place: UnitPlace, source: String, text: String) -> StepNews {
    for question in desk.take() {
      let name = question.key.host.contains(":") ? "[\(question.key.host)]" : question.key.host
      let host = "\(name):\(question.key.port)"
      guard let prompter else {
        desk.answer(question.key, allow: false)
        continue
      }
      tell(.approvalRequested(program: host, place: source))
      let answer = prompter.ask(
        Question(
          kind: .network, step: "step \(place.unit) “\(place.title)”",
          items: [
            Question.Item(
              command: host, program: host, path: nil, via: [], place: source, why: question.why,
              candidates: [],
              canRemember: true)
          ], text: text, previews: []))
      tell(.approvalAnswered(program: host, answer: GateDesk.word(answer)))
      switch answer {
      case .once, .always: desk.answer(question.key, allow: true)
      case .session:
        evaluator.session.allow(.connect(host: question.key.host, port: question.key.port))
        desk.answer(question.key, allow: true)
      case .allForSession:
        evaluator.session.allowAll(.network)
        desk.answer(question.key, allow: true)
      case .denyOnce: desk.answer(question.key, allow: false)
      case .denyAllForSession:
        evaluator.session.denyAll(.network)
        desk.answer(question.key, allow: false)
      case .abort:
        desk.close()
        return .interrupt(.interrupt)
      }
    }
    return .goesOn
  }
}
