import Foundation
import TestKit
import Testing

/// Runs that are killed, interrupted, or meet each other: the store stays whole and nothing of a step survives.
@Suite struct KillTests {
  /// A project whose steps may write `log`, and a word that only its processes carry.
  private func project() throws -> (TemporaryProject, mark: String) {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml", "default:\n  mode: execute\n  write: { allow: [\"{repo}/w/**\"] }\n")
    try project.write("w/log", "")
    return (project, "7\(UInt32.random(in: 100_000_000..<999_999_999))")
  }

  private func isGone(_ mark: String, _ project: TemporaryProject) throws -> Bool {
    try eventually(seconds: 5) { try project.processes("^sleep \(mark)").isEmpty }
  }

  /// Whether SQLite finds nothing wrong with the store.
  private func storeIsWhole(_ project: TemporaryProject) throws -> Bool {
    let database = project.root + "/.rundown/rundown.db"
    guard FileManager.default.fileExists(atPath: database) else { return true }
    guard access("/usr/bin/python3", X_OK) == 0 else { return true }
    let check =
      "import sqlite3; print(sqlite3.connect('\(database)').execute('PRAGMA integrity_check').fetchall())"
    return try project.run(["/usr/bin/python3", "-c", check]).output == "[('ok',)]\n"
  }

  // MARK: kill -9

  private static let steps = 5

  /// Each step leaves a trace, starts something that would live on, and takes a while.
  private func steps(_ mark: String) -> String {
    (1...Self.steps).map { number in
      "## \(number). Step \(number)\n\n```sh\necho \(number) >> w/log\nsleep \(mark) &\nsetsid sleep \(mark) &\nsleep 0.04\n```\n"
    }.joined(separator: "\n")
  }

  @Test(arguments: 0..<20) func killedAtAnyPoint(_ point: Int) throws {
    let (project, mark) = try project()
    try project.write("a.md", steps(mark))
    let process = try project.start("run", "a.md")
    Thread.sleep(forTimeInterval: 0.02 * Double(point) + Double.random(in: 0..<0.02))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try isGone(mark, project), "a step's process has survived")
    #expect(try storeIsWhole(project))
    let log = project.read("w/log") ?? ""
    let reached = Int(log.split(separator: "\n").last ?? "") ?? 0
    let status = try project.status()
    switch status {
    case nil: #expect(log.isEmpty, "a step ran in a run that is not stored")
    case "completed": #expect(reached == Self.steps)
    default:
      #expect(status == "interrupted")
      let step = try #require(Int(try project.status("step") ?? ""))
      #expect(step == reached || step == reached + 1, "step \(step) after \(log)")
      let result = try project.rundown("resume")
      #expect(result.status == 0, "\(result.all)")
      #expect(try project.status() == "completed")
      // Every step ran, in order, and none but the interrupted one ran twice.
      let all = (project.read("w/log") ?? "").split(separator: "\n").compactMap { Int($0) }
      #expect(Array(Set(all)).sorted() == Array(1...Self.steps) && all == all.sorted(), "\(all)")
      #expect(all.count <= Self.steps + 1, "\(all)")
    }
    #expect(try isGone(mark, project))
  }

  @Test func aManualStepSurvivesEverything() throws {
    let (project, _) = try project()
    try project.write(
      "a.md", "## 1. A\n\n```sh\ntrue\n```\n\n## 2. Ask\n\nReady?\n\n## 3. B\n\n```sh\ntrue\n```\n")
    #expect(try project.rundown("run", "a.md").status == 75)
    for _ in 0..<3 {
      let process = try project.start("resume")
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let status = try project.status()
      #expect(status == "waiting" || status == "interrupted")
      #expect(try project.status("step") == "2")
    }
    #expect(try project.rundown("pass").status == 0)
    #expect(try project.status() == "completed")
  }

  // MARK: signals

  @Test func whatBlocksHandOnIsKeptOverAResume() throws {
    let (project, mark) = try project()
    try project.write("sub/x", "")
    try project.write("key", "hush-hush-42\n")
    try project.write(
      "g.md",
      """
      # A

      ```sh
      read -r API_TOKEN < key; export A=1 API_TOKEN; cd sub
      ```

      # B

      ```sh
      [ -e ../w/go ] || sleep \(mark)
      ```

      # C

      ```bash
      echo "$A ${PWD##*/} ${API_TOKEN-gone}"
      ```
      """)
    let process = try project.start("run", "g.md", "--share-env")
    #expect(try eventually { try !project.processes("^sleep \(mark)").isEmpty })
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(try project.status() == "interrupted")
    let folder = project.root + "/.rundown/"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("rundown.db")
    {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + name))
      #expect(bytes.range(of: Data("hush-hush-42".utf8)) == nil, "a secret is stored in \(name)")
    }
    try project.write("w/go", "")
    let result = try project.rundown("resume")
    #expect(result.status == 0 && result.output.contains("1 sub gone\n"), "\(result.all)")
    #expect(result.all.contains("API_TOKEN is not kept over a resume"), "\(result.all)")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func signalsInterruptAndLeaveTheRunResumable(_ signal: Int32, _ code: Int32) throws {
    let (project, mark) = try project()
    try project.write(
      "a.md",
      runbook(
        "echo 1 >> w/log", "echo 2 >> w/log; [ -e w/go ] || { sleep \(mark) & sleep \(mark); }",
        "echo 3 >> w/log"))
    let process = try project.start("run", "a.md")
    #expect(try eventually { try !project.processes("^sleep \(mark)").isEmpty })
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == code)
    #expect(try project.processes("^sleep \(mark)").isEmpty)
    #expect(try project.status() == "interrupted")
    #expect(try project.status("step") == "2")
    // A verdict is no answer to a command that was cut off.
    let pass = try project.rundown("pass")
    #expect(pass.status == 2 && pass.errors.contains("rundown resume"), "\(pass.all)")
    try project.write("w/go", "")
    #expect(try project.rundown("resume").status == 0)
    #expect(project.read("w/log") == "1\n2\n2\n3\n")
  }

  @Test func aSecondSignalKillsAtOnce() throws {
    let (project, mark) = try project()
    try project.write("a.md", runbook("trap '' INT TERM\nsleep \(mark)\nsleep \(mark)\nsleep \(mark)"))
    let process = try project.start("run", "a.md")
    #expect(try eventually { try !project.processes("^sleep \(mark)").isEmpty })
    let first = Date()
    kill(process.processIdentifier, SIGTERM)
    Thread.sleep(forTimeInterval: 0.3)
    #expect(process.isRunning, "a step has a moment to clean up")
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(Date().timeIntervalSince(first) < 4)
    #expect(process.terminationStatus == 143)
    #expect(try project.processes("^sleep \(mark)").isEmpty)
  }

  @Test func aStepMayCleanUpWhenItIsInterrupted() throws {
    let (project, mark) = try project()
    try project.write("a.md", runbook("trap 'echo cleaned >> w/log; exit 9' TERM\nsleep \(mark) &\nwait"))
    let process = try project.start("run", "a.md")
    #expect(try eventually { try !project.processes("^sleep \(mark)").isEmpty })
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    #expect(project.read("w/log") == "cleaned\n")
    #expect(try project.processes("^sleep \(mark)").isEmpty)
  }

  // MARK: time-outs

  @Test(arguments: [
    (["--timeout", "1s"], "", ""), ([], "  limits: { timeout: 1s }\n", ""), ([], "", " timeout=1s"),
    (["--timeout", "20s"], "  limits: { timeout: 30s }\n", " timeout=1s"),
  ])
  func theShortestTimeHolds(_ arguments: [String], _ limits: String, _ option: String) throws {
    let (project, mark) = try project()
    try project.write(".rundownrc.yaml", allowing + limits)
    try project.write("a.md", "## 1. A\n\n```sh\(option)\necho out; sleep \(mark)\n```\n")
    let result = try project.rundown(["run", "a.md"] + arguments)
    #expect(result.status == 124, "\(result.all)")
    #expect(result.output.contains("out\n") && result.output.contains("ended after 1 s (time-out)"))
    #expect(try project.processes("^sleep \(mark)").isEmpty)
    #expect(try project.status() == "stopped")
  }

  @Test func aTimeOutIsAFailureThatTransitionsCanCatch() throws {
    let (project, mark) = try project()
    try project.write(
      "a.md",
      "## 1. A\n\n- FAIL GOTO Mend\n\n```sh timeout=1s\nsleep \(mark)\n```\n\n## Mend\n\n```sh\necho mended\n```\n"
    )
    let result = try project.rundown("run", "a.md")
    #expect(result.status == 0 && result.output.contains("mended"), "\(result.all)")
  }

  // MARK: two at once

  @Test func twoRunsInOneProject() throws {
    let (project, _) = try project()
    try project.write(
      "a.md", runbook("for i in 1 2 3 4 5 6 7 8; do echo a >> w/log; sleep 0.05; done", "echo a2 >> w/log"))
    try project.write(
      "b.md", runbook("for i in 1 2 3 4 5 6 7 8; do echo b >> w/log; sleep 0.05; done", "echo b2 >> w/log"))
    let processes = try ["a.md", "b.md", "a.md"].map { try project.start("run", $0) }
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    let log = project.read("w/log") ?? ""
    #expect(log.split(separator: "\n").count { $0 == "a" } == 16)
    #expect(log.split(separator: "\n").count { $0 == "b2" } == 1)
    #expect(try storeIsWhole(project))
  }

  @Test func theSameRunTwiceIsRefused() throws {
    let (project, mark) = try project()
    try project.write("a.md", runbook("sleep \(mark)", "true"))
    let process = try project.start("run", "a.md")
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    #expect(try eventually { try !project.processes("^sleep \(mark)").isEmpty })
    #expect(try project.status() == "running")
    for words in [["resume"], ["pass"], ["goto", "2"], ["stop"], ["complete"]] {
      let result = try project.rundown(words)
      #expect(result.status == 75, "\(words): \(result.all)")
      #expect(
        result.errors.contains("is being executed by process \(process.processIdentifier)"), "\(result.all)")
    }
    #expect(try project.status() == "running")
  }

  @Test func oneOfManyAnswersCounts() throws {
    let (project, _) = try project()
    try project.write(
      "a.md", "## 1. Ask\n\nReady?\n\n## 2. Do\n\n```sh\necho done >> w/log; sleep 0.3\n```\n")
    #expect(try project.rundown("run", "a.md").status == 75)
    let processes = try (0..<4).map { _ in try project.start("pass") }
    for process in processes { process.waitUntilExit() }
    #expect(project.read("w/log") == "done\n", "the step ran once")
    #expect(processes.count { $0.terminationStatus == 0 } == 1)
    #expect(try project.status() == "completed")
  }

  // MARK: a damaged store

  struct Damage: CustomTestStringConvertible {
    var testDescription: String
    var says: String
    var act: @Sendable (String) throws -> Void
  }

  @Test(arguments: [
    Damage(testDescription: "another file", says: "mv rundown.db rundown.db.bad") {
      try String(repeating: "no database ", count: 500).write(toFile: $0, atomically: false, encoding: .utf8)
    },
    Damage(testDescription: "a damaged page", says: "mv rundown.db rundown.db.bad") { path in
      var bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
      for index in 100..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    },
    Damage(testDescription: "a symbolic link", says: "symbolic link") { path in
      unlink(path)
      #expect(symlink("/etc/hostname", path) == 0)
    },
  ])
  func aDamagedStore(_ damage: Damage) throws {
    let (project, _) = try project()
    try project.write("a.md", runbook("echo ran >> w/log"))
    #expect(try project.rundown("run", "a.md").status == 0)
    let folder = project.root + "/.rundown"
    // Without the log beside it the database itself must be read.
    _ = try project.run(["/bin/sh", "-c", "rm -f \(folder)/rundown.db-wal \(folder)/rundown.db-shm"])
    try damage.act(folder + "/rundown.db")
    for words in [["run", "a.md"], ["status"], ["resume"]] {
      let result = try project.rundown(words)
      #expect(result.status == 74, "\(words): \(result.all)")
      #expect(result.errors.contains(damage.says), "\(words): \(result.all)")
    }
    #expect(project.read("w/log") == "ran\n", "nothing runs that cannot be stored")
    _ = try project.run(["/bin/mv", folder + "/rundown.db", folder + "/rundown.db.bad"])
    #expect(try project.rundown("run", "a.md").status == 0)
  }
}
