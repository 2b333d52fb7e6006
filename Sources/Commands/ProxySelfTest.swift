internal import Linux
internal import Supervisor

/// Tries the network's one door on this machine: a step of a real run must reach a service that its policy allows through
/// the proxy, and must not reach it past the proxy.
enum ProxySelfTest {
  /// What was found out.
  enum Result {
    /// Both came as they should.
    case works
    /// What did not, as a clause.
    case fails(String)
  }

  static func run() -> Result {
    do throws(Errno) {
      let service = try Service()
      defer { service.stop() }
      return try run(service.port, word: service.word)
    } catch { return .fails("it cannot be tried: \(error.message)") }
  }

  private static func run(_ port: UInt16, word: String) throws(Errno) -> Result {
    let supervisor = try Supervisor()
    do throws(FileError) {
      let top = try FileSystem.makeTemporaryDirectory(in: "/tmp", prefix: "rundown-doctor-")
      defer { remove(top) }
      // A project of its own, whatever stands above.
      for folder in ["/home", "/project/.git"] { try FileSystem.makeDirectories(top + folder, mode: 0o700) }
      let project = top + "/project"
      try FileSystem.writeFileAtomically(project + "/.rundownrc.yaml", Array(policy(port).utf8))
      try FileSystem.writeFileAtomically(project + "/a.runbook.md", Array(runbook(port).utf8))
      let program = try SelfRun.program()
      do throws(SupervisorError) {
        let end = try SelfRun.run(
          ["run", "--verbose", "a.runbook.md"], program: program, in: project, home: top + "/home",
          environment: [:], timeout: .seconds(30), with: supervisor)
        return judge(end, word)
      } catch { return .fails("it cannot be tried: \(error)") }
    } catch { return .fails("it cannot be tried: \(error)") }
  }

  private static func judge(_ end: SelfRun.End, _ word: String) -> Result {
    let lines = end.output.split(separator: "\n")
    func hasLine(_ text: String) -> Bool { lines.contains { $0.hasSuffix(text) } }
    if hasLine("past: \(word)") { return .fails("a step reaches a service of this machine past it") }
    if hasLine("through: \(word)"), hasLine("past: ") { return .works }
    let last = lines.last { !$0.hasPrefix("Runbook:") }.map(String.init) ?? "no output"
    return .fails("a step does not reach what its policy allows (exit code \(end.code): \(last))")
  }

  private static func policy(_ port: UInt16) -> String {
    "default: {mode: execute, network: {mode: proxied, allow: [\"127.0.0.1:\(port)\"]}}\n"
  }

  /// Nothing but what bash has built in.
  private static func runbook(_ port: UInt16) -> String {
    """
    ## 1. Try

    ```bash
    past= through=
    if { exec 4<>/dev/tcp/127.0.0.1/\(port); } 2>/dev/null; then read -r -t 5 past <&4; fi
    exec 3<>"/dev/tcp/127.0.0.1/${http_proxy##*:}" && printf 'CONNECT 127.0.0.1:\(port) HTTP/1.1\\r\\n\\r\\n' >&3
    while read -r -t 5 line <&3; do through=$line; done
    echo "past: $past"; echo "through: $through"
    ```

    """
  }

  private static func remove(_ top: String) {
    do throws(FileError) { try FileSystem.removeTree(top) } catch {
      // A folder in /tmp stays; nothing depends on it.
    }
  }

  /// A service on the machine's loopback that says one word to whoever connects.
  private final class Service: Sendable {
    let port: UInt16
    let word = RandomBytes.hex(16)
    private let bell: FileDescriptor

    init() throws(Errno) {
      let listener = try TCP.listen(at: .loopback4, port: 0)
      port = try TCP.port(of: listener.rawValue)
      let pipe = try Pipe()
      bell = try pipe.writer.duplicate()
      let stop = try pipe.reader.duplicate().release()
      let number = listener.release()
      let line = Array((word + "\n").utf8)
      _ = try Thread {
        let listener = FileDescriptor(owning: number)
        let stop = FileDescriptor(owning: stop)
        do throws(Errno) {
          while true {
            var poller = Poller()
            poller.add(listener.rawValue, [.readable])
            let end = poller.add(stop.rawValue, [.readable])
            _ = try poller.wait(for: nil)
            if !poller.seen(end).isEmpty { return }
            try TCP.accept(listener.rawValue).writeAll(line)
          }
        } catch {
          // Nobody is served any more, which the test tells.
        }
      }
    }

    func stop() {
      do throws(Errno) { _ = try bell.write([1]) } catch {
        // The thread has ended.
      }
    }
  }
}
