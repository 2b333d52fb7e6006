internal import SourceText

/// Reads the info string of a code fence.
struct InfoString {
  enum Meaning {
    case execute(Shell, BlockOptions)
    case display
  }

  let span: SourceSpan
  private(set) var problems: [Diagnostic] = []

  init(span: SourceSpan) {
    self.span = span
  }

  private static let keys = [
    "timeout", "agent", "access", "isolation", "on-artifacts", "secrets", "tty", "cwd", "strict", "jobs",
  ]

  /// What a block with this info string is for.
  mutating func read(_ info: String) -> Meaning {
    let words = info.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(Substring($0)) }
    let shell: Shell
    switch words.first?.lowercased() {
    case "bash": shell = .bash
    case "sh", "shell": shell = .sh
    default: return .display
    }
    if words.dropFirst().contains(where: { $0.lowercased() == "prompt" }) { return .display }
    var options = BlockOptions()
    for word in words.dropFirst() { read(word, into: &options) }
    if options.isolation == .worktree, options.agent == nil {
      add("RB407", "isolation=worktree is for blocks with agent=NAME", "name the agent: agent=NAME")
    }
    return .execute(shell, options)
  }

  private mutating func read(_ word: String, into options: inout BlockOptions) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      add(
        "RB406", "‘\(word)’ in the info string is not understood",
        "the options are key=value: timeout=10m tty=true cwd=dir strict=true; to show a block without running it add the word prompt"
      )
      return
    }
    let value = parts[1]
    switch parts[0].lowercased() {
    case "timeout":
      guard let seconds = TimeText.seconds(value) else {
        add("RB407", "timeout=\(value) is not a duration", "write a number with s, m or h: timeout=10m")
        return
      }
      options.timeout = seconds
    case "agent":
      guard !value.isEmpty else {
        return add("RB407", "agent= names no agent", "‘rundown agent ls’ lists them")
      }
      options.agent = value
    case "access":
      guard let access = AgentAccessOption(rawValue: value.lowercased()) else {
        return add("RB407", "access=\(value) is not read or write", "write access=read or access=write")
      }
      options.access = access
    case "isolation":
      guard let isolation = IsolationOption(rawValue: value.lowercased()) else {
        return add("RB407", "isolation=\(value) is not worktree or none", "write isolation=worktree")
      }
      options.isolation = isolation
    case "on-artifacts":
      guard let option = ArtifactOption(rawValue: value.lowercased()) else {
        return add("RB407", "on-artifacts=\(value) is not fail or warn", "write on-artifacts=fail")
      }
      options.onArtifacts = option
    case "secrets":
      let list = value.hasPrefix("[") && value.hasSuffix("]") ? value.dropFirst().dropLast() : value[...]
      for item in list.split(separator: ",", omittingEmptySubsequences: false) {
        guard let use = SecretUse(String(item)) else {
          add(
            "RB408", "‘\(item)’ cannot be the name of a secret",
            "write secrets=NAME or secrets=file:NAME,OTHER")
          continue
        }
        options.secrets.append(use)
      }
    case "tty": options.tty = flag(value, "tty") ?? false
    case "strict": options.strict = flag(value, "strict")
    case "jobs":
      guard let jobs = Int(value), BlockOptions.jobsRange.contains(jobs) else {
        let range = BlockOptions.jobsRange
        return add(
          "RB407", "jobs=\(value) is not a number from \(range.lowerBound) to \(range.upperBound)",
          "write jobs=4")
      }
      options.jobs = jobs
    case "cwd":
      guard !value.isEmpty, !PathText.isAbsolute(value), !PathText.components(value).contains("..") else {
        add(
          "RB407", "cwd=\(value) leaves the project", "write a folder below the project's root: cwd=sub/dir")
        return
      }
      options.cwd = value
    default:
      let suggestion = Suggestion.nearest(to: parts[0], in: Self.keys)
      add(
        "RB406", "there is no option ‘\(parts[0])’ for a block",
        suggestion.map { "did you mean \($0)=?" } ?? "the options are \(Self.keys.joined(separator: ", "))")
    }
  }

  private mutating func flag(_ value: String, _ key: String) -> Bool? {
    switch value.lowercased() {
    case "true": return true
    case "false": return false
    default:
      add("RB407", "\(key)=\(value) is not true or false", "write \(key)=true")
      return nil
    }
  }

  private mutating func add(_ code: String, _ message: String, _ help: String) {
    problems.append(Diagnostic(code, message, at: span, help: help))
  }
}
