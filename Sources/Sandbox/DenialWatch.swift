internal import Linux
internal import Synchronization

/// Knows the folders of denied paths and notices when such a path appears or is replaced, so that it can be
/// masked again. Shared by nature: the launcher is borrowed while it is watched.
final class DenialWatch: Sendable {
  private struct State {
    /// The denied paths by folder number and name; each with what masks it.
    var acts: [Int32: [BytePath: MountAct]] = [:]
  }

  private let watch: FolderWatch
  private let state = Mutex(State())

  init(_ watch: consuming FolderWatch) { self.watch = watch }

  /// The number to poll.
  var rawValue: Int32 { watch.rawValue }

  /// Watches the folders of these acts from now on; acts on paths that are not there yet count as well.
  func follow(_ acts: [MountAct]) {
    var table: [Int32: [BytePath: MountAct]] = [:]
    var numbers: [BytePath: Int32] = [:]
    for act in acts {
      let folder = BytePath(act.path).parent
      let name = BytePath(act.path).name
      do throws(Errno) {
        let number: Int32
        if let known = numbers[folder] { number = known } else { number = try watch.add(folder.text) }
        numbers[folder] = number
        // Of several acts on one path the strongest counts: hiding.
        if case .hide = table[number]?[name] { continue }
        table[number, default: [:]][name] = act
      } catch {
        // A folder that is not there cannot get the path before it is made, which nobody watches.
      }
    }
    state.withLock { $0.acts = table }
  }

  /// The acts whose path changed since the last call; all of them when changes were lost.
  func changed() -> [MountAct] {
    let changes: [FolderWatch.Change]
    do throws(Errno) { changes = try watch.changes() } catch { changes = [.lost] }
    return state.withLock { state in
      if changes.contains(where: { $0.name == nil }) { return state.acts.values.flatMap(\.values) }
      return changes.compactMap { change in change.name.flatMap { state.acts[change.folder]?[BytePath($0)] } }
    }
  }
}
