public import Linux
internal import Synchronization

/// The gate on a step's program starts: for each of them the kernel asks here, the authority decides, and what was
/// approved is what runs.
///
/// It guards execve and execveat of everything the step starts. It does not guard what code does that already runs.
public final class ExecGate: Sendable {
  private let thread: Thread
  /// Whether calls that name files are seen, too.
  let seesFiles: Bool
  let decidesSockets: Bool
  /// Where the launch sends the listener.
  private let theirs: Mutex<Int32>
  /// One byte asks for a new look at what waits; its end closes the gate.
  private let bell: Mutex<Int32>

  /// Makes a gate whose listener the next launch sends. `program` is the name of what is launched; `sockets` what may be
  /// connected to where a step has no network of its own.
  public init(authority: any ExecAuthority, program: String, sockets: SocketDoor? = nil) throws(Errno) {
    seesFiles = authority.seesFiles
    decidesSockets = sockets != nil
    let pair = try SocketPair()
    let pipe = try Pipe()
    let ours = pair.first.release()
    let reader = pipe.reader.release()
    theirs = Mutex(pair.second.release())
    bell = Mutex(pipe.writer.release())
    thread = try Thread {
      do throws(Errno) {
        let watch = try ExecWatch(
          channel: FileDescriptor(owning: ours), bell: FileDescriptor(owning: reader), authority: authority,
          program: program, sockets: sockets)
        watch.run()
      } catch {
        // Nobody takes the listener: the launch fails.
      }
    }
  }

  /// The number that a launch needs; -1 once it has been given back.
  public var channel: Int32 { theirs.withLock { $0 } }

  /// To be called when the launch is over, however: the gate then knows that no listener comes any more.
  public func launched() { Self.close(theirs) }

  /// Asks the authority again about everything that waits.
  public func reconsider() {
    bell.withLock { number in
      guard number >= 0 else { return }
      let writer = FileDescriptor(owning: number)
      do throws(Errno) { _ = try writer.write([1]) } catch {
        // The gate has closed already.
      }
      _ = writer.release()
    }
  }

  private static func close(_ number: borrowing Mutex<Int32>) {
    number.withLock { number in
      if number >= 0 { _ = FileDescriptor(owning: number) }
      number = -1
    }
  }

  /// Closes the gate: nothing that was behind it can start a program any more.
  public func close() {
    launched()
    Self.close(bell)
  }

  deinit { close() }
}
