internal import Gate
internal import Linux
internal import Policy
internal import Supervisor

extension RunSession {
  /// Says loudly what the policy does not close at all.
  func tellWhatIsOpen() {
    let policy = evaluator.policy
    if policy.options.allowAll, !policy.options.denyAll {
      tell(
        .warning(
          "--allow-all: nothing is decided on and nothing is confined: what starts may do all that you may",
          help: "allow what it needs instead: ‘rundown plan’ shows what that is"))
    } else if policy.network.value == .open, ProfileCompiler.isConfined(policy) {
      tell(
        .warning(
          "the network is open (\(policy.network.origin.text)): a step reaches all that this machine reaches, and nobody sees it",
          help: "network: {mode: proxied, allow: [HOST]}"))
    }
  }

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
      let request = AccessRequest.connect(host: question.key.host, port: question.key.port)
      // A saved rule belongs to the policy of the run's own runbook.
      let keeper = suspended.isEmpty ? keeper : nil
      let previews = keeper?.previews([request]) ?? []
      tell(.approvalRequested(program: host, place: source))
      let answer = prompter.ask(
        Question(
          kind: .network, step: "step \(place.unit) “\(place.title)”",
          items: [
            Question.Item(
              command: host, program: host, path: nil, via: [], place: source, why: question.why,
              candidates: [],
              canRemember: true)
          ], text: text, previews: previews))
      tell(.approvalAnswered(program: host, answer: GateDesk.word(answer)))
      switch answer {
      case .once: desk.answer(question.key, allow: true)
      case .always(let width):
        if let preview = previews.first(where: { $0.width == width }), let keeper {
          let saved = keeper.save(preview, for: [request])
          prompter.tell(saved.told)
          if saved.policy != nil { savedDocument = keeper.document }
        }
        // A person has said yes in any case. The saved rule holds for the runs to come; this one is let through by the answer.
        evaluator.session.allow(request)
        desk.answer(question.key, allow: true)
      case .session:
        evaluator.session.allow(request)
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
