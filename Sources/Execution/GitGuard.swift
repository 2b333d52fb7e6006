internal import Linux
internal import SourceText

/// What makes git run code or take its settings from elsewhere, in the git folders of a working tree: also where `.git`
/// is a file (a worktree, a submodule) or a link, and in the folders of submodules.
struct GitGuard {
  /// Absolute paths that no step may change, replace or make.
  private(set) var guarded: [String] = []
  private var seen: Set<String> = []

  /// Names in a git folder: settings, programs, and the two files that make git read them somewhere else.
  private static let names = ["config", "config.worktree", "hooks", "commondir"]
  private static let sizeLimit = 1 << 20
  /// How deep the folders of submodules are looked for; a submodule's name may hold slashes.
  private static let depthLimit = 6
  private static let countLimit = 2000

  /// What is guarded for the `.git` at a path; nothing when nothing is there.
  ///
  /// - Parameter isWhole: whether also the settings and hooks of this folder itself, which the policy's `protect` names
  ///   for the project's own.
  static func guarded(at path: String, isWhole: Bool) -> [String] {
    var folders = GitGuard()
    folders.enter(path, isWhole: isWhole)
    return folders.guarded
  }

  private mutating func enter(_ path: String, isWhole: Bool) {
    let info: FileInfo
    do throws(FileError) { info = try FileSystem.linkInfo(path) } catch { return }
    switch info.kind {
    case .directory:
      add(folder: path, names: isWhole ? Self.names : ["config.worktree", "commondir"])
      follow(hooksOf: path, from: FileSystem.parent(of: path))
    case .regular:
      // `gitdir: PATH`: whoever writes the file says where git finds its settings.
      guarded.append(path)
      guard let text = Self.text(path), text.hasPrefix("gitdir:"),
        let folder = Self.real(Self.trimmed(text.dropFirst(7)), from: FileSystem.parent(of: path))
      else { return }
      add(folder: folder, names: Self.names)
      follow(hooksOf: folder, from: FileSystem.parent(of: path))
    case .symbolicLink:
      guarded.append(path)
      if let folder = Self.real(path, from: "/") { add(folder: folder, names: Self.names) }
    case .fifo, .socket, .characterDevice, .blockDevice, .unknown: guarded.append(path)
    }
  }

  private mutating func add(folder: String, names: [String]) {
    guard seen.insert(folder).inserted, seen.count < Self.countLimit else { return }
    guarded += names.map { "\(folder)/\($0)" }
    if let text = Self.text("\(folder)/commondir"),
      let common = Self.real(Self.trimmed(text[...]), from: folder)
    {
      add(folder: common, names: Self.names)
    }
    addModules(below: "\(folder)/modules", depth: 0)
    for entry in Self.folders(in: "\(folder)/worktrees") {
      guarded += ["config.worktree", "commondir", "gitdir"].map { "\(folder)/worktrees/\(entry)/\($0)" }
    }
  }

  private mutating func addModules(below folder: String, depth: Int) {
    guard depth < Self.depthLimit, seen.count < Self.countLimit else { return }
    for name in Self.folders(in: folder) {
      let path = "\(folder)/\(name)"
      if FileSystem.exists("\(path)/HEAD") {
        add(folder: path, names: Self.names)
      } else {
        addModules(below: path, depth: depth + 1)
      }
    }
  }

  /// Hooks and settings that the folder's own settings name, where they lie in the working tree.
  private mutating func follow(hooksOf folder: String, from tree: String) {
    guard let text = Self.text("\(folder)/config") else { return }
    var isInclude = false
    for line in text.splitBytewise("\n") {
      let line = Self.trimmed(line[...])
      if line.hasPrefix("[") {
        isInclude = line.lowercased().hasPrefix("[include")
        continue
      }
      guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = Self.trimmed(line[..<equals]).lowercased()
      let value = Self.trimmed(line[line.utf8.index(after: equals)...]).replacingBytes {
        $0 == UInt8(ascii: "\"") ? "" : nil
      }
      if value.isEmpty || value.hasPrefix("~") { continue }
      let base = key == "hookspath" ? tree : isInclude && key == "path" ? folder : nil
      guard let base else { continue }
      guarded.append(
        Self.real(value, from: base)
          ?? PathText.simple(PathText.isAbsolute(value) ? value : "\(base)/\(value)"))
    }
  }

  // MARK: reading

  private static func text(_ path: String) -> String? {
    do throws(FileError) {
      return FileName.text(try FileSystem.readFile(path, limit: sizeLimit))
    } catch { return nil }
  }

  private static func folders(in path: String) -> [String] {
    do throws(FileError) {
      return try FileSystem.list(path).filter { $0.kind == .directory }.map(\.name)
    } catch { return [] }
  }

  private static func real(_ path: String, from folder: String) -> String? {
    do throws(FileError) {
      return try FileSystem.realPath(PathText.isAbsolute(path) ? path : "\(folder)/\(path)")
    } catch { return nil }
  }

  private static func trimmed(_ text: Substring) -> String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    var bytes = text.utf8.drop(while: isBlank)
    while bytes.last.map(isBlank) == true { bytes.removeLast() }
    return String(Substring(bytes))
  }

  private static func trimmed(_ text: String) -> String { trimmed(text[...]) }
}
