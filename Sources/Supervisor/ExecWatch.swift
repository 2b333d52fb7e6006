internal import Linux
internal import Sandbox
internal import Synchronization

/// The gate's thread: takes one program start after another. A question that is open holds up nobody but its asker.
final class ExecWatch {
  private let channel: FileDescriptor
  private let bell: FileDescriptor
  private let authority: any ExecAuthority
  private let program: String
  private let sockets: SocketDoor?
  private var origins = ProcessOrigins()
  private var waiting: [PendingExec] = []
  private var reader: CallReader
  private var vigil: Vigil?
  /// The step's first process, if it is a child of this process: its end is for others to collect.
  private var child: Int32 = -1
  private var isOver = false
  private var canVerify = true
  /// Threads whose call on a file was stopped while it waited.
  private var restarted: Set<Int32> = []
  private struct ToldCall: Hashable {
    let thread: Int32
    let number: Int32
  }
  /// Refused calls that were told.
  private var toldCalls: Set<ToldCall> = []
  private static let toldLimit = 4096

  init(
    channel: consuming FileDescriptor, bell: consuming FileDescriptor, authority: any ExecAuthority,
    program: String, sockets: SocketDoor?
  ) throws(Errno) {
    reader = try CallReader()
    self.sockets = sockets
    self.channel = channel
    self.bell = bell
    self.authority = authority
    self.program = program
  }

  func run() {
    do throws(Errno) {
      var poller = Poller()
      let come = poller.add(channel.rawValue, [.readable])
      poller.add(bell.rawValue, [.readable])
      _ = try poller.wait(for: nil)
      if poller.seen(come).isEmpty { return }
      let listener = try ExecListener(from: channel)
      canVerify = listener.isKillable
      if !canVerify { authority.note(.unverified("Linux before 5.19"), nil) }
      try serve(listener)
    } catch {
      // Without a listener there is no gate: with its end the kernel refuses every start behind it (ENOSYS).
    }
  }

  private func serve(_ listener: borrowing ExecListener) throws(Errno) {
    var isFirst = true
    defer { for pending in waiting { authority.withdraw(pending.attempt) } }
    var poller = Poller()
    let asked = poller.add(listener.rawValue, [.readable])
    let rung = poller.add(bell.rawValue, [.readable])
    while true {
      _ = try poller.wait(for: waiting.isEmpty ? nil : .milliseconds(200))
      if !poller.seen(rung).isEmpty, try bell.read(upTo: 64).isEmpty { return }
      if poller.seen(asked).contains(.readable) {
        if let notice = try listener.receive() {
          // The launch itself makes no call that is refused; whoever does is no launch.
          let isLaunch = isFirst && notice.refusedCall == nil
          if isLaunch { begin(notice, listener) } else { handle(notice, listener) }
          isFirst = false
        }
      } else if !poller.seen(asked).isEmpty {
        return  // nobody is behind the gate any more
      }
      if !waiting.isEmpty { reconsider(listener) }
    }
  }

  /// Long enough for a program that ends at once to be followed by the next one.
  private static let vigilTime = Duration.milliseconds(2)

  // MARK: deciding

  /// Whether a program was held before: then programs can be held here.
  private static let hasHeld = Atomic(false)

  /// The launch itself: what it starts was decided before, and nothing else is there to change it. The first one shows
  /// whether programs can be held here.
  private func begin(_ notice: ExecNotice, _ listener: borrowing ExecListener) {
    let process = notice.thread
    if ProcessStatus(of: process)?.parentID == ThisProcess.id { child = process }
    let origin = ProcessOrigins.Origin(chain: [program], asksOn: true)
    origins.record(process, origin)
    holdRoot(notice, listener)
    authority.began(process)
    guard canVerify else {
      if authority.allowsUnverified { listener.allow(notice) } else { listener.refuse(notice, .notPermitted) }
      return
    }
    if Self.hasHeld.load(ordering: .relaxed) { return listener.allow(notice) }
    switch hold(notice, listener) {
    case .held(let event):
      if event.kind == .executed {
        Self.hasHeld.store(true, ordering: .relaxed)
        Tracing.release(event.id)
      }
    case .impossible:
      if authority.allowsUnverified { listener.allow(notice) } else { listener.refuse(notice, .notPermitted) }
    case .gone: break
    }
  }

  /// What is confined can change neither its root nor what is mounted (`SystemCallFilter.refused`), so that the root of
  /// the first process is that of all.
  private func holdRoot(_ notice: ExecNotice, _ listener: borrowing ExecListener) {
    guard listener.isConfined else { return }
    do throws(Errno) { reader.root = try notice.root() } catch {
      // Each one's is looked for, then.
    }
  }

  private func handle(_ notice: ExecNotice, _ listener: borrowing ExecListener) {
    if let number = notice.refusedCall { return refuse(number, notice, listener) }
    if notice.isAboutSocket { return SocketDoor.answer(notice, listener, sockets) }
    if let use = notice.fileUse { return see(notice, use, listener) }
    if isOver { return listener.refuse(notice, .notPermitted) }
    // It starts nothing: the caller only wants to know whether it could.
    if notice.isCheck { return listener.allow(notice) }
    let process: ProcessHandle
    do throws(Errno) { process = try Self.caller(of: notice) } catch {
      return listener.refuse(notice, .notPermitted)
    }
    let source = origins.source(of: process)
    let origin = source.origin
    if !origin.asksOn, !authority.asksAll {
      // Its own entry, so that its children keep it when it has gone.
      if !source.isOwn { origins.record(process.id, numbered: process.number, origin) }
      return listener.allow(notice)
    }
    keepAwake()
    let pending: PendingExec
    do throws(PendingExec.Failure) {
      pending = try PendingExec(
        notice, process: process.id, number: process.number, origin: origin, &reader)
    } catch {
      if listener.isWaiting(notice), let why = error.incident { authority.note(.unreadable(why), nil) }
      return listener.refuse(notice, error.errno)
    }
    // What was read belongs to this call only if its caller still waits.
    guard listener.isWaiting(notice) else { return }
    settle(pending, listener)
  }

  /// Made with the first start that is decided on: most steps have none.
  private func keepAwake() {
    if vigil == nil, Vigil.pays {
      do throws(Errno) { vigil = try Vigil() } catch {
        // Without it things only take longer.
      }
    }
    vigil?.extend(by: Self.vigilTime)
  }

  private static func caller(of notice: ExecNotice) throws(Errno) -> ProcessHandle {
    do throws(Errno) { return try ProcessHandle(of: notice.thread) } catch {
      guard error == .noSuchFile else { throw error }
      return try ProcessHandle(of: try ProcessStatus.process(of: notice.thread))
    }
  }

  /// Whether it needs no more looking after.
  @discardableResult
  private func settle(_ pending: PendingExec, _ listener: borrowing ExecListener, isNew: Bool = true) -> Bool
  {
    switch authority.decide(pending.attempt, pending.files) {
    case .allow(let asksOn, let isExact, let content):
      start(pending, asksOn: asksOn, listener) { process in
        if let content, authority.content(pending.attempt, pending.files) != content {
          return "a file with another content"
        }
        return pending.difference(from: process, isExact: isExact && content == nil, self.reader)
      }
    case .refuse: listener.refuse(pending.notice, .notPermitted)
    case .wait:
      if isNew { waiting.append(pending) }
      return false
    }
    return true
  }

  private func reconsider(_ listener: borrowing ExecListener) {
    var rest: [PendingExec] = []
    for pending in waiting {
      if !listener.isWaiting(pending.notice) {
        authority.withdraw(pending.attempt)
      } else if isOver {
        listener.refuse(pending.notice, .notPermitted)
      } else if !settle(pending, listener, isNew: false) {
        rest.append(pending)
      }
    }
    waiting = rest
  }

  // MARK: calls

  /// Refuses a call that no step may make, and tells of it, each once a process.
  private func refuse(_ number: Int32, _ notice: ExecNotice, _ listener: borrowing ExecListener) {
    let call = RefusedCall(number: number)
    defer { listener.refuse(notice, call.errno) }
    // Whoever goes on and on costs nothing but the answer.
    if toldCalls.count > Self.toldLimit { toldCalls = [] }
    guard toldCalls.insert(ToldCall(thread: notice.thread, number: number)).inserted else { return }
    authority.note(CallRefusal(name: call.name, errno: call.errno, chain: chain(of: notice)))
  }

  // MARK: files

  /// Lets a call that names a file go on, and tells of it when the kernel refused it. Nothing is decided here.
  private func see(_ notice: ExecNotice, _ use: ExecNotice.FileUse, _ listener: borrowing ExecListener) {
    // A call that was stopped while it waited begins anew: then it is left alone.
    guard canVerify, use != .look, restarted.remove(notice.thread) == nil,
      let path = notice.placeOnPath(in: reader.memory), listener.isWaiting(notice)
    else { return listener.allow(notice) }
    let source = notice.source?.placeOnPath(in: reader.memory)
    let chain = chain(of: notice)
    let hold = hold(notice, listener) { process in
      let answer: Errno?
      do throws(Errno) { answer = try Tracing.result(of: process) } catch {
        return  // it has been killed
      }
      if answer == nil { self.restarted.insert(notice.thread) }
      switch answer {
      case .permissionDenied?, .notPermitted?, .readOnlyFileSystem?, .crossDevice?, .noSuchFile?,
        .deviceBusy?:
        guard let answer else { return }
        // While the caller is held: once it goes on, the step may end before it is told.
        for (path, isSource) in [(path, false)] + (source.map { [($0, true)] } ?? []) {
          authority.note(
            FileRefusal(path: path, isChange: use == .write, isSource: isSource, errno: answer, chain: chain))
        }
      default: break
      }
    }
    if case .impossible = hold { listener.allow(notice) }
  }

  private func chain(of notice: ExecNotice) -> [String] {
    do throws(Errno) { return origins.source(of: try Self.caller(of: notice)).origin.chain } catch {
      return []
    }
  }

  // MARK: starting

  private enum Hold {
    /// It did this, and is held unless it has ended.
    case held(TraceEvent)
    /// It cannot be held.
    case impossible
    /// The caller has gone.
    case gone
  }

  /// Lets a call go on and holds the caller at its end: before the first instruction of a new program, or when the call
  /// has failed. Asked to stop before it goes on, it cannot run a single instruction of the old program either.
  ///
  /// - Parameters:
  ///   - process: the caller's process where it is known.
  ///   - atEnd: called when the call is over and no new program runs, while the caller is held.
  private func hold(
    _ notice: ExecNotice, _ listener: borrowing ExecListener, of process: Int32? = nil,
    atEnd: (Int32) -> Void = { _ in }
  ) -> Hold {
    guard canVerify else { return .impossible }
    do throws(Errno) {
      try Tracing.seize(notice.thread)
    } catch {
      if error == .noSuchProcess { return .gone }
      authority.note(.unverified("tracing is refused (\(error))"), nil)
      return .impossible
    }
    do throws(Errno) {
      let event = try listener.follow(notice, child: process ?? child == child ? child : -1)
      switch event.kind {
      case .executed: break
      case .stopped:
        atEnd(event.id)
        Tracing.release(event.id)
      case .signal(let number): Tracing.release(event.id, signal: number)
      case .ended: if event.id == child { isOver = true }
      }
      return .held(event)
    } catch {
      return .gone
    }
  }

  /// - Parameter difference: what a held process is about to run instead of what was approved; nil: nothing else.
  private func start(
    _ pending: PendingExec, asksOn: Bool, _ listener: borrowing ExecListener, difference: (Int32) -> String?
  ) {
    switch hold(pending.notice, listener, of: pending.attempt.process) {
    case .gone: break
    case .held(let event):
      guard event.kind == .executed else { return }
      if let difference = difference(event.id) {
        end(event.id)
        authority.note(.replaced(what: difference), pending.attempt)
        return
      }
      become(event.id, pending, asksOn: asksOn)
      Tracing.release(event.id)
    case .impossible:
      guard authority.allowsUnverified else { return listener.refuse(pending.notice, .notPermitted) }
      // A file that is no program is refused by the kernel, and its caller stays what it is.
      if pending.isProgram { become(pending.attempt.process, pending, asksOn: asksOn) }
      listener.allow(pending.notice)
    }
  }

  /// The process is another program now. What it had started before stays what it was.
  private func become(_ process: Int32, _ pending: PendingExec, asksOn: Bool) {
    if !asksOn, !reader.last.isLast(process) {
      for child in ProcessStatus.children(of: process) where !origins.isKnown(child) {
        origins.record(child, pending.origin)
      }
    }
    // A thread that executes takes its leader's place, number included.
    origins.record(
      process, numbered: pending.number,
      .init(chain: pending.attempt.chain, asksOn: asksOn, isDetached: pending.origin.isDetached))
  }

  /// Kills a held process and waits until it is gone.
  private func end(_ process: Int32) {
    do throws(Errno) {
      try Signal.kill.send(to: process)
      while true {
        let event = try Tracing.wait(child: child)
        if event.kind == .ended {
          if event.id == child { isOver = true }
          return
        }
        Tracing.release(event.id)
      }
    } catch {
      // It has gone by itself.
    }
  }
}
