internal import Linux

/// One connection of a step, from its first byte to its end; runs in a thread of its own.
struct Tunnel: Sendable {
  let authority: any ConnectAuthority
  let limits: ProxyLimits
  let dialer: Dialer
  let stop: Int32
  let begin: @Sendable (ConnectAttempt) -> TransferMeter?
  let observe: @Sendable (ConnectionEvent) -> Void

  /// Serves a client that speaks to the proxy.
  func serve(_ client: consuming FileDescriptor) {
    let start = SystemClock.monotonic()
    var event = ConnectionEvent(
      way: nil, host: "", port: 0, address: nil, status: .unsupported, reason: "", help: [], uploaded: 0,
      downloaded: 0, nanoseconds: 0)
    switch readHead(client) {
    case .nothing: return
    case .reply(let reply): answer(client, reply, &event, since: start)
    case .head(let head, let rest): serve(head, rest, client, &event, since: start)
    }
  }

  /// Serves a client at a port that stands for one of the host's own.
  func forward(_ client: consuming FileDescriptor, port: Int) {
    let start = SystemClock.monotonic()
    let attempt = ConnectAttempt(way: .localhost, host: "localhost", port: port)
    var event = ConnectionEvent(
      way: .localhost, host: attempt.host, port: port, address: nil, status: .connectFail, reason: "",
      help: [],
      uploaded: 0, downloaded: 0, nanoseconds: 0)
    do throws(Reply) {
      let dialed = try dial(try destination(attempt, &event), attempt, &event)
      let result = Relay.run(
        client: client, server: dialed.socket, first: [], idle: limits.idle, stop: stop)
      event.uploaded = result.uploaded
      event.downloaded = result.downloaded
    } catch {
      event.status = error.status
      event.reason = error.reason
      event.help = error.help
    }
    event.nanoseconds = SystemClock.monotonic() - start
    observe(event)
  }

  /// Tells a client that there are too many; never waits.
  func turnAway(_ client: borrowing FileDescriptor) {
    let reply = Reply(
      "503 Service Unavailable", .limit, "there are more than \(limits.connections) connections")
    do throws(Errno) { _ = try client.write(reply.bytes[...]) } catch {
      // The client is gone.
    }
    observe(
      ConnectionEvent(
        way: nil, host: "", port: 0, address: nil, status: .limit, reason: reply.reason, help: [],
        uploaded: 0,
        downloaded: 0, nanoseconds: 0))
  }

  // MARK: the head

  private enum Reading {
    case nothing
    case reply(Reply)
    case head(RequestHead, rest: [UInt8])
  }

  /// Reads until the empty line. What comes behind it belongs to the tunnel, or is the body.
  private func readHead(_ client: borrowing FileDescriptor) -> Reading {
    var bytes: [UInt8] = []
    let end = SystemClock.monotonic() + limits.head.nanoseconds
    do throws(Errno) {
      while true {
        do throws(Errno) {
          let chunk = try client.read(upTo: RequestHead.limit)
          if chunk.isEmpty {
            return bytes.isEmpty
              ? .nothing : .reply(Reply(.malformed("the head does not end with an empty line")))
          }
          bytes += chunk
          // Anything but a capital letter begins no request: TLS, SOCKS, a second protocol.
          if let first = bytes.first, !HeaderField.isTokenByte(first) {
            return .reply(Reply(.malformed("this port speaks HTTP")))
          }
          if let end = RequestHead.end(in: bytes) {
            do throws(RequestError) {
              return .head(try RequestHead(Array(bytes[..<end])), rest: Array(bytes[end...]))
            } catch { return .reply(Reply(error)) }
          }
          if RequestHead.isSpoilt(bytes) { return .reply(Reply(.malformed("a line feed stands alone"))) }
          if bytes.count >= RequestHead.limit { return .reply(Reply(.tooLarge)) }
        } catch .wouldBlock {
          // Nothing there yet.
        }
        var poller = Poller()
        poller.add(client.rawValue, [.readable])
        let stopIndex = poller.add(stop, [.readable])
        let left = end - SystemClock.monotonic()
        guard left > 0, try poller.wait(for: .nanoseconds(left)) else {
          return .reply(Reply("408 Request Timeout", .unsupported, "the head took too long"))
        }
        if !poller.seen(stopIndex).isEmpty { return .nothing }
      }
    } catch { return .nothing }
  }

  // MARK: the connection

  private func serve(
    _ head: RequestHead, _ rest: [UInt8], _ client: borrowing FileDescriptor, _ event: inout ConnectionEvent,
    since start: Int64
  ) {
    let way: ConnectAttempt.Way
    switch head.kind {
    case .connect: way = .connect
    case .forward: way = .http
    }
    event.way = way
    event.host = head.host
    event.port = head.port
    do throws(Reply) {
      let attempt = ConnectAttempt(way: way, host: head.host, port: head.port)
      let destination = try destination(attempt, &event)
      let dialed = try dial(destination, attempt, &event)
      let meter = begin(attempt)
      event.meter = meter
      let result: Relay.Result
      switch head.kind {
      case .connect:
        result =
          write(client, Reply.established)
          ? Relay.run(
            client: client, server: dialed.socket, first: rest, idle: limits.idle, stop: stop, meter: meter)
          : Relay.Result(end: .broken, uploaded: 0, downloaded: 0)
      case .forward(let request):
        // What stands behind the body would be another request, which nobody decided on.
        let body = rest.prefix(request.bodyLength)
        let left = request.bodyLength - body.count
        if let brokering = destination.brokering {
          let (bytes, put) = request.head(putting: brokering.fields)
          event.reason = ([event.reason] + put).joined(separator: "; ")
          result = BrokeredExchange(idle: limits.idle, stop: stop).run(
            client: client, server: dialed.socket, first: bytes + body, uploadLeft: left,
            isBodiless: request.isHead,
            filter: brokering.filter(), meter: meter)
        } else {
          result = Relay.run(
            client: client, server: dialed.socket, first: request.head + body, uploadLimit: Int64(left),
            idle: limits.idle, stop: stop, meter: meter)
        }
      }
      event.uploaded = result.uploaded
      event.downloaded = result.downloaded
      event.nanoseconds = SystemClock.monotonic() - start
      observe(event)
      // Where a side broke off, the other sees that too: an orderly end would make half an answer look whole.
      if result.end != .broken { finish(client) }
    } catch { answer(client, error, &event, since: start) }
  }

  /// What may be dialled.
  private struct Destination {
    var addresses: [NetworkAddress]
    var port: UInt16
    var brokering: Brokering?
  }

  /// Asks the authority, and resolves what it names: in this order, once each.
  private func destination(
    _ attempt: ConnectAttempt, _ event: inout ConnectionEvent
  ) throws(Reply) -> Destination {
    let port = UInt16(truncatingIfNeeded: attempt.port)
    switch authority.decide(attempt) {
    case .refuse(let refusal): throw Reply(refusal)
    case .dial(let list, let rule):
      event.reason = rule
      return Destination(addresses: list, port: port)
    case .resolve(let name, let rule):
      let addresses = try resolve(name, attempt)
      event.reason = rule
      return Destination(addresses: addresses, port: port)
    case .broker(let brokering):
      // Only a request that is read here can be changed here.
      guard attempt.way == .http else {
        throw Reply(
          "403 Forbidden", .blocked, "\(attempt.host):\(attempt.port) is reached by plain requests only")
      }
      event.reason = brokering.rule
      return Destination(addresses: brokering.addresses, port: brokering.port, brokering: brokering)
    }
  }

  private func dial(
    _ destination: Destination, _ attempt: ConnectAttempt, _ event: inout ConnectionEvent
  ) throws(Reply) -> Dialed {
    do throws(Dialer.Failure) {
      let dialed = try dialer.connect(to: destination.addresses, port: destination.port)
      event.status = .connected
      event.address = dialed.address
      return dialed
    } catch {
      let target = "\(attempt.host):\(attempt.port)"
      switch error {
      case .timeOut: throw Reply("504 Gateway Timeout", .connectFail, "\(target) did not answer in time")
      case .stopped: throw Reply("503 Service Unavailable", .connectFail, "the run ends")
      case .failed(let errno):
        throw Reply("502 Bad Gateway", .connectFail, "\(target) could not be reached: \(errno.message)")
      }
    }
  }

  private func resolve(_ name: String, _ attempt: ConnectAttempt) throws(Reply) -> [NetworkAddress] {
    let found: [NetworkAddress]
    do throws(Dialer.Failure) { found = try dialer.addresses(of: name) } catch {
      switch error {
      case .timeOut: throw Reply("504 Gateway Timeout", .dnsFail, "\(name) could not be resolved in time")
      case .stopped: throw Reply("503 Service Unavailable", .dnsFail, "the run ends")
      case .failed(let errno):
        throw Reply("502 Bad Gateway", .dnsFail, "\(name) could not be resolved: \(errno.message)")
      }
    }
    if found.isEmpty { throw Reply("502 Bad Gateway", .dnsFail, "\(name) has no address") }
    var refusal: ConnectRefusal?
    let admitted = found.filter { address in
      guard let why = authority.refusal(of: address, for: attempt) else { return true }
      refusal = refusal ?? why
      return false
    }
    if let refusal, admitted.isEmpty { throw Reply(refusal) }
    return admitted
  }

  // MARK: answers

  /// Told before it is answered: when the client ends because of it, it is known why.
  private func answer(
    _ client: borrowing FileDescriptor, _ reply: Reply, _ event: inout ConnectionEvent, since start: Int64
  ) {
    event.status = reply.status
    event.reason = reply.reason
    event.help = reply.help
    event.nanoseconds = SystemClock.monotonic() - start
    // While it waits for the answer it can be looked at.
    event.clientPort = Self.peerPort(client)
    observe(event)
    if write(client, reply.bytes) { finish(client) }
  }

  private static func peerPort(_ client: borrowing FileDescriptor) -> UInt16? {
    do throws(Errno) { return try TCP.peerPort(of: client) } catch { return nil }
  }

  private func write(_ client: borrowing FileDescriptor, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    let end = SystemClock.monotonic() + limits.head.nanoseconds
    do throws(Errno) {
      while !rest.isEmpty {
        do throws(Errno) { rest = rest.dropFirst(try client.write(rest)) } catch .wouldBlock {
          var poller = Poller()
          poller.add(client.rawValue, [.writable])
          let stopIndex = poller.add(stop, [.readable])
          let left = end - SystemClock.monotonic()
          guard left > 0, try poller.wait(for: .nanoseconds(left)), poller.seen(stopIndex).isEmpty else {
            return false
          }
        }
      }
    } catch { return false }
    return true
  }

  /// Ends our side and hears the client out for a moment: closing with bytes unread would take back the answer.
  private func finish(_ client: borrowing FileDescriptor) {
    var heard = 0
    let end = SystemClock.monotonic() + 1_000_000_000
    do throws(Errno) {
      try TCP.endWriting(client)
      while heard < 1 << 20 {
        do throws(Errno) {
          let count = try client.read(upTo: 65536).count
          if count == 0 { return }
          heard += count
        } catch .wouldBlock {
          var poller = Poller()
          poller.add(client.rawValue, [.readable])
          let stopIndex = poller.add(stop, [.readable])
          let left = end - SystemClock.monotonic()
          guard left > 0, try poller.wait(for: .nanoseconds(left)), poller.seen(stopIndex).isEmpty else {
            return
          }
        }
      }
    } catch {
      // The client is gone.
    }
  }
}
