internal import Policy
internal import ShellSyntax

/// Containers, package runners and terminal multiplexers.
extension Analyzer {
  // MARK: containers and package runners

  mutating func container(
    _ base: String, _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope
  ) {
    add(.exec, place, request: request)
    guard
      let index = arguments.firstIndex(where: {
        $0 == .literal("run") || $0 == .literal("exec") || $0 == .literal("create")
      })
    else {
      // The sub-command is the first word that is no option.
      let subcommand = arguments.first { argument in
        if case .literal(let text) = argument { !text.hasPrefix("-") } else { true }
      }
      switch subcommand {
      case .literal?, nil: break
      default: dynamic(place.through(base), why: "only the run knows the sub-command of \(base)")
      }
      return
    }
    let inner = place.through("\(base) \(arguments[index] == .literal("exec") ? "exec" : "run")")
    var left = arguments[(index + 1)...]
    while let first = left.first {
      guard case .literal(let text) = first else {
        if first == .anyNumber { return dynamic(inner, why: "only the run knows the container's options") }
        break
      }
      guard text.hasPrefix("-") else { break }
      left.removeFirst()
      if text == "--" { break }
      if text == "--entrypoint" || text.hasPrefix("--entrypoint=") {
        let value: Argument? =
          text.contains("=") ? .literal(String(text.dropFirst("--entrypoint=".count))) : left.popFirst()
        if let value { run([value, .anyNumber][...], inner, scope) }
        continue
      }
      if Self.containerFlags.contains(text) || text.contains("=") || Self.isFlagBundle(text) { continue }
      guard Self.containerValues.contains(text) || Self.isAttachedValue(text) else {
        return dynamic(
          inner, Array(left), why: "the option \(text) is not known, so the command is not certain")
      }
      if Self.containerValues.contains(text) { _ = left.popFirst() }
    }
    _ = left.popFirst()
    run(left, inner, scope)
  }

  private static let containerFlags: Set<String> = [
    "--rm", "--init", "--privileged", "--detach", "--interactive", "--tty", "--read-only", "--no-healthcheck",
    "--quiet",
    "--publish-all", "--oom-kill-disable", "--sig-proxy", "--disable-content-trust", "--replace", "--rmi",
    "--no-deps", "--service-ports", "--use-aliases", "--build", "--quiet-pull", "--quiet-build",
    "--remove-orphans",
    "--no-TTY", "--no-tty", "--detach-keys=", "--no-hosts", "--http-proxy", "--latest", "-l",
  ]
  private static let containerValues: Set<String> = [
    "-v", "--volume", "-e", "--env", "--env-file", "-p", "--publish", "-w", "--workdir", "-u", "--user",
    "--name",
    "-h", "--hostname", "--network", "--net", "--mount", "-l", "--label", "--label-file", "-m", "--memory",
    "--cpus",
    "-c", "--cpu-shares", "--gpus", "--device", "--cap-add", "--cap-drop", "--security-opt", "--restart",
    "--platform",
    "--pull", "--ip", "--ip6", "--dns", "--dns-search", "--dns-option", "--add-host", "--link",
    "--volumes-from",
    "--tmpfs", "--shm-size", "--ulimit", "--log-driver", "--log-opt", "--pid", "--ipc", "--uts", "--userns",
    "--cgroupns", "--cgroup-parent", "--cidfile", "--stop-signal", "--stop-timeout", "--group-add",
    "--expose",
    "--runtime", "--isolation", "--memory-swap", "--memory-reservation", "--cpuset-cpus", "--cpu-quota",
    "--cpu-period", "--pids-limit", "--network-alias", "--sysctl", "--annotation", "--attach", "-a",
    "--detach-keys",
    "--domainname", "--mac-address", "--kernel-memory", "--oom-score-adj", "--storage-opt", "--health-cmd",
    "--health-interval", "--health-retries", "--health-timeout", "--index", "--arch", "--os", "--pod",
    "--secret",
    "--authfile", "--creds", "-f", "--file", "--project-name", "--profile",
  ]

  /// `-v/a:/b`, `-p80:80`: a short option with its value.
  private static func isAttachedValue(_ text: String) -> Bool {
    !text.hasPrefix("--") && text.count > 2 && containerValues.contains(String(text.prefix(2)))
  }

  private static func isFlagBundle(_ text: String) -> Bool {
    !text.hasPrefix("--") && text.dropFirst().allSatisfy { "itdPqT".contains($0) }
  }

  /// `kubectl exec POD -- COMMAND`: the command stands behind two dashes.
  mutating func afterDashes(
    _ base: String, _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope
  ) {
    add(.exec, place, request: request)
    guard
      arguments.contains(.literal("exec")) || arguments.contains(.literal("run"))
        || arguments.contains(.literal("debug")),
      arguments.count > 1
    else { return }
    guard let index = arguments.firstIndex(of: .literal("--")) else {
      if arguments.contains(.literal("exec")) {
        dynamic(place.through("\(base) exec"), arguments, why: "no -- says where the command begins")
      }
      return
    }
    run(arguments[(index + 1)...], place.through("\(base) exec"), scope)
  }

  mutating func packageRunner(
    _ base: String, _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope
  ) {
    add(.exec, place, request: request)
    let inner = place.through(base)
    var left = arguments[...]
    let runs: [String: Set<String>] = [
      "npm": ["exec", "x"], "yarn": ["dlx", "exec"], "pnpm": ["dlx", "exec"], "uv": ["run"],
      "poetry": ["run"],
      "pipenv": ["run"], "bundle": ["exec"], "mise": ["exec", "x"], "direnv": ["exec"],
    ]
    if let verbs = runs[base] {
      guard case .literal(let verb)? = left.popFirst(), verbs.contains(verb) else { return }
    }
    while let first = left.first, case .literal(let text) = first, text.hasPrefix("-") {
      left.removeFirst()
      if text == "--" { break }
      if text == "-c" || text == "--call" { return shellText(left.first ?? .unknown, .sh, inner) }
      if text.hasPrefix("--call=") { return shellText(.literal(String(text.dropFirst(7))), .sh, inner) }
      if Self.runnerFlags.contains(text) || text.contains("=") { continue }
      guard Self.runnerValues.contains(text) else {
        return dynamic(
          inner, Array(left), why: "the option \(text) is not known, so the command is not certain")
      }
      _ = left.popFirst()
    }
    if base == "direnv" { _ = left.popFirst() }
    run(left, inner, scope)
  }

  private static let runnerFlags: Set<String> = [
    "-y", "--yes", "--no", "-q", "--quiet", "--silent", "-s", "--ignore-existing", "--no-install",
    "--offline",
    "--prefer-offline", "--locked", "--frozen", "--no-sync", "--no-project", "--isolated", "--no-dev",
    "--all-extras",
    "--active", "--exact", "-v", "--verbose", "-B", "--bun", "--shell-mode", "-c=", "--workspaces",
    "--no-cache", "-m",
    "--module", "--prefer-online", "--include-workspace-root", "-n", "--no-config",
  ]
  private static let runnerValues: Set<String> = [
    "-p", "--package", "--with", "--python", "--with-requirements", "--with-editable", "--extra", "--group",
    "--project", "--directory", "--env-file", "--index-url", "--cwd", "-C", "--filter", "-w", "--workspace",
    "--registry", "--prefix", "--gemfile", "-P", "--from",
  ]

  mutating func multiplexer(
    _ base: String, _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope
  ) {
    let starting: Set<String> = [
      "new-session", "new", "new-window", "neww", "split-window", "splitw", "run-shell", "run",
      "respawn-pane", "if-shell", "send-keys", "send", "pipe-pane", "-X", "-dmS", "-dm",
    ]
    let starts = arguments.contains { argument in
      if case .literal(let text) = argument { return starting.contains(text) }
      return true
    }
    if base == "tmux", let first = arguments.first,
      [.literal("new"), .literal("new-session"), .literal("neww"), .literal("new-window")].contains(first),
      case .literal(let last)? = arguments.last, arguments.count > 1, !last.hasPrefix("-"),
      arguments.dropFirst().dropLast().allSatisfy({
        [.literal("-d"), .literal("-P"), .literal("-D"), .literal("-A")].contains($0)
      })
    {
      add(.exec, place, request: request)
      return analyze(text: last, dialect: .sh, place.through("tmux"))
    }
    add(
      starts ? .opaque : .exec, place, request: request,
      why: starts ? "\(base) starts commands in another process" : nil)
  }
}
