import Foundation
import Linux
import Testing

@Suite struct FileSystemTests {
  let root: String

  init() throws {
    root = try FileSystem.makeTemporaryDirectory(in: NSTemporaryDirectory(), prefix: "linux-tests-")
  }

  /// Runs the body and removes the folder, whatever happens.
  func inside(_ body: () throws -> Void) throws {
    defer { try? FileSystem.removeTree(root) }
    try body()
  }

  @Test func writesAndReadsAtomically() throws {
    try inside {
      let path = "\(root)/a"
      try FileSystem.writeFileAtomically(path, [1, 2, 3], mode: 0o640)
      #expect(try FileSystem.readFile(path) == [1, 2, 3])
      #expect(try FileSystem.info(path).permissions == 0o640)
      try FileSystem.writeFileAtomically(path, Array(repeating: 7, count: 200_000), mode: 0o600)
      #expect(try FileSystem.readFile(path).count == 200_000)
      #expect(try FileSystem.info(path).permissions == 0o600)
      #expect(try FileSystem.list(root).map(\.name) == ["a"])
    }
  }

  @Test func atomicWriteReplacesALinkAndDoesNotFollowIt() throws {
    try inside {
      try FileSystem.writeFileAtomically("\(root)/target", [1])
      try FileSystem.makeSymbolicLink("\(root)/link", to: "target")
      try FileSystem.writeFileAtomically("\(root)/link", [2])
      #expect(try FileSystem.readFile("\(root)/target") == [1])
      #expect(try FileSystem.linkInfo("\(root)/link").kind == .regular)
    }
  }

  @Test func atomicWriteIntoAMissingDirectoryLeavesNothing() throws {
    try inside {
      #expect(throws: FileError.self) { try FileSystem.writeFileAtomically("\(root)/no/a", [1]) }
      try FileSystem.makeDirectory("\(root)/d")
      // The name is taken by a directory: the rename fails and the temporary file goes.
      #expect(throws: FileError.system(call: "rename", path: "\(root)/d", .isADirectory)) {
        try FileSystem.writeFileAtomically("\(root)/d", [1])
      }
      #expect(try FileSystem.list(root).map(\.name) == ["d"])
    }
  }

  @Test func refusesWhatIsNotARegularFileWithoutWaiting() throws {
    try inside {
      #expect(mkfifo("\(root)/fifo", 0o600) == 0)
      #expect(throws: FileError.notRegular(path: "\(root)/fifo", .fifo)) {
        try FileSystem.readFile("\(root)/fifo")
      }
      #expect(throws: FileError.notRegular(path: root, .directory)) { try FileSystem.readFile(root) }
      #expect(throws: FileError.notRegular(path: "/dev/zero", .characterDevice)) {
        try FileSystem.readFile("/dev/zero")
      }
      #expect(throws: FileError.system(call: "open", path: "\(root)/none", .noSuchFile)) {
        try FileSystem.readFile("\(root)/none")
      }
      try FileSystem.writeFileAtomically("\(root)/big", Array(repeating: 0, count: 11))
      #expect(throws: FileError.tooLarge(path: "\(root)/big", limit: 10)) {
        try FileSystem.readFile("\(root)/big", limit: 10)
      }
      #expect(try FileSystem.readFile("\(root)/big", limit: 11).count == 11)
    }
  }

  @Test func refusesAFileOfProcWithoutSizeThatIsTooLarge() {
    #expect(throws: FileError.tooLarge(path: "/proc/self/status", limit: 10)) {
      try FileSystem.readFile("/proc/self/status", limit: 10)
    }
  }

  @Test func refusesAPathWithNUL() throws {
    try inside {
      try FileSystem.writeFileAtomically("\(root)/a", [1])
      #expect(throws: FileError.system(call: "open", path: "\(root)/a\0b", .invalidArgument)) {
        try FileSystem.readFile("\(root)/a\0b")
      }
      #expect(!FileSystem.exists("\(root)/a\0b"))
      #expect(throws: FileError.self) { try FileSystem.realPath("\(root)/a\0b") }
    }
  }

  @Test func readsBeneathAndFollowsNoLink() throws {
    try inside {
      try FileSystem.makeDirectory("\(root)/d", mode: 0o700)
      try FileSystem.writeFileAtomically("\(root)/d/a", [1])
      try FileSystem.writeFileAtomically("\(root)/secret", [9])
      try FileSystem.makeSymbolicLink("\(root)/d/link", to: "../secret")
      try FileSystem.makeSymbolicLink("\(root)/d/same", to: "a")
      let directory = try FileDescriptor.open("\(root)/d", [.directory])
      #expect(try FileSystem.readFile(beneath: directory, "a") == [1])
      for hostile in ["link", "same", "../secret", "/etc/passwd", "\(root)/secret"] {
        #expect(throws: FileError.self, "\(hostile)") {
          try FileSystem.readFile(beneath: directory, hostile)
        }
      }
    }
  }

  @Test func makesDirectoriesWithTheirModeAndAcceptsExistingOnes() throws {
    try inside {
      try FileSystem.makeDirectories("\(root)/a/b/c", mode: 0o700)
      try FileSystem.makeDirectories("\(root)/a/b/c", mode: 0o755)
      #expect(try FileSystem.info("\(root)/a/b/c").permissions == 0o700)
      try FileSystem.writeFileAtomically("\(root)/f", [])
      #expect(throws: FileError.self) { try FileSystem.makeDirectory("\(root)/f") }
      try FileSystem.makeSymbolicLink("\(root)/l", to: "a")
      #expect(throws: FileError.self) { try FileSystem.makeDirectory("\(root)/l") }
    }
  }

  @Test func aNameThatIsNotUTF8HasATextOfItsOwn() throws {
    try inside {
      let names: [[UInt8]] = [
        [0xFF], [0xC3], [0xC3, 0xA9], [0x65, 0xCC, 0x81], Array("\u{10FFFF}".utf8), Array("\u{10FF7F}".utf8),
        [0xED, 0xA0, 0x80], [0xF4, 0x8F], [0xF5, 0x80, 0x80, 0x80], [0xC0, 0xAF],
      ]
      for name in names {
        let text = FileName.text(name)
        #expect(FileName.bytes(text) == name, "\(name)")
        try FileSystem.writeFileAtomically("\(root)/\(text)", name)
        #expect(try FileSystem.readFile("\(root)/\(text)") == name)
      }
      let found = try FileSystem.list(root)
      #expect(
        Set(found.map(\.nameBytes)) == Set(names)
          && Set(found.map { Array($0.name.utf8) }).count == names.count)
      for entry in found { #expect(try FileSystem.realPath("\(root)/\(entry.name)").hasSuffix(entry.name)) }
    }
  }

  @Test func removesATreeWithoutFollowingLinks() throws {
    try inside {
      try FileSystem.makeDirectories("\(root)/keep")
      try FileSystem.writeFileAtomically("\(root)/keep/file", [1])
      try FileSystem.makeDirectories("\(root)/tree/deep/er")
      try FileSystem.makeDirectories("\(root)/tree/closed")
      try FileSystem.writeFileAtomically("\(root)/tree/closed/file", [1])
      try FileSystem.makeSymbolicLink("\(root)/tree/deep/out", to: "\(root)/keep")
      #expect(chmod("\(root)/tree/closed", 0) == 0)
      // A name that is not UTF-8.
      let odd = Array("\(root)/tree/".utf8CString.dropLast()) + [-1, -2, 0]
      #expect(mkdir(odd, 0o700) == 0)
      try FileSystem.removeTree("\(root)/tree/")
      #expect(try FileSystem.list(root).map(\.name) == ["keep"])
      #expect(try FileSystem.readFile("\(root)/keep/file") == [1])
      try FileSystem.removeTree("\(root)/tree")
      for refused in [".", "..", "/", "", "\(root)/."] {
        #expect(throws: FileError.self, "\(refused)") { try FileSystem.removeTree(refused) }
      }
    }
  }

  @Test func removesATreeOfAnyDepth() throws {
    try inside {
      try FileSystem.makeDirectories("\(root)/tree")
      var folder = open("\(root)/tree", O_RDONLY | O_DIRECTORY)
      for _ in 0..<3000 {
        #expect(mkdirat(folder, "ddd", 0o700) == 0 && mkdirat(folder, "e", 0) == 0)
        let next = openat(folder, "ddd", O_RDONLY | O_DIRECTORY)
        close(folder)
        folder = next
      }
      close(folder)
      try FileSystem.removeTree("\(root)/tree")
      #expect(try FileSystem.list(root).isEmpty)
    }
  }

  /// A link on the way was made by somebody: what it leads to is not made in.
  @Test func makesNoFolderBehindALink() throws {
    try inside {
      try FileSystem.makeDirectories("\(root)/keep")
      try FileSystem.makeDirectories("\(root)/tree")
      try FileSystem.makeSymbolicLink("\(root)/tree/out", to: "../keep")
      #expect(throws: FileError.self) {
        try FileSystem.makeDirectories("out/sub", beneath: "\(root)/tree")
      }
      #expect(throws: FileError.self) {
        try FileSystem.makeDirectories("../keep/sub", beneath: "\(root)/tree")
      }
      try FileSystem.makeDirectories("a/b/c", beneath: "\(root)/tree")
      try FileSystem.makeDirectories("a/b/d", beneath: "\(root)/tree")
      #expect(try FileSystem.list("\(root)/tree/a/b").map(\.name) == ["c", "d"])
      #expect(try FileSystem.list("\(root)/keep").isEmpty)
    }
  }

  @Test func tellsKindsLinksAndRealPaths() throws {
    try inside {
      try FileSystem.writeFileAtomically("\(root)/a", [1, 2])
      try FileSystem.makeSymbolicLink("\(root)/l", to: "a")
      try FileSystem.makeSymbolicLink("\(root)/dangling", to: "none")
      let info = try FileSystem.info("\(root)/l")
      #expect(info.kind == .regular && info.size == 2 && info.links == 1)
      #expect(try FileSystem.linkInfo("\(root)/l").kind == .symbolicLink)
      #expect(info.isSameFile(as: try FileSystem.linkInfo("\(root)/a")))
      #expect(try FileSystem.linkTarget("\(root)/l") == "a")
      #expect(try FileSystem.realPath("\(root)/l") == FileSystem.realPath(root) + "/a")
      #expect(FileSystem.exists("\(root)/dangling"))
      #expect(!FileSystem.exists("\(root)/nothing"))
      #expect(FileSystem.isWritable(root) && FileSystem.isReadable("\(root)/a"))
      #expect(!FileSystem.isExecutable("\(root)/a"))
    }
  }

  @Test(arguments: [("a", "."), ("a/b", "a"), ("/a", "/"), ("/", "/"), ("/a/b/", "/a"), ("a//", ".")])
  func findsTheParent(_ path: String, _ parent: String) {
    #expect(FileSystem.parent(of: path) == parent)
    try? FileSystem.removeTree(root)
  }

  @Test func locksExcludeEachOtherAndEndWithTheirOwner() throws {
    try inside {
      let path = "\(root)/lock"
      do {
        guard let first = try FileLock.acquire(path) else {
          Issue.record("a free lock was not given")
          return
        }
        try first.write(Array("1".utf8))
        if try FileLock.acquire(path) != nil { Issue.record("a lock was given twice") }
      }
      if try FileLock.acquire(path) == nil { Issue.record("a released lock is still held") }
      #expect(try FileSystem.info(path).permissions == 0o600)
    }
  }
}
