import Foundation
import Linux
import Testing

/// A step with a terminal of its own, run at a terminal.
@Suite(
  .enabled(if: Machine.isComplete, Machine.reason),
  .enabled(if: FileSystem.exists("/usr/bin/setsid"), "setsid is not installed"))
struct TerminalTests {
  /// A supervisor whose controlling terminal is a pseudo terminal of the test.
  private final class Session {
    private let controller: FileDescriptor
    let id: pid_t
    private(set) var screen = ""

    init(_ command: [String]) throws {
      let pty = try PseudoTerminal(size: TerminalSize(rows: 30, columns: 90))
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      for number in Int32(0)...2 { posix_spawn_file_actions_adddup2(&actions, pty.program.rawValue, number) }
      let texts: [String] = ["/usr/bin/setsid", "-c"] + command
      let variables: [String] = ["PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no"]
      var words = texts.map { strdup($0) } + [nil]
      var settings = variables.map { strdup($0) } + [nil]
      defer { for pointer in words + settings { free(pointer) } }
      var pid: pid_t = 0
      let code = posix_spawn(&pid, "/usr/bin/setsid", &actions, nil, &words, &settings)
      if code != 0 { throw Errno(rawValue: code) }
      id = pid
      controller = pty.controller
    }

    func type(_ text: String) { try? controller.writeAll(Array(text.utf8)) }
    func resize(_ size: TerminalSize) { try? Terminal.setSize(size, of: controller.rawValue) }

    /// Reads until the text is there; false at the end of the terminal or after a minute.
    func wait(for text: String) -> Bool {
      while !screen.contains(text) {
        var poller = Poller()
        poller.add(controller.rawValue, [.readable])
        guard (try? poller.wait(for: .seconds(60))) == true, let bytes = try? controller.read(upTo: 4096),
          !bytes.isEmpty
        else { return screen.contains(text) }
        screen += String(decoding: bytes, as: UTF8.self)
      }
      return true
    }

    /// Whether the terminal interprets what is typed, as it did before.
    var isCooked: Bool {
      var state = termios()
      return tcgetattr(controller.rawValue, &state) == 0 && state.c_lflag & tcflag_t(ICANON) != 0
    }

    func finish() -> Int32 {
      _ = wait(for: "\u{0}never")
      var status: Int32 = 0
      waitpid(id, &status, 0)
      return status
    }
  }

  @Test(arguments: Account.all)
  func forwardsKeysSizeAndInterrupts(_ account: Account) throws {
    let rig = try Rig(account)
    let session = try Session(
      rig.command(
        ["--terminal", "--forward"],
        [
          "/bin/sh", "-c",
          "stty size; read line; echo got:$line; trap 'stty size' WINCH; trap 'echo interrupted; exit 7' INT; "
            + "echo ready; while :; do sleep 0.05; done",
        ]))
    #expect(session.wait(for: "30 90"))
    #expect(!session.isCooked)
    session.type("hello\r")
    #expect(session.wait(for: "got:hello"))
    #expect(session.wait(for: "ready"))
    session.resize(TerminalSize(rows: 40, columns: 100))
    #expect(session.wait(for: "40 100"), "\(session.screen)")
    session.type("\u{3}")
    #expect(session.wait(for: "interrupted"), "\(session.screen)")
    #expect(session.wait(for: "@end exited(7)"), "\(session.screen)")
    // The terminal is as it was, while somebody still holds it open.
    _ = session.finish()
    rig.close()
  }

  @Test func givesTheTerminalBackWhenTheStepIsEnded() throws {
    let rig = try Rig(Account.all[0])
    let session = try Session(
      ["/bin/sh", "-c", "\"$@\"; echo back; read line; echo line:$line", "sh"]
        + rig.command(
          ["--terminal", "--forward", "--timeout", "200", "--grace", "1"],
          ["/bin/sh", "-c", "trap '' INT; echo ready; while :; do sleep 0.05; done"]))
    #expect(session.wait(for: "ready"))
    #expect(session.wait(for: "back"), "\(session.screen)")
    #expect(session.isCooked)
    session.type("typed\n")
    #expect(session.wait(for: "line:typed"), "\(session.screen)")
    _ = session.finish()
    rig.close()
  }
}
