import Testing

@testable import Proxy

/// A server's answer without its chunks.
@Suite struct AnswerTests {
  struct Case: CustomTestStringConvertible {
    var answer: String
    /// What goes on; nil when the answer is refused.
    var expected: String?
    var isHead = false
    var testDescription: String { answer.debugDescription }
  }

  static let cases: [Case] = [
    Case(
      answer: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
      expected: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
    Case(answer: "HTTP/1.0 200 OK\n\nabc", expected: "HTTP/1.0 200 OK\n\nabc"),
    Case(
      answer:
        "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nsec\r\n5;x=y\r\nret 1\r\n0\r\nX: secret\r\n\r\n",
      expected: "HTTP/1.1 200 OK\r\nA: b\r\n\r\nsecret 1"),
    Case(
      answer:
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding:CHUNKED\r\n\r\nA\r\n0123456789\r\n00\r\n\r\n",
      expected: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n0123456789"),
    Case(
      answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      expected: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", isHead: true),
    Case(
      answer: "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
      expected: "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
    // Cut, or not what HTTP is.
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"),
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"),
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"),
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n"),
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
    Case(answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    Case(
      answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case(answer: "HTTP/1.1 101 Switching Protocols\r\n\r\nx"), Case(answer: "hello\r\n\r\n"),
    Case(answer: ""),
    Case(answer: "HTTP/1.1 200 OK\r\nA: b"), Case(answer: String(repeating: "x", count: 70_000) + "\n\n"),
  ]

  /// In one piece, and byte by byte.
  @Test(arguments: cases, [Int.max, 1]) func isPassedOnInOnePiece(_ item: Case, _ size: Int) {
    var answer = UnchunkedAnswer(isBodiless: item.isHead)
    var out: [UInt8] = []
    var rest = Array(item.answer.utf8)[...]
    do {
      while !rest.isEmpty {
        out += try answer.add(Array(rest.prefix(size)))
        rest = rest.dropFirst(min(size, rest.count))
      }
      try answer.end()
      #expect(String(decoding: out, as: UTF8.self) == item.expected)
    } catch { #expect(item.expected == nil, "\(error)") }
  }
}
