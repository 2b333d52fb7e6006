internal import Arguments
internal import JSON
internal import Linux
internal import Runbook
internal import SourceText

/// `rundown ls`: the runbooks of the project.
struct ListCommand {
  let console: Console

  private struct Entry {
    var path: String
    /// nil for a file that is no valid runbook.
    var runbook: Runbook?
  }

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    let tags = arguments.all("tags").flatMap { $0.split(separator: ",").map(String.init) }
    var entries = find(root)
    if !tags.isEmpty {
      entries = entries.filter { entry in
        tags.allSatisfy { entry.runbook?.frontmatter.tags.contains($0) == true }
      }
    }
    if arguments.has("json") {
      console.print(JSONValue.array(entries.map(json)).encoded() + "\n")
    } else {
      console.print(table(entries))
    }
    return .success
  }

  /// Files of the working directory, of `Runbooks/` and of `.rundown/runbooks/`, each once.
  private func find(_ root: String) -> [Entry] {
    var seen: Set<String> = []
    var entries: [Entry] = []
    for (folder, shown) in [
      (".", ""), (root + "/Runbooks", "Runbooks/"), (root + "/.rundown/runbooks", ".rundown/runbooks/"),
    ] {
      let names: [String]
      do throws(FileError) { names = try FileSystem.entries(folder).map(\.name).sorted() } catch { continue }
      for name in names where name.hasSuffix(".runbook.md") {
        do throws(FileError) {
          let path = folder + "/" + name
          guard seen.insert(try FileSystem.realPath(path)).inserted else { continue }
          entries.append(
            Entry(path: shown + name, runbook: RunbookCompiler.compile(try RunbookFile.read(path)).runbook))
        } catch {
          continue
        }
      }
    }
    return entries
  }

  private func json(_ entry: Entry) -> JSONValue {
    let frontmatter = entry.runbook?.frontmatter
    return .object([
      "path": .string(entry.path), "valid": .bool(entry.runbook != nil),
      "name": frontmatter?.name.map { .string($0) }, "title": entry.runbook?.title.map { .string($0) },
      "description": frontmatter?.description.map { .string($0) },
      "tags": .array((frontmatter?.tags ?? []).map { .string($0) }),
      "steps": entry.runbook.map { .int($0.steps.count) },
    ])
  }

  private func table(_ entries: [Entry]) -> String {
    if entries.isEmpty { return "no runbooks here\n" }
    let width = (entries.map { TextWidth.columns(DisplayText.visible($0.path)) }.max() ?? 0) + 2
    return entries.map { entry in
      let path = TextWidth.pad(DisplayText.visible(entry.path), to: width)
      guard let runbook = entry.runbook else { return path + "(not valid: rundown check)\n" }
      let about = runbook.frontmatter.description ?? runbook.title ?? ""
      let tags = runbook.frontmatter.tags.map { " #\($0)" }.joined()
      return (path + DisplayText.visible(about + tags)).trimmedRight() + "\n"
    }.joined()
  }
}
