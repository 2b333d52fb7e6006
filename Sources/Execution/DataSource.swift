internal import JSON
internal import Linux
internal import Policy
internal import SourceText

/// A file whose items a loop goes through: `file:PATH` as a variable's value.
///
/// The file must lie in the project when all links are followed, and the policy must allow reading it. What it looked
/// like is remembered and compared before each iteration.
struct DataSource {
  /// Items beyond this number are left out.
  static let itemLimit = 10_000
  private static let sizeLimit = 64 << 20
  /// How much of a file is hashed.
  private static let hashedLength = 64 << 10
  static let prefix = "file:"

  /// Why a source cannot be read.
  struct Problem: Error, Equatable { var message: String }

  /// What a loop gets.
  struct Content {
    var items: [String]
    /// Whether there were more.
    var isCut: Bool
    /// How the file looked; nil for a source that is no file.
    var mark: String?
  }

  let root: String
  let evaluator: Evaluator

  /// The items of a variable's value.
  func items(_ value: JSONValue) throws(Problem) -> Content {
    switch value {
    case .array(let items): return Self.cut(items.map(\.templateText), mark: nil)
    case .string(let text) where text.hasPrefix(Self.prefix):
      return try read(String(text.dropFirst(Self.prefix.count)))
    case .string(let text):
      // A text of another process may hold a list: `--var items='[1,2]'`.
      do throws(Diagnostic) {
        if case .array(let items) = try JSONParser.parse(text: text) {
          return Self.cut(items.map(\.templateText), mark: nil)
        }
      } catch {
        // Said below.
      }
      throw Problem(message: "it is a text, not a list")
    case .null, .bool, .number, .object: throw Problem(message: "it is not a list")
    }
  }

  /// Whether the file still looks as it did.
  func isUnchanged(_ mark: String) -> Bool {
    guard let path = mark.split(separator: "\n").last.map(String.init) else { return false }
    do throws(Problem) { return try open(path).mark == mark } catch { return false }
  }

  private static func cut(_ items: [String], mark: String?) -> Content {
    Content(items: Array(items.prefix(itemLimit)), isCut: items.count > itemLimit, mark: mark)
  }

  // MARK: files

  private func open(_ path: String) throws(Problem) -> (bytes: [UInt8], mark: String) {
    let real: String
    do throws(FileError) {
      real = try FileSystem.realPath(path.hasPrefix("/") ? path : root + "/" + path)
    } catch {
      throw Problem(message: error.description)
    }
    guard PathText.isBelow(real, root) else {
      throw Problem(message: "\(path) lies outside the project")
    }
    let decision = evaluator.decide(.read(path: real))
    guard decision.verdict == .allow else { throw Problem(message: decision.summary) }
    do throws(Errno) {
      let file = try FileDescriptor.openWithoutLinks(real, [.nonBlocking, .noTerminal])
      let info = try file.info()
      guard info.kind == .regular else { throw Errno.invalidArgument }
      let bytes = try file.readAll(limit: Self.sizeLimit + 1)
      guard bytes.count <= Self.sizeLimit else { throw Errno.invalidArgument }
      let hash = ContentHash.sha256(bytes.prefix(Self.hashedLength))
      return (bytes, "\(info.size) \(info.modified) \(hash)\n\(real)")
    } catch {
      throw Problem(
        message: error == .invalidArgument
          ? "\(path) is no plain file of at most \(Self.sizeLimit >> 20) MiB" : "\(path): \(error.message)")
    }
  }

  private func read(_ path: String) throws(Problem) -> Content {
    let (bytes, mark) = try open(path)
    guard UTF8Check.firstInvalid(in: bytes) == nil else { throw Problem(message: "\(path) is not UTF-8") }
    if path.hasSuffix(".json") {
      let value = try Self.parse(String(decoding: bytes, as: UTF8.self), path)
      guard let items = value.array else { throw Problem(message: "\(path) holds no list") }
      return Self.cut(items.map(\.templateText), mark: mark)
    }
    let isLines = path.hasSuffix(".jsonl")
    guard isLines || path.hasSuffix(".txt") else {
      throw Problem(message: "\(path) is neither .txt, .jsonl nor .json")
    }
    var items: [String] = []
    var isCut = false
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let text = Self.trimmed(line)
      if text.isEmpty { continue }
      if items.count == Self.itemLimit {
        isCut = true
        break
      }
      items.append(isLines ? try Self.parse(text, "\(path):\(number + 1)").templateText : text)
    }
    return Content(items: items, isCut: isCut, mark: mark)
  }

  private static func parse(_ text: String, _ place: String) throws(Problem) -> JSONValue {
    do throws(Diagnostic) {
      return try JSONParser.parse(text: text)
    } catch {
      throw Problem(message: "\(place) is no JSON: \(error.message)")
    }
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> String {
    var line = line
    while let last = line.last, last == 0x0D || last == 0x20 || last == 0x09 { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }
}
