import Foundation
import Linux
import Testing

@Suite struct ProcessTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
      (1_795_738_445_123_999_999, "2026-11-27T00:14:05.123Z"),
      (-1_000_000, "1969-12-31T23:59:59.999Z"),
      (4_107_542_399_999_000_000, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func writesTimestamps(_ moment: Int64, _ text: String) {
    #expect(SystemClock.timestamp(moment) == text)
  }

  @Test func timestampsAgreeWithFoundationOverCenturies() {
    let formatter = ISO8601DateFormatter()
    for step in 0..<2000 {
      let seconds = Int64(step) * 3_999_983 - 2_000_000_000
      let wanted = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      #expect(SystemClock.timestamp(seconds * 1_000_000_000) == wanted.dropLast() + ".000Z")
    }
  }

  @Test func monotonicTimeNeverGoesBack() {
    let first = SystemClock.monotonic()
    #expect(SystemClock.monotonic() >= first)
    #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
  }

  @Test func knowsItself() throws {
    #expect(ThisProcess.id == getpid())
    #expect(ThisProcess.effectiveUserID == geteuid())
    #expect(try ThisProcess.workingDirectory() == FileManager.default.currentDirectoryPath)
    #expect(!ThisProcess.hostName.isEmpty)
    #expect(ThisProcess.userName == NSUserName())
  }

  @Test func recognisesProcessesAndTheirReplacements() {
    let me = ProcessIdentity.current
    #expect(me.isAlive && me.startTime != nil)
    #expect(ProcessIdentity(running: me.id) == me)
    // The same id with another start is another process.
    #expect(!ProcessIdentity(id: me.id, startTime: 1).isAlive)
    #expect(!ProcessIdentity(id: 4_194_300, startTime: nil).isAlive)
    #expect(!ProcessIdentity(id: 0, startTime: nil).isAlive)
    #expect(!ProcessIdentity(id: -1, startTime: nil).isAlive)
    #expect(ProcessStatus(of: me.id)?.parentID == getppid())
  }

  @Test func readsTheEnvironment() {
    #expect(Environment.current["PATH"] == ProcessInfo.processInfo.environment["PATH"])
    #expect(Environment.current["A_NAME_THAT_NOBODY_SETS"] == nil)
  }

  @Test func randomBytesDiffer() {
    #expect(RandomBytes.make(0) == [])
    #expect(RandomBytes.make(32) != RandomBytes.make(32))
    #expect(RandomBytes.hex(8).utf8.count == 16)
    #expect(RandomBytes.make(100_000).count == 100_000)
  }

  @Test func threadsRunAndAreJoined() throws {
    let pipe = try Linux.Pipe()
    let number = pipe.writer.rawValue
    let thread = try Linux.Thread { _ = write(number, "x", 1) }
    thread.join()
    #expect(try pipe.reader.read(upTo: 2) == [0x78])
  }

  @Test func pseudoTerminalsHaveSizeAndModes() throws {
    let pty = try PseudoTerminal(size: TerminalSize(rows: 12, columns: 34))
    #expect(Terminal.size(of: pty.program.rawValue) == TerminalSize(rows: 12, columns: 34))
    var before = termios()
    tcgetattr(pty.program.rawValue, &before)
    #expect(before.c_lflag & tcflag_t(ICANON | ECHO) != 0)
    do {
      let change = try TerminalModeChange(pty.program.rawValue, .raw)
      var now = termios()
      tcgetattr(pty.program.rawValue, &now)
      #expect(now.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
      change.suspend()
      tcgetattr(pty.program.rawValue, &now)
      #expect(now.c_lflag == before.c_lflag)
      try change.apply()
    }
    var after = termios()
    tcgetattr(pty.program.rawValue, &after)
    #expect(after.c_lflag == before.c_lflag)
    try pty.controller.writeAll(Array("typed ahead\n".utf8))
    try Terminal.flushInput(pty.program.rawValue)
    var poller = Poller()
    poller.add(pty.program.rawValue, [.readable])
    #expect(try !poller.wait(for: .milliseconds(1)))
  }
}
