internal import CLinux

/// TCP sockets. All are close-on-exec and do not wait.
public enum TCP {
  /// Listens at an address; port 0 lets the kernel choose.
  public static func listen(
    at address: NetworkAddress, port: UInt16, backlog: Int32 = 128
  ) throws(Errno) -> FileDescriptor {
    var raw = address.raw
    return FileDescriptor(owning: try retrying { unsafe rd_tcp_listen(&raw, port, backlog) })
  }

  /// The port at which a socket listens.
  public static func port(of number: Int32) throws(Errno) -> UInt16 {
    UInt16(truncatingIfNeeded: try retrying { rd_tcp_port(number) })
  }

  /// Takes a connection that waits; EAGAIN when there is none.
  public static func accept(_ listener: Int32) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try retrying { rd_tcp_accept(listener) })
  }

  /// Begins to connect. When the socket is writable, `result` says what came of it.
  public static func connect(to address: NetworkAddress, port: UInt16) throws(Errno) -> FileDescriptor {
    var raw = address.raw
    return FileDescriptor(owning: try retrying { unsafe rd_tcp_connect(&raw, port) })
  }

  /// Throws why an attempt to connect failed.
  public static func result(of socket: borrowing FileDescriptor) throws(Errno) {
    let number = socket.rawValue
    try retrying { rd_tcp_error(number) }
  }

  /// Lets the end of the socket be a reset, so that the other side sees that something is missing.
  public static func resetAtClose(_ socket: borrowing FileDescriptor) {
    rd_tcp_reset_at_close(socket.rawValue)
  }

  /// Says that nothing more will be written.
  public static func endWriting(_ socket: borrowing FileDescriptor) throws(Errno) {
    let number = socket.rawValue
    try retrying { rd_tcp_end_writing(number) }
  }
}

/// How much a connection has sent so far: written by who carries it, read by anybody meanwhile.
@safe
public final class TransferMeter: @unchecked Sendable {
  // Proof of Sendable: the place never changes, and is read and written atomically.
  fileprivate let place: UnsafeMutablePointer<UInt64>

  /// A meter at zero.
  public init() {
    unsafe place = .allocate(capacity: 1)
    unsafe place.initialize(to: 0)
  }

  deinit { unsafe place.deallocate() }

  /// Bytes that have gone up.
  public var count: UInt64 { unsafe rd_meter_read(place) }

  /// Sets it, for who carries bytes without a relay.
  public func set(_ count: UInt64) { unsafe rd_meter_write(place, count) }
}

/// Carries bytes between two connections, both ways, until both directions have ended.
public struct Relay: Sendable {
  /// How a relay ended.
  public enum End: Sendable {
    /// Both sides have ended what they had to say.
    case done
    /// A side broke off.
    case broken
    /// Nothing moved for too long.
    case idle
    /// It was told to stop.
    case stopped
  }

  /// What was carried.
  public struct Result: Sendable {
    /// How it ended.
    public var end: End
    /// Bytes from the client.
    public var uploaded: UInt64
    /// Bytes from the server.
    public var downloaded: UInt64

    /// A result.
    public init(end: End, uploaded: UInt64, downloaded: UInt64) {
      self.end = end
      self.uploaded = uploaded
      self.downloaded = downloaded
    }
  }

  /// Carries until the end. Nothing more is read than the other side takes.
  ///
  /// - Parameters:
  ///   - first: bytes for the server that were read, or made, before.
  ///   - uploadLimit: how much is read from the client; nil for all.
  ///   - stop: a descriptor that becomes readable when the relay must end.
  ///   - meter: counts the bytes from the client meanwhile.
  public static func run(
    client: borrowing FileDescriptor, server: borrowing FileDescriptor, first: [UInt8],
    uploadLimit: Int64? = nil, idle: Duration, stop: Int32, meter: TransferMeter? = nil
  ) -> Result {
    // One that nobody reads costs nothing.
    let meter = meter ?? TransferMeter()
    var relay = unsafe rd_relay()
    unsafe relay.meter = meter.place
    defer { extendLifetime(meter) }
    unsafe relay.client = client.rawValue
    unsafe relay.server = server.rawValue
    unsafe relay.stop = stop
    unsafe relay.idle_nanoseconds = max(0, idle.nanoseconds)
    unsafe relay.upload_limit = uploadLimit ?? -1
    let end = unsafe first.withUnsafeBufferPointer { bytes -> Int32 in
      unsafe relay.first = bytes.baseAddress
      unsafe relay.first_length = bytes.count
      return unsafe rd_relay_run(&relay)
    }
    let how: End =
      switch end {
      case Int32(RD_RELAY_DONE.rawValue): .done
      case Int32(RD_RELAY_IDLE.rawValue): .idle
      case Int32(RD_RELAY_STOPPED.rawValue): .stopped
      default: .broken
      }
    return unsafe Result(end: how, uploaded: relay.uploaded, downloaded: relay.downloaded)
  }
}
