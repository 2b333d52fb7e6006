internal import Gate
internal import Linux
internal import Policy
internal import SourceText
internal import Supervisor
internal import Synchronization

/// Policy's answers to the gate on program starts: the rules that the step's text was judged by, asked about what
/// really starts.
///
/// Asked from the gate's thread. What a person must be asked about waits; the thread that drives the run asks.
final class LiveAuthority: ExecAuthority {
  /// Something that the run must hear of.
  enum News: Sendable {
    /// A start was refused.
    case refused(ExecAttempt, StartJudgement)
    /// A person must be asked.
    case question(ExecAttempt, StartJudgement)
    /// What started was not what was approved, or could not be looked at.
    case incident(ExecIncident, ExecAttempt?)
    /// The kernel refused a call on a file.
    case file(FileRefusal)
    /// A call that no step may make was refused.
    case call(CallRefusal)
    /// The step's conduct has reached a threshold; a process of it.
    case alarm(ConductWatch.Alarm, process: Int32?)
  }

  /// A start that was allowed, for the journal.
  struct Allowed: Hashable, Sendable {
    var chain: [String]
    var path: String
    var rule: String
  }

  struct State {
    var evaluator: Evaluator
    var watch: ConductWatch
    /// Whether all starts wait until a person has said something about an alarm.
    var isHeld = false
    /// What was counted, by the process that asked: what waits is asked about again and again.
    var counted: [Int32: ExecKey] = [:]
    /// A process of the step.
    var process: Int32?
    var sampled: Int64 = 0
    /// When the first start was refused.
    var closed: Int64?
    var news: [News] = []
    var allowed: [Allowed] = []
    var known: [Known: (asksOn: Bool, isExact: Bool, rule: String)] = [:]
    var programs: [String: (path: String, info: FileInfo)?] = [:]
    /// The last environment that was looked at: most starts have the same one.
    var environment: (bytes: [UInt8], changed: [String]) = ([], [])
    var deniedNames: [FileKey: [String]]?
    /// Questions that are open, and how those that were answered were.
    var open: [ExecKey: Int64] = [:]
    var answers: [Question: Bool] = [:]
    var told: Set<Allowed> = []
    /// When a start was refused last, where a refusal does not end the step.
    var refused: [ExecKey: Int64] = [:]
    /// Refused files that were told.
    var files: Set<[String]> = []
    /// Refused calls that were told, with the program.
    var calls: Set<[String]> = []
  }

  struct FileKey: Hashable {
    let device: UInt64
    let inode: UInt64
    init(_ info: FileInfo) {
      device = info.device
      inode = info.inode
    }
  }

  /// What an answer is remembered by. Where steps may write, the files' content counts, and elsewhere their times.
  struct Question: Hashable {
    let key: ExecKey
    let content: String?
    init(_ attempt: ExecAttempt, _ judgement: StartJudgement) {
      content = judgement.request.content
      key = content == nil ? attempt.key : attempt.key.withoutTime
    }
  }

  /// A program that may start whatever its words are.
  struct Known: Hashable {
    let path: String
    let file: FileKey
    let changed: Int64
  }

  /// How long the end of a step may take after a refusal.
  private static let endTime: Int64 = 2_000_000_000
  /// What is kept for the journal of one step.
  static let journalLimit = 1000

  let asksAll: Bool
  let allowsUnverified: Bool
  let seesFiles: Bool
  let state: Mutex<State>
  let resolver: ProgramResolver
  let directory: String
  let environment: [String: String]
  private let approved: [ProgramRequest]
  private let mayAsk: Bool
  /// Whether a refusal ends the step. A shell that a person types into, and an agent, go on.
  private let endsAtRefusal: Bool
  /// Whether a refusal is told to who asked: so it is for agents, which go on.
  private let tellsAsker: Bool
  private let patience: Int64
  private let bell: Pipe

  /// - Parameters:
  ///   - approved: what a person approved in the step's text.
  ///   - environment: what the step itself is started with.
  ///   - mayAsk: whether somebody can be asked.
  ///   - endsAtRefusal: whether a refusal ends the step.
  ///   - seesFiles: whether files that the kernel refuses are told.
  ///   - patience: how long a question may stay open.
  init(
    _ evaluator: Evaluator, approved: [ProgramRequest], resolver: ProgramResolver, directory: String,
    environment: [String: String],
    mayAsk: Bool, endsAtRefusal: Bool, allowsUnverified: Bool, seesFiles: Bool = false, patience: Duration
  ) throws(Errno) {
    self.seesFiles = seesFiles
    asksAll = evaluator.policy.gate.value == .tree
    tellsAsker = evaluator.policy.agent != nil
    self.allowsUnverified = allowsUnverified
    self.approved = approved
    state = Mutex(
      State(
        evaluator: Self.evaluator(evaluator, approved),
        watch: ConductWatch(evaluator.policy.watch.mapValues(\.value))))
    self.resolver = resolver
    self.directory = directory
    self.environment = environment
    self.mayAsk = mayAsk
    self.endsAtRefusal = endsAtRefusal && evaluator.policy.agent == nil
    self.patience = patience.nanoseconds
    bell = try Pipe()
    try bell.reader.setNonBlocking(true)
    try bell.writer.setNonBlocking(true)
  }

  // MARK: the run's side

  /// The number to poll: readable when there is news.
  var descriptor: Int32 { bell.reader.rawValue }

  /// What has happened since the last look.
  func take() -> [News] {
    do throws(Errno) { _ = try bell.reader.read(upTo: 4096) } catch {
      // Nobody has rung.
    }
    return state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }

  /// What started since the last look, each once a step.
  func takeAllowed() -> [Allowed] {
    state.withLock { state in
      defer { state.allowed = [] }
      return state.allowed
    }
  }

  /// Takes the policy and the session as an answer has changed them; what was approved for this step stays so.
  func learn(_ session: SessionGrants, policy: EffectivePolicy) {
    state.withLock { state in
      state.evaluator = Self.evaluator(Evaluator(policy: policy, session: session), approved)
      state.known = [:]
    }
  }

  private static func evaluator(_ evaluator: Evaluator, _ approved: [ProgramRequest]) -> Evaluator {
    var evaluator = evaluator
    evaluator.findsRemedies = false
    for request in approved { evaluator.session.allow(.execute(request)) }
    return evaluator
  }

  /// Takes a person's answer to one question; it holds for the same question until the step ends.
  func answer(_ attempt: ExecAttempt, _ judgement: StartJudgement, allow: Bool) {
    state.withLock { state in
      state.open[attempt.key] = nil
      state.answers[Question(attempt, judgement)] = allow
    }
  }

  /// Whether a question still waits for its answer: not when who asked has gone.
  func isOpen(_ attempt: ExecAttempt) -> Bool { state.withLock { $0.open[attempt.key] != nil } }

  /// Nothing starts any more.
  func close() { state.withLock { state in state.closed = state.closed ?? SystemClock.monotonic() } }

  // MARK: the gate's side

  func decide(_ attempt: ExecAttempt, _ files: [HeldFile]) -> ExecAnswer {
    let (answer, rings) = state.withLock { state in
      let count = state.news.count
      let answer = decide(attempt, files, &state)
      return (answer, state.news.count > count)
    }
    if rings { ring() }
    return answer
  }

  func withdraw(_ attempt: ExecAttempt) {
    state.withLock { $0.open[attempt.key] = nil }
    ring()
  }

  func note(_ incident: ExecIncident, _ attempt: ExecAttempt?) {
    state.withLock { state in
      if state.news.count < Self.journalLimit { state.news.append(.incident(incident, attempt)) }
    }
    ring()
  }

  func note(_ refusal: FileRefusal) {
    let isNew = state.withLock { state in
      let count = state.news.count
      watch(refusal, &state)
      let key = [refusal.path, refusal.isChange ? "write" : "read", refusal.chain.last ?? ""]
      guard state.files.count < Self.journalLimit, state.files.insert(key).inserted else {
        return state.news.count > count
      }
      state.news.append(.file(refusal))
      return true
    }
    if isNew { ring() }
  }

  func note(_ refusal: CallRefusal) {
    let isNew = state.withLock { state in
      guard state.calls.count < Self.journalLimit,
        state.calls.insert([refusal.name, refusal.chain.last ?? ""]).inserted
      else { return false }
      state.news.append(.call(refusal))
      return true
    }
    if isNew { ring() }
  }

  func ring() {
    do throws(Errno) { _ = try bell.writer.write([1]) } catch {
      // Full: it has been rung often enough.
    }
  }

  private func decide(_ attempt: ExecAttempt, _ files: [HeldFile], _ state: inout State) -> ExecAnswer {
    watch(attempt, &state)
    if state.isHeld { return .wait }
    // The step is about to be ended. Until then whoever wants to start something is held, so that nothing behind it runs
    // either (`rm x || other`); EPERM is for the case that it is not ended.
    if let closed = state.closed { return SystemClock.monotonic() - closed > Self.endTime ? .refuse : .wait }
    if state.environment.bytes != attempt.environment {
      state.environment = (attempt.environment, changedVariables(attempt.environment))
    }
    let changed = state.environment.changed
    let known = Known(
      path: attempt.path, file: FileKey(attempt.file.info), changed: attempt.file.info.changed)
    if changed.isEmpty, let found = state.known[known] {
      journal(attempt, found.rule, &state)
      return .allow(asksOn: found.asksOn, isExact: found.isExact)
    }
    var start = start(attempt, changed, &state)
    var judgement = LiveGate.judge(start, by: state.evaluator)
    if judgement.verdict == .ask, isWritable(attempt, state) {
      // An answer is about what the files hold. What cannot be read is asked about each time.
      start.content = content(attempt, files, state.evaluator) ?? Self.unread(attempt)
      judgement = LiveGate.judge(start, by: state.evaluator)
    }
    switch judgement.verdict {
    case .allow:
      if changed.isEmpty, start.content == nil, !LiveGate.dependsOnWords(start, by: state.evaluator) {
        state.known[known] = (judgement.asksOn, isWritable(attempt, state), judgement.summary)
      }
      journal(attempt, judgement.summary, &state)
      return allow(attempt, judgement, state)
    case .ask: return ask(attempt, judgement, &state)
    case .deny: return refuse(attempt, judgement, &state)
    }
  }

  private func ask(_ attempt: ExecAttempt, _ judgement: StartJudgement, _ state: inout State) -> ExecAnswer {
    let question = Question(attempt, judgement)
    if let answer = state.answers[question] {
      // Who goes on after a refusal is asked again the next time.
      if !endsAtRefusal { state.answers[question] = nil }
      if !answer { return refuse(attempt, judgement, &state) }
      journal(attempt, "\(judgement.request.name) was allowed by a person", &state)
      return allow(attempt, judgement, state)
    }
    guard mayAsk else { return refuse(attempt, judgement, &state) }
    let now = SystemClock.monotonic()
    if let since = state.open[attempt.key] {
      return now - since > patience ? refuse(attempt, judgement, &state) : .wait
    }
    state.open[attempt.key] = now
    state.news.append(.question(attempt, judgement))
    return .wait
  }

  private func refuse(_ attempt: ExecAttempt, _ judgement: StartJudgement, _ state: inout State) -> ExecAnswer
  {
    state.open[attempt.key] = nil
    guard endsAtRefusal else {
      // A name is looked for in each folder of PATH, also after a refusal: the same one is told once in a while.
      let now = SystemClock.monotonic()
      if now - (state.refused[attempt.key] ?? .min / 2) > Self.endTime, state.news.count < Self.journalLimit {
        state.news.append(.refused(attempt, judgement))
      }
      if state.refused.count > Self.journalLimit { state.refused = [:] }
      state.refused[attempt.key] = now
      if tellsAsker {
        ForeignStream.tell(attempt.process, "rundown: refused: \(DisplayText.visible(judgement.summary))\n")
      }
      return .refuse
    }
    // One refusal ends an ordinary step; what it tries until then is not told.
    state.closed = SystemClock.monotonic()
    state.news.append(.refused(attempt, judgement))
    return .wait
  }

  private func journal(_ attempt: ExecAttempt, _ rule: String, _ state: inout State) {
    guard state.told.count < Self.journalLimit else { return }
    let item = Allowed(chain: attempt.chain, path: attempt.file.path, rule: rule)
    if state.told.insert(item).inserted { state.allowed.append(item) }
  }

  private func allow(_ attempt: ExecAttempt, _ judgement: StartJudgement, _ state: State) -> ExecAnswer {
    let content = judgement.request.content
    return .allow(
      asksOn: judgement.asksOn, isExact: isWritable(attempt, state),
      content: content == Self.unread(attempt) ? nil : content)
  }
}

extension ProgramRequest {
  /// The program's name, for people.
  var name: String { GateDesk.name(self) }
}
