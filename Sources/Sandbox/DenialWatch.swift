internal import Linux
internal import Synchronization

/// What a path that has appeared means.
public struct AppearedFiles: Sendable {
  /// The paths, itself or below it, that may not be read.
  public var denyRead: [String]
  /// The folders, itself or below it, in which more may appear.
  public var folders: [String]

  /// What was found.
  public init(denyRead: [String], folders: [String]) {
    self.denyRead = denyRead
    self.folders = folders
  }
}

/// Knows the folders of denied paths, and those in which such paths may appear, and notices when one appears or is
/// replaced, so that it can be masked again. Shared by nature: the launcher is borrowed while it is watched.
final class DenialWatch: Sendable {
  /// How many folders are watched at most: each holds some memory of the kernel, of which a user has only so much.
  private static let limit = 30_000

  private struct State: ~Copyable {
    /// What masks the denied paths, those that are not there yet included.
    var acts: [MountAct]
    /// The same by folder number and name, once watched.
    var table: [Int32: [BytePath: MountAct]] = [:]
    var watch = FolderWatch.absent()
    /// The folders in which denied paths may appear.
    var folders: [String] = []
    var trees: [String] = []
    /// Where a step makes files itself: nothing there is looked at.
    var writable: [BytePath] = []
    var look: (@Sendable (String) -> AppearedFiles)?
    /// The watched folders and their numbers. Numbers are kept: what is watched once stays watched.
    var numbers: [BytePath: Int32] = [:]
    var paths: [Int32: String] = [:]
    /// Whether some folder could not be watched.
    var isFull = false
  }

  private let state: Mutex<State>

  init(_ acts: [MountAct]) { state = Mutex(State(acts: acts)) }

  /// The number to poll; -1 before `start`.
  var rawValue: Int32 { state.withLock { $0.watch.rawValue } }

  /// Whether there is anything to watch.
  var isEmpty: Bool { state.withLock { $0.acts.isEmpty && $0.folders.isEmpty } }

  /// Whether folders are left that nobody watches.
  var isFull: Bool { state.withLock { $0.isFull } }

  /// Begins to watch and returns all acts, since nobody looked until now.
  func start() throws(Errno) -> [MountAct] {
    try state.withLock { state throws(Errno) in
      if state.watch.rawValue < 0 { state.watch = try FolderWatch() }
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

  /// Other folders from now on.
  func follow(
    folders: [String], trees: [String], writable: [String],
    _ look: @escaping @Sendable (String) -> AppearedFiles
  ) {
    state.withLock { state in
      state.writable = writable.map(BytePath.init)
      state.folders = folders
      state.trees = trees
      state.look = look
      if state.watch.rawValue >= 0 { Self.fill(&state) }
    }
  }

  private static func fill(_ state: inout State) {
    state.table = [:]
    for act in state.acts { note(act, &state) }
    let writable = state.writable
    for folder in state.folders where !writable.contains(where: { $0.contains(BytePath(folder)) }) {
      _ = number(folder, &state)
    }
  }

  private static func note(_ act: MountAct, _ state: inout State) {
    guard let number = number(BytePath(act.path).parent.text, &state) else { return }
    let name = BytePath(act.path).name
    // Of several acts on one path the strongest counts: hiding.
    if case .hide = state.table[number]?[name] { return }
    state.table[number, default: [:]][name] = act
  }

  /// The number of a watched folder. One that is new under its path is another one than before.
  private static func number(_ folder: String, isNew: Bool = false, _ state: inout State) -> Int32? {
    let path = BytePath(folder)
    if !isNew, let number = state.numbers[path] { return number }
    guard state.numbers.count < limit else {
      state.isFull = true
      return nil
    }
    do throws(Errno) {
      let number = try state.watch.add(folder)
      state.numbers[path] = number
      state.paths[number] = folder
      return number
    } catch {
      // A folder that is not there cannot get the path before it is made, and that is noticed in the folder above.
      if error == .noSpace || error == .noMemory { state.isFull = true }
      return nil
    }
  }

  /// The acts whose path changed since the last call, and those for what is denied of what has appeared; all of them when
  /// changes were lost.
  func changed() -> [MountAct] {
    state.withLock { state in
      var changes: [FolderWatch.Change]
      do throws(Errno) { changes = try state.watch.changes() } catch { changes = [.lost] }
      if changes.contains(where: { $0.name == nil }) {
        for tree in state.trees { _ = Self.look(at: tree, &state) }
        return state.acts
      }
      var acts: [MountAct] = []
      for change in changes {
        guard let name = change.name else { continue }
        if let act = state.table[change.folder]?[BytePath(name)] { acts.append(act) }
        guard change.isMade, let folder = state.paths[change.folder] else { continue }
        acts += Self.look(at: folder == "/" ? "/" + name : folder + "/" + name, &state)
      }
      return acts
    }
  }

  private static func look(at path: String, _ state: inout State) -> [MountAct] {
    let place = BytePath(path)
    guard !state.writable.contains(where: { $0.contains(place) }), var found = state.look?(path) else {
      return []
    }
    for folder in found.folders { _ = number(folder, isNew: true, &state) }
    // Between the look into a folder and its watch something may have been made in it.
    if !found.folders.isEmpty, let again = state.look?(path) { found = again }
    let acts = found.denyRead.map { MountAct.hide(path: $0) }
    state.acts += acts
    for act in acts { note(act, &state) }
    return acts
  }
}
