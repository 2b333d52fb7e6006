import Run
import Runbook
import SourceText
import Testing

/// A runbook, the verdicts that its units give in turn (`P`, `F`; the last repeats), and the way the run takes.
struct WayCase: CustomTestStringConvertible, Sendable {
  let text: String
  let verdicts: String
  let way: String
  var testDescription: String { way }

  init(_ text: String, _ verdicts: String, _ way: String) {
    self.text = text
    self.verdicts = verdicts
    self.way = way
  }
}

@Suite struct MachineTests {
  static func machine(_ text: String, limit: Int = 10_000) throws -> Machine {
    let compilation = RunbookCompiler.compile(SourceFile(name: "t", text: text))
    return Machine(try #require(compilation.runbook, "\(compilation.problems)"), transitionLimit: limit)
  }

  /// Drives a run to its end: the units visited (with `@value` in loops), then how it ended.
  static func way(_ machine: Machine, verdicts: String, loops: [String: [String]] = [:]) throws -> String {
    var left = Array(verdicts)
    var way: [String] = []
    var state = try machine.start()
    while way.count < 200 {
      switch state.standing {
      case .finished(.completed(let message)):
        return (way + ["done" + (message.map { ":" + $0 } ?? "")]).joined(separator: " ")
      case .finished(.stopped(let message)):
        return (way + ["stop" + (message.map { ":" + $0 } ?? "")]).joined(separator: " ")
      case .finished(.refused(let reason)): return (way + ["refused:" + reason]).joined(separator: " ")
      case .enteringLoop(let step, _, _):
        state = try machine.apply(.loopValues(loops["\(step)"] ?? ["a", "b", "c"]), to: state).state
      case .at(let unit):
        way.append("\(unit)" + (state.loop.map { "@" + $0.values[$0.index] } ?? ""))
        state = try machine.apply(.verdict(left.first == "F" ? .fail : .pass), to: state).state
        if left.count > 1 { left.removeFirst() }
      case .promptedLoop(let step):
        way.append("\(step)?")
        state = try machine.apply(.verdict(left.first == "F" ? .fail : .pass), to: state).state
        if left.count > 1 { left.removeFirst() }
      }
    }
    return (way + ["…"]).joined(separator: " ")
  }

  private static let two = "## 1. A\n## 2. B\n"
  private static let subs = "### 1.1 x\n### 1.2 y\n"

  @Test(arguments: [
    WayCase(two, "P", "1 2 done"), WayCase(two, "F", "1 stop"), WayCase(two, "PF", "1 2 stop"),
    WayCase("## 1. A\n- FAIL CONTINUE\n## 2. B\n", "FP", "1 2 done"),
    WayCase("## 1. A\n- PASS COMPLETE \"ok\"\n## 2. B\n", "P", "1 done:ok"),
    WayCase("## 1. A\n- PASS STOP no\n", "P", "1 stop:no"),
    WayCase("## 1. A\n- FAIL RETRY 2 STOP\n", "F", "1 1 1 stop"),
    WayCase("## 1. A\n- FAIL RETRY 2 STOP\n", "FFP", "1 1 1 done"),
    WayCase(
      "## 1. A\n- FAIL RETRY 1 GOTO R\n## R\n- PASS GOTO 1\n- FAIL STOP lost\n", "FFPFFF",
      "1 1 R 1 1 R stop:lost"),
    WayCase("## 1. A\n- FAIL GOTO Fix\n## Fix\n## 2. B\n", "FP", "1 Fix 2 done"),
    WayCase("## 1. A\n## Fix\n## 2. B\n- FAIL GOTO Fix\n", "PFPP", "1 2 Fix 2 done"),
    WayCase("## 1. A\n- PASS RETRY 1 CONTINUE\n## 2. B\n", "P", "1 1 2 done"),
    // substeps
    WayCase("## 1. A\n" + subs, "P", "1.1 1.2 done"), WayCase("## 1. A\n" + subs, "F", "1.1 stop"),
    WayCase("## 1. A\n- PASS ALL CONTINUE\n- FAIL ANY STOP bad\n" + subs, "FP", "1.1 1.2 stop:bad"),
    WayCase("## 1. A\n- PASS ANY CONTINUE\n- FAIL ALL STOP bad\n" + subs, "FP", "1.1 1.2 done"),
    WayCase("## 1. A\n- PASS ANY CONTINUE\n- FAIL ALL STOP bad\n" + subs, "F", "1.1 1.2 stop:bad"),
    WayCase("## 1. A\n- PASS ALL CONTINUE\n- FAIL ANY RETRY 1 STOP\n" + subs, "FPPP", "1.1 1.2 1.1 1.2 done"),
    WayCase("## 1. A\n- FAIL STOP x\n### 1.1 x\n- DEFER\n### 1.2 y\n", "FP", "1.1 1.2 stop:x"),
    WayCase("## 1. A\n### 1.1 x\n- FAIL RETRY 1 CONTINUE\n### 1.2 y\n", "FFP", "1.1 1.1 1.2 done"),
    WayCase("## 1. A\n### 1.1 x\n- PASS GOTO 2.2\n## 2. B\n### 2.1 u\n### 2.2 v\n", "P", "1.1 2.2 done"),
    // loops
    WayCase("## 1. A\n- FOR 3\n### 1.1 x\n", "P", "1.1@a 1.1@b 1.1@c done"),
    WayCase("## 1. A\n- FOR 3\n### 1.1 x\n", "PF", "1.1@a 1.1@b stop"),
    WayCase(
      "## 1. A\n- FOR 3\n- PASS ALL CONTINUE\n- FAIL ANY STOP n\n### 1.1 x\n", "PFP",
      "1.1@a 1.1@b 1.1@c stop:n"),
    WayCase(
      "## 1. A\n- FOR 3\n- PASS ANY CONTINUE\n- FAIL ALL STOP n\n### 1.1 x\n", "FFP", "1.1@a 1.1@b 1.1@c done"
    ),
    WayCase(
      "## 1. A\n- FOR 3\n  - PASS BREAK\n  - FAIL DEFER\n- PASS ALL CONTINUE\n- FAIL ANY STOP\n### 1.1 x\n",
      "FP",
      "1.1@a 1.1@b stop"),
    WayCase(
      "## 1. A\n- FOR 3\n  - PASS DEFER\n  - FAIL NEXT\n- PASS ALL CONTINUE\n- FAIL ANY STOP\n### 1.1 x\n",
      "FP",
      "1.1@a 1.1@b 1.1@c done"),
    WayCase(
      "## 1. A\n- FOR 3\n  - PASS DEFER\n  - FAIL RETRY 1 STOP it\n- PASS ALL CONTINUE\n- FAIL ANY STOP\n### 1.1 x\n",
      "PFFP",
      "1.1@a 1.1@b 1.1@b stop:it"),
    WayCase(
      "## 1. A\n- FOR 3\n- PASS ALL CONTINUE\n- FAIL ANY STOP\n### 1.1 x\n- FAIL BREAK\n- PASS DEFER\n### 1.2 y\n",
      "PPF",
      "1.1@a 1.2@a 1.1@b done"),
    WayCase(
      "## 1. A\n- FOR 2\n- PASS ALL CONTINUE\n- FAIL ANY RETRY 1 STOP\n### 1.1 x\n", "F",
      "1.1@a 1.1@b 1.1@c 1.1@a 1.1@b 1.1@c stop"),
  ])
  func way(_ example: WayCase) throws {
    #expect(try Self.way(Self.machine(example.text), verdicts: example.verdicts) == example.way)
  }

  @Test func gotoEntersALoopAtItsValue() throws {
    let machine = try Self.machine("## 1. A\n- PASS GOTO 2 AT 2\n## 2. B\n- FOR i IN 3\n### 2.1 x\n")
    #expect(try Self.way(machine, verdicts: "P", loops: ["2": ["1", "2", "3"]]) == "1 2.1@2 2.1@3 done")
  }

  @Test func unresolvedLoopsAskAndFailedLoopsFail() throws {
    let machine = try Self.machine("## 1. A\n- FOR 1 TO {{n}}\n- FAIL STOP \"no values\"\n### 1.1 x\n")
    let start = try machine.start()
    let asked = try machine.apply(.loopValues(nil), to: start).state
    #expect(asked.standing == .promptedLoop(.number(1)))
    #expect(try machine.apply(.verdict(.pass), to: asked).state.result == .completed(message: nil))
    #expect(try machine.apply(.loopFailed, to: start).state.result == .stopped(message: "no values"))
  }

  @Test func endlessGotoIsStopped() throws {
    let machine = try Self.machine("## 1. A\n- PASS GOTO 1\n", limit: 5)
    var state = try machine.start()
    for _ in 0..<6 { state = try machine.apply(.verdict(.pass), to: state).state }
    guard case .stopped(let message?)? = state.result else {
      Issue.record("\(state)")
      return
    }
    #expect(message.contains("5 transitions"))
    #expect(throws: RunEventError.alreadyFinished) { try machine.apply(.verdict(.pass), to: state) }
  }

  @Test func refusalIsNoFail() throws {
    let machine = try Self.machine("## 1. A\n- FAIL RETRY 3 CONTINUE\n## 2. B\n")
    let (state, transition) = try machine.apply(.refused(reason: "curl"), to: machine.start())
    #expect(state.result == .refused(reason: "curl"))
    #expect(transition.verdict == nil && transition.action == nil)
  }

  @Test func peopleGoWhereTheyWant() throws {
    let machine = try Self.machine("## 1. A\n- FAIL RETRY 3 STOP\n## 2. B\n### 2.1 x\n")
    var state = try machine.apply(.verdict(.fail), to: machine.start()).state
    #expect(state.attempt == 2)
    state = try machine.apply(.goto(UnitPath(.number(2), .number(1))), to: state).state
    #expect(state.standing == .at(UnitPath(.number(2), .number(1))) && state.attempt == 1)
    #expect(throws: RunEventError.noSuchUnit(UnitPath(.number(9)))) {
      try machine.apply(.goto(UnitPath(.number(9))), to: state)
    }
    #expect(throws: RunEventError.noSuchUnit(UnitPath(.number(1), .number(1)))) {
      try machine.apply(.goto(UnitPath(.number(1), .number(1))), to: state)
    }
    #expect(try machine.apply(.complete(message: "m"), to: state).state.result == .completed(message: "m"))
    #expect(try machine.apply(.stop(message: nil), to: state).state.result == .stopped(message: nil))
  }

  @Test func transitionsSayWhatHappened() throws {
    let machine = try Self.machine("## 1. A\n- FAIL RETRY 2 GOTO 2\n## 2. B\n")
    let first = try machine.apply(.verdict(.fail), to: machine.start())
    #expect(first.transition.retry == Transition.Retry(attempt: 2, limit: 3))
    #expect(first.transition.action == nil)
    let last = try machine.apply(.verdict(.pass), to: first.state)
    #expect(last.transition.action == .continue && last.transition.verdict == .pass)
    #expect(last.state.decided == [DecidedUnit(unit: UnitPath(.number(1)), verdict: .pass)])
  }
}
