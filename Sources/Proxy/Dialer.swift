internal import Linux
internal import Synchronization

/// Finds addresses and connects to the first that answers.
struct Dialer: Sendable {
  let limits: ProxyLimits
  /// A descriptor that becomes readable when the proxy ends.
  let stop: Int32
  let resolver: @Sendable (String) -> [NetworkAddress]

  enum Failure: Error {
    /// The time is over.
    case timeOut
    /// What the kernel said.
    case failed(Errno)
    /// The proxy ends.
    case stopped
  }

  /// What a name stands for. The resolver cannot be stopped, so it works in a thread that nobody waits for longer than
  /// the limit.
  func addresses(of name: String) throws(Failure) -> [NetworkAddress] {
    final class Answer: Sendable {
      let list = Mutex<[NetworkAddress]>([])
      let bell: FileDescriptor
      init(bell: consuming FileDescriptor) { self.bell = bell }
    }
    do throws(Errno) {
      let pipe = try Pipe()
      let answer = Answer(bell: try pipe.writer.duplicate())
      try pipe.writer.close()
      let resolver = resolver
      // Not joined: dropped here, it goes on alone and ends with the resolver's answer.
      _ = try Thread { [answer] in
        let found = resolver(name)
        answer.list.withLock { $0 = found }
        do throws(Errno) { _ = try answer.bell.write([1]) } catch {
          // Nobody waits any more.
        }
      }
      var poller = Poller()
      poller.add(pipe.reader.rawValue, [.readable])
      let stopIndex = poller.add(stop, [.readable])
      guard try poller.wait(for: limits.resolving) else { throw Errno.timedOut }
      if !poller.seen(stopIndex).isEmpty { throw Errno.canceled }
      return answer.list.withLock { $0 }
    } catch { throw Self.failure(error) }
  }

  private static func failure(_ error: Errno) -> Failure {
    if error == .timedOut { return .timeOut }
    return error == .canceled ? .stopped : .failed(error)
  }

  /// Connects to one of the addresses: families in turn, the next when one fails or takes long.
  func connect(
    to addresses: [NetworkAddress], port: UInt16
  ) throws(Failure) -> Dialed {
    var waiting = Self.interleaved(addresses)[...]
    var sockets = SocketList()
    var last = Errno.hostUnreachable
    let end = SystemClock.monotonic() + limits.dialling.nanoseconds
    var nextTime = Int64.min
    while true {
      let now = SystemClock.monotonic()
      if now >= end { throw .timeOut }
      if let address = waiting.first, now >= nextTime || sockets.isEmpty {
        waiting = waiting.dropFirst()
        nextTime = now + limits.nextAddress.nanoseconds
        do throws(Errno) { sockets.add(try TCP.connect(to: address, port: port), address) } catch {
          last = error
        }
        continue
      }
      if sockets.isEmpty { throw .failed(last) }
      var poller = Poller()
      for index in 0..<sockets.count { poller.add(sockets.number(index), [.writable]) }
      let stopIndex = poller.add(stop, [.readable])
      let until = waiting.isEmpty ? end : min(end, nextTime)
      do throws(Errno) { _ = try poller.wait(for: .nanoseconds(max(0, until - now))) } catch {
        throw .failed(error)
      }
      if !poller.seen(stopIndex).isEmpty { throw .stopped }
      for index in (0..<sockets.count).reversed() where !poller.seen(index).isEmpty {
        let dialed = sockets.take(index)
        do throws(Errno) {
          try TCP.result(of: dialed.socket)
          return dialed
        } catch {
          last = error
          nextTime = .min
        }
      }
    }
  }

  /// At most eight addresses, the families in turn, IPv6 first.
  static func interleaved(_ addresses: [NetworkAddress]) -> [NetworkAddress] {
    var six = addresses.filter(\.isV6)[...]
    var four = addresses.filter { !$0.isV6 }[...]
    var out: [NetworkAddress] = []
    while out.count < 8, !(six.isEmpty && four.isEmpty) {
      if let address = six.popFirst() { out.append(address) }
      if let address = four.popFirst() { out.append(address) }
    }
    return out
  }
}

/// A connection that stands.
struct Dialed: ~Copyable {
  let socket: FileDescriptor
  let address: NetworkAddress
}

/// Sockets that are being connected.
private struct SocketList: ~Copyable {
  private var numbers: [Int32] = []
  private var addresses: [NetworkAddress] = []

  var isEmpty: Bool { numbers.isEmpty }
  var count: Int { numbers.count }
  func number(_ index: Int) -> Int32 { numbers[index] }

  mutating func add(_ socket: consuming FileDescriptor, _ address: NetworkAddress) {
    numbers.append(socket.release())
    addresses.append(address)
  }

  mutating func take(_ index: Int) -> Dialed {
    Dialed(socket: FileDescriptor(owning: numbers.remove(at: index)), address: addresses.remove(at: index))
  }

  deinit { for number in numbers { _ = FileDescriptor(owning: number) } }
}
