internal import Arguments
internal import Execution
internal import JSON
internal import Linux
internal import SourceText
internal import Supervisor

/// `rundown worktree ls|merge|rm`: the git worktrees that agents worked in.
struct WorktreeCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    let supervisor: Supervisor
    do throws(Errno) { supervisor = try Supervisor() } catch {
      console.fail("signals cannot be taken over: \(error.message)")
      return .inputOutput
    }
    do throws(GitFailure) {
      let environment = Environment.current
      let home =
        environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? ThisProcess.homeDirectory ?? "/"
      let worktrees = try Worktrees(
        root: root, home: PolicyLoader.resolved(home), environment: environment)
      switch arguments.command {
      case ["worktree", "ls"]: return try list(worktrees, arguments, supervisor)
      case ["worktree", "merge"]: return try merge(worktrees, arguments, supervisor)
      default: return try remove(worktrees, arguments, supervisor)
      }
    } catch {
      console.fail(error.message, help: error.help)
      return .stopped
    }
  }

  private func list(
    _ worktrees: Worktrees, _ arguments: ParsedArguments, _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> ExitCode {
    let found = try worktrees.list(supervisor)
    if arguments.has("json") {
      console.print(JSONValue.array(found.map(Self.json)).encoded() + "\n")
      return .success
    }
    if found.isEmpty { console.print("no worktrees here\n") }
    let width = found.map(\.worktree.name.count).max() ?? 0
    for item in found {
      let what =
        item.commit == nil ? "nothing committed: the agent is at work, or its run was killed" : item.summary
      console.print(
        "\(TextWidth.pad(item.worktree.name, to: width))  \(item.worktree.branch)  \(DisplayText.visible(what))\n"
      )
    }
    return .success
  }

  private static func json(_ item: Worktrees.Listed) -> JSONValue {
    .object([
      "name": .string(item.worktree.name), "path": .string(item.worktree.path),
      "branch": .string(item.worktree.branch), "base": .string(item.worktree.base),
      "commit": item.commit.map { .string($0) } ?? .null, "summary": .string(item.summary),
    ])
  }

  private func find(
    _ name: String, _ worktrees: Worktrees, _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> Worktrees.Listed {
    let all = try worktrees.list(supervisor)
    guard let found = all.first(where: { $0.worktree.name == name || $0.worktree.branch == name }) else {
      let nearest = Suggestion.nearest(to: name, in: all.map(\.worktree.name))
      throw GitFailure(
        "there is no worktree ‘\(name)’",
        help: nearest.map { "did you mean \($0)?" } ?? "‘rundown worktree ls’ lists them")
    }
    return found
  }

  private func merge(
    _ worktrees: Worktrees, _ arguments: ParsedArguments, _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> ExitCode {
    let item = try find(arguments.positionals[0], worktrees, supervisor)
    guard let commit = item.commit else {
      throw GitFailure(
        "nothing was committed in \(item.worktree.name)", help: "look into \(item.worktree.path)")
    }
    let identity = try worktrees.identity(supervisor)
    let made = try worktrees.merge(item.worktree, identity: identity, supervisor)
    try worktrees.remove(item.worktree, supervisor)
    if arguments.has("json") {
      console.print(JSONValue.object(["merged": .string(commit), "commit": .string(made)]).encoded() + "\n")
    } else {
      console.print("merged as \(made): \(DisplayText.visible(item.summary))\n")
    }
    return .success
  }

  private func remove(
    _ worktrees: Worktrees, _ arguments: ParsedArguments, _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> ExitCode {
    var removed: [JSONValue] = []
    for name in arguments.positionals {
      let item = try find(name, worktrees, supervisor)
      try worktrees.remove(item.worktree, supervisor)
      let commit = item.commit ?? ""
      removed.append(.object(["name": .string(item.worktree.name), "commit": .string(commit)]))
      guard !arguments.has("json") else { continue }
      let back = commit.isEmpty ? "" : "; git branch NAME \(commit.prefix(12)) brings its work back"
      console.print("removed \(item.worktree.name)\(back)\n")
    }
    if arguments.has("json") { console.print(JSONValue.array(removed).encoded() + "\n") }
    return .success
  }
}
