/// A place in the tree of cgroups (version 2) below which this process may make groups and limit them.
public struct ControlGroupPlace: Sendable, Equatable {
  /// The directory in the mounted tree.
  public let path: String

  /// Why there is no such place.
  public struct Absence: Error, Sendable, Equatable, CustomStringConvertible {
    /// In words.
    public let description: String
  }

  /// The nearest place whose groups get these controllers (`memory`, `pids`): the group of this process, or one above
  /// it. A group that holds processes hands on no controllers (cgroup-v2, “no internal processes”), and who moves a
  /// process must be allowed to write both groups and what is above them: so it is usually the one above, where a user
  /// was given it by systemd.
  public static func find(_ controllers: [String]) throws(Absence) -> ControlGroupPlace {
    let mounts: String
    let groups: String
    do throws(FileError) {
      mounts = String(decoding: try FileSystem.readFile("/proc/self/mountinfo"), as: UTF8.self)
      groups = String(decoding: try FileSystem.readFile("/proc/self/cgroup"), as: UTF8.self)
    } catch { throw Absence(description: "/proc cannot be read: \(error.reason)") }
    let candidates = candidates(mounts: mounts, groups: groups)
    if candidates.isEmpty { throw Absence(description: "no cgroup v2 is mounted") }
    var isGiven = false
    for path in candidates where hands(controllers, on: path) {
      isGiven = true
      if FileSystem.isWritable(path), FileSystem.isWritable(path + "/cgroup.procs") {
        return ControlGroupPlace(path: path)
      }
    }
    let names = controllers.joined(separator: " and ")
    throw Absence(
      description: isGiven
        ? "no cgroup that this user may write is handed \(names)" : "cgroup v2 hands on no \(names) here")
  }

  /// Whether a group that this process is in may use the processors for a part of the time only. What cannot be read
  /// counts as such a limit.
  public static func limitsTime() -> Bool {
    do throws(FileError) {
      let mounts = String(decoding: try FileSystem.readFile("/proc/self/mountinfo"), as: UTF8.self)
      let groups = String(decoding: try FileSystem.readFile("/proc/self/cgroup"), as: UTF8.self)
      return limitsTime(mounts: mounts, groups: groups) { path in
        do throws(FileError) { return String(decoding: try FileSystem.readFile(path), as: UTF8.self) } catch {
          // A file that is not there limits nothing: so it is in the root of all groups.
          return FileSystem.exists(path) ? "" : nil
        }
      }
    } catch { return true }
  }

  /// - Parameter read: the text of a file; nil when there is none.
  static func limitsTime(mounts: String, groups: String, read: (String) -> String?) -> Bool {
    let line = groups.split(separator: "\n").first { line in
      line.split(separator: ":").dropFirst().first?.split(separator: ",").contains("cpu") == true
    }
    // Version 2 writes `max` for no limit, version 1 writes -1 (cgroup-v2, sched-bwc).
    let files =
      candidates(mounts: mounts, groups: groups).map { $0 + "/cpu.max" }
      + (line.map { candidates(mounts: mounts, group: $0, controller: "cpu") } ?? [])
      .map { $0 + "/cpu.cfs_quota_us" }
    return files.contains { file in
      read(file).map { !$0.hasPrefix("max") && !$0.hasPrefix("-1") } ?? false
    }
  }

  /// The directories to look at, the nearest first.
  static func candidates(mounts: String, groups: String) -> [String] {
    guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return [] }
    return candidates(mounts: mounts, group: line, controller: nil)
  }

  /// The same for one line of /proc/self/cgroup: `number:controllers:path`.
  private static func candidates(
    mounts: String, group: Substring, controller: String?
  ) -> [String] {
    let own =
      group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) ?? "/"
    for mount in mounts.split(separator: "\n") {
      // Number, parent, device, root, place, …, "-", type (proc_pid_mountinfo(5)).
      let fields = mount.split(separator: " ").map(String.init)
      guard let dash = fields.firstIndex(of: "-"), dash > 4, dash + 1 < fields.count,
        isMount(fields[(dash + 1)...], of: controller),
        !fields[4].contains("\\"), let rest = below(fields[3], own)
      else { continue }
      var found: [String] = []
      var parts = rest.split(separator: "/")
      while true {
        found.append(([fields[4]] + parts.map(String.init)).joined(separator: "/"))
        if parts.popLast() == nil { return found }
      }
    }
    return []
  }

  /// - Parameter fields: the type of a mount, its source, its options.
  private static func isMount(_ fields: ArraySlice<String>, of controller: String?) -> Bool {
    guard let controller else { return fields.first == "cgroup2" }
    return fields.first == "cgroup"
      && fields.last?.split(separator: ",").contains { $0 == controller } == true
  }

  /// The rest of a path below another one; nil when it leads elsewhere, also out of a namespace (`/../x`).
  private static func below(_ root: String, _ path: String) -> String? {
    if path.split(separator: "/").contains("..") { return nil }
    if root == "/" { return path }
    return path == root || path.hasPrefix(root + "/") ? String(path.dropFirst(root.count)) : nil
  }

  private static func hands(_ controllers: [String], on path: String) -> Bool {
    do throws(FileError) {
      let text = String(decoding: try FileSystem.readFile(path + "/cgroup.subtree_control"), as: UTF8.self)
      let given = text.split { $0 == " " || $0 == "\n" }.map(String.init)
      return controllers.allSatisfy(given.contains)
    } catch { return false }
  }

  private static let prefix = "rundown-"

  /// Makes a group with these limits. Groups of runs that were killed are removed.
  public func make(memory: UInt64?, processes: UInt64?) throws(FileError) -> ControlGroup {
    removeOld()
    let group = try ControlGroup(
      path: FileSystem.makeTemporaryDirectory(in: path, prefix: "\(Self.prefix)\(ThisProcess.id)-"))
    if let memory {
      try group.set("memory.max", "\(memory)")
      // Where there is no swap there is no such file.
      if FileSystem.exists(group.path + "/memory.swap.max") { try group.set("memory.swap.max", "0") }
      // Without its parts a step is worth nothing: it ends as a whole.
      try group.set("memory.oom.group", "1")
    }
    if let processes { try group.set("pids.max", "\(processes)") }
    return group
  }

  private func removeOld() {
    let names: [String]
    do throws(FileError) { names = try FileSystem.entries(path).map(\.name) } catch { return }
    for name in names where name.hasPrefix(Self.prefix) {
      let number = name.dropFirst(Self.prefix.count).prefix { $0 != "-" }
      guard let process = Int32(number), ProcessStatus(of: process) == nil else { continue }
      do throws(FileError) { try FileSystem.removeDirectory(path + "/" + name) } catch {
        // Somebody else has removed it, or something lives in it.
      }
    }
  }
}

/// A cgroup of one step. Its directory is removed with this value, once nothing lives in it.
public struct ControlGroup: ~Copyable, Sendable {
  /// The directory.
  public let path: String
  /// `cgroup.procs`, open for writing: who writes 0 there becomes a member. It is this process that the kernel asks for
  /// its rights, whoever writes.
  public let entry: FileDescriptor

  fileprivate init(path: String) throws(FileError) {
    self.path = path
    do throws(Errno) { entry = try FileDescriptor.open(path + "/cgroup.procs", .write) } catch {
      throw .system(call: "open", path: path + "/cgroup.procs", error)
    }
  }

  fileprivate borrowing func set(_ name: String, _ value: String) throws(FileError) {
    do throws(Errno) {
      try FileDescriptor.open(path + "/" + name, .write).writeAll(Array(value.utf8))
    } catch { throw .system(call: "write", path: path + "/" + name, error) }
  }

  /// Whether the kernel ended processes because the memory was used up.
  public var ranOutOfMemory: Bool {
    do throws(FileError) {
      let text = String(decoding: try FileSystem.readFile(path + "/memory.events"), as: UTF8.self)
      return text.split(separator: "\n").contains { $0.hasPrefix("oom_kill ") && $0 != "oom_kill 0" }
    } catch { return false }
  }

  deinit {
    // What was killed leaves the group some moments later.
    for _ in 0..<50 {
      do throws(FileError) {
        try FileSystem.removeDirectory(path)
        return
      } catch {
        guard error.errno == .deviceBusy else { return }
      }
      var nobody = Poller()
      do throws(Errno) { _ = try nobody.wait(for: .milliseconds(2)) } catch { return }
    }
  }
}
