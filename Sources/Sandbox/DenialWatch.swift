internal import Linux
internal import Synchronization

/// Knows the folders of denied paths and notices when such a path appears or is replaced, so that it can be
/// masked again. Shared by nature: the launcher is borrowed while it is watched.
final class DenialWatch: Sendable {
  private struct State: ~Copyable {
    /// What masks the denied paths, those that are not there yet included.
    var acts: [MountAct]
    /// The same by folder number and name, once watched.
    var table: [Int32: [BytePath: MountAct]] = [:]
    var watch = FolderWatch.absent()
  }

  private let state: Mutex<State>

  init(_ acts: [MountAct]) { state = Mutex(State(acts: acts)) }

  /// The number to poll; -1 before `start`.
  var rawValue: Int32 { state.withLock { $0.watch.rawValue } }

  /// Whether there is anything to watch.
  var isEmpty: Bool { state.withLock { $0.acts.isEmpty } }

  /// Begins to watch and returns all acts, since nobody looked until now.
  func start() throws(Errno) -> [MountAct] {
    try state.withLock { state throws(Errno) in
      if state.watch.rawValue < 0 && !state.acts.isEmpty { state.watch = try FolderWatch() }
      Self.fill(&state)
      return state.acts
    }
  }

  /// Other acts from now on.
  func follow(_ acts: [MountAct]) {
    state.withLock { state in
      state.acts = acts
      if state.watch.rawValue >= 0 { Self.fill(&state) }
    }
  }

  private static func fill(_ state: inout State) {
    var numbers: [BytePath: Int32] = [:]
    state.table = [:]
    for act in state.acts {
      let folder = BytePath(act.path).parent
      let name = BytePath(act.path).name
      do throws(Errno) {
        let number: Int32
        if let known = numbers[folder] { number = known } else { number = try state.watch.add(folder.text) }
        numbers[folder] = number
        // Of several acts on one path the strongest counts: hiding.
        if case .hide = state.table[number]?[name] { continue }
        state.table[number, default: [:]][name] = act
      } catch {
        // A folder that is not there cannot get the path before it is made, which nobody watches.
      }
    }
  }

  /// The acts whose path changed since the last call; all of them when changes were lost.
  func changed() -> [MountAct] {
    state.withLock { state in
      let changes: [FolderWatch.Change]
      do throws(Errno) { changes = try state.watch.changes() } catch { changes = [.lost] }
      if changes.contains(where: { $0.name == nil }) { return state.acts }
      return changes.compactMap { change in
        change.name.flatMap { state.table[change.folder]?[BytePath($0)] }
      }
    }
  }
}
