import Foundation
import TestKit
import Testing

/// A machine on which no namespaces can be made.
enum NoNamespaces {
  static let prefix = [
    "/usr/bin/unshare", "--user", "--map-root-user", "/bin/sh", "-c",
    "for n in user net mnt pid; do echo 0 > /proc/sys/user/max_${n}_namespaces; done; exec \"$0\" \"$@\"",
  ]
  static let obstacle: String = {
    for program in ["/usr/bin/curl", "/usr/bin/unshare", "/usr/bin/python3"]
    where !FileManager.default.isExecutableFile(atPath: program) { return "there is no \(program)" }
    guard let project = try? TemporaryProject(),
      (try? project.run(prefix + ["/usr/bin/unshare", "--user", "/bin/true"]).status) != 0,
      (try? project.run(prefix + ["/bin/true"]).status) == 0
    else { return "namespaces cannot be made unavailable here" }
    guard ConfinementRunTests.isFull else { return "this machine gives no full sandbox" }
    return ""
  }()
}

/// The network of a step where no namespaces can be made: the proxy and nothing else, with real clients and real ways
/// around it.
@Suite(
  .enabled(if: NoNamespaces.obstacle.isEmpty, Comment(rawValue: NoNamespaces.obstacle)))
struct NoNamespaceNetworkTests {
  private func run(_ server: HTTPServer, _ text: String) throws -> ProgramResult {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"], deny: []}, network: {mode: proxied, allow: [\"127.0.0.1:\(server.port)\"]}}\n"
    )
    try project.write("step.md", runbook(text, shell: "bash"))
    return try project.run(NoNamespaces.prefix + [Built.rundown, "run", "step.md"])
  }

  @Test func theProxyIsReached() throws {
    let server = try HTTPServer(body: "canary-of-the-host")
    let url = "http://127.0.0.1:\(server.port)/"
    let result = try run(
      server,
      "curl -sS --noproxy '' \(url); curl -sS --noproxy '' -p \(url); curl -sS --noproxy '' http://127.0.0.2:\(server.port)/"
    )
    #expect(result.all.components(separatedBy: "canary-of-the-host").count == 3, "\(result.all)")
    #expect(result.all.contains("127.0.0.2:\(server.port)"), "a refusal says why: \(result.all)")
  }

  /// Each way prints the canary if it gets through, SERVER and PROXY being the ports.
  static let ways = [
    "curl -sS --noproxy '*' http://127.0.0.1:SERVER/",
    "exec 3<>/dev/tcp/127.0.0.1/SERVER; echo GET / >&3; cat <&3",
    // The proxy's port at other addresses, and other families and protocols.
    "curl -sS --noproxy '*' http://127.0.0.1:SERVER/ --interface lo; curl -sSg --noproxy '*' http://[::1]:SERVER/ http://[::ffff:127.0.0.1]:SERVER/",
    python(
      "s=socket.socket(); s.connect(('127.0.0.1',SERVER)); s.send(b'GET / HTTP/1.0\\r\\n\\r\\n'); print(s.recv(999))"
    ),
    python(
      "s=socket.socket(socket.AF_INET,socket.SOCK_STREAM,262); s.connect(('127.0.0.1',SERVER)); s.send(b'GET / HTTP/1.0\\r\\n\\r\\n'); print(s.recv(999))"
    ),
    python(
      "s=socket.socket(); s.sendto(b'GET / HTTP/1.0\\r\\n\\r\\n',0x20000000,('127.0.0.1',SERVER)); print(s.recv(999))"
    ),
    python(
      "s=socket.socket(); s.sendmsg([b'GET / HTTP/1.0\\r\\n\\r\\n'],[],0x20000000,('127.0.0.1',SERVER)); print(s.recv(999))"
    ),
    python(
      "s=socket.socket(); s.setsockopt(6,30,1); s.connect(('127.0.0.1',SERVER)); s.send(b'GET / HTTP/1.0\\r\\n\\r\\n'); print(s.recv(999))"
    ),
    python(
      "s=socket.socket(); s.connect_ex(('127.0.0.1',PROXY)); s.connect(('127.0.0.1',SERVER)); print('can'+'ary')"
    ),
    python("s=socket.socket(); s.connect(('127.0.0.2',PROXY)); print('can'+'ary')"),
    python("s=socket.socket(); s.connect(('0.0.0.0',PROXY)); print('can'+'ary')"),
    python("s=socket.socket(); s.bind(('127.0.0.1',0)); print('can'+'ary')"),
    python("s=socket.socket(); s.listen(); print('can'+'ary')"),
    python(
      "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(b'x',('127.0.0.1',SERVER)); print('can'+'ary')"
    ),
    python("s=socket.socket(socket.AF_INET6); print('can'+'ary')"),
    python("s=socket.socket(socket.AF_INET,socket.SOCK_RAW,1); print('can'+'ary')"),
    python("s=socket.socket(40,1); print('can'+'ary')"),
    // The address is changed while it is looked at; the socket, too.
    python(
      "import ctypes,threading,struct\nl=ctypes.CDLL(None)\na=ctypes.create_string_buffer(struct.pack('=H',2)+struct.pack('>H',PROXY)+bytes([127,0,0,1])+bytes(8),16)\nstop=[]\n"
        + "def flip():\n  while not stop:\n    ctypes.memmove(ctypes.addressof(a)+2,struct.pack('>H',SERVER),2); ctypes.memmove(ctypes.addressof(a)+2,struct.pack('>H',PROXY),2)\n"
        + "t=threading.Thread(target=flip); t.start()\n"
        + "for i in range(300):\n  s=socket.socket(); s.settimeout(1)\n  if l.connect(s.fileno(),a,16)==0 and s.getpeername()[1]==SERVER: print('can'+'ary')\n  s.close()\nstop.append(1)"
    ),
    python(
      "import ctypes,threading,struct,os\nl=ctypes.CDLL(None)\nu=ctypes.create_string_buffer(struct.pack('=H',1)+b'/tmp/none\\0',16)\nstop=[]\nfd=os.dup(0)\n"
        + "def flip():\n  while not stop:\n    ctypes.memmove(u,struct.pack('=H',2)+struct.pack('>H',SERVER)+bytes([127,0,0,1]),8); ctypes.memmove(u,struct.pack('=H',1)+b'/tmp/n',8)\n"
        + "t=threading.Thread(target=flip); t.start()\n"
        + "for i in range(300):\n  s=socket.socket(); n=socket.socket(socket.AF_UNIX)\n  os.dup2(n.fileno(),fd)\n  if l.connect(fd,u,16)==0: print('can'+'ary')\n  if l.connect(s.fileno(),u,16)==0: print('can'+'ary')\n  s.close(); n.close()\nstop.append(1)"
    ),
  ]

  private static func python(_ text: String) -> String {
    "cat > $TMPDIR/way.py <<END\nimport socket\n\(text)\nEND\npython3 $TMPDIR/way.py"
  }

  @Test(arguments: ways)
  func nothingElseIs(_ way: String) throws {
    let server = try HTTPServer(body: "canary")
    let text =
      "PROXY=${http_proxy##*:}; PROXY=${PROXY%/}\n"
      + way.replacingOccurrences(of: "SERVER", with: "\(server.port)")
      .replacingOccurrences(of: "PROXY", with: "$PROXY") + "\necho over"
    let result = try run(server, text)
    #expect(!result.all.contains("SyntaxError"), "\(result.all)")
    #expect(!result.output.contains("canary") && result.output.contains("over"), "\(result.all)")
  }

  @Test func whatIsLocalToAStepWorks() throws {
    let server = try HTTPServer(body: "x")
    let text = """
      cat > $TMPDIR/local.py <<'END'
      import socket,os
      p=os.environ['TMPDIR']+'/s'
      l=socket.socket(socket.AF_UNIX); l.bind(p); l.listen()
      c=socket.socket(socket.AF_UNIX); c.connect(p); a,_=l.accept(); c.send(b'local works'); print(a.recv(99).decode())
      a,b=socket.socketpair(); a.send(b'pairs work'); print(b.recv(99).decode())
      END
      python3 $TMPDIR/local.py
      """
    let result = try run(server, text)
    #expect(result.output.contains("local works") && result.output.contains("pairs work"), "\(result.all)")
  }

  /// The proxy's port is one of the machine's here: a program outside the step gets nothing there.
  @Test func othersAreTurnedAway() throws {
    let server = try HTTPServer(body: "canary-of-the-host")
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"], deny: []}, write: {allow: [\"{repo}/**\"]}, network: {mode: proxied, allow: [\"127.0.0.1:\(server.port)\"]}}\n"
    )
    try project.write("out/x", "")
    try project.write(
      "step.md",
      runbook("echo $http_proxy > out/proxy; while [ ! -e out/stop ]; do sleep 0.1; done", shell: "bash"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: NoNamespaces.prefix[0])
    process.arguments = Array(NoNamespaces.prefix.dropFirst()) + [Built.rundown, "run", "step.md"]
    process.environment = project.environment()
    process.currentDirectoryURL = URL(fileURLWithPath: project.root)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    #expect(eventually { project.read("out/proxy")?.hasPrefix("http://127.0.0.1:") == true })
    let proxy = (project.read("out/proxy") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    let outside = try project.run([
      "/usr/bin/curl", "-sS", "--max-time", "5", "-x", proxy, "--noproxy", "",
      "http://127.0.0.1:\(server.port)/",
    ])
    try project.write("out/stop", "")
    process.waitUntilExit()
    #expect(outside.status != 0 && !outside.all.contains("canary"), "\(outside.all)")
    #expect(!proxy.isEmpty && process.terminationStatus == 0)
  }
}
