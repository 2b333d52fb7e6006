import Foundation
import TestKit
import Testing

/// Disks, streams, folders and locales that are not as they should be.
@Suite struct BadSurroundingsTests {
  private static let good = "## 1. A\n\n```sh\necho text\n```\n"

  // MARK: another user

  /// What puts before a command so that it runs as an ordinary user; nil when this user cannot become one.
  private static let ordinary: [String]? =
    geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0
    ? ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : nil

  /// A project that an ordinary user can use, and the program as that user may start it.
  private func ordinaryProject() throws -> (project: TemporaryProject, words: [String]) {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write("a.md", Self.good)
    guard let prefix = Self.ordinary else { return (project, [Built.rundown]) }
    // The build may stand in a folder that others cannot look into.
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: project.top + "/rundown")
    chmod(project.top, 0o755)
    _ = try project.run(["/bin/chown", "-R", "65534:65534", project.root, project.home])
    return (project, prefix + [project.top + "/rundown"])
  }

  @Test func aPolicyThatCannotBeRead() throws {
    let (project, rundown) = try ordinaryProject()
    chmod(project.root + "/.rundownrc.yaml", 0)
    for arguments in [["run", "a.md"], ["policy", "check"], ["policy", "show"]] {
      let result = try project.run(rundown + arguments)
      #expect(result.status == 78, "\(result.all)")
      #expect(result.errors.contains("chmod u+r .rundownrc.yaml"), "\(result.errors)")
    }
    #expect(!project.exists(".rundown"))
  }

  @Test func aRunbookThatCannotBeRead() throws {
    let (project, rundown) = try ordinaryProject()
    chmod(project.root + "/a.md", 0)
    for command in ["run", "check"] {
      let result = try project.run(rundown + [command, "a.md"])
      #expect(result.status == 74 && result.errors.contains("chmod u+r"), "\(result.all)")
    }
  }

  @Test func aReadOnlyProject() throws {
    let (project, rundown) = try ordinaryProject()
    chmod(project.root, 0o555)
    let result = try project.run(rundown + ["run", "a.md"])
    #expect(result.status == 74, "\(result.all)")
    #expect(result.errors.contains(".rundown: Permission denied"), "\(result.errors)")
    #expect(!result.output.contains("text"))
    #expect(try project.run(rundown + ["status"]).status == 0)
    #expect(try project.run(rundown + ["check", "a.md"]).status == 0)
  }

  @Test func aStoreThatCannotBeWritten() throws {
    let (project, rundown) = try ordinaryProject()
    #expect(try project.run(rundown + ["run", "a.md"]).status == 0)
    for file in try FileManager.default.contentsOfDirectory(atPath: project.root + "/.rundown") {
      chmod(project.root + "/.rundown/" + file, 0o400)
    }
    let result = try project.run(rundown + ["run", "a.md"])
    #expect(result.status == 74 && !result.output.contains("text"), "\(result.all)")
    #expect(try project.run(rundown + ["status"]).output.contains("completed"))
    chmod(project.root + "/.rundown", 0)
    let closed = try project.run(rundown + ["status"])
    #expect(closed.status == 74, "a store that cannot be looked into is not an empty one: \(closed.all)")
  }

  @Test func aStoreOfSomebodyElse() throws {
    let (project, rundown) = try ordinaryProject()
    if Self.ordinary != nil {
      // A repository can bring one along, or another user.
      _ = mkdir(project.root + "/.rundown", 0o777)
      let result = try project.run(rundown + ["run", "a.md"])
      #expect(result.status == 74 && result.errors.contains("belongs to user"), "\(result.all)")
      rmdir(project.root + "/.rundown")
    }
    _ = symlink("/tmp", project.root + "/.rundown")
    let linked = try project.run(rundown + ["run", "a.md"])
    #expect(linked.status == 74 && linked.errors.contains("symbolic link"), "\(linked.all)")
  }

  // MARK: disks

  @Test func aFullDisk() throws {
    let project = try TemporaryProject()
    let disk = project.top + "/disk"
    _ = mkdir(disk, 0o755)
    let mounted = try project.run(
      ["/bin/mount", "-t", "tmpfs", "-o", "size=400k,mode=755", "tmpfs", disk])
    // Only root can mount; in a container not even root may.
    guard mounted.status == 0 else { return }
    defer { _ = try? project.run(["/bin/umount", disk]) }
    let policy = "default: {mode: execute, write: {allow: [\"{repo}/w/**\"]}}\n"
    try policy.write(toFile: disk + "/.rundownrc.yaml", atomically: true, encoding: .utf8)
    _ = mkdir(disk + "/w", 0o755)
    let steps = runbook(
      "echo one", "[ -e w/enough ] || head -c 900000 /dev/zero > w/big; echo two", "echo three")
    try steps.write(toFile: disk + "/a.md", atomically: true, encoding: .utf8)

    let result = try project.rundown(["run", "a.md"], in: disk)
    #expect(result.status == 74, "\(result.all)")
    #expect(result.errors.contains("the disk is full") && !result.output.contains("three"), "\(result.all)")
    let status = try project.rundown(["status"], in: disk)
    #expect(status.output.contains("interrupted at 2") && status.output.contains("✓ 1"), "\(status.all)")
    unlink(disk + "/w/big")
    _ = FileManager.default.createFile(atPath: disk + "/w/enough", contents: nil)
    let resumed = try project.rundown(["resume"], in: disk)
    #expect(resumed.status == 0 && resumed.output.contains("three"), "\(resumed.all)")

    // Full from the beginning: nothing runs and nothing half-made is left.
    try FileManager.default.removeItem(atPath: disk + "/.rundown")
    _ = try project.run(["/bin/sh", "-c", "head -c 900000 /dev/zero > \(disk)/w/big; exit 0"])
    let none = try project.rundown(["run", "a.md"], in: disk)
    #expect(none.status == 74 && !none.output.contains("one"), "\(none.all)")
    #expect(!FileManager.default.fileExists(atPath: disk + "/.rundown/.gitignore"))
    unlink(disk + "/w/big")
    #expect(try project.rundown(["run", "a.md"], in: disk).status == 0)
  }

  @Test func aVanishedWorkingDirectory() throws {
    let project = try TemporaryProject()
    try project.write("a.md", Self.good)
    let shell = "mkdir gone; cd gone; rmdir ../gone; exec '\(Built.rundown)'"
    for (command, status) in [
      ("run ../a.md", Int32(66)), ("status", 74), ("policy show", 74), ("run a.md", 66),
    ] {
      let result = try project.run(["/bin/sh", "-c", "\(shell) \(command)"])
      #expect(result.status == status || result.status == 74, "\(command): \(result.all)")
      #expect(!result.errors.isEmpty && !result.output.contains("text"))
    }
    let absolute = try project.run(["/bin/sh", "-c", "\(shell) run '\(project.root)/a.md'"])
    #expect(absolute.status == 74 && absolute.errors.contains("change to another one"), "\(absolute.all)")
  }

  // MARK: streams

  private func shell(_ project: TemporaryProject, _ text: String) throws -> ProgramResult {
    try project.run(
      ["/bin/bash", "-c", text.replacingOccurrences(of: "rundown", with: "'\(Built.rundown)'")])
  }

  @Test func closedAndBrokenStreams() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write("a.md", Self.good)
    try project.write("bad.md", "## 1. A\n\n```sh\nexit 3\n```\n")
    for (text, status) in [
      ("rundown run a.md >&-", Int32(0)), ("rundown run a.md >&- 2>&- <&-", 0), ("rundown run bad.md >&-", 1),
      ("rundown run - <a.md", 0), ("rundown run - <&-", 65),
      ("rundown run a.md | true; exit ${PIPESTATUS[0]}", 0),
      ("rundown run bad.md | true; exit ${PIPESTATUS[0]}", 1),
      ("rundown --help | true; exit ${PIPESTATUS[0]}", 0),
      ("rundown run --json a.md 2>&1 | true; exit ${PIPESTATUS[0]}", 0),
    ] {
      let result = try shell(project, text)
      #expect(result.status == status, "\(text): \(result.all)")
    }
    // No file of the store took the number of a closed stream.
    #expect(try project.status() == "completed")
  }

  @Test(arguments: [
    "run a.md", "check a.md", "status", "policy show", "explain ls", "--help", "run --json a.md",
  ])
  func aFullDeviceIsNoSuccess(_ command: String) throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write("a.md", Self.good)
    let result = try shell(project, "rundown \(command) >/dev/full")
    #expect(result.status == 74, "\(result.all)")
    #expect(result.errors.contains("standard output could not be written: No space left"), "\(result.all)")
  }

  @Test func aReaderThatStopsDoesNotStopTheRun() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write("a.md", runbook("seq 200000", "exit 3"))
    let result = try shell(project, "rundown run a.md | head -n 3; exit ${PIPESTATUS[0]}")
    #expect(result.status == 1, "\(result.all)")
    #expect(try project.rundown("status").output.contains("✓ 1"))
  }

  // MARK: locales

  @Test(arguments: [["LC_ALL": "C"], ["LANG": "", "LC_CTYPE": "POSIX"], ["LANG": "de_DE.ISO-8859-1"]])
  func withoutUTF8ThereAreNoSymbols(_ locale: [String: String]) throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    try project.write(
      "a.md",
      "## 1. Good\n\n```sh\nprintf 'gr\\303\\274n'\n```\n\n## 2. Bad\n\n- FAIL GOTO Ask\n\n```sh\nexit 1\n```\n\n## Ask\n\nReady?\n"
    )
    let result = try project.rundown(["run", "a.md"], environment: locale)
    #expect(result.status == 75)
    #expect(
      result.output.contains(" ok   1  Good") && result.output.contains(" FAIL 2  Bad"), "\(result.output)")
    #expect(result.output.contains("FAIL -> GOTO Ask"))
    let ours = result.all.replacingOccurrences(of: "grün", with: "")
    #expect(ours.utf8.allSatisfy { $0 < 0x80 }, "\(ours)")
    let status = try project.rundown(["status"], environment: locale)
    #expect(status.output.utf8.allSatisfy { $0 < 0x80 }, "\(status.output)")
  }

  // MARK: documents that change

  @Test func aRunbookThatChangesOrGoesDuringARun() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", allowing)
    let text = "## 1. Ask\n\nReady?\n\n## 2. Do\n\n```sh\necho before\n```\n\n## 3. Ask\n\nDone?\n"
    try project.write("a.md", text)
    #expect(try project.rundown("run", "a.md").status == 75)
    try project.write("a.md", text.replacingOccurrences(of: "before", with: "after"))
    let changed = try project.rundown("pass")
    #expect(changed.status == 0 && changed.output.contains("before"), "\(changed.all)")
    #expect(changed.errors.contains("a.md has changed since run"), "\(changed.errors)")
    unlink(project.root + "/a.md")
    let gone = try project.rundown("pass")
    #expect(gone.status == 0 && gone.errors.contains("cannot be read any more"), "\(gone.all)")
    #expect(try project.status() == "completed")
  }
}
