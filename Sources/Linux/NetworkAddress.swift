internal import CLinux

/// An address of the Internet families, without a port.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16 bytes in network order.
  public let bytes: [UInt8]

  /// An address of 4 or 16 bytes; nil for other counts.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// 127.0.0.1
  public static let loopback4 = NetworkAddress(raw: [127, 0, 0, 1])
  /// ::1
  public static let loopback6 = NetworkAddress(raw: [UInt8](repeating: 0, count: 15) + [1])

  private init(raw: [UInt8]) { bytes = raw }

  /// Whether it has 16 bytes.
  public var isV6: Bool { bytes.count == 16 }

  /// Dotted numbers, or eight groups of hexadecimal digits.
  public var description: String {
    if !isV6 { return bytes.map { String($0) }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { index in
      String(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]), radix: 16)
    }.joined(separator: ":")
  }

  /// What the machine's resolver says about a name; waits as long as that takes. Empty when there is nothing.
  public static func resolve(_ name: String) -> [NetworkAddress] {
    var list = [rd_address](repeating: rd_address(), count: 64)
    var count: Int32 = -1
    do throws(Errno) {
      _ = try withPath(name) { name -> Int32 in
        count = unsafe list.withUnsafeMutableBufferPointer { list -> Int32 in
          guard let base = list.baseAddress else { return -1 }
          return unsafe rd_resolve(name, base, Int32(list.count))
        }
        return 0
      }
    } catch { return [] }
    var seen: Set<NetworkAddress> = []
    return list.prefix(max(0, Int(count))).compactMap { NetworkAddress($0) }.filter {
      seen.insert($0).inserted
    }
  }

  /// The addresses of this machine's own interfaces.
  public static func own() throws(Errno) -> [NetworkAddress] {
    var list = [rd_address](repeating: rd_address(), count: 256)
    let count = try retrying {
      unsafe list.withUnsafeMutableBufferPointer { list -> Int32 in
        guard let base = list.baseAddress else { return 0 }
        return unsafe rd_own_addresses(base, Int32(list.count))
      }
    }
    return list.prefix(Int(count)).compactMap { NetworkAddress($0) }
  }

  private init?(_ raw: rd_address) {
    let all = unsafe withUnsafeBytes(of: raw.bytes) { unsafe Array($0) }
    self.init(Array(all.prefix(Int(raw.length))))
  }

  /// For C.
  var raw: rd_address {
    var raw = rd_address()
    raw.length = Int32(bytes.count)
    unsafe withUnsafeMutableBytes(of: &raw.bytes) { place in
      unsafe place.copyBytes(from: bytes)
    }
    return raw
  }
}
