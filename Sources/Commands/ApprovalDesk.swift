internal import Gate
internal import JSON
internal import Linux
internal import SourceText

/// Questions of runs that wait for an answer from another process, as files in the project's run store, where no step may
/// write and other users may not read.
struct ApprovalDesk {
  /// A question that waits.
  struct Pending {
    var id: String
    var value: JSONValue

    /// The hash of the token that an answer must show.
    var tokenHash: String? { value["token"]?.string }

    func text(_ name: String) -> String { value[name]?.string ?? "" }
    /// The answers that it takes.
    var choices: [String] { value["choices"]?.array?.compactMap(\.string) ?? [] }
  }

  private let folder: String
  private static let limit = 1 << 20

  init(root: String) { folder = root + "/.rundown/approvals" }

  private func path(_ id: String) -> String { "\(folder)/\(id).json" }
  private func answerPath(_ id: String) -> String { "\(folder)/\(id).answer" }

  // MARK: who asks

  /// Puts a question down; its id.
  ///
  /// - Parameter token: the hash of the token that an answer must show; nil when none is needed.
  func put(
    _ question: Question, until: Int64, choices: [String], token: String?
  ) throws(FileError) -> String {
    try FileSystem.makeDirectories(folder, mode: 0o700)
    let id = RandomBytes.hex(3)
    let value: JSONValue = .object([
      "id": .string(id), "process": .int(ThisProcess.id), "asked": .string(SystemClock.timestamp()),
      "until": .string(SystemClock.timestamp(until)), "step": .string(question.step),
      "place": .string(question.items.first?.place ?? ""),
      "commands": .array(question.items.map { .string($0.command) }),
      "paths": .array(question.items.map { .string($0.path ?? "") }),
      "via": .array((question.items.first?.via ?? []).map { .string($0) }),
      "why": .string(question.items.first?.why ?? ""), "text": .string(question.text),
      "choices": .array(choices.map { .string($0) }), "token": token.map { .string($0) } ?? .null,
    ])
    try FileSystem.writeFileAtomically(path(id), Array(value.encoded(pretty: true).utf8), mode: 0o600)
    return id
  }

  /// The answer to a question, once there is one. What somebody else's hands have written is none.
  func answer(_ id: String) -> (word: String, token: String)? {
    do throws(FileError) {
      let info = try FileSystem.linkInfo(answerPath(id))
      guard info.kind == .regular, info.permissions & 0o022 == 0,
        info.userID == ThisProcess.effectiveUserID || info.userID == 0
      else { return nil }
      let text = String(decoding: try FileSystem.readFile(answerPath(id), limit: 256), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return lines.count < 3 ? nil : (lines[0], lines[2])
    } catch {
      return nil  // not yet
    }
  }

  /// Takes a question away.
  func remove(_ id: String) {
    for path in [path(id), answerPath(id)] {
      do throws(FileError) { try FileSystem.remove(path) } catch {
        // It has never been there.
      }
    }
  }

  /// Takes an answer away that does not count.
  func removeAnswer(_ id: String) {
    do throws(FileError) { try FileSystem.remove(answerPath(id)) } catch {
      // Somebody took it back.
    }
  }

  // MARK: who answers

  /// What waits, the oldest first. Questions of processes that are gone are taken away.
  func pending() throws(FileError) -> [Pending] {
    guard FileSystem.exists(folder) else { return [] }
    var found: [Pending] = []
    for entry in try FileSystem.list(folder) where entry.name.hasSuffix(".json") {
      let id = String(entry.name.dropLast(".json".count))
      guard let question = read(id) else { continue }
      let process = question.value["process"]?.int.flatMap { Int32(exactly: $0) } ?? 0
      if process > 0, ProcessIdentity(running: process) != nil { found.append(question) } else { remove(id) }
    }
    return found.sorted { $0.text("asked") < $1.text("asked") }
  }

  func read(_ id: String) -> Pending? {
    guard !id.isEmpty, id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      return nil
    }
    do throws(FileError) {
      let bytes = try FileSystem.readFile(path(id), limit: Self.limit)
      let file = SourceFile(name: path(id), bytes: bytes)
      do throws(Diagnostic) { return Pending(id: id, value: try JSONParser.parse(file)) } catch { return nil }
    } catch {
      return nil  // it is answered or withdrawn
    }
  }

  /// Gives an answer; false when somebody else was first.
  func give(_ answer: String, to id: String, token: String = "") throws(FileError) -> Bool {
    do throws(Errno) {
      let file = try FileDescriptor.open(
        answerPath(id), [.write, .create, .exclusive, .noFollow], mode: 0o600)
      // One write: a reader sees nothing or all of it.
      try file.writeAll(Array("\(answer)\n\(ThisProcess.userName)\n\(token)\n".utf8))
      return true
    } catch .fileExists {
      return false
    } catch { throw .system(call: "open", path: answerPath(id), error) }
  }
}
