public import Linux
public import Supervisor

/// A git worktree below `.rundown/`, on a branch of its own, that an agent works in.
public struct Worktree: Sendable {
  /// Its name: the run and the step.
  public let name: String
  /// Its folder.
  public let path: String
  /// Its branch.
  public var branch: String { Worktrees.prefix + name }
  /// The commit that it began from; empty when it is not known.
  public let base: String
  /// git's folders for it.
  public let folders: GitFolders
}

/// The worktrees of a project.
///
/// An agent can read git's folders and write none of them, so its own commits fail; what it did is committed by rundown
/// when it has ended.
public struct Worktrees: Sendable {
  static let prefix = "rundown/"
  private let root: String
  private let home: String
  private let path: String?
  private let folders: GitFolders

  /// The worktrees of the project at `root`, which must be a git repository.
  public init(root: String, home: String, environment: Environment) throws(GitFailure) {
    guard let folders = GitFolders(root: root) else {
      throw GitFailure(
        "\(root) is no git repository, so it has no worktrees",
        help: "make one (git init) and commit, or let the agent work in place: access=write")
    }
    (self.root, self.home, self.folders) = (root, home, folders)
    path = environment["PATH"]
  }

  private var folder: String { root + "/.rundown/worktrees" }

  private func tool(_ supervisor: borrowing Supervisor) throws(GitFailure) -> GitTool {
    try GitTool.make(
      in: root, writable: [folders.common, folders.own, root + "/.rundown/worktrees"], home: home, path: path,
      with: supervisor)
  }

  // MARK: one

  /// Makes a worktree of the commit that is checked out, on a new branch.
  ///
  /// - Returns: the worktree, and whether the project has changes that are not in it.
  public func make(
    _ wanted: String, _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> (worktree: Worktree, lacksChanges: Bool) {
    do throws(FileError) { try FileSystem.makeDirectories(folder, mode: 0o700) } catch {
      throw GitFailure("no worktree can be made: \(error)", help: "make the folder writable")
    }
    let git = try tool(supervisor)
    let head = try git.result(["rev-parse", "--verify", "-q", "HEAD^{commit}"], supervisor)
    guard head.status == 0 else {
      throw GitFailure(
        "the repository has no commit that a worktree could begin from\(head.errors.isEmpty ? "" : ": \(head.errors)")",
        help: "commit first: git add . && git commit")
    }
    let base = head.output.trimmedLine
    let dirty = try git.run(["status", "--porcelain", "--ignore-submodules=all"], supervisor)
    var name = wanted
    var number = 1
    while FileSystem.exists("\(folder)/\(name)")
      || FileSystem.exists("\(folders.common)/refs/heads/\(Self.prefix)\(name)")
    {
      number += 1
      name = "\(wanted)-\(number)"
    }
    let path = "\(folder)/\(name)"
    try git.run(["worktree", "add", "-q", "-b", Self.prefix + name, path, base], supervisor)
    guard let own = GitFolders(root: path), own.common == Self.real(folders.common) else {
      throw GitFailure("git has made no worktree at \(path)", help: "remove what is there")
    }
    return (Worktree(name: name, path: path, base: base, folders: own), !dirty.isEmpty)
  }

  private static func real(_ path: String) -> String {
    do throws(FileError) { return try FileSystem.realPath(path) } catch { return path }
  }

  /// Commits what was done in a worktree. The worktree's own `.git` is not asked: the agent could have replaced it.
  ///
  /// - Returns: the commit; nil when there is nothing to commit.
  public func commit(
    _ worktree: Worktree, message: String, _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> String? {
    var git = try GitTool.make(
      in: worktree.path, writable: [folders.common, worktree.path], readable: [root + "/.git"], home: home,
      path: path,
      with: supervisor)
    git.setFolders(git: worktree.folders.own, tree: worktree.path)
    git.setIdentity(name: "rundown", email: "rundown@localhost")
    try git.run(["add", "-A", "--", "."], supervisor)
    let difference = try git.result(
      ["diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", worktree.base], supervisor)
    if difference.status == 0 { return nil }
    try git.run(["commit", "-q", "--no-verify", "-m", message], supervisor)
    return try git.run(["rev-parse", "HEAD"], supervisor).trimmedLine
  }

  /// Removes a worktree with its branch. Its files are removed without git, which would look into them.
  public func remove(_ worktree: Worktree, _ supervisor: borrowing Supervisor) throws(GitFailure) {
    do throws(FileError) {
      try FileSystem.removeTree(worktree.path)
      if worktree.folders.own.hasPrefix(worktree.folders.common + "/worktrees/") {
        try FileSystem.removeTree(worktree.folders.own)
      }
    } catch {
      throw GitFailure("the worktree cannot be removed: \(error)", help: "remove it: rm -r \(worktree.path)")
    }
    try tool(supervisor).run(["branch", "-q", "-D", worktree.branch], supervisor)
  }

  // MARK: all

  /// A worktree as it is listed.
  public struct Listed: Sendable {
    /// The worktree.
    public let worktree: Worktree
    /// Its last commit; nil when nothing was committed in it.
    public let commit: String?
    /// `git diff --shortstat` from its base.
    public let summary: String
  }

  /// The worktrees that are there.
  public func list(_ supervisor: borrowing Supervisor) throws(GitFailure) -> [Listed] {
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try FileSystem.list(folder) } catch { return [] }
    var found: [Listed] = []
    guard !entries.isEmpty else { return found }
    let git = try tool(supervisor)
    let shared = Self.real(folders.common)
    for entry in entries where entry.kind == .directory {
      // The worktree's own .git is not believed: git's list of worktrees lies where no step writes.
      let own = "\(shared)/worktrees/\(entry.name)"
      guard FileSystem.exists(own) else { continue }
      let branch = Self.prefix + entry.name
      let tip = try git.result(["rev-parse", "--verify", "-q", "refs/heads/\(branch)"], supervisor)
      guard tip.status == 0 else { continue }
      let base = try git.run(["merge-base", "HEAD", branch], supervisor, mayFail: true).trimmedLine
      let summary =
        base.isEmpty
        ? ""
        : try git.run(
          ["diff", "--shortstat", "--no-ext-diff", "--no-textconv", base, branch], supervisor, mayFail: true
        ).trimmedLine
      let commit = tip.output.trimmedLine
      found.append(
        Listed(
          worktree: Worktree(
            name: entry.name, path: "\(folder)/\(entry.name)", base: base,
            folders: GitFolders(own: own, common: shared)),
          commit: commit == base ? nil : commit, summary: summary))
    }
    return found
  }

  /// Who the user is to git: asked of git with the user's own settings, and of nothing else.
  public func identity(_ supervisor: borrowing Supervisor) throws(GitFailure) -> (name: String, email: String)
  {
    let files = ["\(home)/.gitconfig", "\(home)/.config/git"].filter(FileSystem.exists).map(Self.real)
    var git = try GitTool.make(
      in: root, writable: [], readable: files + [folders.common, folders.own], home: home, path: path,
      with: supervisor)
    git.useSettings(ofHome: home)
    let name = try git.run(["config", "user.name"], supervisor, mayFail: true).trimmedLine
    let email = try git.run(["config", "user.email"], supervisor, mayFail: true).trimmedLine
    let user = ThisProcess.userName
    return (name.isEmpty ? user : name, email.isEmpty ? "\(user)@localhost" : email)
  }

  /// Merges a worktree's branch into what is checked out in the project.
  public func merge(
    _ worktree: Worktree, identity: (name: String, email: String), _ supervisor: borrowing Supervisor
  ) throws(GitFailure) -> String {
    var git = try GitTool.make(
      in: root, writable: [root, folders.common, folders.own], home: home, path: path, with: supervisor)
    git.setIdentity(name: identity.name, email: identity.email)
    let merged = try git.result(
      [
        "merge", "-q", "--no-ff", "--no-edit", "--no-verify", "-m", "Merge \(worktree.branch)",
        worktree.branch,
      ],
      supervisor)
    if merged.status != 0 {
      let conflicts = try git.run(
        ["diff", "--name-only", "--diff-filter=U", "-z"], supervisor, mayFail: true
      )
      .split(separator: "\0").joined(separator: ", ")
      _ = try git.result(["merge", "--abort"], supervisor)
      throw GitFailure(
        conflicts.isEmpty
          ? "the merge failed: \(merged.errors.split(separator: "\n").joined(separator: "; "))"
          : "the merge has conflicts in \(conflicts); nothing was changed",
        help: "merge it by hand: git merge \(worktree.branch)")
    }
    return try git.run(["rev-parse", "--short", "HEAD"], supervisor).trimmedLine
  }
}

extension String {
  /// Without the end of the line, and blanks before it.
  var trimmedLine: String {
    var slice = self[...]
    while let last = slice.last, last.isWhitespace { slice.removeLast() }
    while let first = slice.first, first.isWhitespace { slice.removeFirst() }
    return String(slice)
  }
}
