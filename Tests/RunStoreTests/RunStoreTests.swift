import Linux
import Run
import Runbook
import Testing

@testable import RunStore

@Suite struct RunStoreTests {
  /// A project folder that goes away with its test.
  final class Project {
    let root: String
    init() throws { root = try FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-") }
    deinit { try? FileSystem.removeTree(root) }
    var folder: String { root + "/.rundown" }
  }

  private func newRun(_ state: RunState) -> NewRun {
    NewRun(
      path: "a.runbook.md", text: Array("## 1. A\n".utf8), isPrompted: false, variables: ["k": "v\u{0}\"é"],
      state: state)
  }

  /// Every shape that a state can have.
  static let states: [RunState] = {
    let units = [
      UnitPath(.number(1)), UnitPath(.name("Fix"), .number(3)), UnitPath(.number(12), .name("x_1")),
    ]
    var standings: [Standing] = units.map { .at($0) }
    standings += [
      .enteringLoop(.number(2), substep: nil, at: nil),
      .enteringLoop(.name("L"), substep: .number(1), at: "v\"1"),
      .promptedLoop(.number(4)), .finished(.completed(message: nil)),
      .finished(.completed(message: "ok \u{1F600}")),
      .finished(.stopped(message: "no\nway")), .finished(.stopped(message: nil)),
      .finished(.refused(reason: "curl")),
    ]
    return standings.enumerated().map { index, standing in
      var state = RunState(standing: standing)
      state.unitRetries = index
      state.stepRetries = index * 2
      state.transitions = index * 100
      if index % 4 == 2 {
        state.selection = Selection(
          only: [.number(1), .name("Fix")], skipped: [.number(3)], last: .number(2))
      }
      state.deferred = index % 2 == 0 ? [] : [.pass, .fail]
      state.decided = units.prefix(index % 4).map {
        DecidedUnit(unit: $0, verdict: index % 3 == 0 ? .fail : .pass)
      }
      if index % 3 == 1 {
        state.loop = LoopFrame(values: ["a", "{\"b\": 1}", ""], index: 1)
        state.loop?.counted = [.fail]
        state.loop?.retries = 2
        state.loop?.origin = index % 2 == 0 ? nil : "1 2 3\n/p/a.txt"
      }
      return state
    }
  }()

  @Test(arguments: states) func statesComeBackAsTheyWere(state: RunState) throws {
    let project = try Project()
    let id: String
    do {
      let store = try RunStore.open(root: project.root)
      id = try store.create(newRun(state))
    }
    guard let store = try RunStore.existing(root: project.root) else {
      Issue.record("the store is gone")
      return
    }
    let record = try #require(try store.run(id))
    #expect(record.state == state)
    #expect(record.variables == ["k": "v\u{0}\"é"])
    #expect(record.text == Array("## 1. A\n".utf8))
  }

  @Test func filesAreForTheOwnerAlone() throws {
    let project = try Project()
    let store = try RunStore.open(root: project.root)
    _ = try store.create(newRun(Self.states[0]))
    #expect(try FileSystem.info(project.folder).permissions == 0o700)
    for entry in try FileSystem.list(project.folder) {
      #expect(try FileSystem.info(project.folder + "/" + entry.name).permissions == 0o600, "\(entry.name)")
    }
    #expect(try FileSystem.readFile(project.folder + "/.gitignore") == Array("*\n".utf8))
  }

  @Test func plantedFoldersAndFilesAreRefused() throws {
    let linked = try Project()
    try FileSystem.makeDirectory(linked.root + "/elsewhere")
    try FileSystem.makeSymbolicLink(linked.folder, to: linked.root + "/elsewhere")
    #expect(throws: StoreError.self) { _ = try RunStore.open(root: linked.root) }
    #expect(throws: StoreError.self) { _ = try RunStore.existing(root: linked.root) }

    let open = try Project()
    try FileSystem.makeDirectory(open.folder, mode: 0o777)
    #expect(throws: StoreError.self) { _ = try RunStore.open(root: open.root) }

    let file = try Project()
    try FileSystem.makeDirectory(file.folder, mode: 0o700)
    try FileSystem.writeFileAtomically(file.root + "/target", [], mode: 0o600)
    try FileSystem.makeSymbolicLink(file.folder + "/rundown.db", to: file.root + "/target")
    #expect(throws: StoreError.self) { _ = try RunStore.open(root: file.root) }
    #expect(try FileSystem.readFile(file.root + "/target").isEmpty)
  }

  @Test func damagedAndForeignDatabasesAreToldNotReplaced() throws {
    let project = try Project()
    try FileSystem.makeDirectory(project.folder, mode: 0o700)
    let garbage = Array("not a database, not at all. ".utf8) + Array(repeating: 0x41, count: 4096)
    try FileSystem.writeFileAtomically(project.folder + "/rundown.db", garbage, mode: 0o600)
    #expect {
      _ = try RunStore.open(root: project.root)
    } throws: { error in
      guard case .database(_, 26, _, _)? = error as? StoreError else { return false }
      return (error as? StoreError)?.help.contains("damaged") == true
    }
    #expect(try FileSystem.readFile(project.folder + "/rundown.db") == garbage)
  }

  /// A clock that was set back a year changes nothing about which run is the one that changed last.
  @Test func theOrderOfChangesIsNotTheClocks() throws {
    let project = try Project()
    let store = try RunStore.open(root: project.root)
    let state = RunState(standing: .at(UnitPath(.number(1))))
    let old = try store.create(newRun(state))
    try store.release(old, status: .waiting)
    let future = SystemClock.realtime() + 365 * 86_400 * 1_000_000_000
    try store.database.run(
      "UPDATE run SET updated=?, started=? WHERE id=?", [.int(future), .int(future), .text(old)],
      doing: "a test")
    let new = try store.create(newRun(state))
    #expect(try store.activeRun()?.id == new)
    try store.release(new, status: .waiting)
    #expect(try store.activeRun()?.id == new && store.latestRun()?.id == new)
    #expect(try store.history(limit: 5).map(\.id) == [new, old])
    #expect(try store.take(old) == nil)
    #expect(try store.activeRun()?.id == old)
  }

  @Test func aRunHasOneHolder() throws {
    let project = try Project()
    let store = try RunStore.open(root: project.root)
    let id = try store.create(newRun(Self.states[0]))
    #expect(try store.take(id) == nil, "it is ours already")
    #expect(try store.run(id)?.status == .running)
    try store.release(id, status: .waiting)
    #expect(try store.run(id)?.holder == nil)
    #expect(try store.activeRun()?.id == id)
    try store.release(id, status: .completed)
    #expect(try store.activeRun() == nil)
    #expect(try store.latestRun()?.id == id)
  }

  @Test func transitionsAndAttemptsGoTogether() throws {
    let project = try Project()
    let store = try RunStore.open(root: project.root)
    let id = try store.create(newRun(Self.states[0]))
    let attempt = Attempt(
      unit: "1", title: "A", attempt: 2, outcome: "fail", code: 3, started: 5, duration: 7,
      output: [0, 255, 10], isTruncated: true, by: "me")
    try store.save(id, state: Self.states[3], variables: ["a": "b"], attempt: attempt)
    let record = try #require(try store.run(id))
    #expect(record.state == Self.states[3] && record.variables == ["a": "b"])
    let stored = try #require(try store.attempts(of: id, withOutput: true).first)
    #expect(stored.output == [0, 255, 10] && stored.code == 3 && stored.by == "me" && stored.isTruncated)
    #expect(try store.attempts(of: id).first?.output == [])
    try store.release(id, status: .waiting, events: ["{\"a\":1}", "{\"b\":2}"])
    #expect(try store.events(of: id) == ["{\"a\":1}", "{\"b\":2}"])
  }

  @Test(arguments: [
    (RunResult.completed(message: nil), RunStatus.completed), (.stopped(message: "m"), .stopped),
    (.refused(reason: "r"), .refused),
  ]) func aRunIsOverWithItsLastTransition(_ result: RunResult, _ status: RunStatus) throws {
    let project = try Project()
    let store = try RunStore.open(root: project.root)
    let id = try store.create(newRun(Self.states[0]))
    // Its process is killed before it lets the run go.
    try store.save(id, state: RunState(standing: .finished(result)), variables: [:])
    #expect(try store.run(id)?.status == status)
    #expect(try store.activeRun() == nil)
  }

  @Test func theLogStaysShortOverManyRuns() throws {
    let project = try Project()
    var ids: [String] = []
    var largest: Int64 = 0
    for number in 0..<60 {
      let store = try RunStore.open(root: project.root)
      let id = try store.create(newRun(Self.states[number % Self.states.count]))
      for _ in 0..<5 {
        try store.save(
          id, state: Self.states[1], variables: [:], events: [String(repeating: "e", count: 3000)])
      }
      try store.release(id, status: .completed)
      ids.append(id)
      largest = max(largest, try FileSystem.info(project.folder + "/rundown.db-wal").size)
    }
    #expect(largest < 1_000_000, "the log has grown to \(largest) bytes")
    let store = try RunStore.open(root: project.root)
    for id in ids { #expect(try store.events(of: id).count == 5) }
  }

  @Test func aReadOnlyProjectIsAClearError() throws {
    #expect(throws: StoreError.self) { _ = try RunStore.open(root: "/proc") }
    let isThere = try RunStore.existing(root: "/proc") != nil
    #expect(!isThere)
  }
}
