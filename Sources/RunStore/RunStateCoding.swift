internal import JSON
internal import Run
internal import Runbook

/// A run's state as JSON text and back. What cannot be read back whole is an error, never a guess.
enum RunStateCoding {
  static func encode(_ state: RunState) -> String {
    JSONValue.object([
      "standing": standing(state.standing),
      "loop": state.loop.map(loop),
      "unitRetries": .int(state.unitRetries),
      "stepRetries": .int(state.stepRetries),
      "deferred": verdicts(state.deferred),
      "transitions": .int(state.transitions),
      // One short text: the list grows with the run, and is written at each transition.
      "decided": .string(
        state.decided.map { "\($0.unit)\($0.verdict == .pass ? "+" : "-")" }.joined(separator: " ")),
      "only": names(state.selection.only), "skipped": names(state.selection.skipped),
      "last": state.selection.last.map { .string("\($0)") },
    ]).encoded()
  }

  private static func names(_ names: [UnitName]) -> JSONValue? {
    names.isEmpty ? nil : .string(names.map { "\($0)" }.joined(separator: " "))
  }

  private static func names(_ json: JSONValue?) -> [UnitName]? {
    guard let json else { return [] }
    guard let parts = json.string?.split(separator: " ") else { return nil }
    let names = parts.compactMap { UnitName($0) }
    return names.count == parts.count ? names : nil
  }

  static func decode(_ text: String) -> RunState? {
    guard let json = try? JSONParser.parse(text: text), let standing = json["standing"].flatMap(standing),
      let unitRetries = json["unitRetries"]?.int, let stepRetries = json["stepRetries"]?.int,
      let transitions = json["transitions"]?.int, let deferred = json["deferred"].flatMap(verdicts),
      let decided = json["decided"]?.string
    else { return nil }
    var state = RunState(standing: standing)
    state.unitRetries = unitRetries
    state.stepRetries = stepRetries
    state.transitions = transitions
    state.deferred = deferred
    for item in decided.split(separator: " ") {
      guard let unit = UnitPath(item.dropLast()), let mark = item.last, mark == "+" || mark == "-" else {
        return nil
      }
      state.decided.append(DecidedUnit(unit: unit, verdict: mark == "+" ? .pass : .fail))
    }
    guard let only = names(json["only"]), let skipped = names(json["skipped"]) else { return nil }
    state.selection = Selection(only: only, skipped: skipped)
    if let last = json["last"] {
      guard let name = last.string.flatMap({ UnitName($0) }) else { return nil }
      state.selection.last = name
    }
    if let json = json["loop"], json != .null {
      guard let frame = loop(json) else { return nil }
      state.loop = frame
    }
    return state
  }

  // MARK: parts

  private static func standing(_ standing: Standing) -> JSONValue {
    switch standing {
    case .at(let unit): return .object(["at": .string("\(unit)")])
    case .enteringLoop(let step, let substep, let at):
      return .object([
        "enteringLoop": .string("\(UnitPath(step, substep))"), "value": at.map { .string($0) },
      ])
    case .promptedLoop(let step): return .object(["promptedLoop": .string("\(step)")])
    case .finished(let result):
      switch result {
      case .completed(let message):
        return .object(["completed": .bool(true), "message": message.map { .string($0) }])
      case .stopped(let message):
        return .object(["stopped": .bool(true), "message": message.map { .string($0) }])
      case .refused(let reason): return .object(["refused": .string(reason)])
      }
    }
  }

  private static func standing(_ json: JSONValue) -> Standing? {
    let message = json["message"]?.string
    if let text = json["at"]?.string { return UnitPath(text).map { .at($0) } }
    if let text = json["enteringLoop"]?.string {
      return UnitPath(text).map { .enteringLoop($0.step, substep: $0.substep, at: json["value"]?.string) }
    }
    if let text = json["promptedLoop"]?.string { return UnitName(text).map { .promptedLoop($0) } }
    if json["completed"]?.bool == true { return .finished(.completed(message: message)) }
    if json["stopped"]?.bool == true { return .finished(.stopped(message: message)) }
    if let reason = json["refused"]?.string { return .finished(.refused(reason: reason)) }
    return nil
  }

  private static func loop(_ frame: LoopFrame) -> JSONValue {
    .object([
      "values": .array(frame.values.map { .string($0) }), "index": .int(frame.index),
      "retries": .int(frame.retries), "counted": verdicts(frame.counted),
      "origin": frame.origin.map { .string($0) },
    ])
  }

  private static func loop(_ json: JSONValue) -> LoopFrame? {
    guard let values = json["values"]?.array?.map(\.string), !values.contains(nil),
      let index = json["index"]?.int, let retries = json["retries"]?.int,
      let counted = json["counted"].flatMap(verdicts), values.indices.contains(index)
    else { return nil }
    var frame = LoopFrame(values: values.compactMap { $0 }, index: index)
    frame.retries = retries
    frame.counted = counted
    frame.origin = json["origin"]?.string
    return frame
  }

  private static func verdicts(_ verdicts: [Verdict]) -> JSONValue {
    .array(verdicts.map { .string($0.rawValue) })
  }

  private static func verdicts(_ json: JSONValue) -> [Verdict]? {
    guard let items = json.array else { return nil }
    let verdicts = items.compactMap { $0.string.flatMap(Verdict.init(rawValue:)) }
    return verdicts.count == items.count ? verdicts : nil
  }

  // MARK: variables

  static func encode(_ variables: [String: JSONValue]) -> String {
    JSONValue.object(
      variables.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
    ).encoded()
  }

  static func decodeVariables(_ text: String) -> [String: JSONValue]? {
    guard let members = (try? JSONParser.parse(text: text))?.members else { return nil }
    return Dictionary(members.map { ($0.name, $0.value) }) { $1 }
  }
}
