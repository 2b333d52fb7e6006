import Foundation
import TestKit
import Testing

/// Conduct that no rule forbids and that looks like an attack: told, held or ended.
@Suite(.enabled(if: LiveGate.isThere, "no gate on program starts here")) struct WatchTests {
  private func project(_ text: String, watch: String, gate: String = "tree") throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      """
      default:
        gate: \(gate)
        run: { allow: [python3, sh, bash, cat, "true", touch, sleep, seq, kill] }
        read: { allow: ["{repo}/**"], deny: ["**/.env*"] }
        write: { allow: ["{repo}/out/**"] }
        watch: \(watch)
      """)
    try project.write(".env.prod", "SECRET=canary\n")
    try project.write("out/keep", "")
    try project.write("a.md", runbook(text))
    return project
  }

  private func conduct(_ project: TemporaryProject) throws -> [String] {
    try project.rundown("audit", "show").output.split(separator: "\n").map(String.init).filter {
      $0.contains("conduct_seen")
    }
  }

  /// A listener and a shell that is connected to it, on the step's own loopback.
  private static let reverseShell = """
    python3 - <<'EOF'
    import os, socket, subprocess
    listener = socket.socket(); listener.bind(("127.0.0.1", 0)); listener.listen()
    client = socket.socket(); client.connect(listener.getsockname()); server, _ = listener.accept()
    server.sendall(b"echo owned > out/owned\\nexit\\n")
    try: subprocess.run(["/bin/sh", "-i"], stdin=client, stdout=client, stderr=client, timeout=5)
    except OSError as error: print(error)
    EOF
    """

  @Test func aShellOnAConnectionIsEndedBeforeItsFirstInstruction() throws {
    let project = try project(Self.reverseShell, watch: "{ reverseShell: kill }")
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 77 && result.errors.contains("a shell on a network connection"), "\(result.all)")
    #expect(result.errors.contains("sh > python3 > sh"), "\(result.all)")
    #expect(!project.exists("out/owned"))
    #expect(try conduct(project).first?.contains("\"reverseShell\"") == true)
  }

  @Test func withoutTheWatchOrOnlyWarnedItRuns() throws {
    for (watch, isTold) in [("{ reverseShell: off }", false), ("{ reverseShell: warn }", true)] {
      let project = try project(Self.reverseShell, watch: watch)
      let result = try project.rundown("run", "a.md")
      #expect(result.status == 0 && project.exists("out/owned"), "\(result.all)")
      #expect(result.errors.contains("a shell on a network connection") == isTold, "\(result.all)")
    }
  }

  @Test func agentsAreWatchedUnlessTheirPolicySaysOtherwise() throws {
    let project = try project("true", watch: "{}")
    try project.write("fake", "#!/bin/sh\n\(Self.reverseShell)\n", mode: 0o755)
    let policy = try #require(project.read(".rundownrc.yaml"))
    try project.write(
      ".rundownrc.yaml", policy + "\nagents:\n  fake: { programs: [\"{repo}/fake\"] }\n")
    let result = try project.rundown("agent", "fake", "--access", "write")
    #expect(result.status == 77 && result.errors.contains("a shell on a network connection"), "\(result.all)")
    #expect(!project.exists("out/owned"))
  }

  @Test(arguments: ["cat .env.prod", "python3 -c 'open(\".env.prod\")'"])
  func repeatedReadsOfDeniedFilesAreSeen(_ command: String) throws {
    let text = "for i in $(seq 6); do \(command) 2>/dev/null; done; touch out/after"
    let project = try project(text, watch: "{ secretReads: { count: 4, within: 1m, action: kill } }")
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 77 && result.errors.contains("many reads of denied files"), "\(result.all)")
    #expect(!project.exists("out/after"))
  }

  @Test(.enabled(if: NetworkRunTests.obstacle.isEmpty, Comment(rawValue: NetworkRunTests.obstacle)))
  func anUploadIsCountedWhileItsConnectionStands() throws {
    let text = """
      python3 - <<'EOF'
      import os, socket, time, urllib.parse
      proxy = urllib.parse.urlparse(os.environ["https_proxy"])
      connection = socket.create_connection((proxy.hostname, proxy.port), 10)
      connection.sendall(b"CONNECT localhost:PORT HTTP/1.1\\r\\n\\r\\n"); connection.recv(4096)
      for _ in range(600): connection.sendall(bytes(65536)); time.sleep(0.05)
      EOF
      touch out/after
      """
    for (action, status) in [("kill", Int32(77)), ("warn", 0)] {
      let server = try HTTPServer { client in while try !HTTPServer.read(client).isEmpty {} }
      let project = try project(text, watch: "{}")
      try project.write(
        ".rundownrc.yaml",
        try #require(project.read(".rundownrc.yaml")).replacingOccurrences(
          of: "watch: {}",
          with:
            "watch: { upload: { size: 1MiB, action: \(action) } }\n  network: { localhost: [\(server.port)] }"
        ))
      // The one that is only warned of ends by itself, soon after.
      let rounds = action == "kill" ? text : text.replacingOccurrences(of: "600", with: "30")
      try project.write("a.md", runbook(rounds.replacingOccurrences(of: "PORT", with: "\(server.port)")))
      let result = try project.rundown("run", "a.md")
      #expect(result.status == status && project.exists("out/after") == (status == 0), "\(result.all)")
      #expect(result.errors.contains("bytes were sent to localhost"), "\(result.all)")
      #expect(try conduct(project).count == 1)
    }
  }

  @Test func aStormOfProcessesIsEnded() throws {
    let starts = try project(
      "for i in $(seq 100); do /bin/true; done; touch out/after",
      watch: "{ processes: { count: 50, within: 1m, action: kill } }")
    let result = try starts.rundown("run", "a.md")
    #expect(result.status == 77 && result.errors.contains("programs were started"), "\(result.all)")
    #expect(!starts.exists("out/after"))
    // Processes that only fork start no program.
    let forks = try project(
      "for i in $(seq 40); do (while :; do read x < /dev/zero; done) & done 2>/dev/null; sleep 20; touch out/after",
      watch: "{ processes: { count: 30, within: 1s, action: kill } }")
    let forked = try forks.rundown("run", "a.md")
    #expect(forked.status == 77 && forked.errors.contains("processes are alive"), "\(forked.all)")
    #expect(!forks.exists("out/after"))
  }

  @Test(arguments: [("once", Int32(0)), ("deny", 77)])
  func aHeldStepStandsStillUntilSomebodyAnswers(_ word: String, _ status: Int32) throws {
    let text = """
      (while :; do echo tick >> out/ticks; sleep 0.05; done) & ticker=$!
      until [ -s out/ticks ]; do :; done
      for i in $(seq 3); do cat .env.prod 2>/dev/null; done; kill $ticker; touch out/after
      """
    let project = try project(
      text, watch: "{ secretReads: { count: 3, within: 1m, action: pause } }")
    let process = try project.start("run", "a.md", "--approve-within", "30s")
    var question = ""
    #expect(
      try eventually {
        question = try project.rundown("approve", "--json").output
        return question.contains("many reads") || question.contains(".env.prod")
      }, "\(question)")
    // All of it stands still, not only who asked.
    Thread.sleep(forTimeInterval: 0.3)
    let before = project.read("out/ticks")
    Thread.sleep(forTimeInterval: 0.5)
    #expect(project.read("out/ticks") == before && before != nil && !project.exists("out/after"))
    let id = try #require(question.firstMatch(of: #/"id": ?"([0-9a-f]+)"/#)?.1)
    #expect(try project.rundown("approve", String(id), word).status == 0)
    process.waitUntilExit()
    #expect(process.terminationStatus == status)
    #expect(project.exists("out/after") == (word == "once"))
    #expect(try conduct(project).first?.contains("\"pause\"") == true)
  }

  @Test func whereNobodyCanBeAskedAHeldStepIsEnded() throws {
    let project = try project(
      "cat .env.prod 2>/dev/null; cat .env.prod 2>/dev/null; touch out/after",
      watch: "{ secretReads: { count: 2, within: 1m, action: pause } }")
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 77 && !project.exists("out/after"), "\(result.all)")
  }
}
