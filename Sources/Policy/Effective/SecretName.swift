extension EffectivePolicy {
  /// Names that `env.deny` patterns cover and that say themselves that they hold no secret, by their last word.
  private static let openWords: Set<String> = [
    "REGION", "PROFILE", "HOST", "SOCK", "CONNECTION", "CLIENT", "TTY", "CONFIG", "FILE", "PATH", "DIR",
    "HOME",
    "PROJECT", "ENDPOINT", "URI", "AGENT", "PID",
  ]
  /// Last words that mean a secret whatever the policy lists.
  private static let secretWords: Set<String> = [
    "TOKEN", "KEY", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "APIKEY",
  ]

  /// Whether the value of a variable of this name is a secret: the environment's deny list names it (also when the
  /// command line gave it back), or its last word is one such as TOKEN or PASSWORD.
  public func isSecretName(_ name: String) -> Bool {
    let words = name.uppercased().utf8.split(separator: UInt8(ascii: "_"))
    guard let last = words.last.flatMap(String.init) else { return false }
    // A variable that is only called `key` is as often one of a mapping.
    if Self.secretWords.contains(last) { return words.count > 1 || last != "KEY" }
    if Self.openWords.contains(last) { return false }
    return rules[.env]?.deny.contains { rule in
      if case .name(let glob) = rule.pattern { return glob.matches(name) }
      return false
    } ?? false
  }
}
