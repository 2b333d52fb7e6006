import Foundation
import Policy
import Testing

@testable import Execution

@Suite struct FileSnapshotTests {
  @Test func whatWasAddedChangedAndRemovedIsFound() throws {
    let folder = NSTemporaryDirectory() + "/snapshot-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = FileManager.default
    for name in ["a/same", "a/gone", "a/edited", "a/mode", "skip/x", ".git/objects/o", ".git/hooks/h"] {
      let path = folder + "/" + name
      try files.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data("1".utf8).write(to: URL(fileURLWithPath: path))
    }
    let before = FileSnapshot(roots: [folder, folder + "/a"], skipping: [folder + "/skip"])
    #expect(before.count == 5)
    try files.removeItem(atPath: folder + "/a/gone")
    // The same size and the same time of change: the kernel's own time tells.
    let edited = folder + "/a/edited"
    let time = try files.attributesOfItem(atPath: edited)[.modificationDate]
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: edited))
    try handle.write(contentsOf: Data("2".utf8))
    try handle.close()
    try files.setAttributes([.modificationDate: try #require(time)], ofItemAtPath: edited)
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/a/mode")
    for name in ["new", "skip/y", ".git/objects/p"] {
      try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    let changes = FileSnapshot(roots: [folder], skipping: [folder + "/skip"]).changes(since: before)
    #expect(
      changes.map { "\($0.change) \($0.path.dropFirst(folder.count + 1)) \($0.isExecutable)" } == [
        "changed a/edited false", "removed a/gone false", "changed a/mode true", "added new false",
      ])
  }

  @Test func namesThatOnlyLookTheSameAreTwoFiles() throws {
    let folder = NSTemporaryDirectory() + "/snapshot-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // The same text for Swift: é as one sign, and as a letter with a mark.
    let names = ["caf\u{E9}", "cafe\u{301}"]
    for name in names {
      for path in ["\(folder)/\(name)", "\(folder)/\(name).d/x"] {
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: path, contents: Data("1".utf8)))
      }
    }
    let before = FileSnapshot(roots: [folder], skipping: [])
    #expect(before.count == 4)
    for name in names {
      try Data("22".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      try Data("22".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).d/x"))
    }
    #expect(FileSnapshot(roots: [folder], skipping: []).changes(since: before).count == 4)
  }

  @Test(arguments: [
    (".github/workflows/x.yml", "CI"), (".git/hooks/pre-push", "hook"), (".git/modules/s/hooks/x", "hook"),
    (".git/config", "git's settings"), ("sub/package.json", "package managers"),
    ("/home/u/.bashrc", "shells"),
    ("lib/python3/site-packages/x.pth", "Python"), ("usercustomize.py", "Python"),
    (".vscode/tasks.json", "editor"),
    (".envrc", "direnv"), ("a/Makefile", "build"), ("x.runbook.md", "rundown"), (".husky/_/h", "hook"),
    ("vite.config.ts", "build"), ("/home/u/.config/systemd/user/x.service", "system"),
    ("CLAUDE.md", "agents"),
  ])
  func whatRunsLaterHasAReason(_ path: String, _ reason: String) {
    #expect(Artifact.reason(path, isExecutable: false)?.contains(reason) == true, "\(path)")
  }

  @Test(arguments: [
    "README.md", "src/main.swift", "git/hooks", ".git/index", ".git/refs/x", "config", "ahusky/x",
  ])
  func otherFilesHaveNone(_ path: String) {
    #expect(Artifact.reason(path, isExecutable: false) == nil)
    if !path.hasPrefix(".git/") { #expect(Artifact.reason(path, isExecutable: true) == "it is executable") }
  }
}
