internal import Linux
internal import Policy
internal import Proxy
internal import Sandbox
internal import Supervisor
internal import Synchronization

/// The proxy of one run, and what it has to tell.
///
/// Connections are told from their own threads; they wait here until the thread that drives the run asks for them.
final class NetworkKeeper {
  private let authority: ProxyAuthority
  private let log = Log()
  /// Where hosts are asked about; nil when nobody can be asked.
  let desk: HostDesk?
  private var server: ProxyServer?
  /// Where steps find the proxy.
  let port: UInt16
  private var told: Set<String> = []
  private var hasToldLimit = false
  /// Connections that were not made, and those of them that were not written down.
  private var refused = 0
  private var leftOut = 0
  private static let toldLimit = 100
  private static let refusedLimit = 10_000

  /// What the gate connects steps to, where they have no network of their own.
  let socketDoor: SocketDoor?

  /// The ports at which connections of steps come, where others can reach the listener, too.
  private final class Admissions: Sendable {
    private let ports = Mutex<Set<UInt16>>([])
    func admit(_ port: UInt16) { ports.withLock { _ = $0.insert(port) } }
    func take(_ port: UInt16) -> Bool { ports.withLock { $0.remove(port) != nil } }
  }

  private final class Log: Sendable {
    /// Who asked for what was refused is looked for while it waits for the answer, a limited number of times.
    private let search = Mutex<(step: Int32?, left: Int)>((nil, 200))
    private let programs = Mutex<[UInt16: String]>([:])
    func attend(_ process: Int32) { search.withLock { $0.step = process } }
    func identify(_ event: ConnectionEvent, proxy: UInt16) {
      guard event.status != .connected, let port = event.clientPort else { return }
      let step = search.withLock { search -> Int32? in
        guard let step = search.step, search.left > 0 else { return nil }
        search.left -= 1
        return step
      }
      guard let step, let program = ConnectionOwner.program(at: port, to: proxy, besides: step) else {
        return
      }
      programs.withLock { $0[port] = program }
    }
    func takeProgram(_ port: UInt16?) -> String? {
      port.flatMap { port in programs.withLock { $0.removeValue(forKey: port) } }
    }
    /// A connection whose bytes are counted.
    private struct Transfer {
      let host: String
      let meter: TransferMeter
      var told: UInt64 = 0
      var isOver = false
    }
    private let events = Mutex<(list: [ConnectionEvent], lost: Int)>(([], 0))
    private let transfers = Mutex<[Transfer]>([])
    func begin(_ attempt: ConnectAttempt) -> TransferMeter {
      let meter = TransferMeter()
      transfers.withLock { $0.append(Transfer(host: attempt.host, meter: meter)) }
      return meter
    }
    /// How many bytes have gone to each host since the last look, also by connections that go on.
    func takeUploads() -> [String: Int] {
      transfers.withLock { transfers in
        var sums: [String: Int] = [:]
        for index in transfers.indices {
          let count = transfers[index].meter.count
          let more = count - transfers[index].told
          transfers[index].told = count
          if more > 0 { sums[transfers[index].host, default: 0] += Int(clamping: more) }
        }
        transfers.removeAll(where: \.isOver)
        return sums
      }
    }
    func add(_ event: ConnectionEvent) {
      if let meter = event.meter {
        transfers.withLock { transfers in
          guard let index = transfers.firstIndex(where: { $0.meter === meter }) else { return }
          transfers[index].isOver = true
        }
      }
      events.withLock { events in
        // A step may knock without end; what is kept between two looks has a limit.
        if events.list.count < 10_000 { events.list.append(event) } else { events.lost += 1 }
      }
    }
    func take() -> (list: [ConnectionEvent], lost: Int) {
      events.withLock { events in
        defer { events = ([], 0) }
        return events
      }
    }
  }

  /// Starts the proxy of a launcher; nil when it has no doors. The launcher must outlive it.
  ///
  /// - Parameter patience: how long a question about a host may stay open; nil: nobody can be asked.
  init?(_ launcher: borrowing Launcher, _ evaluator: Evaluator, patience: Duration?) throws(Errno) {
    let doors = launcher.doors
    guard let own = doors.first(where: { !$0.isForward }) else { return nil }
    port = own.port
    if let patience { desk = try HostDesk(patience: patience) } else { desk = nil }
    authority = ProxyAuthority(evaluator, own: try NetworkAddress.own(), desk: desk)
    let log = log
    var admits: (@Sendable (UInt16) -> Bool)?
    if let port = launcher.outerPort {
      let admissions = Admissions()
      socketDoor = SocketDoor(port: port) { admissions.admit($0) }
      admits = { admissions.take($0) }
    } else {
      socketDoor = nil
    }
    server = try ProxyServer(
      doors: doors.map { .init(listener: $0.listener, forwardedPort: $0.isForward ? Int($0.port) : nil) },
      authority: authority, admits: admits, begin: { log.begin($0) },
      observe: { event in
        log.identify(event, proxy: own.port)
        log.add(event)
      })
  }

  /// Takes the policy as an answer has changed it.
  func update(_ evaluator: Evaluator) { authority.update(evaluator) }

  /// Takes what the step at work is given in the place of secrets; empty when it has ended.
  func put(_ placeholders: [SecretPlaceholder]) { authority.put(placeholders) }

  /// Takes a process of the step at work: who asks for what is found beside it.
  func attend(_ process: Int32) { log.attend(process) }

  /// How many bytes have gone to each host since the last look, also by connections that go on.
  func uploads() -> [String: Int] { log.takeUploads() }

  /// What was decided since the last look. A step that knocks without end fills neither the screen nor the disk.
  func records() -> [ConnectionRecord] {
    let (events, lost) = log.take()
    leftOut += lost
    return events.compactMap { event in
      if event.status != .connected {
        refused += 1
        if refused > Self.refusedLimit {
          leftOut += 1
          return nil
        }
      }
      let isNew =
        told.count < Self.toldLimit
        && told.insert("\(event.status.rawValue) \(event.host):\(event.port)").inserted
      return ConnectionRecord(event, program: log.takeProgram(event.clientPort), isNew: isNew)
    }
  }

  /// What happened to lists of hosts since the last look, and what is no longer told.
  func notes() -> [String] {
    var notes = authority.takeNotes()
    if told.count == Self.toldLimit, !hasToldLimit {
      hasToldLimit = true
      notes.append(
        "\(Self.toldLimit) hosts were refused or not reached; others are not told here, but stand in the journal"
      )
    }
    return notes
  }

  /// What is to be told of connections that the journal has not; nil when it has all.
  var omission: String? {
    leftOut == 0
      ? nil
      : "\(leftOut) more connections were refused or failed; the journal has the first \(Self.refusedLimit)"
  }

  /// Breaks off what is still connected.
  func stop() {
    desk?.close()
    if let server = server.take() { server.stop() }
  }
}

extension ConnectionRecord {
  fileprivate init(_ event: ConnectionEvent, program: String?, isNew: Bool) {
    self.init(
      way: event.way?.rawValue, host: event.host, port: event.port, program: program,
      address: event.address.map { "\($0)" },
      status: event.status.rawValue, isMade: event.status == .connected, reason: event.reason,
      help: event.help,
      uploaded: Int(clamping: event.uploaded), downloaded: Int(clamping: event.downloaded),
      nanoseconds: event.nanoseconds, isNew: isNew)
  }
}
