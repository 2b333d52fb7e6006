internal import CSodium
internal import Linux

/// Digests (libsodium), to notice that a file changed and to know a token again.
public enum ContentHash {
  /// The bytes of a digest (crypto_hash_sha256_BYTES): every buffer for one has them.
  private static let length = 32

  /// SHA-256 in hexadecimal.
  public static func sha256(_ bytes: some Collection<UInt8>) -> String {
    var digest = [UInt8](repeating: 0, count: length)
    _ = unsafe crypto_hash_sha256(&digest, Array(bytes), UInt64(bytes.count))
    return hexadecimal(digest)
  }

  /// SHA-256 of a text, and of the text that `next` makes of the first digest to stand behind it.
  ///
  /// - Returns: the digest of the text alone, and that of both, for the price of one.
  static func sha256(_ text: String, then next: (String) -> String) -> (first: String, whole: String) {
    let bytes = Array(text.utf8)
    var state = crypto_hash_sha256_state()
    var digest = [UInt8](repeating: 0, count: length)
    _ = unsafe crypto_hash_sha256_init(&state)
    _ = unsafe crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
    var copy = state
    _ = unsafe crypto_hash_sha256_final(&copy, &digest)
    let first = hexadecimal(digest)
    let rest = Array(next(first).utf8)
    _ = unsafe crypto_hash_sha256_update(&state, rest, UInt64(rest.count))
    _ = unsafe crypto_hash_sha256_final(&state, &digest)
    return (first, hexadecimal(digest))
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
  }

  /// A larger file is not read: who starts a program waits meanwhile.
  static let fileLimit = 256 << 20

  /// SHA-256 of all that a file holds, in hexadecimal; nil when it cannot be read, is no plain file or too large.
  static func file(_ file: borrowing FileDescriptor) -> String? {
    do throws(Errno) {
      guard try file.info().kind == .regular else { return nil }
      var state = crypto_hash_sha256_state()
      var digest = [UInt8](repeating: 0, count: length)
      var chunk = [UInt8](repeating: 0, count: 1 << 18)
      var total = 0
      _ = unsafe crypto_hash_sha256_init(&state)
      while total <= fileLimit {
        let count = try file.read(into: &chunk)
        if count == 0 {
          _ = unsafe crypto_hash_sha256_final(&state, &digest)
          return hexadecimal(digest)
        }
        // `read` has filled that much of the chunk.
        _ = unsafe crypto_hash_sha256_update(&state, chunk, UInt64(count))
        total += count
      }
      return nil
    } catch { return nil }
  }
}
