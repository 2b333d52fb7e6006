import Foundation
import TestKit
import Testing

/// What the kernel keeps a step from, seen from inside the step; each case shows too that the wall is the policy's.
@Suite struct ConfinementRunTests {
  /// Whether this machine gives a step the whole sandbox; what cannot be enforced cannot be tested.
  static let isFull: Bool = {
    guard let project = try? TemporaryProject(), (try? project.write("a.md", runbook(":"))) != nil,
      let result = try? project.rundown("run", "a.md")
    else { return false }
    return result.output.contains("sandbox full")
  }()

  private func project(_ policy: String) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", policy)
    return project
  }

  /// Runs one step and gives what it printed.
  private func run(_ project: TemporaryProject, _ text: String, _ options: String...) throws -> String {
    try project.write("step.md", runbook(text, shell: "bash"))
    return try project.rundown(["run", "step.md"] + options).all
  }

  // MARK: reading

  @Test(.enabled(if: isFull)) func readingOutsideIsRefusedByTheKernel() throws {
    let project = try project("default: {mode: execute, run: {allow: [cat]}}\n")
    try "outside-text".write(toFile: project.top + "/outside", atomically: true, encoding: .utf8)
    try "home-text".write(toFile: project.home + "/private", atomically: true, encoding: .utf8)
    try project.write("inside", "inside-text")
    _ = symlink(project.top + "/outside", project.root + "/link")
    let text =
      "cat inside; cat ../outside; cat link; cat \"$HOME/private\"; cat /etc/shadow; ls -A \"$HOME\"; exit 0"
    let output = try run(project, text)
    #expect(output.contains("inside-text"), "\(output)")
    for secret in ["outside-text", "home-text", "root:", "private\n"] {
      #expect(!output.contains(secret), "\(output)")
    }
    // The same with the file allowed, and without a sandbox.
    let allowed = try run(project, "cat ../outside", "--allow-read", "../outside")
    #expect(allowed.contains("outside-text"), "\(allowed)")
    let open = try run(project, text, "--no-sandbox")
    #expect(
      open.contains("outside-text") && open.contains("home-text") && open.contains("sandbox off"), "\(open)")
  }

  @Test(.enabled(if: isFull)) func deniedFilesInsideTheProjectAreMasked() throws {
    let project = try project("version: 1\ndefault: {mode: execute}\n")
    try project.write("a.txt", "plain-text")
    try project.write(".env", "PASSWORD=secret-value\n")
    try project.write("deep/down/.env.local", "secret-value\n")
    try project.write("keys/server.pem", "secret-value\n")
    let text =
      "cat a.txt .env deep/down/.env.local keys/server.pem; grep -r secret-value .; cp .env /tmp/x; cat /tmp/x; exit 0"
    let output = try run(project, text)
    #expect(output.contains("plain-text"), "\(output)")
    #expect(!output.contains("PASSWORD=") && !output.contains(":secret-value"), "\(output)")
    let allowed = try run(project, "cat .env", "--allow-read", ".env")
    #expect(allowed.contains("PASSWORD=secret-value"), "\(allowed)")
  }

  // MARK: writing

  @Test(.enabled(if: isFull)) func writingOutsideTheListIsRefusedByTheKernel() throws {
    let project = try project(
      "default: {mode: execute, run: {allow: [rm, mv, chmod]}, write: {allow: [\"{repo}/out/**\"], deny: [\"**/*.lock\"]}}\n"
    )
    try project.write("out/keep.lock", "old")
    try project.write("source.c", "old")
    let text = """
      echo new > out/made; echo new > source.c; echo new > made; rm -f source.c; mv source.c out/x
      mkdir newdir; ln -s source.c link; chmod 777 source.c; echo new > out/keep.lock; rm -f out/keep.lock
      echo new > ../outside; echo new > "$HOME/x"; echo new > /usr/x; echo new > /tmp/x && cat /tmp/x; touch /dev/shm/x
      exit 0
      """
    let output = try run(project, text)
    #expect(project.read("out/made") == "new\n", "\(output)")
    #expect(project.read("source.c") == "old" && project.read("out/keep.lock") == "old", "\(output)")
    for name in ["made", "newdir", "link", "../outside", "../home/x"] {
      #expect(!project.exists(name), "\(name)")
    }
    #expect(output.contains("\nnew\n"), "a step has a /tmp of its own: \(output)")
    #expect(
      !FileManager.default.fileExists(atPath: "/tmp/x") && !FileManager.default.fileExists(atPath: "/usr/x"))
    _ = try run(project, "echo new > source.c", "--allow-write", "source.c")
    #expect(project.read("source.c") == "new\n")
  }

  @Test(.enabled(if: isFull)) func whatRunsLaterIsProtected() throws {
    let project = try project(
      "default: {mode: execute, run: {allow: [rm, mv]}, write: {allow: [\"{repo}/**\"]}}\n")
    for name in [".git/hooks/pre-commit", ".git/config", ".vscode/tasks.json", ".husky/pre-push"] {
      try project.write(name, "old")
    }
    try project.write("a.txt", "old")
    let text = """
      echo new > a.txt
      for f in .git/hooks/pre-commit .git/hooks/post-merge .git/config .vscode/tasks.json .husky/pre-push; do
        echo new > $f; rm -f $f; mv $f x
      done
      mv .git/hooks hooks; mv .git git; rm -rf .vscode; mv .husky h; mkdir .devcontainer; echo new > .envrc
      echo 'default: {mode: execute}' > .rundownrc.yaml; rm -f .rundownrc.yaml; mv .rundownrc.yaml y
      echo new > .rundown/rundown.db; rm -rf .rundown; mv .rundown z
      exit 0
      """
    let output = try run(project, text)
    #expect(project.read("a.txt") == "new\n", "\(output)")
    for name in [".git/hooks/pre-commit", ".git/config", ".vscode/tasks.json", ".husky/pre-push"] {
      #expect(project.read(name) == "old", "\(name): \(output)")
    }
    #expect(!project.exists(".git/hooks/post-merge") && !project.exists("z"))
    #expect(project.read(".rundownrc.yaml")?.contains("{repo}/**") == true, "\(output)")
  }

  /// The kernel guards what is there; what a step makes anew is taken away when it ends.
  @Test(
    .enabled(if: isFull),
    arguments: [
      ("echo new > .envrc", ".envrc"),
      ("mkdir .devcontainer; echo x > .devcontainer/devcontainer.json", ".devcontainer"),
      ("mkdir .claude; echo '{}' > .claude/settings.local.json", ".claude/settings.local.json"),
      ("mkdir evil .claude; echo '{}' > evil/settings.json; rmdir .claude; ln -s evil .claude", ".claude"),
      ("ln -s /etc/passwd .mcp.json", ".mcp.json"),
      ("mkdir -p .git/hooks; echo x > .git/hooks/pre-commit", ".git/hooks"),
      ("(sleep 0.2; echo new > .envrc) & sleep 0.5; exit 1", ".envrc"),
    ])
  func whatRunsLaterIsNotMadeEither(_ text: String, _ name: String) throws {
    let project = try project(
      "default: {mode: execute, run: {allow: [rmdir]}, write: {allow: [\"{repo}/**\"]}}\n")
    try project.write("step.md", runbook(text, "echo went on", shell: "bash"))
    let result = try project.rundown("run", "step.md")
    #expect(result.status == 77 && !result.output.contains("went on"), "\(result.all)")
    #expect(result.errors.contains("step 1 made \(project.root)/\(name)"), "\(result.all)")
    #expect(result.errors.contains("it was moved to"), "\(result.all)")
    var info = stat()
    #expect(lstat(project.root + "/" + name, &info) != 0, "\(name) is still there")
    #expect(try project.status() == "refused")
    // Where a person wants it, it is no matter.
    try project.write("step.md", runbook(text, "echo went on", shell: "bash"))
    _ = try project.run(["/bin/sh", "-c", "rm -rf .claude evil .git .devcontainer .envrc .mcp.json"])
    let trusted = try project.rundown("run", "--no-sandbox", "step.md")
    #expect(trusted.status == 0 || text.hasSuffix("exit 1"), "\(trusted.all)")
  }

  // MARK: the network

  /// A listener on 127.0.0.1 that counts connections.
  private final class Listener {
    let number: Int32
    let port: UInt16

    init() throws {
      number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let number = number
      withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = bind(number, $0, size)
          _ = listen(number, 8)
          _ = getsockname(number, $0, &size)
        }
      }
      port = UInt16(bigEndian: address.sin_port)
      try #require(port > 0)
    }

    /// Whether somebody has connected since the last look.
    var wasReached: Bool {
      let connection = accept(number, nil, nil)
      if connection >= 0 { close(connection) }
      return connection >= 0
    }

    deinit { close(number) }
  }

  @Test(.enabled(if: isFull)) func deniedNetworkReachesNobody() throws {
    let listener = try Listener()
    let project = try project("default: {mode: execute, network: deny}\n")
    let text =
      "(echo x > /dev/tcp/127.0.0.1/\(listener.port)) && echo reached; (echo x > /dev/udp/8.8.8.8/53) && echo sent; exit 0"
    let output = try run(project, text)
    #expect(!output.contains("reached\n") && !listener.wasReached, "\(output)")
    #expect(!output.contains("sent\n"), "\(output)")
    // The same step with the network open gets there.
    try project.write(".rundownrc.yaml", "default: {mode: execute, network: {mode: open}}\n")
    let open = try run(project, text)
    #expect(open.contains("reached\n") && listener.wasReached, "\(open)")
    try project.write(".rundownrc.yaml", "default: {mode: execute, network: deny}\n")
    let bare = try run(project, text, "--no-sandbox")
    #expect(bare.contains("reached\n") && listener.wasReached, "\(bare)")
  }

  @Test(.enabled(if: isFull)) func aStepHasItsOwnLoopback() throws {
    let project = try project("default: {mode: execute, network: deny}\n")
    guard access("/usr/bin/python3", X_OK) == 0 else { return }
    let text = """
      python3 -c 'import socket; s=socket.create_server(("127.0.0.1",8377)); open("/tmp/up","w"); s.accept()[0].sendall(b"hello\\n")' &
      for i in $(seq 100); do [ -e /tmp/up ] && break; sleep 0.05; done
      exec 3<>/dev/tcp/127.0.0.1/8377; cat <&3
      """
    #expect(try run(project, text).contains("hello\n"))
  }

  // MARK: processes and modes

  @Test(.enabled(if: isFull)) func aStepSeesAndTouchesNoProcessOfOthers() throws {
    let project = try project("default: {mode: execute}\n")
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/bin/sleep")
    other.arguments = ["60"]
    try other.run()
    defer { other.terminate() }
    let id = other.processIdentifier
    let output = try run(
      project,
      "kill -0 \(id) && echo seen; kill -9 \(id); cat /proc/\(id)/environ && echo read; ls -d /proc/[0-9]* | wc -l; exit 0"
    )
    #expect(!output.contains("seen\n") && !output.contains("read\n") && other.isRunning, "\(output)")
  }

  @Test func modesOfTheSandbox() throws {
    let project = try project("default: {mode: execute}\n")
    for (options, word) in [
      (["--no-sandbox"], "sandbox off"), (["--allow-all"], "sandbox off"),
      (["--allow-all", "--deny-all"], "refused"),
    ] {
      try project.write("step.md", runbook("expr 1 + 2"))
      let result = try project.rundown(["run", "step.md"] + options)
      #expect(result.all.contains(word), "\(result.all)")
    }
    let strict = try project.rundown("run", "--sandbox-strict", "step.md")
    if Self.isFull {
      #expect(strict.status == 0 && strict.output.contains("sandbox full"), "\(strict.all)")
    } else {
      #expect(strict.status == 69 && !strict.output.contains("\n3\n"), "\(strict.all)")
    }
    try project.write(".rundownrc.yaml", "default: {mode: execute, sandbox: \"off\"}\n")
    #expect(try project.rundown("run", "step.md").output.contains("sandbox off"))
    #expect(try project.rundown("run", "--sandbox", "step.md").output.contains("sandbox off") == false)
  }

  /// Each rung by itself: masks hold without a process namespace, and the end of a step is its processes' end all the same.
  @Test(.enabled(if: isFull && access("/usr/bin/unshare", X_OK) == 0), arguments: ["net", "pid", "mnt"])
  func whereOneKindOfNamespaceIsMissing(_ kind: String) throws {
    let project = try project("version: 1\ndefault: {mode: execute, run: {allow: [\"*\"], deny: []}}\n")
    try project.write(".env", "SECRET=1")
    let mark = "77\(Int.random(in: 10_000_000...99_999_999))"
    try project.write("step.md", runbook("cat .env; (setsid sleep \(mark) &) ; echo ran"))
    let prefix = [
      "/usr/bin/unshare", "--user", "--map-root-user", "/bin/sh", "-c",
      "echo 0 > /proc/sys/user/max_\(kind)_namespaces; exec \"$0\" \"$@\"",
    ]
    guard try project.run(prefix + ["/bin/true"]).status == 0 else { return }
    let result = try project.run(prefix + [Built.rundown, "run", "step.md"])
    #expect(result.output.contains("ran\n"), "\(result.all)")
    #expect(result.output.contains("SECRET=1") == (kind == "mnt"), "\(result.all)")
    #expect(result.output.contains("sandbox partial") == (kind != "net"), "\(result.all)")
    #expect(try eventually(seconds: 2) { try project.processes("sleep \(mark)").isEmpty })
    // What is missing is in the record of the run, too.
    let doctor = try project.run(prefix + [Built.rundown, "doctor"])
    #expect(doctor.output.contains("making the namespaces"), "\(doctor.all)")
  }

  /// Without user namespaces a policy that masks files cannot be enforced in full.
  @Test(.enabled(if: geteuid() != 0 || access("/usr/bin/unshare", X_OK) == 0))
  func whereThereAreNoNamespacesStrictRefuses() throws {
    let project = try project("version: 1\ndefault: {mode: execute}\n")
    try project.write(".env", "SECRET=1")
    try project.write("step.md", runbook("echo ran"))
    // A namespace in which no further ones may be made.
    let prefix = [
      "/usr/bin/unshare", "--user", "--map-root-user", "/bin/sh", "-c",
      "for n in user net mnt pid; do echo 0 > /proc/sys/user/max_${n}_namespaces; done; exec \"$0\" \"$@\"",
    ]
    let probe = try project.run(prefix + ["/usr/bin/unshare", "--user", "/bin/true"])
    guard probe.status != 0, try project.run(prefix + ["/bin/true"]).status == 0 else { return }
    let strict = try project.run(prefix + [Built.rundown, "run", "--sandbox-strict", "step.md"])
    #expect(strict.status == 69, "\(strict.all)")
    #expect(strict.errors.contains("cannot confine the steps as required"), "\(strict.all)")
    #expect(!strict.output.contains("ran\n"))
    let prefer = try project.run(prefix + [Built.rundown, "run", "step.md"])
    #expect(prefer.status == 0 && prefer.output.contains("ran\n"), "\(prefer.all)")
    #expect(prefer.output.contains("sandbox partial") && prefer.output.contains("sandbox: "), "\(prefer.all)")
  }
}
