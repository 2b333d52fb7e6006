internal import Linux
internal import SourceText

/// Reads runbooks from disk or standard input.
enum RunbookFile {
  /// Larger files are refused before they are read whole; the language's own limit is the same.
  private static let sizeLimit = 33 << 20

  /// The document of a path; `-` is standard input.
  static func read(_ path: String) throws(FileError) -> SourceFile {
    if path == "-" { return SourceFile(name: "-", bytes: try standardInput()) }
    return SourceFile(name: path, bytes: try FileSystem.readFile(path, limit: sizeLimit))
  }

  /// The same; what is wrong is told.
  static func read(_ path: String, telling console: Console) -> Result<SourceFile, ToldFailure> {
    do throws(FileError) {
      return .success(try read(path))
    } catch {
      console.fail(error.description, help: help(error))
      return .failure(ToldFailure(code: exitCode(error)))
    }
  }

  private static func standardInput() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(Errno) {
      while true {
        let chunk = try StandardStream.input.read(upTo: 1 << 16)
        if chunk.isEmpty { return bytes }
        bytes += chunk
        guard bytes.count <= sizeLimit else { break }
      }
    } catch {
      throw .system(call: "read", path: "standard input", error)
    }
    throw .tooLarge(path: "standard input", limit: sizeLimit)
  }

  /// 66 when there is no such file, 65 when it is no document, 74 when it cannot be read.
  static func exitCode(_ error: FileError) -> ExitCode {
    switch error {
    case .system(_, _, .noSuchFile), .system(_, _, .notADirectory): return .notFound
    case .system(_, _, .isADirectory), .notRegular, .tooLarge: return .invalidData
    case .system: return .inputOutput
    }
  }

  static func help(_ error: FileError) -> String {
    switch error {
    case .system(_, _, .noSuchFile), .system(_, _, .notADirectory):
      return "check the path; runbooks usually end in .runbook.md"
    case .system(_, _, .isADirectory), .notRegular: return "give a runbook, a Markdown file"
    case .tooLarge: return "split it into several runbooks"
    case .system(_, _, .permissionDenied): return "make it readable: chmod u+r FILE"
    case .system: return "check the file and its disk"
    }
  }
}
