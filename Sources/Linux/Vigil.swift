internal import CLinux

/// Keeps a processor from halting for a short time, by a thread below everything else.
///
/// A program that another process lets go is put on an idle processor (select_idle_sibling in kernel/sched/fair.c); one
/// that has halted takes long to begin, in a virtual machine most of what a start costs. Where there are many processors
/// the kernel may choose another one than the one that is kept awake, so it pays only where there are few.
@safe
public struct Vigil: ~Copyable {
  private let state: OpaquePointer
  private let thread: Thread

  /// Whether it pays here: there are few processors, and their time is not counted out.
  public static let pays = ThisProcess.hasFewProcessors && !ControlGroupPlace.limitsTime()

  /// Starts the thread, which sleeps until it is called.
  public init() throws(Errno) {
    guard let made = unsafe rd_vigil_make() else { throw .noMemory }
    let carried = unsafe Carried(state: made)
    let started: Thread
    do throws(Errno) { started = try Thread { unsafe rd_vigil_keep(carried.state) } } catch {
      unsafe rd_vigil_end(made)
      throw error
    }
    unsafe state = made
    thread = started
  }

  /// Keeps a processor awake from now on for this long.
  public borrowing func extend(by time: Duration) { unsafe rd_vigil_extend(state, time.nanoseconds) }

  deinit { unsafe rd_vigil_end(state) }

  /// The thread's own hold of the state.
  @safe
  private struct Carried: @unchecked Sendable {
    let state: OpaquePointer
  }
}
