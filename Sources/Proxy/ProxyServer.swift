public import Linux

/// The one door of a step's network: takes connections at listeners that were made inside the step's namespace, asks
/// what may be reached, and carries bytes.
///
/// One thread takes connections and each connection has one of its own, so that a slow resolver or server holds up
/// nobody else. It looks at names, ports and addresses, not at what is said in a tunnel.
public struct ProxyServer: ~Copyable, Sendable {
  /// A listener and what is spoken there.
  public struct Door: Hashable, Sendable {
    /// The descriptor; it must stay open while the server runs.
    public var listener: Int32
    /// nil: the proxy's own port. Else the host's port that it stands for.
    public var forwardedPort: Int?

    /// A door.
    public init(listener: Int32, forwardedPort: Int? = nil) {
      self.listener = listener
      self.forwardedPort = forwardedPort
    }
  }

  private let thread: Thread
  /// Its other end tells every thread to stop, when this one is closed.
  private let bell: FileDescriptor

  /// Starts to serve. `observe` is called from the connections' threads, and so is `begin` when a tunnel stands or a
  /// request is passed on: what it gives counts the bytes that go up. `admits` is asked about the port at which a
  /// connection comes, where others than steps can reach the listeners.
  public init(
    doors: [Door], authority: any ConnectAuthority, limits: ProxyLimits = ProxyLimits(),
    resolver: @escaping @Sendable (String) -> [NetworkAddress] = { NetworkAddress.resolve($0) },
    admits: (@Sendable (UInt16) -> Bool)? = nil,
    begin: @escaping @Sendable (ConnectAttempt) -> TransferMeter? = { _ in nil },
    observe: @escaping @Sendable (ConnectionEvent) -> Void
  ) throws(Errno) {
    ThisProcess.ignoreBrokenPipes()
    let stop = try Pipe()
    let done = try Pipe()
    let bell = try stop.writer.duplicate()
    let reader = try stop.reader.duplicate()
    let acceptor = Acceptor(
      doors: doors, authority: authority, limits: limits, resolver: resolver, admits: admits,
      begin: begin, observe: observe, stop: reader,
      ended: try done.reader.duplicate(), end: try done.writer.duplicate())
    thread = try Thread { acceptor.run() }
    self.bell = bell
  }

  /// Breaks off all connections and waits until their threads have ended.
  public consuming func stop() {
    _ = consume bell
    thread.join()
  }
}

/// Takes connections and counts them. The thread that runs it owns the count.
private final class Acceptor: Sendable {
  private let doors: [ProxyServer.Door]
  private let admits: (@Sendable (UInt16) -> Bool)?
  private let tunnel: Tunnel
  private let limits: ProxyLimits
  private let stop: FileDescriptor
  /// Each connection's thread writes one byte at its end.
  private let ended: FileDescriptor
  private let end: FileDescriptor

  init(
    doors: [ProxyServer.Door], authority: any ConnectAuthority, limits: ProxyLimits,
    resolver: @escaping @Sendable (String) -> [NetworkAddress], admits: (@Sendable (UInt16) -> Bool)?,
    begin: @escaping @Sendable (ConnectAttempt) -> TransferMeter?,
    observe: @escaping @Sendable (ConnectionEvent) -> Void, stop: consuming FileDescriptor,
    ended: consuming FileDescriptor, end: consuming FileDescriptor
  ) {
    self.doors = doors
    self.admits = admits
    self.limits = limits
    let number = stop.rawValue
    tunnel = Tunnel(
      authority: authority, limits: limits,
      dialer: Dialer(limits: limits, stop: number, resolver: resolver), stop: number, begin: begin,
      observe: observe)
    self.stop = stop
    self.ended = ended
    self.end = end
  }

  func run() {
    var active = 0
    do throws(Errno) {
      while true {
        var poller = Poller()
        let stopIndex = poller.add(stop.rawValue, [.readable])
        let endIndex = poller.add(ended.rawValue, [.readable])
        let first = doors.indices.map { poller.add(doors[$0].listener, [.readable]) }
        _ = try poller.wait(for: nil)
        if !poller.seen(endIndex).isEmpty { active -= try ended.read(upTo: 512).count }
        if !poller.seen(stopIndex).isEmpty { break }
        for (door, index) in zip(doors, first) where !poller.seen(index).isEmpty { take(door, &active) }
      }
    } catch {
      // Nothing can be polled: no connection is taken any more.
    }
    // Connections see the same stop; those whose resolver hangs are waited for no longer than its limit.
    do throws(Errno) { while active > 0 { active -= try ended.read(upTo: 512).count } } catch {
      // The count is lost; the threads end by themselves.
    }
  }

  private func take(_ door: ProxyServer.Door, _ active: inout Int) {
    let client: FileDescriptor
    do throws(Errno) { client = try TCP.accept(door.listener) } catch {
      // Gone again, or no descriptor is left: then a moment's rest keeps this from spinning.
      if error != .wouldBlock { rest() }
      return
    }
    guard isAdmitted(client) else { return }
    guard active < limits.connections else {
      tunnel.turnAway(client)
      return
    }
    let number = client.release()
    do throws(Errno) {
      _ = try Thread { [self] in
        let client = FileDescriptor(owning: number)
        if let port = door.forwardedPort {
          tunnel.forward(client, port: port)
        } else {
          tunnel.serve(client)
        }
        do throws(Errno) { try end.writeAll([1]) } catch {
          // The reader lives as long as this object.
        }
      }
      active += 1
    } catch {
      tunnel.turnAway(FileDescriptor(owning: number))
    }
  }

  private func isAdmitted(_ client: borrowing FileDescriptor) -> Bool {
    guard let admits else { return true }
    do throws(Errno) { return admits(try TCP.peerPort(of: client)) } catch { return false }
  }

  private func rest() {
    var poller = Poller()
    poller.add(stop.rawValue, [.readable])
    do throws(Errno) { _ = try poller.wait(for: .milliseconds(20)) } catch {
      // No rest then.
    }
  }
}
