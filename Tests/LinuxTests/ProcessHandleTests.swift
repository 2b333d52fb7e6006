import Foundation
import Linux
import Testing

@Suite struct ProcessHandleTests {
  private func sleeper(_ text: String) throws -> (Process, FileHandle) {
    let process = Process()
    let output = Foundation.Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", text]
    process.standardOutput = output
    try process.run()
    return (process, output.fileHandleForReading)
  }

  @Test func tellsAProcessFromAllOthers() throws {
    let me = try ProcessHandle(of: getpid())
    #expect(me.id == getpid() && me.parentID == getppid() && me.parentNow == getppid() && me.isAlive)
    #expect(try ProcessHandle(of: getpid()).number == me.number)
    #expect(try ProcessHandle(of: getppid()).number != me.number)
    #expect(throws: Errno.noSuchProcess) { _ = try ProcessHandle(of: 4_194_300) }
  }

  @Test func aThreadIsNoProcess() throws {
    let pipe = try Linux.Pipe()
    let reader = pipe.reader.rawValue
    let thread = try Linux.Thread {
      var byte: UInt8 = 0
      _ = read(reader, &byte, 1)
    }
    let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap {
      Int32($0)
    }
    #expect(tasks.contains(getpid()) && tasks.count > 1)
    for task in tasks where task != getpid() {
      // Others of the program's threads may end meanwhile.
      #expect {
        _ = try ProcessHandle(of: task)
      } throws: {
        $0 as? Errno == .noSuchFile || $0 as? Errno == .noSuchProcess
      }
    }
    _ = try pipe.writer.write([1])
    thread.join()
  }

  @Test func seesTheEndAndTheNewParent() throws {
    let (process, output) = try sleeper("sleep 100 & echo $!; wait")
    let line = String(decoding: output.availableData, as: UTF8.self)
    let child = try #require(Int32(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    let shell = try ProcessHandle(of: process.processIdentifier)
    let sleeping = try ProcessHandle(of: child)
    #expect(sleeping.parentID == process.processIdentifier && sleeping.isAlive && shell.isAlive)
    kill(process.processIdentifier, SIGKILL)
    while shell.isAlive { usleep(1000) }
    let isStillThere = sleeping.isAlive
    #expect(isStillThere)
    #expect(sleeping.parentNow != process.processIdentifier && sleeping.parentNow != nil)
    kill(child, SIGKILL)
    while sleeping.isAlive { usleep(1000) }
    process.waitUntilExit()
  }

  @Test func theLastProcessHasNoChildren() throws {
    let last = LastProcess()
    // Another test may start something at any moment: once in many times nothing comes between.
    var isSeen = false
    for _ in 0..<200 where !isSeen {
      let (process, _) = try sleeper("exec sleep 100")
      isSeen = last.isLast(process.processIdentifier)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(isSeen)
    let (parent, output) = try sleeper("sleep 100 & echo; wait")
    _ = output.availableData
    let isLast = last.isLast(parent.processIdentifier)
    #expect(!isLast)
    kill(parent.processIdentifier, SIGSTOP)
    for child in ProcessStatus.children(of: parent.processIdentifier) { kill(child, SIGKILL) }
    kill(parent.processIdentifier, SIGKILL)
    parent.waitUntilExit()
  }

  /// The vigil's threads of this process: their state letters and scheduling policies.
  private func vigils() -> [(state: String, policy: String)] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return tasks.compactMap { task in
      guard let text = try? String(contentsOfFile: "/proc/self/task/\(task)/stat", encoding: .utf8),
        text.contains("(rundown-vigil)")
      else { return nil }
      let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
      return fields.count > 38 ? (String(fields[0]), String(fields[38])) : nil
    }
  }

  @Test func theVigilTurnsBelowEverythingElseAndSleepsAgain() throws {
    func states(until isRight: ([(state: String, policy: String)]) -> Bool) -> Bool {
      for _ in 0..<5000 {
        if isRight(vigils()) { return true }
        usleep(1000)
      }
      return false
    }
    do {
      let vigil = try Vigil()
      vigil.extend(by: .milliseconds(300))
      // SCHED_IDLE is 5.
      #expect(states { $0.contains { $0.state == "R" && $0.policy == "5" } })
      #expect(states { $0.contains { $0.state == "S" } })
      vigil.extend(by: .milliseconds(300))
      #expect(states { $0.contains { $0.state == "R" } })
      vigil.extend(by: .seconds(100))
    }
    #expect(states { $0.isEmpty })
  }
}
