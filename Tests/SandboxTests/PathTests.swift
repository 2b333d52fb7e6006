import Testing

@testable import Sandbox

@Suite struct PathTests {
  @Test(arguments: ["/a", "/a/b", "/.env", "/a/.git/hooks", "/a/...", "/a/..b"])
  func knowsSimplePaths(_ path: String) { #expect(BytePath(path).isSimple) }

  @Test(arguments: ["", "a", "/", "/a/", "//a", "/a//b", "/.", "/..", "/a/./b", "/a/../b", "/a/..", "a/b"])
  func knowsOtherPaths(_ path: String) { #expect(!BytePath(path).isSimple) }

  @Test func comparesBytesAndNotLooks() {
    // "é" by one code point and by two: equal as text, two files on disk.
    let one = BytePath("/caf\u{E9}")
    let two = BytePath("/cafe\u{301}")
    #expect(one.text == two.text)
    #expect(one != two)
    #expect(Set([one, two]).count == 2)
    #expect(!one.contains(two) && BytePath("/").contains(two))
  }

  @Test func containsWholePartsOnly() {
    #expect(BytePath("/a").contains(BytePath("/a")))
    #expect(BytePath("/a").contains(BytePath("/a/b")))
    #expect(!BytePath("/a").contains(BytePath("/ab")))
    #expect(!BytePath("/a/b").contains(BytePath("/a")))
  }

  @Test func findsParentsAndNames() {
    #expect(BytePath("/a/b").parent == BytePath("/a"))
    #expect(BytePath("/a").parent == BytePath("/"))
    #expect(BytePath("/").parent == BytePath("/"))
    #expect(BytePath("/a/b").name == BytePath("b"))
    #expect(BytePath("/a/b/c").isBelow(oneOf: [BytePath("/a")]))
    #expect(!BytePath("/a").isBelow(oneOf: [BytePath("/a")]))
  }

  /// An ordinary user first tries with a user namespace, an administrator without; both end with fewer
  /// kinds.
  @Test func triesTheLadderInOrder() {
    let all = NamespaceLadder.attempts([.mounts, .network, .processes], canAdminister: true)
    #expect(
      all == [
        [.mounts, .network, .processes], [.mounts, .processes], [.mounts],
        [.user, .mounts, .network, .processes], [.user, .mounts, .processes], [.user, .mounts],
      ])
    let user = NamespaceLadder.attempts([.mounts, .processes], canAdminister: false)
    #expect(user == [[.user, .mounts, .processes], [.user, .mounts]])
  }

  @Test func oldLandlockIsTold() {
    #expect(Gap.landlock(version: 0, reason: "x", hasMounts: true).map(\.feature) == [.files])
    #expect(
      Gap.landlock(version: 1, reason: "", hasMounts: true).map(\.feature) == [
        .truncation, .deviceCommands, .scopes,
      ])
    #expect(
      Gap.landlock(version: 4, reason: "", hasMounts: true).map(\.feature) == [.deviceCommands, .scopes])
    #expect(Gap.landlock(version: 6, reason: "", hasMounts: true).isEmpty)
  }

  @Test func theFilterIsAProgramOfTheKernel() throws {
    let usual = try SystemCallFilter(internet: .all).compile()
    let closed = try SystemCallFilter(internet: .none).compile()
    #expect(usual.count % 8 == 0 && usual.count > 400)
    #expect(closed.count > usual.count)
  }
}
