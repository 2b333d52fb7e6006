import Foundation
import TestKit
import Testing

/// Lists of hosts in files: what they say holds, what they say later holds within five seconds, and what is wrong with
/// them never opens anything.
@Suite(.enabled(if: NetworkRunTests.obstacle.isEmpty, Comment(rawValue: NetworkRunTests.obstacle)))
struct HostListTests {
  /// A step that asks the proxy for the server again and again, and leaves each answer in a file.
  private struct Asking {
    let project: TemporaryProject
    let server: HTTPServer
    let process: Process

    init(_ policy: String, list: (HTTPServer) -> String) throws {
      server = try HTTPServer(body: "x")
      project = try TemporaryProject()
      try project.write("hosts.txt", list(server))
      try project.write("out/begin", "")
      try project.write(
        ".rundownrc.yaml",
        "default: {run: {allow: [curl, sleep, mv]}, write: {allow: [\"{repo}/**\"]}, network: \(policy)}\n"
          .replacingOccurrences(of: "PORT", with: "\(server.port)"))
      try project.write(
        "ask.md",
        runbook(
          """
          while [ ! -e out/stop ]; do
            curl -s -o out/body -p --noproxy '' --max-time 5 -w '%{http_connect}' http://127.0.0.1:\(server.port)/ > out/new
            mv out/new out/now; sleep 0.1
          done
          """))
      process = try project.start("run", "ask.md", "--events", "events.ndjson")
    }

    /// Whether the proxy comes to answer so within five seconds.
    func becomes(_ code: String) -> Bool { eventually(seconds: 5) { project.read("out/now") == code } }

    /// Whether the proxy goes on to answer so.
    func stays(_ code: String) -> Bool {
      !eventually(seconds: 2.5) { ![code, nil].contains(project.read("out/now")) }
    }

    /// Replaces the list at once, as an editor does.
    func replace(_ text: String) throws {
      try project.write("hosts.new", text)
      rename(project.root + "/hosts.new", project.root + "/hosts.txt")
    }

    /// Ends the run, and gives its events.
    func end() throws -> String {
      try project.write("out/stop", "")
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return project.read("events.ndjson") ?? ""
    }
  }

  @Test func anAllowListIsFollowedWhileAStepRuns() throws {
    let asking = try Asking("{allowFiles: [hosts.txt]}") { "# ours\n127.0.0.1:\($0.port)  # the service\n\n" }
    #expect(asking.becomes("200"))
    try asking.project.write("hosts.txt", "")
    #expect(asking.becomes("403"), "an empty list allows nothing")
    try asking.replace("127.0.0.1:\(asking.server.port)\n")
    #expect(asking.becomes("200"))
    try asking.replace("https://not-a-host/\n")
    #expect(asking.stays("200"), "what is no list changes nothing")
    let path = asking.project.root + "/hosts.txt"
    try FileManager.default.removeItem(atPath: path)
    try asking.project.write("elsewhere", "example.com\n")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "elsewhere")
    #expect(asking.stays("200"), "a link is not followed")
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(asking.stays("200"), "a FIFO holds nothing up")
    try FileManager.default.removeItem(atPath: path)
    try asking.project.write("hosts.txt", "example.com\n")
    #expect(asking.becomes("403"))
    let events = try asking.end()
    for text in ["has changed: 0 hosts now", "has changed: 1 host now", "stays as it was: line 1"] {
      #expect(events.contains("hosts.txt: the list of hosts \(text)"), "\(text): \(events.suffix(3000))")
    }
  }

  @Test func aDenyListDeniesWhateverHappensToItsFile() throws {
    let asking = try Asking("{allow: [\"127.0.0.1:PORT\"], denyFiles: [\"{repo}/hosts.txt\"]}") { _ in
      "127.0.0.1\n"
    }
    #expect(asking.becomes("403"))
    let path = asking.project.root + "/hosts.txt"
    try FileManager.default.removeItem(atPath: path)
    #expect(asking.stays("403"), "a list that is gone denies as before")
    try asking.project.write("hosts.txt", "127.0.0.1\nhalf a li")
    #expect(asking.stays("403"), "a list that is broken denies as before")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    try asking.project.write("hosts.txt", "", mode: 0o666)
    #expect(asking.stays("403"), "a list that everybody can write to denies as before")
    try asking.replace("example.com\n")
    #expect(asking.becomes("200"))
    try asking.replace("127.0.0.1\n")
    #expect(asking.becomes("403"))
    _ = try asking.end()
  }

  @Test func aStepCannotWriteAList() throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {run: {allow: [mv, rm, cp]}, write: {allow: [\"{repo}/**\"]}, network: {allowFiles: [lists/hosts.txt]}}\n"
    )
    try project.write("lists/hosts.txt", "example.com\n")
    let text = """
      echo evil.example > lists/hosts.txt; echo evil.example > new; mv new lists/hosts.txt; rm -f lists/hosts.txt
      mv lists old; cp -r lists lists2; rm -rf lists; : > reached; exit 0
      """
    let result = try {
      try project.write("a.md", runbook(text))
      return try project.rundown("run", "a.md")
    }()
    #expect(project.exists("reached"), "\(result.all)")
    #expect(project.read("lists/hosts.txt") == "example.com\n", "\(result.all)")
  }

  @Test(arguments: [
    (key: "allowFiles", make: "rm -f hosts.txt", message: "cannot be read"),
    (key: "denyFiles", make: "rm -f hosts.txt", message: "cannot be read"),
    (key: "denyFiles", make: "rm -f hosts.txt; mkfifo hosts.txt", message: "cannot be read"),
    (key: "denyFiles", make: "truncate -s 1G hosts.txt", message: "cannot be read"),
    (key: "allowFiles", make: "echo 'a b' > hosts.txt", message: "hosts.txt:1:1"),
    (key: "allowFiles", make: "chmod 666 hosts.txt", message: "every user can write to it"),
  ])
  func withoutItsListsThereIsNoPolicy(_ bad: (key: String, make: String, message: String)) throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", "default: {network: {\(bad.key): [hosts.txt]}}\n")
    try project.write("hosts.txt", "example.com\n")
    try project.write("a.md", runbook("echo ran"))
    #expect(try project.rundown("run", "a.md").status == 0)
    _ = try project.run(["/bin/sh", "-c", bad.make])
    for command in [["run", "a.md"], ["policy", "check"], ["policy", "show"]] {
      let result = try project.rundown(command)
      #expect(result.status == 78 && result.all.contains(bad.message), "\(command): \(result.all)")
      #expect(!result.output.contains("ran"))
    }
  }
}
