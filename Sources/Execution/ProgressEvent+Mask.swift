public import JSON
internal import Run
internal import Runbook

extension ProgressEvent {
  /// The event with every text free of secrets. Output is masked where it arrives, since a secret may be cut in two.
  func masked(by mask: SecretMask) -> ProgressEvent {
    if mask.isEmpty { return self }
    switch self {
    case .runStarted(var head):
      head.title = head.title.map(mask.masked)
      return .runStarted(head)
    case .stepStarted(let place, let kind, let attempt, let attempts):
      return .stepStarted(place.masked(by: mask), kind, attempt: attempt, attempts: attempts)
    case .shown(let text): return .shown(mask.masked(text))
    case .commandChecked(var command):
      command.program = mask.masked(command.program)
      command.command = mask.masked(command.command)
      command.rule = mask.masked(command.rule)
      return .commandChecked(command)
    case .approvalRequested(let program, let place):
      return .approvalRequested(program: mask.masked(program), place: place)
    case .approvalAnswered(let program, let answer):
      return .approvalAnswered(program: mask.masked(program), answer: answer)
    case .stepFinished(let place, let outcome, let nanoseconds):
      return .stepFinished(place.masked(by: mask), outcome.masked(by: mask), nanoseconds: nanoseconds)
    case .transition(var transition, let place):
      transition.action = transition.action?.masked(by: mask)
      return .transition(transition, place)
    case .waiting(let place): return .waiting(place.masked(by: mask))
    case .fileDenied(var denial):
      denial.path = mask.masked(denial.path)
      denial.chain = denial.chain.map(mask.masked)
      denial.pattern = denial.pattern.map(mask.masked)
      denial.reason = mask.masked(denial.reason)
      denial.help = denial.help.map(mask.masked)
      return .fileDenied(denial)
    case .connectionDecided(var record):
      record.host = mask.masked(record.host)
      record.program = record.program.map(mask.masked)
      record.reason = mask.masked(record.reason)
      record.help = record.help.map(mask.masked)
      return .connectionDecided(record)
    case .execDecided(var record):
      record.program = mask.masked(record.program)
      record.path = mask.masked(record.path)
      record.chain = record.chain.map(mask.masked)
      record.command = record.command.map(mask.masked)
      record.reason = mask.masked(record.reason)
      record.help = record.help.map(mask.masked)
      return .execDecided(record)
    case .conductSeen(var record):
      record.place = record.place.masked(by: mask)
      record.detail = mask.masked(record.detail)
      return .conductSeen(record)
    case .secretsGiven(let place, let names): return .secretsGiven(place.masked(by: mask), names)
    case .filesChanged(var changes):
      changes.place = changes.place.masked(by: mask)
      for index in changes.files.indices {
        changes.files[index].path = mask.masked(changes.files[index].path)
      }
      return .filesChanged(changes)
    case .refused(let refusals):
      return .refused(
        refusals.map { refusal in
          Refusal(
            place: refusal.place, message: mask.masked(refusal.message),
            excerpt: mask.masked(refusal.excerpt),
            help: refusal.help.map(mask.masked))
        })
    case .warning(let message, let help): return .warning(mask.masked(message), help: help.map(mask.masked))
    case .runFinished(var end):
      end.message = end.message.map(mask.masked)
      end.outputs = end.outputs.mapValues { $0.masked(by: mask) }
      return .runFinished(end)
    case .callRefused(var record):
      record.chain = record.chain.map(mask.masked)
      return .callRefused(record)
    case .output, .tick: return self
    }
  }
}

extension UnitPlace {
  func masked(by mask: SecretMask) -> UnitPlace {
    var place = self
    place.title = mask.masked(title)
    place.value = value.map(mask.masked)
    return place
  }
}

extension StepOutcome {
  func masked(by mask: SecretMask) -> StepOutcome {
    switch self {
    case .launchFailed(let why): return .launchFailed(mask.masked(why))
    case .differs(let expected, let found):
      return .differs(expected: mask.masked(expected), found: mask.masked(found))
    case .skipped(let reason): return .skipped(reason: mask.masked(reason))
    case .leftArtifacts(let paths): return .leftArtifacts(paths.map(mask.masked))
    case .pass, .fail, .signal, .timeout, .refused, .interrupted: return self
    }
  }
}

extension JSONValue {
  /// The value with every text in it masked.
  public func masked(by mask: SecretMask) -> JSONValue {
    switch self {
    case .string(let text): return .string(mask.masked(text))
    case .array(let items): return .array(items.map { $0.masked(by: mask) })
    case .object(let members):
      return .object(members.map { Member($0.name, $0.value.masked(by: mask)) })
    case .null, .bool, .number: return self
    }
  }
}

extension Action {
  func masked(by mask: SecretMask) -> Action {
    switch self {
    case .stop(let message): return .stop(message: message.map(mask.masked))
    case .complete(let message): return .complete(message: message.map(mask.masked))
    case .continue, .deferred, .next, .break, .goto: return self
    }
  }
}
