public import Linux

/// Takes out of an answer what a step must not see, and never changes how long it is, so that the answer's own framing
/// holds.
public protocol AnswerFilter {
  /// What may be passed on now.
  mutating func add(_ bytes: ArraySlice<UInt8>) -> [UInt8]
  /// What was kept back.
  mutating func end() -> [UInt8]
}

/// A header in which a placeholder is replaced.
public struct BrokeredField: Sendable {
  /// The header's name.
  public var name: String
  /// What the step writes.
  public var placeholder: String
  /// What is sent.
  public var value: String
  /// What the value is called, for people.
  public var title: String

  /// A header in which a placeholder is replaced. The value must be printable ASCII: a line break in it would begin a
  /// line of its own.
  public init?(name: String, placeholder: String, value: String, title: String) {
    guard Self.canCarry(value), !placeholder.isEmpty else { return nil }
    (self.name, self.placeholder, self.value, self.title) = (name, placeholder, value, title)
  }

  /// Whether a header can carry a value.
  public static func canCarry(_ value: String) -> Bool {
    !value.isEmpty && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}

/// Where plain requests for one host are sent instead, and what is put into them on the way.
public struct Brokering: Sendable {
  /// The server's addresses.
  public var addresses: [NetworkAddress]
  /// Its port.
  public var port: UInt16
  /// The rule that allowed it.
  public var rule: String
  /// What is replaced; empty for a step that has no placeholder.
  public var fields: [BrokeredField]
  /// Makes what the answer goes through.
  public var filter: @Sendable () -> any AnswerFilter

  /// Where plain requests for one host are sent instead.
  public init(
    addresses: [NetworkAddress], port: UInt16, rule: String, fields: [BrokeredField],
    filter: @escaping @Sendable () -> any AnswerFilter
  ) {
    (self.addresses, self.port, self.rule, self.fields, self.filter) = (addresses, port, rule, fields, filter)
  }
}

/// Carries one request with a value in it, and its answer through a filter.
///
/// Not the way of ordinary connections: what is filtered must be copied.
struct BrokeredExchange: Sendable {
  let idle: Duration
  let stop: Int32

  private enum Failure: Error { case broken, idle, stopped }

  func run(
    client: borrowing FileDescriptor, server: borrowing FileDescriptor, first: [UInt8], uploadLeft: Int,
    isBodiless: Bool, filter: any AnswerFilter, meter: TransferMeter?
  ) -> Relay.Result {
    var up = Direction(waiting: first[...], left: uploadLeft)
    var down = Direction(waiting: [], left: .max)
    var filter = filter
    var answer = UnchunkedAnswer(isBodiless: isBodiless)
    var end = Relay.End.done
    do throws(Failure) {
      while !(down.isOver && down.waiting.isEmpty) {
        var moves = try send(&up, server)
        moves = try send(&down, client) || moves
        meter?.set(up.moved)
        moves = try fetch(&up, client) { $0 } || moves
        moves =
          try fetch(&down, server) { bytes throws(UnchunkedAnswer.Failure) in
            if bytes.isEmpty {
              try answer.end()
              return filter.end()
            }
            let part = filter.add(try answer.add(bytes)[...])
            return answer.isOver ? part + filter.end() : part
          } || moves
        if answer.isOver { down.isOver = true }
        if !moves { try wait(up, down, client, server) }
      }
    } catch {
      switch error {
      case .broken: end = .broken
      case .idle: end = .idle
      case .stopped: end = .stopped
      }
    }
    meter?.set(up.moved)
    // What broke off must not look whole.
    if end == .broken { TCP.resetAtClose(client) }
    return Relay.Result(end: end, uploaded: up.moved, downloaded: down.moved)
  }

  /// Bytes of one direction.
  private struct Direction {
    var waiting: ArraySlice<UInt8>
    /// How many may still be read.
    var left: Int
    var isOver = false
    var moved: UInt64 = 0
    var reads: Bool { waiting.isEmpty && !isOver && left > 0 }
  }

  /// Whether something could be sent.
  private func send(_ way: inout Direction, _ to: borrowing FileDescriptor) throws(Failure) -> Bool {
    guard !way.waiting.isEmpty else { return false }
    do throws(Errno) {
      let count = try to.write(way.waiting)
      way.waiting = way.waiting.dropFirst(count)
      way.moved += UInt64(count)
      return count > 0
    } catch {
      if error == .wouldBlock { return false }
      throw .broken
    }
  }

  /// Whether something came, be it the end.
  private func fetch(
    _ way: inout Direction, _ from: borrowing FileDescriptor,
    _ change: ([UInt8]) throws(UnchunkedAnswer.Failure) -> [UInt8]
  ) throws(Failure) -> Bool {
    guard way.reads else { return false }
    let bytes: [UInt8]
    do throws(Errno) { bytes = try from.read(upTo: min(65536, way.left)) } catch {
      if error == .wouldBlock { return false }
      throw .broken
    }
    if bytes.isEmpty { way.isOver = true }
    way.left -= bytes.count
    do throws(UnchunkedAnswer.Failure) { way.waiting = try change(bytes)[...] } catch { throw .broken }
    return true
  }

  private func wait(
    _ up: Direction, _ down: Direction, _ client: borrowing FileDescriptor, _ server: borrowing FileDescriptor
  ) throws(Failure) {
    var poller = Poller()
    func add(_ number: Int32, reads: Bool, writes: Bool) {
      var events: PollEvents = []
      if reads { events.insert(.readable) }
      if writes { events.insert(.writable) }
      // A side that has gone shows at once, whatever is waited for: it is looked at where something is wanted of it.
      poller.add(events.isEmpty ? -1 : number, events)
    }
    add(client.rawValue, reads: up.reads, writes: !down.waiting.isEmpty)
    add(server.rawValue, reads: down.reads, writes: !up.waiting.isEmpty)
    let stopIndex = poller.add(stop, [.readable])
    do throws(Errno) { guard try poller.wait(for: idle) else { throw Errno.timedOut } } catch {
      throw error == .timedOut ? .idle : .broken
    }
    if !poller.seen(stopIndex).isEmpty { throw .stopped }
  }
}
