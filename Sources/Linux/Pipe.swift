internal import CLinux

/// Both ends of a new pipe.
@frozen
public struct Pipe: ~Copyable, Sendable {
  /// The end to read from.
  public var reader: FileDescriptor
  /// The end to write to.
  public var writer: FileDescriptor

  /// Makes a pipe.
  public init() throws(Errno) {
    var reader: Int32 = -1
    var writer: Int32 = -1
    try retrying { unsafe rd_pipe(&reader, &writer) }
    self.reader = FileDescriptor(owning: reader)
    self.writer = FileDescriptor(owning: writer)
  }
}

/// Both ends of a channel of packets, over which descriptors can be handed too.
@frozen
public struct SocketPair: ~Copyable, Sendable {
  /// One end.
  public var first: FileDescriptor
  /// The other end.
  public var second: FileDescriptor

  /// Makes a channel.
  public init() throws(Errno) {
    var first: Int32 = -1
    var second: Int32 = -1
    try retrying { unsafe rd_socket_pair(&first, &second) }
    self.first = FileDescriptor(owning: first)
    self.second = FileDescriptor(owning: second)
  }
}
