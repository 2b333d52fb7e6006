internal import Execution
internal import Linux

/// What somebody must know to answer a question: told once, kept as a hash alone, worth nothing once the question is over.
struct ApprovalToken {
  let text = RandomBytes.hex(16)

  var hash: String { Self.hash(text) }

  static func hash(_ text: String) -> String { ContentHash.sha256(text.utf8) }

  /// Whether this is the token. Hashes are compared: how long that takes says nothing about it.
  func matches(_ other: String) -> Bool { Self.hash(other) == hash }
}
