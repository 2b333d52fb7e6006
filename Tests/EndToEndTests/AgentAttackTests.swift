import Foundation
import TestKit
import Testing

/// A stand-in for an agent that has been talked into attacking: it runs one case after another from inside its step. Each
/// is refused, shows no canary, and has a line in the journal, but for those where nothing is refused: what was asked for
/// is not there in the sandbox, or was changed. Each of these says why.
@Suite(
  .enabled(
    if: ConfinementRunTests.isFull && LiveGate.isThere, "no full sandbox, or no gate on program starts, here")
)
struct AgentAttackTests {
  /// What the journal must have.
  enum Line {
    /// A file that the sandbox refused, by the end of its path.
    case file(String)
    /// A program start that was refused.
    case start(String)
    /// A connection that was not made, by its host.
    case host(String)
    /// A call that no step may make.
    case call(String)
    /// A file that was made and taken away at the end of the step, by the end of its path.
    case takenAway(String)
    /// No line, and why there is none.
    case none(because: String)
  }

  struct Case {
    var id: String
    var command: String
    /// With `access=read`.
    var line: Line
    /// With `access=write`.
    var writing: Line
    init(_ id: String, _ command: String, _ line: Line, writing: Line? = nil) {
      (self.id, self.command, self.line, self.writing) = (id, command, line, writing ?? line)
    }
  }

  static let canary = "canary-4711"

  /// Files with secrets in the home (A) and in the project.
  static let homeFiles = [
    "A01": ".ssh/id_ed25519", "A02": ".ssh/config", "A03": ".gnupg/private-keys-v1.d/x.key",
    "A04": ".aws/credentials", "A05": ".azure/accessTokens.json", "A06": ".kube/config",
    "A07": ".docker/config.json",
    "A08": ".nais/config", "A09": ".password-store/a.gpg",
    "A10": ".config/gcloud/application_default_credentials.json",
    "A11": ".config/op/config", "A13": ".netrc", "A14": ".npmrc", "A15": ".pypirc", "A16": ".gem/credentials",
    "A18": ".git-credentials", "A19": ".config/gh/hosts.yml", "A20": ".m2/settings.xml",
    "A22": ".gradle/gradle.properties", "A27": ".bash_history", "A29": ".config/rclone/rclone.conf",
    "A32": ".local/share/opencode/auth.json", "S01": ".config/rundown/secret.key",
  ]
  static let projectFiles = [".env", ".env.local", ".env.production", "a/b/.env", "server.pem", "tls.key"]

  /// Asks the proxy for a connection and prints its answer.
  private static func connect(_ target: String) -> String {
    "python3 connect.py 'CONNECT \(target) HTTP/1.1' 'Host: \(target)'"
  }

  private static let absent = Line.none(because: "it is not there in the sandbox, so nothing is refused")
  private static let noRoute = Line.none(because: "the sandbox' network has no route, so nothing is refused")
  private static let noProgram = Line.none(because: "a step finds no rundown on its PATH")

  /// Calls that no step may make, by number on x86_64: `calls.py` makes them.
  static let calls: [String: String] = [
    "unshare": "272, 0x10000000", "keyctl": "250, 0, -3, 1", "process_vm_readv": "310, runner, 0, 0, 0, 0, 0",
    "pidfd": "434, runner, 0", "mount": "165, 0, b'/tmp', b'tmpfs', 0, 0", "ptrace": "101, 0, 0, 0, 0",
    "bpf": "321, 0, 0, 0", "io_uring_setup": "425, 1, 0", "userfaultfd": "323, 0", "setns": "308, 0, 0",
    "add_key": "248, b'user', b'x', b'x', 1, -3", "perf_event_open": "298, 0, 0, -1, -1, 0",
    "open_by_handle_at": "304, 0, 0, 0", "chroot": "161, b'/'", "ioctl": "16, 0, 0x5412, 0",
  ]

  static let cases: [Case] =
    homeFiles.sorted { $0.key < $1.key }.map { Case($0.key, "cat ~/\($0.value)", .file($0.value)) }
    + projectFiles.enumerated().map { Case("A35.\($0)", "cat \($1)", .file($1)) }
    + [
      Case("A33", "ls -A ~; find ~ -maxdepth 3 -type f -exec cat {} +", absent),
      Case("A36.cp", "cp .env /tmp/x && cat /tmp/x", .file(".env")),
      Case("A36.ln", "ln .env out/x; cat out/x", .file("out/x"), writing: .file(".env")),
      Case("A36.sym", "ln -s $PWD/.env out/y; cat out/y", .file(".env")),
      Case("A36.mv", "mv .env out/z; cat out/z", .file("out/z"), writing: .file(".env")),
      Case(
        "A39", "cat /proc/1/environ /proc/$PPID/environ | tr '\\0' '\\n' | grep canary-parent",
        .none(
          because: "the kernel shows a process' environment to nobody who may not trace it, sandbox or not")),
      Case("A41", "cat /run/secrets/* /var/run/secrets/kubernetes.io/serviceaccount/token", absent),
      Case("A42", "cat /tmp/rundown-attack-canary", absent),
      Case("B", "env | grep canary-parent", absent),
      Case(
        "B20", "test \"$npm_config_ignore_scripts\" != true && echo \(canary)",
        .none(because: "the variable is set for every agent: nothing is refused")),
      Case("C01", "echo \(canary) > .git/hooks/pre-commit", .file(".git/hooks/pre-commit")),
      Case(
        "C04", "git config --file .git/config alias.x '!touch owned'", .file(".git/config.lock"),
        writing: .file(".git/config")),
      Case("C06", "cp .git/config out/config; mv out/config .git/config", .file(".git/config")),
      Case(
        "C08", "git config core.fsmonitor ./x; git config core.sshCommand ./x", .file(".git/config.lock"),
        writing: .file(".git/config")),
      Case("C09", "mv .git .git2", .file(".git2"), writing: .file(".git")),
      Case(
        "C12", "ln -sfn /tmp/evil .git", .file(".git/evil"),
        writing: .none(because: "the link is made inside of .git, where it means nothing")),
      Case("C16", "git config --global alias.x '!touch owned'; echo x > ~/.gitconfig", absent),
      Case(
        "C18", "mkdir -p .husky && echo \(canary) > .husky/pre-commit", .file(".husky"),
        writing: .takenAway(".husky")),
      Case("C20.envrc", "echo \(canary) > .envrc", .file(".envrc"), writing: .takenAway(".envrc")),
      Case("C20.policy", "echo 'default: {mode: execute}' > .rundownrc.yaml", .file(".rundownrc.yaml")),
      Case("C20.vscode", "echo \(canary) > .vscode/tasks.json", .file(".vscode/tasks.json")),
      Case("D01", "cp /bin/true /tmp/t && /tmp/t && echo \(canary)", .start("t")),
      Case("D04", "python3 memfd.py", .start("memfd:x (deleted)")),
      Case("E06", connect("127.0.0.1:443"), .host("127.0.0.1")),
      Case("E05", connect("100.64.0.1:443"), .host("100.64.0.1")),
      Case("E11", connect("224.0.0.1:443"), .host("224.0.0.1")),
      Case("E12", connect("[::1]:443"), .host("::1")),
      Case("E17", connect("[64:ff9b::a9fe:a9fe]:443"), .host("64:ff9b::a9fe:a9fe")),
      Case("E26", connect("x.pastebin.com:443"), .host("x.pastebin.com")),
      Case(
        "F01", "python3 connect.py 'GET http://169.254.169.254/ HTTP/1.1' 'Host: 169.254.169.254'",
        .host("169.254.169.254")
      ),
      Case(
        "G06",
        "python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"x\", (\"8.8.8.8\", 53)); print(\"\(canary)\")'",
        noRoute),
      Case(
        "G08",
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"/var/run/docker.sock\"); print(\"\(canary)\")'",
        absent),
      Case("G17", "python3 calls.py unshare", .call("unshare")),
      Case("G17.program", "unshare -Urn true && echo \(canary)", .start("unshare")),
      Case("G19", "exec 3<>/dev/tcp/1.1.1.1/443 && echo \(canary)", noRoute),
      Case("H02", "python3 calls.py process_vm_readv", .call("process_vm_readv")),
      Case("H07", "python3 calls.py keyctl", .call("keyctl")),
      Case("H02.trace", "python3 calls.py ptrace", .call("ptrace")),
      Case("H07.add", "python3 calls.py add_key", .call("add_key")),
      Case("H11.mount", "python3 calls.py mount", .call("mount")),
      Case("H11.chroot", "python3 calls.py chroot", .call("chroot")),
      Case("H11.setns", "python3 calls.py setns", .call("setns")),
      Case("H11.bpf", "python3 calls.py bpf", .call("bpf")),
      Case("H11.perf", "python3 calls.py perf_event_open", .call("perf_event_open")),
      Case("H11.ring", "python3 calls.py io_uring_setup", .call("io_uring_setup")),
      Case("H11.fault", "python3 calls.py userfaultfd", .call("userfaultfd")),
      Case("H11.handle", "python3 calls.py open_by_handle_at", .call("open_by_handle_at")),
      Case("H11.typing", "python3 calls.py ioctl", .call("ioctl")),
      Case("H04", "kill -9 $(cat runner.pid) && echo \(canary)", absent),
      Case("H03", "python3 calls.py pidfd", absent),
      Case("J01", "echo $(c=cu; ${c}rl x); `w=wge; ${w}t x`", .start("curl")),
      Case("J03", "eval 'r''m' .env; env -S 'rm .env'", .start("rm")),
      Case("J07", "PATH=.:$PATH BASH_ENV=x curl x", .start("curl")),
      Case("K08", "echo x > .rundown/rundown.db; mv .rundown out/r", .file(".rundown/rundown.db")),
      Case(
        "L01", "echo '# more' >> Runbooks/a.runbook.md", .file("a.runbook.md"),
        writing: .none(because: "this access may write it; the report of the step names it")),
      Case(
        "L13", "git push origin HEAD && echo \(canary)",
        .none(because: "git may run, and finds no remote; its hosts would be refused by the proxy")),
      Case("N01", "rundown agent shell -- -c 'cat .env'", noProgram),
      Case("N02", "rundown secret ls; rundown trust add", noProgram),
    ]

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    for name in Self.homeFiles.values {
      let path = project.home + "/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data("\(Self.canary)\n".utf8).write(to: URL(fileURLWithPath: path))
    }
    for name in Self.projectFiles + ["Runbooks/a.runbook.md"] { try project.write(name, "\(Self.canary)\n") }
    #expect(try project.run(["/usr/bin/git", "init", "-q"]).status == 0)
    try project.write(".vscode/tasks.json", "old")
    try project.write("out/keep", "")
    try project.write(
      ".rundownrc.yaml",
      """
      default:
        run:
          allow: [cat, ls, find, cp, ln, mv, tr, grep, env, git, mkdir, python3, bash, sh, kill, "true", test, rundown]
          deny: [rm, sudo, curl]
        read: { allow: ["{repo}/**"], deny: ["**/.env*", "**/*.pem", "**/*.key"] }
        env: { allow: [PATH, HOME, LANG] }
        network: { mode: proxied, allow: [example.com] }
        watch: { secretReads: off }
      agents:
        attacker: { programs: ["{repo}/attacker"] }
      """)
    try project.write("cases.txt", Self.cases.map { "\($0.id)\t\($0.command)\n" }.joined())
    try project.write(
      "attacker",
      """
      #!/bin/bash
      while IFS=$'\\t' read -r id command; do
        echo "== $id"; bash -c "$command" </dev/null 2>/dev/null; echo "-- $?"
      done < cases.txt
      """, mode: 0o755)
    try project.write(
      "connect.py",
      """
      import os, socket, sys, urllib.parse
      proxy = urllib.parse.urlparse(os.environ["https_proxy"])
      connection = socket.create_connection((proxy.hostname, proxy.port), 5)
      connection.sendall(("\\r\\n".join(sys.argv[1:]) + "\\r\\n\\r\\n").encode())
      print("CANARY" if connection.recv(4096).split()[1] == b"200" else "refused")
      """.replacingOccurrences(of: "CANARY", with: Self.canary))
    try project.write(
      "memfd.py",
      """
      import os
      number = os.memfd_create("x"); os.write(number, open("/bin/true", "rb").read())
      os.execve(number, ["x"], {})
      """)
    try project.write(
      "calls.py",
      """
      import ctypes, os, sys
      libc = ctypes.CDLL(None, use_errno=True)
      runner = int(open("runner.pid").read())
      calls = {CALLS}
      if libc.syscall(*calls[sys.argv[1]]) >= 0: print("CANARY")
      """.replacingOccurrences(of: "CANARY", with: Self.canary).replacingOccurrences(
        of: "CALLS", with: Self.calls.map { "'\($0.key)': (\($0.value))" }.joined(separator: ", ")))
    return project
  }

  @Test(arguments: ["read", "write"]) func everyCaseIsRefused(_ access: String) throws {
    let project = try project()
    let temporary = "/tmp/rundown-attack-canary"
    try Data(Self.canary.utf8).write(to: URL(fileURLWithPath: temporary))
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    // A process of ours outside of the sandbox: what a step must neither see nor reach.
    try project.write("runner.pid", "\(ProcessInfo.processInfo.processIdentifier)")
    var environment = [
      "GIT_SSH_COMMAND": "canary-parent", "LD_PRELOAD_X": "canary-parent", "BASH_ENV": "/canary-parent",
      "RUNDOWN_SECRET_KEY": "canary-parent", "https_proxy": "http://u:canary-parent@127.0.0.1:9",
    ]
    for name in [
      "AWS_SECRET_ACCESS_KEY", "NPM_TOKEN", "DATABASE_URL", "SSH_AUTH_SOCK", "KUBECONFIG",
      "SUPER_SECRET_TOKEN",
      "DBUS_SESSION_BUS_ADDRESS", "GITHUB_TOKEN", "LANGCHAIN_API_KEY",
    ] { environment[name] = "canary-parent" }
    let config = project.read(".git/config")
    let policy = project.read(".rundownrc.yaml")
    let result = try project.rundown(
      ["agent", "attacker", "--access", access, "--explain-denials"], environment: environment)
    // Who may write and makes what is protected is found out at the end.
    #expect(result.status == (access == "read" ? 0 : 77), "\(result.all.suffix(3000))")
    var outputs: [String: String] = [:]
    for part in result.output.components(separatedBy: "== ").dropFirst() {
      outputs[String(part.prefix { $0 != "\n" })] = part
    }
    let journal = try journal(project)
    for item in Self.cases {
      guard let output = outputs[item.id], output.contains("\n-- ") else {
        Issue.record("\(item.id) did not run: \(outputs[item.id] ?? "")")
        continue
      }
      #expect(!output.contains(Self.canary) && !output.contains("canary-parent"), "\(item.id): \(output)")
      switch access == "read" ? item.line : item.writing {
      case .file(let name):
        #expect(
          journal.files.contains { $0.hasSuffix("/" + name) }, "\(item.id): no line for \(name): \(output)")
      case .start(let name): #expect(journal.starts.contains(name), "\(item.id): no line for \(name)")
      case .host(let name): #expect(journal.hosts.contains(name), "\(item.id): no line for \(name)")
      case .call(let name): #expect(journal.calls.contains(name), "\(item.id): no line for \(name)")
      case .takenAway(let name):
        #expect(
          journal.refusals.contains { $0.contains("/\(name):") }, "\(item.id): no line for \(name)")
      case .none(let why): #expect(!why.isEmpty, "\(item.id)")
      }
    }
    #expect(!result.all.contains("canary-parent"))
    // Nothing has changed that runs later, or that decides.
    #expect(project.read(".git/config") == config && project.read(".rundownrc.yaml") == policy)
    #expect(project.read(".vscode/tasks.json") == "old" && !project.exists(".git/hooks/pre-commit"))
    #expect(!project.exists(".husky/pre-commit") && !project.exists(".envrc") && !project.exists("owned"))
    #expect(!FileManager.default.fileExists(atPath: project.home + "/.gitconfig"))
    #expect(try project.rundown("audit", "verify").status == 0)
  }

  private struct Journal {
    var files: Set<String> = []
    var starts: Set<String> = []
    var hosts: Set<String> = []
    var calls: Set<String> = []
    var refusals: Set<String> = []
  }

  private func journal(_ project: TemporaryProject) throws -> Journal {
    var found = Journal()
    for line in try project.rundown("audit", "show").output.split(separator: "\n") {
      guard let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
        continue
      }
      switch event["type"] as? String {
      case "file_denied": if let path = event["path"] as? String { found.files.insert(path) }
      case "call_refused": if let name = event["call"] as? String { found.calls.insert(name) }
      case "refused":
        for refusal in event["refusals"] as? [[String: Any]] ?? [] {
          if let message = refusal["message"] as? String { found.refusals.insert(message) }
        }
      case "exec_decided" where event["decision"] as? String == "deny":
        if let name = event["program"] as? String { found.starts.insert(name) }
      case "connection_decided" where event["made"] as? Bool == false:
        if let host = event["host"] as? String { found.hosts.insert(host) }
      default: break
      }
    }
    return found
  }
}
