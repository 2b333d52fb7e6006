import Foundation
import Linux
import Testing

/// Denials inside what is allowed, and what is shown at all.
@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct ViewTests {
  /// A project in the rig's writable folder: secrets, a git folder, a tool.
  private func project(_ account: Account) throws -> Rig {
    let rig = try Rig(account)
    for folder in [".git", ".git/hooks", "secrets", "sub", "sub/deep"] {
      try FileSystem.makeDirectory("\(rig.work)/\(folder)")
    }
    for file in [".env", "secrets/key", ".git/config", ".git/hooks/pre-commit", "sub/deep/.env"] {
      let text = file.hasPrefix(".git") ? "guarded\n" : "\(Rig.canary)\n"
      try FileSystem.writeFileAtomically("\(rig.work)/\(file)", Array(text.utf8))
    }
    for path in [
      ".git", ".git/hooks", "secrets", "sub", "sub/deep", ".env", "secrets/key", ".git/config",
      ".git/hooks/pre-commit", "sub/deep/.env",
    ] {
      chown("\(rig.work)/\(path)", account.uid, account.gid)
    }
    return rig
  }

  private func denials(_ rig: Rig) -> [String] {
    [
      "--deny-read", "\(rig.work)/.env", "--deny-read", "\(rig.work)/secrets", "--deny-read",
      "\(rig.work)/sub/deep/.env", "--deny-write", "\(rig.work)/.git/hooks", "--deny-write",
      "\(rig.work)/.git/config",
    ]
  }

  /// Shell texts that try to get at a denied path; each must leave the files as they were and show no
  /// canary.
  static let attacks = [
    "cat .env", "cat secrets/key", "ls secrets; cat secrets/*", "cat sub/deep/.env", "grep -r CANARY .",
    "ln -s .env link; cat link", "ln .env hard; cat hard", "cp .env copy; cat copy",
    "mv .env moved; cat moved",
    "mv secrets moved; cat moved/key", "mv sub moved; cat moved/deep/.env", "rm .env; cat .env",
    "rm -rf secrets; cat secrets/key", "tar cf - . | grep -a CANARY", "cat /proc/self/cwd/.env",
    "cat /proc/self/root$PWD/.env", "umount .env; cat .env", "unshare -Urm cat .env", "exec 3<.env; cat <&3",
    "dd if=.env", "mv .git gone; mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit",
    "mv .git/hooks gone; mkdir .git/hooks; echo evil > .git/hooks/pre-commit",
    "echo evil > .git/hooks/pre-commit",
    "echo evil > .git/hooks/new", "rm -rf .git", "rm -f .git/hooks/pre-commit", "rmdir .git/hooks",
    "ln -f sub/deep/../x .git/hooks/pre-commit", "echo evil > .git/config; mv .git/config x",
    "cp -r .git copy; rm -rf .git; mv copy .git; echo evil > .git/hooks/pre-commit",
    "chmod 777 .git/hooks .git/config", "touch .git/hooks/pre-commit .git/config", "truncate -s 0 .env",
    "echo evil > .env; echo evil > secrets/key", "python3 -c 'print(open(\".env\").read())'",
  ]

  @Test(arguments: Account.all, attacks)
  func denialsHoldInsideWhatIsAllowed(_ account: Account, _ text: String) throws {
    let rig = try project(account)
    let report = try rig.shell(denials(rig), text)
    let secrets = [".env", "secrets/key", "sub/deep/.env", ".git/hooks/pre-commit", ".git/config"].map {
      (try? FileSystem.readFile("\(rig.work)/\($0)")).map { String(decoding: $0, as: UTF8.self) }
    }
    let hooks = try? FileSystem.list("\(rig.work)/.git/hooks").map(\.name)
    // A denied file may move with its folder, where the step may rename that.
    let moved = try? FileSystem.readFile("\(rig.work)/moved/deep/.env")
    let isMoved = text.contains("mv sub moved")
    rig.close()
    #expect(!(report.output + report.error).contains(Rig.canary), "\(report)")
    for (index, secret) in secrets.enumerated() where !(isMoved && index == 2) {
      #expect(secret == (index < 3 ? "\(Rig.canary)\n" : "guarded\n"), "file \(index): \(report)")
    }
    #expect(!isMoved || moved != nil)
    #expect(hooks == ["pre-commit"], "\(report)")
  }

  @Test(arguments: Account.all)
  func whatIsNotDeniedStillWorks(_ account: Account) throws {
    let rig = try project(account)
    let report = try rig.shell(
      denials(rig),
      "cat .git/config .git/hooks/pre-commit | wc -l; echo 1 > new; mv new sub/new; mkdir .git/objects; "
        + "echo x > .git/HEAD && mv .git/HEAD .git/HEAD2 && rm .git/HEAD2; rm -r sub/new .git/objects; echo done"
    )
    rig.close()
    #expect(report.output == "2\ndone\n")
  }

  @Test(arguments: Account.all)
  func masksAllNamesOfAFile(_ account: Account) throws {
    let rig = try project(account)
    link("\(rig.work)/.env", "\(rig.work)/sub/other")
    link("\(rig.work)/.git/config", "\(rig.work)/sub/config")
    let report = try rig.shell(denials(rig), "cat sub/other; echo evil > sub/config; cat sub/config")
    let config = try FileSystem.readFile("\(rig.work)/.git/config")
    rig.close()
    #expect(report.output == "guarded\n", "\(report)")
    #expect(String(decoding: config, as: UTF8.self) == "guarded\n")
  }

  @Test(arguments: Account.all)
  func tellsWhatItCannotMask(_ account: Account) throws {
    let rig = try project(account)
    try FileSystem.makeSymbolicLink("\(rig.work)/linked", to: "sub")
    let absent = try rig.shell(["--verbose", "--deny-write", "\(rig.work)/absent"], "echo ran")
    let linked = try rig.shell(["--deny-write", "\(rig.work)/linked"], "echo ran")
    let outside = try rig.shell(["--verbose", "--deny-write", "\(rig.outside)/absent"], "echo ran")
    rig.close()
    #expect(absent.error.contains("@gap deny rules") && absent.output == "ran\n")
    #expect(linked.end.hasPrefix("@fail missing deny rules") && linked.output == "")
    #expect(!outside.error.contains("@gap"))
  }

  @Test(arguments: Account.all, ["chmod", "utime", "setxattr"])
  func metadataOutsideCannotBeChanged(_ account: Account, _ act: String) throws {
    let rig = try Rig(account)
    let before = try FileSystem.info(rig.secret)
    let outside = try rig.probe([], [act, rig.secret])
    let inside = try rig.probe([], [act, "\(rig.work)/file"])
    let after = try FileSystem.info(rig.secret)
    rig.close()
    #expect(outside.result == "EROFS")
    #expect(inside.result == "OK" || inside.result == "EOPNOTSUPP")
    #expect(before == after)
  }

  /// A socket of the user in the home directory or in /run: reachable by its path, whatever Landlock says.
  @Test(arguments: Account.all)
  func hidesTheHomeAndItsSockets(_ account: Account) throws {
    let rig = try Rig(account)
    let home = "\(rig.root)/home"
    try FileSystem.makeDirectories("\(home)/tools/bin")
    try FileSystem.writeFileAtomically("\(home)/tools/bin/tool", Array("tool".utf8), mode: 0o755)
    try FileSystem.makeSymbolicLink("\(home)/bin", to: "tools/bin")
    let path = "\(home)/agent"
    let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(server, $0, 110) }
    }
    #expect(bound == 0)
    chmod(path, 0o777)
    #expect(listen(server, 5) == 0)
    let options = ["--hide", home, "--read", "\(home)/tools"]
    let hidden = try rig.probe(options, ["unix", path])
    let tool = try rig.shell(options, "cat \(home)/bin/tool; ls \(home)/ssh; ls -d \(home)/tools")
    let run = try rig.run([], ["/bin/ls", "/run"])
    let whole = try rig.run(["--read", "/run"], ["/bin/ls", "/run"])
    close(server)
    rig.close()
    #expect(hidden.result == "ENOENT")
    #expect(tool.output == "tool\(home)/tools\n", "\(tool)")
    #expect(run.output == "")
    #expect(whole.output != "" || account == .ordinary)
  }

  @Test(arguments: Account.all)
  func aPrivateTemporaryFolderIsShownAsTmp(_ account: Account) throws {
    let rig = try Rig(account)
    // The project itself lies in /tmp, like this test's folder.
    let folder = "\(rig.root)/private"
    try FileSystem.makeDirectory(folder, mode: 0o700)
    chown(folder, account.uid, account.gid)
    let planted = "/tmp/rundown-planted-\(Int.random(in: 0..<1_000_000_000))"
    try FileSystem.writeFileAtomically(planted, Array(Rig.canary.utf8), mode: 0o644)
    let report = try rig.shell(
      ["--temporary", folder],
      "cat \(planted); echo 1 > /tmp/mine; echo 2 > /var/tmp/also; cp /bin/true /tmp/true; /tmp/true && cat /tmp/also; "
        + "cat file; echo x > new; cat new")
    try FileSystem.remove(planted)
    let inside = try FileSystem.list(folder).map(\.name).filter { !$0.hasPrefix("rundown-test") }
    let isLeaked = FileSystem.exists("/tmp/mine")
    let new = try FileSystem.readFile("\(rig.work)/new")
    rig.close()
    #expect(report.output == "2\nminex\n", "\(report)")
    #expect(inside == ["also", "mine", "true"])
    #expect(!isLeaked && new == Array("x\n".utf8))
  }

  @Test(arguments: Account.all)
  func aMissingTemporaryFolderIsAnError(_ account: Account) throws {
    let rig = try Rig(account)
    let report = try rig.shell(["--prefer", "--temporary", "\(rig.root)/none"], "echo ran")
    rig.close()
    #expect(report.output == "" && report.end.hasPrefix("@fail setup(part: \"private /tmp"), "\(report)")
  }

  /// Landlock alone lets the loader execute what may only be read, and maps it; a mount without execution
  /// does not.
  @Test(arguments: Account.all)
  func writtenFilesAreNotExecutedByTheLoaderEither(_ account: Account) throws {
    let rig = try Rig(account)
    let options = ["--execute", "/usr", "--execute", rig.bin]
    let report = try rig.shell(
      options,
      "cp /bin/echo copied; ./copied leaked; for l in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do "
        + "test -e $l && $l ./copied leaked; done; echo done")
    rig.close()
    #expect(report.output == "done\n", "\(report)")
  }

  /// Files that appear later, and files that are replaced from outside, which takes the mask away.
  @Test(arguments: Account.all)
  func masksAreRenewedBetweenSteps(_ account: Account) throws {
    let rig = try project(account)
    let options =
      denials(rig) + [
        "--deny-read", "\(rig.work)/later", "--deny-write", "\(rig.work)/made/inside", "--repeat", "3",
      ]
    // The first step makes the denied files; the later ones see them masked.
    let report = try rig.shell(
      options,
      "if mkdir made 2>/dev/null; then echo \(Rig.canary) > later; echo 1 > made/inside; "
        + "else cat later; echo 2 > made/inside; mv made gone; cat made/inside; fi")
    rig.close()
    #expect(report.output == "1\n1\n" && !report.output.contains(Rig.canary), "\(report)")
  }

  /// The same while a step runs: the mask is back before the step gets far.
  @Test(arguments: Account.all)
  func masksAreRenewedDuringAStep(_ account: Account) throws {
    let rig = try project(account)
    let running = try rig.start(
      denials(rig) + ["--deny-read", "\(rig.work)/.env.local", "--deny-write", "\(rig.work)/.envrc"],
      [
        "/bin/sh", "-c",
        "echo ready; while test ! -e go; do sleep 0.01; done; i=0; "
          + "while head .env >/dev/null 2>&1 || head .env.local >/dev/null 2>&1 || (: >>.envrc) 2>/dev/null "
          + "|| (: >>.git/config) 2>/dev/null; "
          + "do i=$((i+1)); test $i -gt 1000 && break; sleep 0.01; done; cat .env .env.local; echo evil > .envrc; "
          + "echo evil > .git/config; cat .git/config .envrc; mv .git gone; echo end",
      ])
    #expect(running.line() == "ready")
    // As an editor saves and as git writes its configuration: by a new file that takes the name.
    for (name, text) in [
      (".env", Rig.canary), (".env.local", Rig.canary), (".envrc", "guarded"), (".git/config", "guarded"),
    ] {
      try FileSystem.writeFileAtomically("\(rig.work)/\(name)", Array("\(text)\n".utf8), mode: 0o644)
      chown("\(rig.work)/\(name)", account.uid, account.gid)
    }
    try FileSystem.writeFileAtomically("\(rig.work)/go", [])
    let report = running.finish()
    rig.close()
    #expect(report.output == "guarded\nguarded\nend\n", "\(report)")
  }
}
