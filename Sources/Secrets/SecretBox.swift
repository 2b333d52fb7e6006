internal import CSodium
internal import Linux

/// Authenticated encryption with a key of 32 bytes: XChaCha20-Poly1305 (libsodium's `crypto_aead_xchacha20poly1305_ietf`).
///
/// The nonce is 24 random bytes, so that it never repeats under a key. What is encrypted is bound to `context`: a text that
/// was put in another's place does not open.
struct SecretBox {
  /// Bytes of a key.
  static let keyLength = 32
  private static let nonceLength = 24
  private static let tagLength = 16

  private let key: [UInt8]

  /// A box of a key; nil when the key has another length or libsodium cannot be set up.
  init?(key: [UInt8]) {
    // 0: now set up; 1: it was already.
    guard key.count == Self.keyLength, sodium_init() >= 0 else { return nil }
    self.key = key
  }

  /// The nonce and the encrypted text.
  func seal(_ text: [UInt8], context: [UInt8]) -> [UInt8] {
    let nonce = RandomBytes.make(Self.nonceLength)
    var sealed = [UInt8](repeating: 0, count: text.count + Self.tagLength)
    // All lengths are those of the arrays; the secret nonce is not used by this construction.
    _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
      &sealed, nil, text, UInt64(text.count), context, UInt64(context.count), nil, nonce, key)
    return nonce + sealed
  }

  /// The text; nil when it was changed, or sealed with another key or context.
  func open(_ sealed: [UInt8], context: [UInt8]) -> [UInt8]? {
    guard sealed.count >= Self.nonceLength + Self.tagLength else { return nil }
    let nonce = Array(sealed[..<Self.nonceLength])
    let rest = Array(sealed[Self.nonceLength...])
    var text = [UInt8](repeating: 0, count: max(1, rest.count - Self.tagLength))
    var length: UInt64 = 0
    let status = unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
      &text, &length, nil, rest, UInt64(rest.count), context, UInt64(context.count), nonce, key)
    return status == 0 ? Array(text.prefix(Int(length))) : nil
  }
}
