internal import Linux
internal import Sandbox

/// One running step: the program, our ends of its streams, and what is left of its time.
struct StepSession: ~Copyable {
  private var child: ChildProcess
  /// What is read as standard output; with a terminal, all output.
  private var output: Source
  /// What is read as standard error; closed from the start with a terminal.
  private var error: Source
  private var keys: KeyForwarder
  private let options: StepOptions
  private let start: Int64
  private var deadline: Int64?
  /// Why the step is being ended, once it is.
  private var stop: StepEnding?
  /// When to begin to watch denied files: a short step is over before anybody outside edits one.
  private var watchTime: Int64?
  /// Denials that could not be renewed while the step ran.
  private var unmasked: [Gap] = []
  /// When asking is over and the step is killed.
  private var killTime: Int64?

  /// A descriptor that is read until its end.
  private struct Source: ~Copyable {
    let file: FileDescriptor
    var isOpen: Bool
  }

  private init(
    _ child: consuming ChildProcess, output: consuming FileDescriptor, error: consuming FileDescriptor,
    keys: consuming KeyForwarder, _ options: StepOptions, _ start: Int64
  ) {
    self.child = child
    let hasError = error.rawValue >= 0
    self.output = Source(file: output, isOpen: true)
    self.error = Source(file: error, isOpen: hasError)
    self.keys = keys
    self.options = options
    self.start = start
    watchTime = start + 50_000_000
    deadline = options.timeout.map { start + $0.nanoseconds }
  }

  /// The process id of the program.
  var process: Int32 { child.id }

  /// Makes the streams and starts the program with them.
  static func start(
    _ plan: LaunchPlan, _ launcher: borrowing Launcher, _ options: StepOptions, _ gate: ExecGate?,
    at start: Int64
  ) throws(SupervisorError) -> StepSession {
    return plan.hasTerminal
      ? try startWithTerminal(plan, launcher, options, gate, start)
      : try startWithPipes(plan, launcher, options, gate, start)
  }

  private static func startWithPipes(
    _ plan: LaunchPlan, _ launcher: borrowing Launcher, _ options: StepOptions, _ gate: ExecGate?,
    _ start: Int64
  ) throws(SupervisorError) -> StepSession {
    let output = try makePipe()
    let error = try makePipe()
    let null = try openNull()
    let child = try launch(
      plan, launcher,
      LaunchStreams(
        input: options.inheritsInput ? StandardStream.input.rawValue : null.rawValue,
        output: output.writer.rawValue, error: error.writer.rawValue, gate: gate?.channel ?? -1,
        gateSeesFiles: gate?.seesFiles ?? false,
        gateDecidesSockets: gate?.decidesSockets ?? false))
    return StepSession(
      child, output: output.reader, error: error.reader, keys: .inactive(), options, start)
  }

  private static func makePipe() throws(SupervisorError) -> Pipe {
    do throws(Errno) {
      let pipe = try Pipe()
      try pipe.reader.setNonBlocking(true)
      return pipe
    } catch { throw .system(call: "making a pipe", error) }
  }

  private static func openNull() throws(SupervisorError) -> FileDescriptor {
    do throws(Errno) { return try FileDescriptor.open("/dev/null") } catch {
      throw .system(call: "opening /dev/null", error)
    }
  }

  private static func launch(
    _ plan: LaunchPlan, _ launcher: borrowing Launcher, _ streams: LaunchStreams
  ) throws(SupervisorError) -> ChildProcess {
    do throws(LaunchFailure) { return try launcher.launch(plan, streams: streams) } catch {
      throw .launch(error)
    }
  }

  private static func startWithTerminal(
    _ plan: LaunchPlan, _ launcher: borrowing Launcher, _ options: StepOptions, _ gate: ExecGate?,
    _ start: Int64
  ) throws(SupervisorError) -> StepSession {
    let terminal = try makeTerminal(launcher)
    let program = terminal.program.rawValue
    let child = try launch(
      plan, launcher,
      LaunchStreams(
        input: program, output: program, error: program, gate: gate?.channel ?? -1,
        gateSeesFiles: gate?.seesFiles ?? false,
        gateDecidesSockets: gate?.decidesSockets ?? false))
    let keys = options.forwardsTerminal ? try forwardKeys() : .inactive()
    return StepSession(
      child, output: terminal.controller, error: FileDescriptor(owning: -1), keys: keys, options, start)
  }

  private static func makeTerminal(_ launcher: borrowing Launcher) throws(SupervisorError) -> PseudoTerminal {
    do throws(Errno) {
      let size = Terminal.size(of: StandardStream.input.rawValue) ?? TerminalSize(rows: 24, columns: 80)
      let terminal = try launcher.makeTerminal(size: size)
      try terminal.controller.setNonBlocking(true)
      return terminal
    } catch { throw .system(call: "making a terminal", error) }
  }

  private static func forwardKeys() throws(SupervisorError) -> KeyForwarder {
    do throws(Errno) { return try KeyForwarder() } catch {
      throw .system(call: "changing the terminal's mode", error)
    }
  }

  /// What a turn looks at beside the step itself.
  struct Surroundings {
    /// The number to poll for signals to rundown; -1: somebody else reads them.
    var signals: Int32 = -1
    /// The number to poll for denied files that have changed; -1 for none.
    var changes: Int32
    /// Others that want to be looked at.
    var watches: [StepWatch] = []
    /// Whether output is read; while it is not, the step waits.
    var readsOutput = true
    /// How long the turn may wait at most; nil: until something happens.
    var patience: Duration?
  }

  /// What is wanted of the masks.
  enum MaskCall {
    case renew
    case begin
  }

  /// Waits until something happens and reacts to it; the outcome when the step and all it started have ended and its
  /// output is read.
  ///
  /// - Parameters:
  ///   - nextSignal: takes the next signal to rundown.
  ///   - masks: renews the masks of denied files, or begins to watch them.
  mutating func turn(
    _ around: Surroundings, nextSignal: () throws(Errno) -> Signal?, masks: (MaskCall) -> [Gap],
    _ buffer: inout [UInt8], _ receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(Errno) -> Outcome? {
    var poller = Poller()
    let ended = poller.add(child.waitDescriptor, [.readable])
    let signal = poller.add(around.signals, [.readable])
    let first = poller.add(output.isOpen && around.readsOutput ? output.file.rawValue : -1, outputEvents)
    let second = poller.add(error.isOpen && around.readsOutput ? error.file.rawValue : -1, [.readable])
    let typed = poller.add(keys.waitDescriptor, [.readable])
    let changed = poller.add(around.changes, [.readable])
    let news = around.watches.map { poller.add($0.descriptor, [.readable]) }
    let time = [around.patience, timeLeft()].compactMap { $0 }.min()
    if try !poller.wait(for: time), around.patience == nil, options.heartbeat != nil {
      receive(.output, buffer[..<0])
    }
    // First of all: each moment counts.
    if !poller.seen(changed).isEmpty { unmasked += masks(.renew) }
    if !poller.seen(signal).isEmpty { try handle(nextSignal) }
    for (watch, index) in zip(around.watches, news) where !poller.seen(index).isEmpty { try attend(watch) }
    if !poller.seen(typed).isEmpty { try keys.read() }
    if poller.seen(first).contains(.writable) { try keys.write(to: output.file) }
    if !poller.seen(first).subtracting(.writable).isEmpty {
      try Self.read(&output, .output, &buffer, receive)
    }
    if !poller.seen(second).isEmpty { try Self.read(&error, .error, &buffer, receive) }
    if around.readsOutput, !poller.seen(ended).isEmpty, let end = try child.wait(block: false) {
      return try finish(end, &buffer, receive)
    }
    try checkTime(masks)
    return nil
  }

  /// Watches the step to its end. `watches` is asked anew at each turn.
  mutating func watch(
    _ signals: borrowing SignalDescriptor, _ launcher: borrowing Launcher, _ watches: () -> [StepWatch],
    _ receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(Errno) -> Outcome {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let around = Surroundings(
        signals: signals.rawValue, changes: launcher.changeDescriptor, watches: watches())
      if let outcome = try turn(
        around, nextSignal: { () throws(Errno) in try signals.next() },
        masks: { call in launcher.masks(call) }, &buffer, receive)
      {
        return outcome
      }
    }
  }

  /// Does what can be done without waiting, beside a step that is watched.
  mutating func serve(
    _ launcher: borrowing Launcher, readsOutput: Bool,
    _ receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(Errno) -> Outcome? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let around = Surroundings(
      changes: launcher.changeDescriptor, readsOutput: readsOutput, patience: .zero)
    return try turn(
      around, nextSignal: { () throws(Errno) in nil }, masks: { call in launcher.masks(call) }, &buffer,
      receive)
  }

  /// The numbers that are readable when a turn has something to do.
  func descriptors(readsOutput: Bool, changes: Int32) -> [Int32] {
    var all = [changes]
    if readsOutput {
      all += [
        child.waitDescriptor, output.isOpen ? output.file.rawValue : -1,
        error.isOpen ? error.file.rawValue : -1,
      ]
    }
    return all.filter { $0 >= 0 }
  }

  private var outputEvents: PollEvents {
    keys.hasPending ? [.readable, .writable] : [.readable]
  }

  private func timeLeft() -> Duration? {
    let times = [deadline, killTime, watchTime].compactMap { $0 }
    let left = times.min().map { Duration.nanoseconds(max(0, $0 - SystemClock.monotonic())) }
    return [left, options.heartbeat].compactMap { $0 }.min()
  }

  /// Reads once what is there. A terminal whose other side is closed answers EIO: that is its end.
  private static func read(
    _ source: inout Source, _ channel: OutputChannel, _ buffer: inout [UInt8],
    _ receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(Errno) {
    do throws(Errno) {
      let count = try source.file.read(into: &buffer)
      if count == 0 { source.isOpen = false } else { receive(channel, buffer[..<count]) }
    } catch .wouldBlock {
      return
    } catch .inputOutput {
      source.isOpen = false
    }
  }

  private mutating func handle(_ next: () throws(Errno) -> Signal?) throws(Errno) {
    while let signal = try next() {
      switch signal {
      case .windowChanged:
        if keys.isActive, let size = Terminal.size(of: StandardStream.input.rawValue) {
          try Terminal.setSize(size, of: output.file.rawValue)
        }
      case .terminalStop: try suspend()
      default: try end(.interrupted(signal), asking: signal)
      }
    }
  }

  /// Stops the step and then ourselves; goes on when we are continued.
  private mutating func suspend() throws(Errno) {
    let before = SystemClock.monotonic()
    try signalGroup(Signal(rawValue: 19))
    keys.suspend()
    try ThisProcess.stop()
    try keys.resume()
    try signalGroup(.resume)
    // The time in between was nobody's.
    let pause = SystemClock.monotonic() - before
    deadline = deadline.map { $0 + pause }
    killTime = killTime.map { $0 + pause }
  }

  /// Looks at what is beside the step. Meanwhile our terminal is ours, and the time is nobody's.
  private mutating func attend(_ watch: StepWatch) throws(Errno) {
    let before = SystemClock.monotonic()
    keys.suspend()
    let news = watch.look()
    try keys.resume()
    let pause = SystemClock.monotonic() - before
    deadline = deadline.map { $0 + pause }
    try take(news)
  }

  /// Does what a watcher wants.
  mutating func take(_ news: StepNews) throws(Errno) {
    switch news {
    case .goesOn: break
    case .interrupt(let signal): try end(.interrupted(signal), asking: signal)
    case .end:
      if stop == nil { stop = .refused }
      deadline = nil
      killTime = SystemClock.monotonic()
    }
  }

  /// Asks the step to end; a second request kills it.
  private mutating func end(_ ending: StepEnding, asking signal: Signal) throws(Errno) {
    if stop != nil {
      killTime = SystemClock.monotonic()
      return
    }
    stop = ending
    deadline = nil
    killTime = SystemClock.monotonic() + options.grace.nanoseconds
    try signalGroup(signal == .quit || signal == .hangup ? .terminate : signal)
    try signalGroup(.resume)
  }

  private mutating func checkTime(_ masks: (MaskCall) -> [Gap]) throws(Errno) {
    let now = SystemClock.monotonic()
    if let watchTime, now >= watchTime {
      self.watchTime = nil
      unmasked += masks(.begin)
    }
    if let deadline, now >= deadline { try end(.timedOut, asking: .interrupt) }
    if let killTime, now >= killTime {
      self.killTime = nil
      try signalGroup(.kill)
      try child.signal(.kill)
    }
  }

  /// A group that has just ended by itself is no error.
  private func signalGroup(_ signal: Signal) throws(Errno) {
    do throws(Errno) { try child.signalGroup(signal) } catch .noSuchProcess {}
  }

  /// The program has ended: what it left is killed, and what was written is read.
  private mutating func finish(
    _ end: ProcessEnd, _ buffer: inout [UInt8], _ receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(Errno) -> Outcome {
    var isSwept = true
    do throws(Errno) { try child.sweep(within: .seconds(5)) } catch { isSwept = false }
    var isCut = false
    while output.isOpen || error.isOpen {
      var poller = Poller()
      let first = poller.add(output.isOpen ? output.file.rawValue : -1, [.readable])
      let second = poller.add(error.isOpen ? error.file.rawValue : -1, [.readable])
      // All writers are dead, so the end comes at once, unless the pipe was handed to a process outside.
      if try !poller.wait(for: .milliseconds(200)) {
        isCut = true
        break
      }
      if !poller.seen(first).isEmpty { try Self.read(&output, .output, &buffer, receive) }
      if !poller.seen(second).isEmpty { try Self.read(&error, .error, &buffer, receive) }
    }
    let ending: StepEnding =
      switch end.cause {
      case .exited(let status): .exited(status)
      case .signaled(let signal): .signaled(signal)
      }
    return Outcome(
      ending: stop ?? ending, cause: end.cause, duration: .nanoseconds(SystemClock.monotonic() - start),
      cpuTime: end.userTime + end.systemTime, peakMemory: end.peakMemory,
      ranOutOfMemory: child.ranOutOfMemory,
      isSwept: isSwept,
      isOutputCut: isCut, unmasked: unmasked)
  }
}

extension Launcher {
  fileprivate borrowing func masks(_ call: StepSession.MaskCall) -> [Gap] {
    switch call {
    case .renew: renewMasks()
    case .begin: startWatching()
    }
  }
}
