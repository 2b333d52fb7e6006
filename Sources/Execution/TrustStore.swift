public import Linux

/// Which policy documents the user has confirmed: by path and content, in the user's own state folder.
public struct TrustStore: Sendable {
  /// One confirmed document.
  public struct Entry: Hashable, Sendable {
    /// SHA-256 of its content.
    public let digest: String
    /// When it was confirmed, seconds since 1970.
    public let time: Int64
    /// Its path.
    public let path: String
  }

  /// The folder; nil when the user has none.
  private let folder: String?
  private static let sizeLimit = 1 << 20
  private static let entryLimit = 1000

  /// The store of the user of an environment (XDG Base Directory Specification).
  public init(environment: Environment) {
    let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? ThisProcess.homeDirectory
    folder = (state ?? home.map { $0 + "/.local/state" }).map { $0 + "/rundown" }
  }

  /// The file that holds them.
  public var path: String? { folder.map { $0 + "/trust" } }

  /// What was confirmed, the latest last. A file that others could have written says nothing.
  public func entries() -> [Entry] {
    guard let path else { return [] }
    do throws(FileError) {
      let info = try FileSystem.linkInfo(path)
      guard info.kind == .regular, info.userID == ThisProcess.effectiveUserID, info.permissions & 0o022 == 0
      else { return [] }
      return Self.parse(try FileSystem.readFile(path, limit: Self.sizeLimit))
    } catch {
      return []  // nothing was confirmed yet
    }
  }

  /// Lines of a digest, a time and a path, with blanks between.
  private static func parse(_ bytes: [UInt8]) -> [Entry] {
    bytes.split(separator: 0x0A).compactMap { line in
      let parts = line.split(separator: 0x20, maxSplits: 2)
      guard parts.count == 3, parts[0].count == 64,
        let time = Int64(String(decoding: parts[1], as: UTF8.self))
      else { return nil }
      return Entry(
        digest: String(decoding: parts[0], as: UTF8.self), time: time,
        path: String(decoding: parts[2], as: UTF8.self))
    }
  }

  /// Whether this very content was confirmed at this path, and whether another content was.
  public func look(_ path: String, _ content: [UInt8]) -> (isTrusted: Bool, knowsOther: Bool) {
    let known = entries().filter { $0.path == path }
    if known.isEmpty { return (false, false) }
    let digest = ContentHash.sha256(content)
    return (known.contains { $0.digest == digest }, true)
  }

  /// Confirms a content at a path; what was confirmed there before stays, such as that of another branch.
  public func add(_ path: String, _ content: [UInt8]) throws(FileError) {
    // A path with a line break would be two lines.
    guard !path.utf8.contains(0x0A) else { throw .system(call: "trust", path: path, .invalidArgument) }
    let entry = Entry(
      digest: ContentHash.sha256(content), time: SystemClock.realtime() / 1_000_000_000, path: path)
    try change { entries in
      entries.removeAll { $0.path == path && $0.digest == entry.digest }
      entries.append(entry)
      entries = entries.suffix(Self.entryLimit)
    }
  }

  /// Forgets what `matches`; gives what that was.
  public func revoke(_ matches: (Entry) -> Bool) throws(FileError) -> [Entry] {
    let gone = entries().filter(matches)
    if !gone.isEmpty { try change { $0.removeAll(where: matches) } }
    return gone
  }

  private func change(_ edit: (inout [Entry]) -> Void) throws(FileError) {
    guard let folder, let path else { throw .system(call: "trust", path: "~", .noSuchFile) }
    try FileSystem.makeDirectories(folder, mode: 0o700)
    // Another process may confirm something at the same moment.
    let lock = try FileLock.acquire(folder + "/trust.lock", wait: true)
    var entries = entries()
    edit(&entries)
    let text = entries.map { "\($0.digest) \($0.time) \($0.path)\n" }.joined()
    try FileSystem.writeFileAtomically(path, Array(text.utf8), mode: 0o600)
    extendLifetime(lock)
  }
}
