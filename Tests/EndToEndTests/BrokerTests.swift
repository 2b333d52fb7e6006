import Foundation
import Linux
import Synchronization
import TestKit
import Testing

/// A secret that no step has: the proxy puts it into a header of requests for one host, on their way to a real server.
@Suite(
  .enabled(if: NetworkRunTests.obstacle.isEmpty, Comment(rawValue: NetworkRunTests.obstacle)))
struct BrokerTests {
  private static let canary = "canary:4711 plus/more=="
  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]

  /// Answers with what it was sent, as it is and in base64, and keeps it.
  private final class Echo: Sendable {
    private final class Heads: Sendable { let list = Mutex<[String]>([]) }
    private let heads: Heads
    private let server: HTTPServer
    var port: UInt16 { server.port }
    var seen: [String] { heads.list.withLock { $0 } }

    init() throws {
      let heads = Heads()
      self.heads = heads
      server = try HTTPServer { client in
        let text = try HTTPServer.head(client)
        heads.list.withLock { $0.append(text) }
        let field = text.split(separator: "\r\n").first { $0.hasPrefix("Authorization: ") }
        let secret = field?.dropFirst(15) ?? ""
        let body = text + Data(secret.utf8).base64EncodedString() + "\nend\n"
        // A request for it gets the body in chunks of seven bytes, which cut the value.
        let isChunked = text.hasPrefix("GET /chunks")
        let chunks = Array(body.utf8).chunks(of: 7).map {
          "\(String($0.count, radix: 16))\r\n\(String(decoding: $0, as: UTF8.self))\r\n"
        }
        let answer = Array(
          """
          HTTP/1.1 200 OK\r\nX-Seen: \(secret)\r\n\
          \(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)")\r\n\
          Connection: close\r\n\r\n\(isChunked ? chunks.joined() + "0\r\n\r\n" : body)
          """.utf8)
        // In two pieces that cut the value.
        let middle = answer.count / 2
        try client.writeAll(Array(answer[..<middle]))
        Foundation.Thread.sleep(forTimeInterval: 0.03)
        try client.writeAll(Array(answer[middle...]))
      }
    }
  }

  private func project(_ text: String, port: UInt16, more: String = "", mode: String = "proxied") throws
    -> TemporaryProject
  {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      """
      default:
        run: { allow: [curl, env, grep, cat, printenv, sleep] }
        write: { allow: ["{repo}/out/**"] }
        network:
          mode: \(mode)
          allow: ["api.example.com:80", "127.0.0.1:\(port)", "localhost:\(port)"\(more)]
          broker:
            - { secret: API_PASS, host: api.example.com, header: Authorization, upstream: "http://127.0.0.1:\(port)" }
      """)
    try project.write("out/keep", "")
    try project.write("a.runbook.md", text)
    #expect(
      try project.run([Built.rundown, "secret", "set", "API_PASS"], input: Self.canary + "\n").status == 0)
    return project
  }

  private func run(_ project: TemporaryProject, asSelf: Bool, _ words: [String]) throws -> ProgramResult {
    if asSelf { return try project.rundown(words) }
    let program = project.top + "/rundown"
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top])
    return try project.run(
      ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program] + words)
  }

  /// All that was printed, reported, stored, or left by the step.
  private func everything(_ project: TemporaryProject, _ result: ProgramResult) throws -> String {
    var text = result.all + (project.read("events.jsonl") ?? "") + (project.read("report.md") ?? "")
    text += try project.rundown("audit", "show").all + project.rundown("history").all
    for folder in ["/.rundown", "/out"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: project.root + folder) {
        text += String(
          decoding: FileManager.default.contents(atPath: project.root + folder + "/" + name) ?? Data(),
          as: UTF8.self)
      }
    }
    return text
  }

  private static let forms = [
    canary, String(Data(canary.utf8).base64EncodedString().dropLast(4)), "canary%3A4711",
  ]

  @Test(arguments: accounts) func theServerHasTheValueAndTheStepHasNot(_ asSelf: Bool) throws {
    let echo = try Echo()
    let project = try project(
      """
      ## 1. With

      ```bash secrets=API_PASS
      printenv API_PASS | grep -c '^rundown-placeholder-[0-9a-f]*$'
      curl -sS --max-time 20 -i -H "Authorization: Bearer $API_PASS" http://api.example.com/x?y=1 > out/answer
      curl -sS --max-time 20 -i -H "Authorization: Bearer $API_PASS" http://api.example.com/chunks > out/chunks
      cat out/answer; env > out/env; cat /proc/self/environ > out/environ
      ```

      ## 2. File

      ```bash secrets=file:API_PASS
      curl -sS --max-time 20 -o out/file -H "Authorization: $(cat "$API_PASS_FILE")" http://API.example.com./
      ```

      ## 3. Without

      ```bash
      echo "without ${API_PASS:-nothing}"
      curl -sS --max-time 20 -o out/without -H "Authorization: plain" http://api.example.com/
      ```
      """, port: echo.port)
    let result = try run(
      project, asSelf: asSelf,
      [
        "run", "a.runbook.md", "--verbose", "--events", "events.jsonl", "--report", "markdown=report.md",
      ])
    #expect(result.status == 0, "\(result.all)")
    try #require(echo.seen.count == 4, "\(result.all)")
    #expect(echo.seen[0].hasPrefix("GET /x?y=1 HTTP/1.1\r\nHost: api.example.com\r\n"))
    #expect(echo.seen[0].contains("\r\nAuthorization: Bearer \(Self.canary)\r\n"), "\(echo.seen[0])")
    #expect(echo.seen[2].contains("\r\nAuthorization: \(Self.canary)\r\n"))
    #expect(echo.seen[3].contains("\r\nAuthorization: plain\r\n"))
    // What the server gave back of it does not reach the step either, and nothing is cut.
    let answer = try #require(project.read("out/answer"))
    #expect(answer.contains("Authorization: Bearer ***") && answer.hasSuffix("\nend\n"), "\(answer)")
    #expect(answer.contains("X-Seen: Bearer ***"), "\(answer)")
    let chunks = try #require(project.read("out/chunks"))
    #expect(chunks.contains("Authorization: Bearer ***") && chunks.hasSuffix("\nend\n"), "\(chunks)")
    #expect(result.output.contains("without nothing"))
    let text = try everything(project, result)
    for form in Self.forms { #expect(!text.contains(form), "\(form)") }
    #expect(text.contains("the secret API_PASS was put into Authorization"))
  }

  @Test func elsewhereThePlaceholderIsWorthNothing() throws {
    let echo = try Echo()
    // Another port, another name of the same server, another header, the path, the body, and a step of its own later.
    let project = try project(
      """
      ## 1. With

      ```bash secrets=API_PASS
      auth="Authorization: $API_PASS"; echo "$auth" > out/auth
      curl -sS --max-time 20 -o out/1 -H "$auth" http://127.0.0.1:\(echo.port)/ --proxy "$http_proxy" --noproxy ''
      curl -sS --max-time 20 -o out/2 -H "$auth" http://localhost:\(echo.port)/ --noproxy ''
      curl -sS --max-time 20 -o out/3 -H "X-Other: $API_PASS" "http://api.example.com/$API_PASS"
      curl -sS --max-time 20 -o out/4 -H "$auth" -p http://127.0.0.1:\(echo.port)/ --noproxy ''
      curl -sS --max-time 20 -o out/5 -H "$auth" http://sub.api.example.com/
      curl -sS --max-time 20 -o out/6 -H "$auth" http://api.example.com:8080/
      curl -sS --max-time 20 -o out/7 -H "$auth" -H "Host: api.example.com" http://127.0.0.1:\(echo.port)/ --noproxy ''
      curl -sS --max-time 20 -o out/8 -H "$auth" -p http://api.example.com:80/
      true
      ```

      ## 2. Later

      ```bash
      curl -sS --max-time 20 -o out/9 -H "$(cat out/auth)" http://api.example.com/
      ```
      """, port: echo.port)
    let result = try project.rundown("run", "a.runbook.md", "--verbose")
    #expect(result.status == 0, "\(result.all)")
    // 1 to 4 and 9 reach the server; the others go nowhere.
    #expect(echo.seen.count == 5, "\(echo.seen) \(result.all)")
    for head in echo.seen {
      #expect(!head.contains("canary") && head.contains("rundown-placeholder-"), "\(head)")
    }
    let text = try everything(project, result)
    for form in Self.forms { #expect(!text.contains(form), "\(form)") }
  }

  @Test func withoutTheProxyTheStepIsRefused() throws {
    let echo = try Echo()
    let project = try project(
      runbook("touch out/ran; echo \"$API_PASS\"", shell: "bash", options: "secrets=API_PASS"),
      port: echo.port,
      mode: "open")
    let plan = try project.rundown("plan", "a.runbook.md")
    #expect(plan.status == 77 && plan.output.contains("it takes the network's proxy"), "\(plan.all)")
    for options in [[], ["--allow-all"], ["--no-sandbox"]] {
      let result = try project.rundown(["run", "a.runbook.md"] + options)
      #expect(result.status == 77 && !project.exists("out/ran"), "\(options): \(result.all)")
      #expect(!result.all.contains("canary:4711"))
    }
  }

  @Test func aValueThatNoHeaderCarriesIsRefused() throws {
    let project = try project(
      runbook("touch out/ran", shell: "bash", options: "secrets=API_PASS"), port: 9)
    #expect(
      try project.run([Built.rundown, "secret", "set", "API_PASS"], input: "first-line\r\nX-Evil: 1").status
        == 0)
    let result = try project.rundown("run", "a.runbook.md")
    #expect(result.status == 77 && result.errors.contains("cannot be put into a header"), "\(result.all)")
    #expect(!project.exists("out/ran"))
  }

  @Test func thePlanSaysWhereTheValueIsPutAndWhereNot() throws {
    let project = try project(
      runbook(
        "curl -H \"Authorization: $API_PASS\" http://api.example.com/",
        "true\ncurl -H \"Authorization: $API_PASS\" https://api.example.com/x", shell: "bash",
        options: "secrets=API_PASS"), port: 8099)
    let plan = try project.rundown("plan", "a.runbook.md")
    #expect(
      plan.output.contains(
        "API_PASS in Authorization of http://api.example.com, sent to http://127.0.0.1:8099"),
      "\(plan.all)")
    #expect(plan.output.contains("line 11: https://api.example.com is TLS from end to end"), "\(plan.all)")
    #expect(plan.output.components(separatedBy: "is TLS from end to end").count == 2)
    let text = try project.rundown("plan", "a.runbook.md", "--json").output
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect((json["brokers"] as? [[String: Any]])?.count == 2)
    #expect(try project.rundown("policy", "show").output.contains("network.broker"))
    #expect(try project.rundown("trust", "show").output.contains("network.broker: API_PASS in Authorization"))
  }

  @Test func anAgentHasThePlaceholderToo() throws {
    let echo = try Echo()
    let project = try project(
      """
      ## 1. Agent

      ```bash agent=shell access=read secrets=API_PASS
      curl -sS --max-time 20 -H "Authorization: Bearer $API_PASS" http://api.example.com/
      grep 'API_PASS, if you have it, is a placeholder' "$RUNDOWN_CONTEXT"
      ```
      """, port: echo.port)
    let result = try project.rundown("run", "a.runbook.md", "--verbose")
    #expect(result.status == 0 && result.output.contains("is a placeholder"), "\(result.all)")
    #expect(echo.seen.first?.contains("Authorization: Bearer \(Self.canary)\r\n") == true, "\(result.all)")
    #expect(!result.all.contains("canary:4711"))
  }
}

extension [UInt8] {
  fileprivate func chunks(of size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
