internal import Linux
internal import SourceText

/// Finds the runbook that a reference means.
struct RunbookFinder {
  /// Larger files are refused, as the language does.
  private static let sizeLimit = 33 << 20
  /// Where runbooks are found by name, below the project's root.
  static let folders = [".rundown/runbooks", "Runbooks"]

  let root: String
  /// The working directory.
  let directory: String

  /// A runbook that was found.
  struct Found {
    /// Its absolute path without links.
    var path: String
    /// Its text; the name is relative to the project's root when it lies there.
    var file: SourceFile
  }

  /// The runbook that a text in `referrer` means: a path from the referring file, from the project's root, or a name.
  func find(_ text: String, from referrer: String) throws(FileError) -> Found? {
    for path in candidates(text, from: referrer) {
      let real: String
      do throws(FileError) { real = try FileSystem.realPath(path) } catch { continue }
      guard try FileSystem.info(real).kind == .regular else { continue }
      let bytes = try FileSystem.readFile(real, limit: Self.sizeLimit)
      return Found(path: real, file: SourceFile(name: name(real), bytes: bytes))
    }
    return nil
  }

  private func candidates(_ text: String, from referrer: String) -> [String] {
    if text.hasPrefix("/") { return [text] }
    var folders: [String] = []
    if referrer.hasPrefix("/") {
      folders.append(FileSystem.parent(of: referrer))
    } else if referrer != "-" {
      folders += [directory, root].map { FileSystem.parent(of: $0 + "/" + referrer) }
    }
    folders.append(root)
    var paths = folders.map { $0 + "/" + text }
    for folder in Self.folders {
      paths.append("\(root)/\(folder)/\(text)")
      if !text.hasSuffix(".md") { paths.append("\(root)/\(folder)/\(text).runbook.md") }
    }
    return paths
  }

  /// The path of a runbook as records keep it: relative to the project's root inside it.
  private func name(_ path: String) -> String { PathText.relative(path, to: root) ?? path }
}
