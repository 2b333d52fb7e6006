internal import CLinux

/// Bytes from the kernel's generator.
public enum RandomBytes {
  /// `count` unpredictable bytes.
  public static func make(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = unsafe bytes[filled...].withUnsafeMutableBytes { raw -> Int64 in
        guard let base = raw.baseAddress else { return 0 }
        return unsafe rd_getrandom(base, raw.count)
      }
      // getrandom fails only on a kernel older than 3.17 or when interrupted by a signal.
      precondition(got > 0 || got == -4, "the kernel gives no random bytes")
      filled += Int(max(0, got))
    }
    return bytes
  }

  /// `count` unpredictable bytes as lower-case hexadecimal text.
  public static func hex(_ count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: make(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
