internal import Linux

/// What a step is given in the place of a secret that the proxy puts into its requests. Worth nothing anywhere else, and
/// nothing at all once the step has ended.
struct SecretPlaceholder: Sendable {
  /// The secret's name.
  let secret: String
  /// What the step has: random, and of a shape that people recognise.
  let text: String
  /// The value, which no step sees.
  let value: String

  /// A new placeholder.
  init(secret: String, value: String) {
    (self.secret, self.value) = (secret, value)
    text = "rundown-placeholder-\(RandomBytes.hex(16))"
  }
}
