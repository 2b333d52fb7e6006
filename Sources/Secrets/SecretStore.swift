internal import JSON
public import Linux
internal import SourceText

/// The secrets of one project, encrypted, in a file that no step can write (`.rundown/`).
public struct SecretStore: Sendable {
  /// What is known of a secret without its key.
  public struct Entry: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// A pattern of the runbooks that it is for; nil: all of the project.
    public let runbook: String?
    /// When it was set, RFC 3339.
    public let set: String
    fileprivate var sealed: [UInt8]
  }

  private let folder: String
  private let environment: Environment
  private static let sizeLimit = 16 << 20

  /// The secrets of the project at `root`; nothing is read yet.
  public init(root: String, environment: Environment) {
    folder = (root == "/" ? "" : root) + "/.rundown"
    self.environment = environment
  }

  private var path: String { folder + "/secrets.json" }

  // MARK: reading

  /// The secrets by name.
  public func entries() throws(SecretError) -> [Entry] { try read().entries }

  private func read() throws(SecretError) -> (id: String, entries: [Entry]) {
    guard FileSystem.exists(path) else { return (RandomBytes.hex(16), []) }
    try PrivateFile.check(path)
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.readFile(path, limit: Self.sizeLimit) } catch {
      throw .file(error)
    }
    let value: JSONValue
    do { value = try JSONParser.parse(SourceFile(name: path, bytes: bytes)) } catch {
      throw .badFile(path: path)
    }
    guard value["version"]?.int == 1, let id = value["id"]?.string, let members = value["secrets"]?.members
    else {
      throw .badFile(path: path)
    }
    var entries: [Entry] = []
    for member in members {
      guard let text = member.value["sealed"]?.string, let sealed = Hexadecimal.bytes(Array(text.utf8)) else {
        throw .badFile(path: path)
      }
      entries.append(
        Entry(
          name: member.name, runbook: member.value["runbook"]?.string, set: member.value["set"]?.string ?? "",
          sealed: sealed))
    }
    return (id, entries.sorted { $0.name < $1.name })
  }

  /// The value of a secret for a runbook.
  ///
  /// - Parameter matches: whether a pattern of runbooks means the one that asks.
  public func value(_ name: String, matches: (String) -> Bool) throws(SecretError) -> String {
    let (id, entries) = try read()
    guard let entry = entries.first(where: { $0.name == name }) else { throw .missing(name: name) }
    let box = try box(isMade: false)
    // Opened first: the pattern is bound to the value, and counts only when it is the one that was set.
    guard let bytes = box.open(entry.sealed, context: Self.context(id, entry.name, entry.runbook)) else {
      throw .unreadable(name: name)
    }
    if let pattern = entry.runbook, !matches(pattern) { throw .otherRunbook(name: name, pattern: pattern) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func box(isMade: Bool) throws(SecretError) -> SecretBox {
    let key = try SecretKey.load(environment, isMade: isMade)
    guard let box = SecretBox(key: key.bytes) else { throw .badKey(place: SecretKey.variable) }
    return box
  }

  /// What a value is bound to: the project's file, its name, its runbooks.
  private static func context(_ id: String, _ name: String, _ runbook: String?) -> [UInt8] {
    Array("rundown secret 1\0\(id)\0\(name)\0\(runbook ?? "")".utf8)
  }

  // MARK: writing

  /// Sets a secret.
  public func set(_ name: String, _ value: String, runbook: String?) throws(SecretError) {
    try change { id, entries throws(SecretError) in
      let sealed = try box(isMade: true).seal(Array(value.utf8), context: Self.context(id, name, runbook))
      entries.removeAll { $0.name == name }
      entries.append(Entry(name: name, runbook: runbook, set: SystemClock.timestamp(), sealed: sealed))
    }
  }

  /// Removes a secret.
  public func remove(_ name: String) throws(SecretError) {
    try change { _, entries throws(SecretError) in
      guard entries.contains(where: { $0.name == name }) else { throw .missing(name: name) }
      entries.removeAll { $0.name == name }
    }
  }

  private func change(
    _ edit: (String, inout [Entry]) throws(SecretError) -> Void
  ) throws(SecretError) {
    do throws(FileError) {
      try FileSystem.makeDirectories(folder, mode: 0o700)
    } catch { throw .file(error) }
    let lock: FileLock?
    do throws(FileError) { lock = try FileLock.acquire(folder + "/secrets.lock", wait: true) } catch {
      throw .file(error)
    }
    var (id, entries) = try read()
    try edit(id, &entries)
    let members = entries.sorted { $0.name < $1.name }.map { entry in
      JSONValue.Member(
        entry.name,
        .object([
          "sealed": .string(Hexadecimal.text(entry.sealed)), "set": .string(entry.set),
          "runbook": entry.runbook.map { .string($0) } ?? .null,
        ]))
    }
    let text = JSONValue.object([
      "version": .int(1), "id": .string(id), "secrets": .object(members),
    ]).encoded(pretty: true)
    do throws(FileError) {
      try FileSystem.writeFileAtomically(path, Array((text + "\n").utf8), mode: 0o600)
    } catch { throw .file(error) }
    extendLifetime(lock)
    _ = consume id
  }
}
