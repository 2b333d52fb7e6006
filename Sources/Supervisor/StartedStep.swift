internal import Linux
public import Sandbox

/// A step that runs beside others. It is served when one of its descriptors is readable, or from time to time, and ends
/// with this value, with all that it started.
public final class StartedStep {
  /// More output than this is not read before somebody takes it: the step waits.
  private static let outputLimit = 8 << 20

  private var session: StepSession
  private let gate: ExecGate?
  private var pieces: [(OutputChannel, [UInt8])] = []
  private var held = 0
  private var end: Result<Outcome, SupervisorError>?

  init(_ session: consuming StepSession, gate: ExecGate?) {
    self.session = session
    self.gate = gate
  }

  deinit { gate?.close() }

  /// The last whole line that waits to be taken, as far as it lies in one piece.
  public var lastLine: [UInt8] {
    guard let piece = pieces.last?.1, let end = piece.lastIndex(of: 0x0A) else { return [] }
    return Array((piece[..<end].split(separator: 0x0A).last ?? []).suffix(400))
  }

  /// The process id of its program.
  public var process: Int32 { session.process }

  /// Whether it has ended.
  public var isOver: Bool { end != nil }

  private var readsOutput: Bool { held < Self.outputLimit }

  /// What to poll for it.
  public func descriptors(_ launcher: borrowing Launcher) -> [Int32] {
    isOver ? [] : session.descriptors(readsOutput: readsOutput, changes: launcher.changeDescriptor)
  }

  /// Does what can be done for it without waiting. Its output is kept.
  public func serve(_ launcher: borrowing Launcher) {
    guard end == nil else { return }
    do throws(Errno) {
      var taken: [(OutputChannel, [UInt8])] = []
      let outcome = try session.serve(launcher, readsOutput: readsOutput) { channel, bytes in
        if !bytes.isEmpty { taken.append((channel, Array(bytes))) }
      }
      for piece in taken { held += piece.1.count }
      pieces += taken
      if let outcome { finish(.success(outcome)) }
    } catch { finish(.failure(.system(call: "watching the step", error))) }
  }

  /// What it did when its watcher wanted its end.
  public func news(_ news: StepNews) {
    guard end == nil else { return }
    do throws(Errno) { try session.take(news) } catch {
      finish(.failure(.system(call: "ending the step", error)))
    }
  }

  /// Watches it to its end, after what it has printed so far.
  func watch(
    _ signals: borrowing SignalDescriptor, _ launcher: borrowing Launcher, _ watches: () -> [StepWatch],
    _ receive: (OutputChannel, ArraySlice<UInt8>) -> Void
  ) throws(SupervisorError) -> Outcome {
    for (channel, bytes) in pieces { receive(channel, bytes[...]) }
    pieces = []
    held = 0
    if let end { return try end.get() }
    do throws(Errno) {
      let outcome = try session.watch(signals, launcher, watches, receive)
      finish(.success(outcome))
      return outcome
    } catch { throw .system(call: "watching the step", error) }
  }

  private func finish(_ result: Result<Outcome, SupervisorError>) {
    end = result
    gate?.close()
  }
}
