import Foundation
import Linux
import Testing

@testable import Supervisor

/// The gate on program starts, attacked as root and as an ordinary user.
@Suite(.enabled(if: Machine.isComplete, Machine.reason)) struct StartTests {
  /// A rig with a program `bad` that is refused, and the racers.
  private static func rig(_ account: Account) throws -> Rig {
    let rig = try Rig(account)
    try FileManager.default.copyItem(atPath: "/bin/true", toPath: "\(rig.work)/bad")
    for name in ["raceo", "racex"] {
      try FileManager.default.copyItem(atPath: "\(rig.bin)/probe", toPath: "\(rig.work)/\(name)")
    }
    for name in ["bad", "raceo", "racex"] { chown("\(rig.work)/\(name)", account.uid, account.gid) }
    return rig
  }

  private static let gate = ["--gate", "--quiet", "--refuse", "bad"]

  struct Way: CustomTestStringConvertible, Sendable {
    var act: String
    /// What happens with an allowed program.
    var allowed = "exit 0"
    /// What happens with a refused one.
    var refused = "EPERM"
    var testDescription: String { act }
  }

  static let ways: [Way] = [
    Way(act: "start"), Way(act: "start_vfork"), Way(act: "start_spawn"), Way(act: "start_thread"),
    Way(act: "start_descriptor"), Way(act: "start_path_descriptor"), Way(act: "start_at"),
    Way(act: "start_hidden"),
    // Without a name no rule can mean them.
    Way(act: "start_memory", allowed: "EPERM"), Way(act: "start_memory_path", allowed: "EPERM"),
    Way(act: "start_deleted", allowed: "EPERM"),
    Way(act: "start_empty", allowed: "EINVAL", refused: "EINVAL"),
    // Other tables of system calls end the process.
    Way(act: "start_i386", allowed: "SYS", refused: "SYS"),
    Way(act: "start_x32", allowed: "SYS", refused: "SYS"),
  ]

  @Test(arguments: ways, Account.all)
  func everyWayIsSeen(_ way: Way, _ account: Account) throws {
    let rig = try Self.rig(account)
    let refused = try rig.probe(Self.gate, [way.act, "\(rig.work)/bad"])
    #expect(refused.result == "\(way.refused)", "\(refused)")
    let allowed = try rig.probe(Self.gate, [way.act, "/bin/true"])
    #expect(allowed.result == "\(way.allowed)", "\(allowed)")
  }

  @Test(arguments: Account.all)
  func longArgumentsAreReadWhole(_ account: Account) throws {
    let rig = try Self.rig(account)
    let report = try rig.probe(Self.gate, ["start_long", "\(rig.bin)/probe"])
    #expect(report.output.contains("counted 30000"), "\(report)")
    // The words are read to their end: the last one is found.
    let refused = try rig.probe(Self.gate + ["--refuse", "word"], ["start_long", "\(rig.bin)/probe"])
    #expect(refused.result == "EPERM", "\(refused)")
  }

  /// Where the caller's texts and lists end with what is mapped, the answer is the kernel's own.
  @Test(arguments: Account.all)
  func edgesOfMemoryAreTheKernels(_ account: Account) throws {
    let rig = try Self.rig(account)
    let free = try rig.probe([], ["edges"])
    #expect(
      free.output.contains(
        "word at the end: started\nvariable at the end: started\nword without an end: EFAULT"))
    let report = try rig.probe(Self.gate, ["edges"])
    #expect(report.output == free.output, "\(report)")
    #expect(!report.error.contains("@incident"), "\(report)")
  }

  /// Memory is read in parts: no length of a path, a word, a variable or a list of them falls between two.
  @Test(arguments: Account.all)
  func allLengthsAreRead(_ account: Account) throws {
    let rig = try Self.rig(account)
    let text = """
      n=1000; while [ $n -lt 1040 ]; do
        word=$(printf "%${n}s" x)
        /bin/true "$word" || echo "word $n: $?"; V="$word$word$word$word" /bin/true || echo "variable $n: $?"
        n=$((n + 1)); done
      path=.; n=0; while [ $n -lt 1100 ]; do path=$path/.; n=$((n + 1)); done
      cd /bin; $path/true || echo "path: $?"
      set --; n=0; while [ $n -lt 300 ]; do set -- "$@" $n; n=$((n + 1))
        [ $((n % 13)) != 0 ] || /bin/true "$@" || echo "list $n: $?"; done
      /bin/true "" "" || echo empty; env -i /bin/true || echo "no variables"
      """
    let report = try rig.shell(Self.gate, text)
    #expect(report.output == "" && report.error.contains("@end exited(0)"), "\(report)")
    #expect(!report.error.contains("@incident"), "\(report)")
  }

  @Test(arguments: Account.all)
  func childrenCannotBeGivenToOthers(_ account: Account) throws {
    let report = try Self.rig(account).probe(Self.gate, ["clone_parent"])
    #expect(report.result == "EPERM", "\(report)")
  }

  /// RUNDOWN_TRIES sets how often each race is run; the slow checks run a thousand.
  static let tries = ProcessInfo.processInfo.environment["RUNDOWN_TRIES"].flatMap(Int.init) ?? 50

  @Test(arguments: ["path", "shared", "word", "link", "file", "script"], Account.all)
  func noRaceIsWon(_ kind: String, _ account: Account) throws {
    let rig = try Self.rig(account)
    let report = try rig.run(
      ["--gate", "--quiet", "--refuse-file", "\(rig.work)/racex", "--refuse", "evil"],
      ["\(rig.bin)/probe", "race", kind, "\(Self.tries)", "\(rig.work)/raceo", "\(rig.work)/racex"])
    #expect(report.result == "\(Self.tries) tries", "\(report)")
    #expect(!report.output.contains("EVIL-RAN"), "\(report)")
  }

  @Test(arguments: Account.all)
  func scriptsAreReadAsTheKernelReadsThem(_ account: Account) throws {
    let rig = try Self.rig(account)
    func script(_ name: String, _ text: String) throws {
      try FileSystem.writeFileAtomically("\(rig.work)/\(name)", Array(text.utf8), mode: 0o755)
      chown("\(rig.work)/\(name)", account.uid, account.gid)
    }
    try script("plain", "#!/bin/sh\necho \"$0 $1\"\n")
    try script("option", "#! /bin/sh -e\t \necho \"$-\" \"$2\"\n")
    try script("nested", "#!\(rig.work)/plain one two\nignored\n")
    try script("denied", "#!\(rig.work)/bad\n")
    try script("chain", "#!\(rig.work)/denied\n")
    try script("text", "echo no interpreter\n")
    let text =
      "./plain a; ./option b c; ./nested; ./text; ./denied; echo $?; ./chain; echo $?; /usr/bin/env ./plain z"
    let report = try rig.shell(Self.gate, text)
    #expect(
      report.output == "./plain a\n" + "e c\n"
        + "\(rig.work)/plain one two\nno interpreter\n126\n126\n./plain z\n",
      "\(report)")
    #expect(!report.error.contains("@incident"), "\(report)")
  }

  /// Names, words and options are bytes, and no text that is told of them stands in for them.
  @Test(arguments: Account.all)
  func namesThatAreNoTextStartToo(_ account: Account) throws {
    let rig = try Self.rig(account)
    let text = #"""
      name=$(printf 'caf\351'); printf '#!/bin/sh\necho "$0" "$1"\n' > "$name"; /bin/chmod 755 "$name"
      ./"$name" "$name" | od -An -c | tr -d ' \n'; echo
      printf '#!/bin/echo -%s\n' "$name" > option; /bin/chmod 755 option; ./option | od -An -c | tr -d ' \n'; echo
      """#
    let report = try rig.shell(Self.gate, text)
    #expect(
      report.output == #"""
        ./caf351caf351\n
        -caf351./option\n

        """#, "\(report)")
    #expect(!report.error.contains("@incident"), "\(report)")
  }

  @Test(arguments: Account.all)
  func namesLeadToFilesAsTheStepSeesThem(_ account: Account) throws {
    let rig = try Self.rig(account)
    let text = """
      mkdir -p a/b; cd a/b; ../../bad; echo $?; ln -s ../../bad link; ./link; echo $?; ln -s "$PWD/link" far; ./far; echo $?
      ln -s /proc/self/exe self; ./self; echo $?; cd /; work/bad; echo $?; bin/true; echo $?; /proc/self/cwd/bin/true; echo $?
      /nothing; echo $?; ./etc/passwd; echo $?; PATH=/nowhere:/bin; true; env true; echo $?
      """
    let report = try rig.shell(Self.gate, text)
    #expect(report.output == "126\n126\n126\n127\n127\n0\n126\n127\n126\n0\n", "\(report)")
  }

  @Test(arguments: Account.all)
  func manyStartsSideBySide(_ account: Account) throws {
    let rig = try Self.rig(account)
    let count = min(10_000, Self.tries * 20)
    // Each second one is refused; none is lost and none mistaken for another.
    let text = """
      seq \(count) | xargs -P8 -n1 \(rig.bin)/probe count good > good.out 2>/dev/null & \
      seq 50 | xargs -P4 -n1 \(rig.work)/bad 2>bad.out & wait; sort good.out | uniq -c; sort bad.out | uniq -c
      """
    let report = try rig.shell(Self.gate, text)
    #expect(report.output.contains(" \(count) counted 4\n"), "\(report)")
    #expect(report.output.contains(": Operation not permitted"), "\(report)")
    #expect(!report.error.contains("@incident"), "\(report)")
  }

  @Test(arguments: Account.all, ["--off", "--prefer"])
  func nothingStartsAfterTheEndOfWhoDecides(_ account: Account, _ mode: String) throws {
    let rig = try Self.rig(account)
    let process = try rig.start(
      Self.gate + [mode],
      ["/bin/sh", "-c", "echo ready; while :; do /bin/sleep 0.05; /bin/date > again; done"])
    defer { process.end() }
    #expect(process.line() == "ready")
    // Under another account the process is the one that changes it, and stays the same one.
    kill(process.id, SIGKILL)
    process.wait()
    usleep(200_000)
    try? FileSystem.removeTree("\(rig.work)/again")
    usleep(300_000)
    #expect(!FileSystem.exists("\(rig.work)/again"))
  }

  @Test(arguments: Account.all)
  func whatApprovedProgramsStartIsNotAskedAbout(_ account: Account) throws {
    let rig = try Self.rig(account)
    // The doorman looks through shells and env, and not through make's kind of program: here `nohup`.
    let text = "nohup \(rig.work)/bad; echo $?; env \(rig.work)/bad; echo $?"
    let live = try rig.shell(Self.gate, text)
    #expect(live.output == "0\n126\n", "\(live)")
    let tree = try rig.shell(Self.gate + ["--tree"], text)
    #expect(tree.output == "126\n126\n", "\(tree)")
  }

  @Test(arguments: Account.all)
  func whatAShellForkedBeforeStaysTheShells(_ account: Account) throws {
    let rig = try Self.rig(account)
    // The subshell was there before its parent became another program.
    let report = try rig.shell(Self.gate, "( sleep 0.2; \(rig.work)/bad; echo $? ) & exec nohup sleep 0.5")
    #expect(report.output.contains("126"), "\(report)")
    // One whose parents are gone is asked about whatever they were.
    let detached = try rig.shell(
      Self.gate, "nohup sh -c '( ( sleep 0.2; \(rig.work)/bad; echo $? > out ) & ) &'; sleep 0.6; cat out")
    #expect(detached.output == "126\n", "\(detached)")
  }
}

/// What the gate knows without the kernel.
@Suite struct GatePartsTests {
  @Test(
    arguments: [
      ("#!/bin/sh\n", "/bin/sh", nil), ("#! /bin/sh -e -u \t\n", "/bin/sh", "-e -u"),
      ("#!/bin/sh", "/bin/sh", nil),
      ("#!\t/usr/bin/env  python3\nrest", "/usr/bin/env", "python3"), ("#!/a\0b c\n", "/a", nil),
      ("#!/bin/sh\r\n", "/bin/sh\r", nil),
    ] as [(String, String, String?)])
  func interpreters(_ text: String, _ path: String, _ argument: String?) {
    let found = Interpreter(Array(text.utf8))
    #expect(found?.path == path)
    #expect(found?.argument == argument)
  }

  @Test(arguments: [
    "", "#", "#!", "#!\n", "#!  \t\n", "echo", "\u{7F}ELF", "#!" + String(repeating: " ", count: 300),
  ])
  func noInterpreters(_ text: String) { #expect(Interpreter(Array(text.utf8)) == nil) }

  @Test func anInterpreterThatIsCutOffIsNone() {
    #expect(Interpreter(Array(("#!/" + String(repeating: "a", count: 300)).utf8)) == nil)
    // The argument may be cut.
    let long = Interpreter(Array(("#!/bin/sh " + String(repeating: "b", count: 300)).utf8))
    #expect(long?.argument?.utf8.count == Interpreter.window - 1 - "#!/bin/sh ".utf8.count)
  }
}
