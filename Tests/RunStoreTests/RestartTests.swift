import Run
import Runbook
import SourceText
import Testing

@testable import RunStore

/// A run that is restarted from any stored state goes on as if it had never been interrupted.
@Suite struct RestartTests {
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  /// A valid runbook with steps, substeps, loops, retries, aggregations and jumps, by chance.
  private static func runbook(_ random: inout Random) -> Runbook? {
    func pick(_ items: [String]) -> String { items.randomElement(using: &random) ?? "" }
    let count = Int.random(in: 1...4, using: &random)
    func action(_ isSub: Bool, _ isLoop: Bool) -> String {
      var all = [
        "CONTINUE", "STOP \"why\"", "COMPLETE", "GOTO \(Int.random(in: 1...count, using: &random))",
        "GOTO Mend",
      ]
      if isSub { all += ["DEFER", "DEFER", "DEFER"] }
      if isLoop { all += ["NEXT", "BREAK"] }
      let chosen = pick(all)
      return Int.random(in: 0..<4, using: &random) == 0
        ? "RETRY \(Int.random(in: 1...2, using: &random)) \(chosen)" : chosen
    }
    func transitions(_ indent: String, _ isSub: Bool, _ isLoop: Bool) -> String {
      var text = ""
      if Bool.random(using: &random) { text += "\(indent)- PASS \(action(isSub, isLoop))\n" }
      if Bool.random(using: &random) { text += "\(indent)- FAIL \(action(isSub, isLoop))\n" }
      return text
    }
    var text = ""
    for number in 1...count {
      text += "## \(number). Step\n"
      let hasSubsteps = Bool.random(using: &random)
      let isLoop = hasSubsteps && Bool.random(using: &random)
      if isLoop {
        text += "- FOR x IN \(pick(["3", "1", "{{Many}}", "2 TO 4"]))\n" + transitions("  ", true, true)
      }
      let sum = hasSubsteps ? pick(["", "ALL", "ANY"]) : ""
      switch sum {
      case "ALL": text += "- PASS ALL CONTINUE\n- FAIL ANY \(action(false, false))\n"
      case "ANY": text += "- PASS ANY CONTINUE\n- FAIL ALL \(action(false, false))\n"
      default: text += transitions("", false, false)
      }
      if hasSubsteps {
        for sub in 1...Int.random(in: 1...3, using: &random) {
          text += "\n### \(number).\(sub) Sub\n" + transitions("", true, isLoop) + "\nLook.\n"
        }
      }
      text += "\nLook.\n".prefix(hasSubsteps ? 1 : 7) + "\n"
    }
    text += "## Mend\n\nLook.\n"
    return RunbookCompiler.compile(SourceFile(name: "a.runbook.md", text: text)).runbook
  }

  @Test func fromEveryState() throws {
    var random = Random(state: 20_261_127)
    var books = 0
    var transitions = 0
    while books < 800 {
      guard let runbook = Self.runbook(&random) else { continue }
      books += 1
      let machine = Machine(runbook, transitionLimit: 60)
      var state = try machine.start()
      var restarted = state
      for _ in 0..<70 {
        guard state.unit != nil else { break }
        let event: RunEvent
        switch state.standing {
        case .enteringLoop:
          event =
            Int.random(in: 0..<6, using: &random) == 0 ? .loopFailed : .loopValues(["a", "{\"b\":1}", ""])
        case .promptedLoop, .at:
          switch Int.random(in: 0..<12, using: &random) {
          case 0: event = .skipped
          case 1: event = .goto(UnitPath(.name("Mend")))
          case 2...6: event = .verdict(.fail)
          default: event = .verdict(.pass)
          }
        case .finished: continue
        }
        // What another process would make of what is stored.
        restarted = try #require(RunStateCoding.decode(RunStateCoding.encode(restarted)))
        let (next, said) = try machine.apply(event, to: state)
        let (again, saidAgain) = try machine.apply(event, to: restarted)
        #expect(next == again && said == saidAgain)
        (state, restarted) = (next, again)
        transitions += 1
      }
    }
    #expect(transitions > 2000, "\(transitions)")
  }
}
