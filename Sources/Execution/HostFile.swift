internal import Linux
internal import Policy
internal import SourceText

/// A file of hosts: where it is, what it said, and how to see that it says something else.
///
/// A step cannot write to it; whoever else may, edits it while runs go on.
struct HostFile: Sendable {
  /// What it says.
  private(set) var list: HostList
  /// What the file was when the list was read; nil before the first look.
  private var stamp: Stamp?
  /// What was said last about content that is not taken.
  private var complaint: String?

  /// When content may have changed. Nobody can set the time of change.
  private struct Stamp: Equatable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var changed: Int64
    init(_ info: FileInfo) {
      (device, inode, size, changed) = (info.device, info.inode, info.size, info.changed)
    }
  }

  private static let sizeLimit = 1 << 20
  /// How long a file must be left alone before it is read: an editor that is half done has shortened the list.
  private static let quiet: Int64 = 1_000_000_000

  /// Reads a list for the first time. Without it there is no policy.
  static func open(_ path: String, name: String) throws(PolicyLoadError) -> HostList {
    let real: String
    do throws(FileError) { real = try FileSystem.realPath(path) } catch {
      throw .unreadableList(name: name, error.reason)
    }
    if let reason = PolicyLoader.distrust(real, isFolder: false)
      ?? PolicyLoader.distrust(FileSystem.parent(of: real), isFolder: true)
    {
      throw .untrusted(name: name, reason: reason)
    }
    switch read(real, name: name) {
    case .list(let list, _): return list
    case .unreadable(let reason): throw .unreadableList(name: name, reason)
    case .invalid(let file, let problems): throw .invalid(file, problems)
    }
  }

  /// The file of a list that was read.
  init(_ list: HostList) { self.list = list }

  private enum Reading {
    case list(HostList, Stamp)
    case unreadable(String)
    case invalid(SourceFile, [Diagnostic])
  }

  private static func read(_ path: String, name: String) -> Reading {
    let bytes: [UInt8]
    let stamp: Stamp
    do throws(FileError) {
      stamp = Stamp(try FileSystem.linkInfo(path))
      let root: FileDescriptor
      do throws(Errno) { root = try FileDescriptor.open("/", [.directory, .pathOnly]) } catch {
        throw .system(call: "open", path: "/", error)
      }
      // A link that took the file's place may lead to what a step can write.
      bytes = try FileSystem.readFile(beneath: root, String(path.dropFirst()), limit: sizeLimit)
    } catch { return .unreadable(error.reason) }
    let file = SourceFile(name: name, bytes: bytes)
    let (list, problems) = HostList.read(file, path: path)
    return list.map { .list($0, stamp) } ?? .invalid(file, problems)
  }

  /// Looks whether the file says something else now, and takes it if it can be read, is a list and is left alone.
  /// Whatever is wrong with it, what it said before goes on to hold.
  ///
  /// - Returns: what to tell; nil when there is nothing new.
  mutating func look(now: Int64 = SystemClock.realtime()) -> (isTaken: Bool, text: String)? {
    let info: FileInfo
    do throws(FileError) { info = try FileSystem.linkInfo(list.path) } catch {
      return complain(error.reason)
    }
    let found = Stamp(info)
    if found == stamp {
      defer { complaint = nil }
      return complaint == nil ? nil : (false, "\(list.name): the list of hosts is as it was")
    }
    if now - info.changed < Self.quiet, now >= info.changed { return nil }
    if let reason = PolicyLoader.distrust(list.path, isFolder: false) { return complain(reason) }
    switch Self.read(list.path, name: list.name) {
    case .list(let list, let stamp):
      complaint = nil
      let isSame = list == self.list
      (self.list, self.stamp) = (list, stamp)
      if isSame { return nil }
      let count = list.entries.count
      return (true, "\(list.name): the list of hosts has changed: \(count) host\(count == 1 ? "" : "s") now")
    case .unreadable(let reason): return complain(reason)
    case .invalid(let file, let problems):
      let first = problems.first
      let line = first.map { file.position(at: $0.span.start).line } ?? 1
      return complain("line \(line): \(first?.message ?? "not a list")")
    }
  }

  private mutating func complain(_ reason: String) -> (isTaken: Bool, text: String)? {
    if complaint == reason { return nil }
    complaint = reason
    return (false, "\(list.name): the list of hosts stays as it was: \(reason)")
  }
}
