/// Tells addresses of the public internet from all others.
public enum AddressGuard {
  /// Whether an address (4 or 16 bytes, network order) is an ordinary public one.
  ///
  /// Not so: loopback, private, link-local, carrier-grade NAT, metadata services, documentation, benchmarking,
  /// multicast, reserved, unique-local, and IPv6 forms that carry such an IPv4 address (mapped, NAT64, 6to4, Teredo).
  public static func isPublic(_ bytes: [UInt8]) -> Bool {
    switch bytes.count {
    case 4: isPublicV4(bytes)
    case 16: isPublicV6(bytes)
    default: false
    }
  }

  /// The bytes of an address in text; nil for a name.
  public static func bytes(_ text: String) -> [UInt8]? {
    guard let host = HostName.normalized(text), HostName.isAddress(host) else { return nil }
    if !host.contains(":") {
      return host.split(separator: ".").compactMap { UInt8($0) }
    }
    return IPv6Text.groups(host).map { groups in groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
  }

  private static func isPublicV4(_ b: [UInt8]) -> Bool {
    switch (b[0], b[1], b[2]) {
    // What Azure tells its machines (168.63.129.16) looks public and is not.
    case (168, 63, 129): b[3] != 16
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _): false
    case (169, 254, _): false
    case (172, 16...31, _): false
    case (192, 168, _), (192, 0, 0), (192, 0, 2), (192, 88, 99): false
    case (198, 18...19, _), (198, 51, 100), (203, 0, 113): false
    default: true
    }
  }

  private static func isPublicV6(_ b: [UInt8]) -> Bool {
    // NAT64's well-known prefix carries an IPv4 address.
    if b[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return isPublicV4(Array(b[12...]))
    }
    guard b[0] & 0xE0 == 0x20 else { return false }
    switch (b[0], b[1], b[2], b[3]) {
    case (0x20, 0x01, 0, 0...0x01), (0x20, 0x01, 0, 0x02...0x2F): return false
    case (0x20, 0x01, 0x0D, 0xB8): return false
    case (0x20, 0x02, _, _): return false
    case (0x3F, 0xFF, 0...0x0F, _): return false
    default: return true
    }
  }
}
