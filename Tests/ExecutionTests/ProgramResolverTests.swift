import Execution
import Linux
import Testing

@Suite struct ProgramResolverTests {
  @Test func projectFoldersComeLastAndRelativeOnesNever() throws {
    let root = try FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-test-")
    defer { try? FileSystem.removeTree(root) }
    try FileSystem.makeDirectories(root + "/bin")
    try FileSystem.makeDirectories(root + "/node_modules/.bin")
    for name in ["bin/sh", "bin/ours", "node_modules/.bin/tool"] {
      try FileSystem.writeFileAtomically(root + "/" + name, Array("#!/bin/sh\n".utf8), mode: 0o755)
    }
    try FileSystem.writeFileAtomically(root + "/bin/plain", Array("x".utf8), mode: 0o644)
    let resolver = ProgramResolver(path: ".::bin:\(root)/bin:/usr/bin:/bin:/nowhere", root: root) { _ in false
    }
    #expect(resolver.folders == ["/usr/bin", root + "/bin", root + "/node_modules/.bin"])
    #expect(resolver.resolve("sh", in: root)?.hasPrefix("/usr/bin/") == true)
    #expect(resolver.resolve("ours", in: root) == root + "/bin/ours")
    #expect(resolver.resolve("tool", in: root) == root + "/node_modules/.bin/tool")
    #expect(resolver.resolve("./bin/ours", in: root) == root + "/bin/ours")
    #expect(resolver.resolve("plain", in: root) == nil && resolver.resolve("bin", in: root) == nil)
    #expect(resolver.resolve("", in: root) == nil && resolver.resolve("no-such-program", in: root) == nil)
  }

  @Test func writableFoldersComeLast() {
    let resolver = ProgramResolver(path: "/tmp:/usr/bin", root: "/nowhere") { $0 == "/tmp" }
    #expect(resolver.folders == ["/usr/bin", "/tmp"])
    #expect(ProgramResolver(path: nil, root: "/nowhere") { _ in false }.folders.contains("/usr/bin"))
  }
}
