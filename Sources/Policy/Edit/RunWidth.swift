internal import SourceText

/// How much a saved rule for a program covers.
public enum RunWidth: String, Hashable, Sendable, CaseIterable {
  /// This argument vector.
  case command
  /// The first words, with any rest.
  case words
  /// The program with any arguments.
  case program
}

/// A rule that "always" offers to save.
public struct RunCandidate: Hashable, Sendable {
  /// How much it covers.
  public var width: RunWidth
  /// The pattern.
  public var pattern: String
}

extension RunCandidate {
  /// The rules that can be offered for a program, narrowest first; none for what isn't known whole or is opaque.
  ///
  /// The third width is not offered for programs that run what their arguments say, and no width for code given as an
  /// argument: a rule for it would be a rule for anything.
  public static func candidates(for request: ProgramRequest) -> [RunCandidate] {
    guard case .literal(let name) = request.program, !name.isEmpty else { return [] }
    var words: [String] = []
    for argument in request.arguments {
      guard case .literal(let word) = argument,
        word.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
      else { return [] }
      words.append(word)
    }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) || name.hasSuffix("=") {
      return []
    }
    let base = PathText.base(name)
    let isLauncher = launchers.contains(base) || base.hasPrefix("python") || base.hasPrefix("pypy")
    if isLauncher, words.contains(where: isCodeOption) { return [] }
    var out: [RunCandidate] = []
    let program = quoted(base)
    if !words.isEmpty {
      out.append(
        RunCandidate(width: .command, pattern: ([program] + words.map(quoted)).joined(separator: " ")))
      let first = words.prefix { $0.hasPrefix("-") }.count
      // The options before the first operand, and that operand: `git push *`, `curl -fsSL *`.
      let isSubcommand = first == 0 && words[0].unicodeScalars.allSatisfy(isNameScalar)
      let kept = isSubcommand ? 1 : first
      if kept > 0, kept < words.count || !isSubcommand {
        out.append(
          RunCandidate(
            width: .words,
            pattern: ([program] + words.prefix(kept).map(quoted) + ["*"]).joined(separator: " ")))
      }
    }
    if !isLauncher { out.append(RunCandidate(width: .program, pattern: program)) }
    return out
  }

  private static let launchers: Set<String> = [
    "sh", "bash", "dash", "zsh", "ksh", "fish", "busybox", "node", "nodejs", "deno", "bun", "perl", "ruby",
    "php", "lua",
    "awk", "gawk", "mawk", "sed", "env", "xargs", "find", "sudo", "doas", "su", "ssh", "nohup", "nice",
    "ionice", "time",
    "timeout", "watch", "setsid", "stdbuf", "script", "parallel", "chroot", "unshare", "nsenter", "strace",
    "gdb",
    "eval", "exec", "command", "source", ".", "trap", "alias", "enable", "hash",
  ]

  private static func isCodeOption(_ word: String) -> Bool {
    if ["--eval", "--print", "--command", "--execute"].contains(where: {
      word == $0 || word.hasPrefix($0 + "=")
    }) {
      return true
    }
    // `-c`, `-e`, `-lc`: a letter of a bundle.
    guard word.hasPrefix("-"), !word.hasPrefix("--") else { return false }
    return word.dropFirst().contains { "cepr".contains($0) }
  }

  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
      || scalar == "-"
      || scalar == "_" || scalar == ":"
  }

  /// A word as a pattern that matches it alone.
  static func quoted(_ word: String) -> String {
    if word.isEmpty { return "''" }
    let needsQuotes = word.unicodeScalars.contains { " '".unicodeScalars.contains($0) }
    if needsQuotes, !word.contains("'") { return "'\(word)'" }
    var out = ""
    for scalar in Glob.escaped(word).unicodeScalars {
      if scalar == " " || scalar == "'" { out.append("\\") }
      out.unicodeScalars.append(scalar)
    }
    return out
  }
}
