internal import Gate
internal import Linux
internal import Policy
internal import SourceText
internal import Supervisor

/// What is looked up about a program start before it is judged.
extension LiveAuthority {
  /// Whether a step may write the file, or an interpreter of it, so that its content counts and not its name alone.
  func isWritable(_ attempt: ExecAttempt, _ state: State) -> Bool {
    ([attempt.file] + attempt.interpreters).contains { Self.isWritable($0.path, state.evaluator) }
  }

  func start(_ attempt: ExecAttempt, _ changed: [String], _ state: inout State) -> ProgramStart {
    let name = attempt.path.isEmpty ? attempt.file.path : attempt.path
    let base = PathText.base(name)
    let onPath = program(base, &state)
    let isOnPath = onPath.map { $0.info.isSameFile(as: attempt.file.info) } ?? false
    return ProgramStart(
      path: attempt.path, file: attempt.file.path, words: attempt.words,
      interpreters: attempt.interpreters.map(\.path), chain: attempt.chain,
      isNameless: attempt.file.isNameless,
      onPath: onPath?.path, isOnPath: isOnPath,
      deniedNames: isOnPath ? [] : deniedNames(&state)[FileKey(attempt.file.info)] ?? [],
      changedVariables: changed)
  }

  /// The file that a bare name stands for, looked up once.
  private func program(_ name: String, _ state: inout State) -> (path: String, info: FileInfo)? {
    if let known = state.programs[name] { return known }
    var found: (path: String, info: FileInfo)?
    if let path = resolver.resolve(name, in: directory) {
      do throws(FileError) { found = (path, try FileSystem.info(path)) } catch {
        found = nil  // it went away between the two looks
      }
    }
    state.programs[name] = .some(found)
    return found
  }

  /// The files that denied names stand for, so that another name of the same file is recognised.
  private func deniedNames(_ state: inout State) -> [FileKey: [String]] {
    if let names = state.deniedNames { return names }
    var names: [FileKey: [String]] = [:]
    for rule in state.evaluator.policy.references(.run) where rule.list.hasSuffix("deny") {
      let name = rule.text.split(separator: " ").first.map(String.init) ?? ""
      if let found = program(name, &state) { names[FileKey(found.info), default: []].append(name) }
    }
    state.deniedNames = names
    return names
  }

  func changedVariables(_ bytes: [UInt8]) -> [String] {
    var changed: [String] = []
    for entry in bytes.split(separator: 0) {
      guard let equals = entry.firstIndex(of: 0x3D) else { continue }
      let name = String(decoding: entry[..<equals], as: UTF8.self)
      guard LiveGate.isSteering(name) else { continue }
      if environment[name].map({ $0.utf8.elementsEqual(entry[(equals + 1)...]) }) != true {
        changed.append(name)
      }
    }
    return changed
  }
}
