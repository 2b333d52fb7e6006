internal import Linux
internal import Synchronization

/// Knows the folders of denied paths and notices when such a path appears or is replaced, so that it can be
/// masked again. Shared by nature: the launcher is borrowed while it is watched.
final class DenialWatch: Sendable {
  private struct State {
    /// The denied paths by folder number and name; each with what masks it.
    var acts: [Int32: [String: MountAct]] = [:]
  }

  private let watch: FolderWatch
  private let state = Mutex(State())

  init() throws(Errno) { watch = try FolderWatch() }

  /// The number to poll.
  var rawValue: Int32 { watch.rawValue }

  /// Watches the folders of these acts from now on; acts on paths that are not there yet count as well.
  func follow(_ acts: [MountAct]) {
    var table: [Int32: [String: MountAct]] = [:]
    for act in acts {
      let folder = FileSystem.parent(of: act.path)
      let name = String(act.path.utf8.split(separator: 0x2F).last.map(Substring.init) ?? "")
      do throws(Errno) {
        let number = try watch.add(folder)
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
      return changes.compactMap { change in change.name.flatMap { state.acts[change.folder]?[$0] } }
    }
  }
}
