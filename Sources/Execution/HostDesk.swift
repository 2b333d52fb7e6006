internal import Linux
internal import Policy
internal import Synchronization

/// Questions about hosts that steps want to reach and no rule lists. The threads of the connections put them down and
/// wait; the thread that drives the run takes them up and answers.
final class HostDesk: Sendable {
  /// A host that is asked about.
  struct Key: Hashable, Sendable {
    var host: String
    var port: Int
  }

  /// A question, with what the rules say of it.
  struct HostQuestion: Sendable {
    var key: Key
    var why: String
  }

  /// A connection that waits. Its pipe is closed when it is answered.
  private final class Waiter: Sendable {
    let bell: Pipe
    let answer = Mutex<Bool>(false)
    init() throws(Errno) { bell = try Pipe() }
  }

  private struct State {
    var pending: [HostQuestion] = []
    var waiters: [Key: [Waiter]] = [:]
    /// What was answered during this step: a client opens many connections to one host.
    var answers: [Key: Bool] = [:]
    var isClosed = false
  }

  /// Connections that wait at a time; more are refused.
  private static let limit = 64

  private let state = Mutex(State())
  private let bell: Pipe
  private let patience: Duration

  init(patience: Duration) throws(Errno) {
    self.patience = patience
    bell = try Pipe()
    try bell.reader.setNonBlocking(true)
    try bell.writer.setNonBlocking(true)
  }

  // MARK: the connection's side

  /// Whether a person lets the host be reached; waits for the answer.
  func ask(_ key: Key, why: String) -> Bool {
    let waiter: Waiter
    do throws(Errno) { waiter = try Waiter() } catch { return false }
    let known = state.withLock { state -> Bool? in
      if let answer = state.answers[key] { return answer }
      guard !state.isClosed, state.waiters.values.reduce(0, { $0 + $1.count }) < Self.limit else {
        return false
      }
      if state.waiters[key] == nil { state.pending.append(HostQuestion(key: key, why: why)) }
      state.waiters[key, default: []].append(waiter)
      return nil
    }
    if let known { return known }
    ring()
    var poller = Poller()
    poller.add(waiter.bell.reader.rawValue, [.readable])
    do throws(Errno) { _ = try poller.wait(for: patience) } catch { return false }
    return waiter.answer.withLock { $0 }
  }

  private func ring() {
    do throws(Errno) { _ = try bell.writer.write([1]) } catch {
      // Full: it has been rung often enough.
    }
  }

  // MARK: the run's side

  /// The number to poll: readable when there are questions.
  var descriptor: Int32 { bell.reader.rawValue }

  /// The questions since the last look.
  func take() -> [HostQuestion] {
    do throws(Errno) { _ = try bell.reader.read(upTo: 4096) } catch {
      // Nobody has rung.
    }
    return state.withLock { state in
      defer { state.pending = [] }
      return state.pending
    }
  }

  /// Answers all connections to a host, also those that come later in this step.
  func answer(_ key: Key, allow: Bool) {
    let waiters = state.withLock { state -> [Waiter] in
      state.answers[key] = allow
      return state.waiters.removeValue(forKey: key) ?? []
    }
    for waiter in waiters { Self.release(waiter, allow) }
  }

  /// Forgets the answers of a step, and denies what still waits.
  func endStep() {
    let waiters = state.withLock { state -> [Waiter] in
      defer { (state.waiters, state.answers, state.pending) = ([:], [:], []) }
      return state.waiters.values.flatMap { $0 }
    }
    for waiter in waiters { Self.release(waiter, false) }
  }

  /// Denies everything from now on.
  func close() {
    state.withLock { $0.isClosed = true }
    endStep()
  }

  private static func release(_ waiter: Waiter, _ allow: Bool) {
    waiter.answer.withLock { $0 = allow }
    do throws(Errno) { _ = try waiter.bell.writer.write([1]) } catch {
      // It has stopped waiting.
    }
  }
}
