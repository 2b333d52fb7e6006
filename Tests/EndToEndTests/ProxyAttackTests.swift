import Foundation
import TestKit
import Testing

/// Requests by which a step wants the proxy to do what it must not. The step may reach one service; another one, which no
/// rule lists, holds a canary.
@Suite(
  .enabled(if: NetworkRunTests.obstacle.isEmpty, Comment(rawValue: NetworkRunTests.obstacle)),
  .enabled(if: access("/usr/bin/python3", X_OK) == 0, "there is no python3"))
struct ProxyAttackTests {
  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]

  /// What is sent, with LISTED and SECRET for the ports; and how the answer begins.
  static let requests: [(String, String)] = [
    // one request, whatever stands behind it
    ("GET http://127.0.0.1:LISTED/ HTTP/1.1\r\n\r\nGET http://127.0.0.1:SECRET/ HTTP/1.1\r\n\r\n", "200"),
    (
      "GET http://127.0.0.1:LISTED/ HTTP/1.1\r\nConnection: keep-alive\r\n\r\nCONNECT 127.0.0.1:SECRET HTTP/1.1\r\n\r\n",
      "200"
    ),
    (
      "POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET http://127.0.0.1:SECRET/ HTTP/1.1\r\n\r\n",
      "200"
    ),
    (
      "POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET http://127.0.0.1:SECRET/ HTTP/1.1\r\n\r\n",
      "200"
    ),
    // two readings of one request
    (
      "POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://127.0.0.1:SECRET/ HTTP/1.1\r\n\r\n",
      "411"
    ),
    (
      "POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
      "400"
    ),
    (
      "POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 6\r\nTransfer-Encoding:\tchunked\r\n\r\n",
      "400"
    ),
    ("POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", "411"),
    ("POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n", "400"),
    ("POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "400"),
    ("POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 1,1\r\n\r\nx", "400"),
    ("POST http://127.0.0.1:LISTED/ HTTP/1.1\r\nContent-Length: 01x\r\n\r\nx", "400"),
    // another host than the one that is decided on
    ("GET http://127.0.0.1:LISTED/ HTTP/1.1\r\nHost: 127.0.0.1:SECRET\r\n\r\n", "400"),
    ("GET http://127.0.0.1:SECRET/ HTTP/1.1\r\nHost: 127.0.0.1:LISTED\r\n\r\n", "400"),
    ("GET http://127.0.0.1:LISTED@127.0.0.1:SECRET/ HTTP/1.1\r\n\r\n", "400"),
    ("GET http://127.0.0.1:SECRET\\@127.0.0.1:LISTED/ HTTP/1.1\r\n\r\n", "400"),
    ("GET http://127.0.0.1:LISTED\\.x:SECRET/ HTTP/1.1\r\n\r\n", "400"),
    ("GET http://127.0.0.1:SECRET#@127.0.0.1:LISTED/ HTTP/1.1\r\n\r\n", "400"),
    ("GET http:127.0.0.1:SECRET/ HTTP/1.1\r\nHost: 127.0.0.1:LISTED\r\n\r\n", "400"),
    ("GET //127.0.0.1:SECRET/ HTTP/1.1\r\nHost: 127.0.0.1:LISTED\r\n\r\n", "400"),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:SECRET\r\n\r\n", "400"),
    ("GET http://127.0.0.1:SECRET/ HTTP/1.1\r\n\r\n", "403"),
    ("HEAD http://localhost:SECRET/ HTTP/1.0\r\n\r\n", "403"),
    ("CONNECT 127.0.0.1:SECRET HTTP/1.1\r\nHost: 127.0.0.1:LISTED\r\n\r\n", "403"),
    ("CONNECT 127.0.0.1:SECRET HTTP/1.1\r\nX: y\r\nCONNECT 127.0.0.1:LISTED HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT localhost:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT LOCALHOST.:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT x.localhost:SECRET HTTP/1.1\r\n\r\n", "403"), ("CONNECT [::1]:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT [::ffff:127.0.0.1]:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT [::127.0.0.1]:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT [::ffff:127.0.0.1]:LISTED HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT [0:0::0:1]:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT [64:ff9b::127.0.0.1]:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT [2002:7f00:1::]:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT 127.0.0.2:SECRET HTTP/1.1\r\n\r\n", "403"), ("CONNECT 0.0.0.0:SECRET HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT 127.1:SECRET HTTP/1.1\r\n\r\n", "400"), ("CONNECT 2130706433:SECRET HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT 0x7f.1:SECRET HTTP/1.1\r\n\r\n", "400"), ("CONNECT 0177.0.0.1:SECRET HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT 127.0.0.1.:SECRET HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT [::1%25lo]:SECRET HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT 127.0.0.1%00.x:SECRET HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT 127.0.0.1:SECRET:LISTED HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT 127.0.0.1:LISTED HTTP/1.1\r\nContent-Length: 4\r\n\r\n", "400"),
    ("CONNECT 127.0.0.1:LISTED HTTP/1.1\nHost: x\n\n", "400"),
    ("CONNECT\t127.0.0.1:LISTED HTTP/1.1\r\n\r\n", "400"),
    ("connect 127.0.0.1:LISTED HTTP/1.1\r\n\r\n", "405"),
    ("TRACE http://127.0.0.1:LISTED/ HTTP/1.1\r\n\r\n", "405"),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"), ("\u{5}\u{1}\u{0}", "400"),
    ("\u{16}\u{3}\u{1}\u{0}\u{5}", "400"),
    ("GET http://x.invalid/ HTTP/1.1\r\nX-Forwarded-Host: 127.0.0.1:SECRET\r\n\r\n", "403"),
    ("GET http://pastebin.com/ HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n", "403"),
    ("CONNECT 168.63.129.16:80 HTTP/1.1\r\n\r\n", "403"),
    ("GET http://x\u{1B}]0;t\u{7}.invalid/ HTTP/1.1\r\n\r\n", "400"),
    (
      "GET http://127.0.0.1:LISTED/ HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade, Host\r\n\r\n",
      "200"
    ),
  ]

  @Test(arguments: accounts, ["prompted", "execute"])
  func noneGetsThrough(_ asSelf: Bool, _ mode: String) throws {
    // It takes what comes at once for the request, body and all.
    let listed = try HTTPServer { client in
      _ = try HTTPServer.read(client)
      try client.writeAll(Array("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhit".utf8))
    }
    let secret = try HTTPServer(body: "CANARY-of-the-other")
    let project = try TemporaryProject()
    let program = project.top + "/rundown"
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: \(mode), run: {allow: [python3]}, network: {mode: proxied, allow: [\"127.0.0.1:\(listed.port)\"]}}\n"
    )
    let texts = Self.requests.map { text, _ in
      text.replacingOccurrences(of: "LISTED", with: "\(listed.port)")
        .replacingOccurrences(of: "SECRET", with: "\(secret.port)")
    }
    try project.write("requests.json", String(decoding: try JSONEncoder().encode(texts), as: UTF8.self))
    try project.write(
      "ask.py",
      """
      import json,os,socket
      port=int(os.environ['http_proxy'].rsplit(':',1)[1])
      for number,text in enumerate(json.load(open('requests.json'))):
        s=socket.create_connection(('127.0.0.1',port)); s.settimeout(5); s.sendall(text.encode('latin1')); got=b''
        try:
          while True:
            some=s.recv(9999)
            if not some: break
            got+=some
        except OSError: pass
        print(number,got[9:12].decode('latin1'),b'CANARY' in got,flush=True)
      """)
    try project.write("a.md", runbook("python3 ask.py"))
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let prefix =
      asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let result = try project.run(
      prefix + [program, "run", "--verbose", "a.md", "--events", "ev"], environment: ["PATH": "/usr/bin:/bin"]
    )
    let wrong = Self.requests.enumerated().filter { index, request in
      !result.output.contains("\(index) \(request.1) False\n")
    }
    #expect(wrong.isEmpty, "\(result.all.suffix(3000))")
    #expect(!result.all.contains("CANARY-of"), "\(result.all.suffix(3000))")
    // What the requests hold stands nowhere as it is: no escape, no second line.
    let events = project.read("ev") ?? ""
    #expect(
      events.contains("BLOCKED-PRIVATE") && !events.contains("\u{1B}") && !result.all.contains("\u{1B}]0"))
    #expect(try project.run(prefix + [program, "audit", "verify"]).status == 0)
  }
}
