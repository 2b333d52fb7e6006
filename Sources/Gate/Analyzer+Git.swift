internal import Policy
internal import ShellSyntax

/// git starts what its configuration and its options name.
extension Analyzer {
  /// Configuration keys whose value is a command.
  private static func isCommandKey(_ key: String) -> Bool {
    let key = key.lowercased()
    let exact: Set<String> = [
      "core.pager", "core.editor", "core.sshcommand", "core.fsmonitor", "core.hookspath", "core.askpass",
      "core.gitproxy", "diff.external", "credential.helper", "gpg.program", "sequence.editor",
      "uploadpack.packobjectshook", "interactive.difffilter", "include.path",
      "init.templatedir", "core.worktree", "core.attributesfile", "web.browser", "gpg.ssh.program",
      "gpg.openpgp.program",
    ]
    if exact.contains(key) || key.hasPrefix("alias.") || key.hasPrefix("pager.")
      || key.hasPrefix("includeif.")
    {
      return true
    }
    return [
      ".textconv", ".command", ".driver", ".clean", ".smudge", ".process", ".cmd", ".program", ".sshcommand",
      ".helper", ".path", ".vcs", ".proxy", ".receivepack", ".uploadpack",
    ].contains { key.hasSuffix($0) }
  }

  private static let valueOptions: Set<String> = [
    "-C", "--git-dir", "--work-tree", "--namespace", "--super-prefix", "--attr-source",
  ]

  /// Sub-commands that are git's own; another one may be an alias or a program `git-NAME`.
  private static let subcommands: Set<String> = [
    "add", "am", "annotate", "apply", "archive", "bisect", "blame", "branch", "bundle", "cat-file",
    "check-attr",
    "check-ignore", "check-mailmap", "check-ref-format", "checkout", "checkout-index", "cherry",
    "cherry-pick", "clean",
    "clone", "column", "commit", "commit-graph", "commit-tree", "config", "count-objects", "credential",
    "describe",
    "diff", "diff-files", "diff-index", "diff-tree", "difftool", "fast-export", "fast-import", "fetch",
    "filter-branch",
    "fmt-merge-msg", "for-each-ref", "format-patch", "fsck", "gc", "get-tar-commit-id", "grep", "hash-object",
    "help",
    "index-pack", "init", "init-db", "interpret-trailers", "log", "ls-files", "ls-remote", "ls-tree",
    "mailinfo",
    "maintenance", "merge", "merge-base", "merge-file", "merge-tree", "mergetool", "mktag", "mktree", "mv",
    "name-rev",
    "notes", "pack-objects", "pack-refs", "prune", "pull", "push", "range-diff", "read-tree", "rebase",
    "reflog",
    "remote", "repack", "replace", "request-pull", "rerere", "reset", "restore", "rev-list", "rev-parse",
    "revert", "rm",
    "send-email", "shortlog", "show", "show-branch", "show-index", "show-ref", "sparse-checkout", "stage",
    "stash",
    "status", "stripspace", "submodule", "switch", "symbolic-ref", "tag", "unpack-file", "unpack-objects",
    "update-index", "update-ref", "update-server-info", "var", "verify-commit", "verify-pack", "verify-tag",
    "version",
    "whatchanged", "worktree", "write-tree", "lfs", "gui", "citool", "instaweb", "daemon", "svn", "subtree",
  ]

  mutating func git(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope) {
    add(.exec, place, request: request)
    let inner = place.through("git")
    var left = arguments[...]
    while let first = left.first {
      guard case .literal(let text) = first else {
        return dynamic(inner, Array(left), why: "only the run knows git's options or sub-command")
      }
      guard text.hasPrefix("-") else { break }
      left.removeFirst()
      if text == "-c" {
        configuration(left.popFirst() ?? .unknown, inner)
      } else if text == "--config-env" || text.hasPrefix("--config-env=") {
        let value: Argument? =
          text.contains("=") ? .literal(String(text.dropFirst("--config-env=".count))) : left.popFirst()
        // The value is what the variable that it names holds.
        var setting = value ?? .unknown
        if case .literal(let named) = setting {
          setting = .literal(named.prefix { $0 != "=" } + "=" + WordValues.mark)
        }
        configuration(setting, inner)
      } else if text.hasPrefix("--exec-path=") {
        dynamic(inner, why: "--exec-path names where git finds its programs")
      } else if Self.valueOptions.contains(text) {
        _ = left.popFirst()
      }
    }
    guard case .literal(let verb)? = left.popFirst() else { return }
    guard Self.subcommands.contains(verb) else {
      return dynamic(
        inner, Array(left),
        why: "git \(verb) is no command of git: it may be an alias or a program of its own")
    }
    connection(verb, arguments, left, inner)
    subcommand(verb, Array(left), inner, scope)
  }

  /// git reaches `ssh://host/path` and `host:path` through the program `ssh`, unless a setting names another.
  private mutating func connection(
    _ verb: String, _ arguments: [Argument], _ own: ArraySlice<Argument>, _ place: Place
  ) {
    func has(_ beginnings: [String]) -> Bool {
      arguments.contains { argument in
        guard case .literal(let text) = argument else { return false }
        return beginnings.contains { text.lowercased().hasPrefix($0) }
      }
    }
    guard
      has(["ssh://", "git+ssh://", "ssh+git://"])
        || Self.repository(verb, own).map(Self.isHostAndPath) == true,
      !has(["core.sshcommand=", "--config=core.sshcommand="])
    else { return }
    add(.exec, place, request: ProgramRequest(program: .literal("ssh"), arguments: [.anyNumber]))
  }

  /// The word of a command that names the other repository. What follows it (`a:b`) names branches.
  private static func repository(_ verb: String, _ arguments: ArraySlice<Argument>) -> String? {
    guard reaching.contains(verb) else { return nil }
    var left = arguments
    while case .literal(let text)? = left.popFirst() {
      if text == "--repo" || text == "--remote" { continue }
      for option in ["--repo=", "--remote="] where text.hasPrefix(option) {
        return String(text.dropFirst(option.count))
      }
      // To the others -u is an option without a value.
      let isUploadPack = text == "-u" && (verb == "clone" || verb == "ls-remote")
      if isUploadPack || takingValues.contains(text) {
        left = left.dropFirst()
      } else if !text.hasPrefix("-") {
        return text
      }
    }
    return nil
  }

  private static let reaching: Set<String> = ["clone", "fetch", "pull", "push", "ls-remote", "archive"]
  private static let takingValues: Set<String> = [
    "-o", "--push-option", "--origin", "-b", "--branch", "--upload-pack", "--receive-pack", "--exec", "-c",
    "--config", "--depth", "--deepen", "--shallow-since", "--shallow-exclude", "-j", "--jobs", "--reference",
    "--reference-if-able", "--template", "--separate-git-dir", "--filter", "--server-option", "--refmap",
    "-s",
    "--strategy", "-X", "--strategy-option", "--negotiation-tip", "--bundle-uri", "--sort", "--format",
    "--prefix",
    "--output",
  ]

  /// `[user@]host:path`: a colon with no slash before it (git-clone(1), "GIT URLS"). `name::` is another program's where
  /// the name could be that of a URL's scheme.
  private static func isHostAndPath(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: 0x3A), colon > text.utf8.startIndex else { return false }
    let host = text.utf8[..<colon]
    if host.contains(0x2F) { return false }
    let isHelper = text.utf8[colon...].dropFirst().first == 0x3A && host.allSatisfy(isSchemeCharacter)
    return !isHelper
  }

  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: return true
    default: return false
    }
  }

  private mutating func configuration(_ value: Argument, _ place: Place) {
    guard case .literal(let text) = value else {
      return dynamic(place, why: "only the run knows a setting of git, which may be a command")
    }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard !parts[0].utf8.contains(0) else {
      return dynamic(place, why: "only the run knows a setting of git, which may be a command")
    }
    guard Self.isCommandKey(parts[0]) else { return }
    let code = parts.count == 2 ? parts[1] : ""
    if code.utf8.first == 0 {
      return dynamic(place, why: "only the run knows the setting \(parts[0]) of git")
    }
    let key = parts[0].lowercased()
    if key.hasPrefix("alias."), !code.hasPrefix("!") { return }
    let text2 = code.hasPrefix("!") ? String(code.dropFirst()) : code
    if [
      "core.pager", "core.editor", "core.sshcommand", "core.fsmonitor", "core.askpass", "diff.external",
      "sequence.editor", "credential.helper",
    ].contains(key) || key.hasPrefix("alias.") || key.hasPrefix("pager.")
      || key.hasSuffix(".textconv") || key.hasSuffix(".cmd")
    {
      if !text2.isEmpty { analyze(text: text2, dialect: .sh, place.through(key)) }
      return
    }
    dynamic(place, why: "the setting \(parts[0]) of git can run a command")
  }

  private mutating func subcommand(_ verb: String, _ arguments: [Argument], _ place: Place, _ scope: Scope) {
    let inner = place.through(verb)
    external(arguments, inner)
    switch verb {
    case "bisect":
      if arguments.first == .literal("run") { run(arguments.dropFirst(), inner, scope) }
    case "submodule":
      if let index = arguments.firstIndex(of: .literal("foreach")) {
        let rest = arguments[(index + 1)...].drop {
          $0 == .literal("--recursive") || $0 == .literal("--quiet")
        }
        evaluate(Array(rest), inner, "git submodule foreach", dialect: .sh)
      }
    case "rebase": options(arguments, ["-x", "--exec"], inner)
    case "filter-branch":
      options(
        arguments,
        [
          "--env-filter", "--tree-filter", "--index-filter", "--parent-filter", "--msg-filter",
          "--commit-filter", "--tag-name-filter", "--setup",
        ], inner)
    case "difftool", "mergetool": options(arguments, ["-x", "--extcmd"], inner)
    case "grep":
      options(arguments, ["-O", "--open-files-in-pager"], inner)
    case "ls-remote", "fetch", "clone", "pull", "fetch-pack":
      options(arguments, ["--upload-pack", "-u", "--exec"], inner)
      configurationOptions(verb, arguments, inner)
    case "push", "send-pack":
      options(arguments, ["--receive-pack", "--exec"], inner)
    case "archive": options(arguments, ["--exec"], inner)
    case "send-email":
      options(arguments, ["--to-cmd", "--cc-cmd", "--header-cmd", "--sendmail-cmd", "--smtp-server"], inner)
    case "daemon": options(arguments, ["--access-hook"], inner)
    case "instaweb": options(arguments, ["-d", "--httpd", "-b", "--browser"], inner)
    case "svn": options(arguments, ["--authors-prog"], inner)
    case "config": setConfiguration(arguments, inner)
    default: break
    }
  }

  private mutating func options(_ arguments: [Argument], _ names: Set<String>, _ place: Place) {
    for (index, argument) in arguments.enumerated() {
      guard case .literal(let text) = argument, text.hasPrefix("-") else { continue }
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let isNamed =
        names.contains(parts[0])
        || (text.hasPrefix("--") && parts[0].count > 4 && names.contains { $0.hasPrefix(parts[0]) })
      if isNamed {
        if parts.count == 2 {
          shellText(.literal(parts[1]), .sh, place)
        } else if text == "-O" || text == "--open-files-in-pager" {
          continue
        } else {
          shellText(index + 1 < arguments.count ? arguments[index + 1] : .unknown, .sh, place)
        }
      } else if let short = names.first(where: {
        $0.count == 2 && text.hasPrefix($0) && !text.hasPrefix("--")
      }) {
        shellText(.literal(String(text.dropFirst(short.count))), .sh, place)
      }
    }
  }

  /// `ext::COMMAND` is a transport that runs a command.
  private mutating func external(_ arguments: [Argument], _ place: Place) {
    for case .literal(let text) in arguments {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let address = text.hasPrefix("-") && parts.count == 2 ? String(parts[1]) : text
      if address.hasPrefix("ext::") { analyze(text: String(address.dropFirst(5)), dialect: .sh, place) }
    }
  }

  private mutating func configurationOptions(_ verb: String, _ arguments: [Argument], _ place: Place) {
    guard verb == "clone" else { return }
    for (index, argument) in arguments.enumerated() {
      guard case .literal(let text) = argument else { continue }
      if text == "-c" || text == "--config", index + 1 < arguments.count {
        configuration(arguments[index + 1], place)
      }
      if text.hasPrefix("--config=") { configuration(.literal(String(text.dropFirst(9))), place) }
      if text.hasPrefix("--template") { dynamic(place, why: "a template of git can hold hooks") }
    }
  }

  private mutating func setConfiguration(_ arguments: [Argument], _ place: Place) {
    let words = arguments.map { argument -> String in
      if case .literal(let text) = argument { return text }
      return ""
    }
    guard
      let index = words.firstIndex(where: { !$0.hasPrefix("-") && $0.contains(".") && Self.isCommandKey($0) }
      ),
      index + 1 < words.count
    else { return }
    dynamic(place, why: "the setting \(words[index]) of git can run a command later")
  }
}
