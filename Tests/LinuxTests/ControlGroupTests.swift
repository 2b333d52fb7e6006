import Testing

@testable import Linux

@Suite struct ControlGroupTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let mounts: String
    let groups: String
    let found: [String]
    var testDescription: String { name }
  }

  static let user = "/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope"
  static let cases = [
    Case(
      name: "a user's session",
      mounts:
        "24 1 0:22 / /proc rw - proc proc rw\n30 24 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw",
      groups: "0::\(user)\n",
      found: [
        "/sys/fs/cgroup\(user)", "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice",
        "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service",
        "/sys/fs/cgroup/user.slice/user-1000.slice", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup",
      ]),
    Case(
      name: "hybrid", mounts: "9 1 0:9 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
      groups: "8:pids:/a\n4:memory:/b\n0::/\n", found: ["/sys/fs/cgroup/unified"]),
    Case(
      name: "a mount of a part", mounts: "9 1 0:9 /a/b /cg rw - cgroup2 cgroup2 rw", groups: "0::/a/b/c",
      found: ["/cg/c", "/cg"]),
    Case(
      name: "a mount of another part", mounts: "9 1 0:9 /a/b /cg rw - cgroup2 cgroup2 rw", groups: "0::/a/bc",
      found: []),
    Case(
      name: "out of the namespace", mounts: "9 1 0:9 / /cg rw - cgroup2 cgroup2 rw", groups: "0::/../x",
      found: []),
    Case(
      name: "version 1", mounts: "9 1 0:9 / /cg rw - cgroup cgroup rw,pids", groups: "8:pids:/", found: []),
    Case(name: "nothing", mounts: "", groups: "", found: []),
    Case(name: "nonsense", mounts: "- cgroup2\n9 - -\n\n", groups: "0::/", found: []),
  ]

  @Test(arguments: cases) func whereGroupsMayBeMade(_ item: Case) {
    #expect(ControlGroupPlace.candidates(mounts: item.mounts, groups: item.groups) == item.found)
  }

  static let both =
    "8 1 0:8 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n9 1 0:9 / /cg/two rw - cgroup2 cgroup2 rw\n"

  @Test(
    arguments: [
      ("2:cpu,cpuacct:/a\n0::/b/c\n", [:], false),
      ("0::/b/c\n", ["/cg/two/b/c/cpu.max": "max 100000\n", "/cg/two/b/cpu.max": "max 100000\n"], false),
      ("0::/b/c\n", ["/cg/two/b/c/cpu.max": "max 100000\n", "/cg/two/b/cpu.max": "50000 100000\n"], true),
      ("2:cpu,cpuacct:/a\n", ["/cg/cpu/a/cpu.cfs_quota_us": "-1\n"], false),
      ("2:cpu,cpuacct:/a/b\n", ["/cg/cpu/a/cpu.cfs_quota_us": "20000\n"], true),
      ("2:cpuacct:/a\n", ["/cg/cpu/a/cpu.cfs_quota_us": "20000\n"], false),
      ("0::/b\n", ["/cg/two/b/cpu.max": ""], true),
    ] as [(String, [String: String], Bool)])
  func whereTimeIsCountedOut(_ groups: String, _ files: [String: String], _ isLimited: Bool) {
    #expect(ControlGroupPlace.limitsTime(mounts: Self.both, groups: groups) { files[$0] } == isLimited)
  }
}
