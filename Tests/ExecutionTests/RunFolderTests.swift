import Foundation
import Linux
import Testing

@testable import Execution

@Suite struct RunFolderTests {
  private func parent() throws -> String {
    try FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-")
  }

  private func age(_ path: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: path)
  }

  @Test func foldersOfKilledRunsAreRemovedAndNothingElse() throws {
    let parent = try parent()
    defer { try? FileSystem.removeTree(parent) }
    let live = try RunFolder.make(in: parent)
    let dead = parent + "/rundown-run-0123456789abcdef"
    let young = parent + "/rundown-run-0123456789abcde0"
    let others = ["/rundown-run-0123456789abcdeX", "/rundown-run-0123", "/rundown-scenario-0123456789abcdef"]
    for path in [dead, dead + "/inside", young] + others.map({ parent + $0 }) {
      try FileSystem.makeDirectory(path)
    }
    // What a hostile step left: a link out of it, and one with the name of a run's folder.
    let kept = parent + "/kept"
    try FileSystem.makeDirectory(kept)
    try FileSystem.writeFileAtomically(kept + "/file", [1], mode: 0o600)
    try FileSystem.makeSymbolicLink(dead + "/link", to: kept)
    try FileSystem.makeSymbolicLink(parent + "/rundown-run-0123456789abcde1", to: kept)
    for path in [live.path, dead, kept] + others.map({ parent + $0 }) { try age(path) }

    RunFolder.sweep(parent)
    #expect(!FileSystem.exists(dead))
    let rest = [live.path, young, kept + "/file", parent + "/rundown-run-0123456789abcde1"]
    for path in rest + others.map({ parent + $0 }) { #expect(FileSystem.exists(path), "\(path)") }

    let path = live.path
    try live.remove()
    #expect(!FileSystem.exists(path))
  }
}
