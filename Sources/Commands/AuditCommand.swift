internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import RunStore
internal import SourceText

/// `rundown audit show|verify`: the journals of the runs, and whether they are whole.
struct AuditCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    if let path = arguments.value("file") { return verify(file: path, asJSON: arguments.has("json")) }
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    do throws(StoreError) {
      guard let store = try RunStore.existing(root: root) else { return unknown(arguments.positionals.first) }
      if arguments.command == ["audit", "show"] {
        guard let record = try find(arguments, store) else { return unknown(arguments.positionals.first) }
        for line in try store.events(of: record.id) { console.print(line + "\n") }
        return .success
      }
      return try verify(arguments, store)
    } catch {
      console.fail(error.message, help: error.help)
      return .inputOutput
    }
  }

  private func find(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError)
    -> RunRecord?
  {
    if let id = arguments.positionals.first { return try store.run(id) }
    return try store.latestRun()
  }

  private func unknown(_ id: String?) -> ExitCode {
    console.fail(
      id.map { "there is no run \($0) here" } ?? "there are no runs here",
      help: "‘rundown history’ lists the runs")
    return .notFound
  }

  // MARK: verify

  private func verify(_ arguments: ParsedArguments, _ store: borrowing RunStore) throws(StoreError)
    -> ExitCode
  {
    var ids: [String] = []
    if let id = arguments.positionals.first {
      guard try store.run(id) != nil else { return unknown(id) }
      ids = [id]
    } else {
      ids = try store.history(limit: Int(Int32.max)).map(\.id)
    }
    var worst = ExitCode.success
    for id in ids {
      guard let record = try store.run(id) else { continue }
      let lines = try store.events(of: id)
      // The last line is written when the process lets the run go; one that was killed has not come to it.
      let hasEnded = !record.status.isOpen && record.holder == nil
      var problem = JournalCheck.problem(in: lines, of: id, hasEnded: hasEnded)
      if problem == nil { problem = try gap(before: lines.first, store) }
      if report(problem, id, lines, asJSON: arguments.has("json")) == false {
        worst = .invalidData
      }
    }
    return worst
  }

  /// Whether what a journal's first line says of the run before it is still there.
  private func gap(
    before line: String?, _ store: borrowing RunStore
  ) throws(StoreError) -> JournalCheck.Problem? {
    guard let line, let before = JournalCheck.predecessor(of: line) else { return nil }
    if try store.run(before.run) == nil {
      return JournalCheck.isRemoved(before.run, try store.events(of: before.run))
        ? nil : JournalCheck.gap(before)
    }
    let found = try store.event(before.sequence, of: before.run)
    return found.map { ContentHash.sha256(Array($0.utf8)) } == before.hash ? nil : JournalCheck.gap(before)
  }

  private func verify(file path: String, asJSON: Bool) -> ExitCode {
    do throws(FileError) {
      let text = String(decoding: try FileSystem.readFile(path), as: UTF8.self)
      let lines = text.split(separator: "\n").map(String.init)
      let problem = JournalCheck.problem(in: lines, hasEnded: true)
      return report(problem, path, lines, asJSON: asJSON) ? .success : .invalidData
    } catch {
      console.fail(error.description)
      return .inputOutput
    }
  }

  private func report(
    _ problem: JournalCheck.Problem?, _ name: String, _ lines: [String], asJSON: Bool
  ) -> Bool {
    let name = DisplayText.visible(name)
    let count = lines.count
    if asJSON {
      console.print(
        JSONValue.object([
          "journal": .string(name), "lines": .int(count), "whole": .bool(problem == nil),
          "line": problem.map { .int($0.line) } ?? .null,
          "message": problem.map { .string($0.message) } ?? .null,
          "head": lines.last.map { .string(ContentHash.sha256(Array($0.utf8))) } ?? .null,
        ]).encoded() + "\n")
    } else if let problem {
      console.print("\(name):\(problem.line): broken: \(problem.message)\n")
    } else {
      console.print("\(name): whole, \(count) line\(count == 1 ? "" : "s")\n")
    }
    return problem == nil
  }
}
