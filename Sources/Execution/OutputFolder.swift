internal import JSON
internal import Linux
internal import SourceText

/// The files in which one execution of a unit leaves its OUTPUTS.
///
/// The folder is held open from before the unit starts, so that whatever the unit puts in its place is not looked at.
/// Nothing in it is followed or waited for: a link, a FIFO or a file with a second name is no output.
struct OutputFolder: ~Copyable {
  /// Larger values are refused.
  static let sizeLimit = 1 << 20

  /// The folder as this process knows it.
  let path: String
  /// The folder as the unit's processes see it.
  private let stepPath: String
  private let names: [String]
  private let folder: FileDescriptor

  /// Makes a folder for one execution.
  ///
  /// - Parameters:
  ///   - parent: where it is made.
  ///   - stepParent: the same folder as the unit's processes see it.
  init(in parent: String, seenAs stepParent: String, names: [String]) throws(FileError) {
    let name = "outputs-" + RandomBytes.hex(8)
    path = parent + "/" + name
    stepPath = stepParent + "/" + name
    self.names = names
    try FileSystem.makeDirectory(path, mode: 0o700)
    do throws(Errno) {
      folder = try FileDescriptor.openWithoutLinks(path, [.directory])
    } catch {
      throw .system(call: "open", path: path, error)
    }
  }

  /// `RD_OUTPUTS_Name` for each name.
  var environment: [String: String] {
    Dictionary(names.map { ("RD_OUTPUTS_\($0)", stepPath + "/" + $0) }) { $1 }
  }

  /// The values that were left, and what is wrong with those that cannot be taken.
  borrowing func captured() -> (values: [String: JSONValue], problems: [String]) {
    var values: [String: JSONValue] = [:]
    var problems: [String] = []
    for name in names {
      switch read(name) {
      case .success(let bytes):
        guard let bytes else { continue }
        guard UTF8Check.firstInvalid(in: bytes) == nil else {
          problems.append("the output \(name) is not UTF-8 and is left out")
          continue
        }
        if let value = Self.value(String(decoding: bytes, as: UTF8.self)) { values[name] = value }
      case .failure(let problem): problems.append("the output \(name) is left out: \(problem.why)")
      }
    }
    return (values, problems)
  }

  /// What a file holds, byte by byte; nothing when it cannot be taken.
  borrowing func content(_ name: String) -> [UInt8] {
    switch read(name) {
    case .success(let bytes): return bytes ?? []
    case .failure: return []
    }
  }

  private struct Problem: Error { var why: String }

  private borrowing func read(_ name: String) -> Result<[UInt8]?, Problem> {
    do throws(Errno) {
      let file = try FileDescriptor.openBeneath(folder, name, [.nonBlocking, .noTerminal])
      let info = try file.info()
      guard info.kind == .regular else { return .failure(Problem(why: "it is a \(info.kind.name)")) }
      guard info.links == 1 else { return .failure(Problem(why: "the file has another name elsewhere")) }
      let bytes = try file.readAll(limit: Self.sizeLimit + 1)
      guard bytes.count <= Self.sizeLimit else {
        return .failure(Problem(why: "it is larger than \(Self.sizeLimit >> 20) MiB"))
      }
      return .success(bytes)
    } catch {
      if error == .noSuchFile { return .success(nil) }
      return .failure(Problem(why: error.message))
    }
  }

  /// A value as the language types it: JSON texts, numbers, lists and mappings; everything else is text. Nothing is no
  /// value.
  static func value(_ text: String) -> JSONValue? {
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
    guard !bytes.isEmpty else { return nil }
    let trimmed = String(decoding: bytes, as: UTF8.self)
    do throws(Diagnostic) {
      let value = try JSONParser.parse(text: trimmed)
      switch value {
      case .string, .array, .object: return value
      case .number(let number): return number.double == nil ? .string(trimmed) : value
      case .bool, .null: return .string(trimmed)
      }
    } catch {
      return .string(trimmed)
    }
  }
}
