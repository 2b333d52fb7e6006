internal import SourceText

/// Reads a command line by its declaration: POSIX and GNU conventions, no guessing at abbreviations.
public struct ArgumentParser: Sendable {
  private let root: CommandSpec

  /// A parser for the program that `root` declares.
  public init(_ root: CommandSpec) {
    self.root = root
  }

  /// Reads `words` (without the program's own name).
  public func parse(_ words: [String]) throws(UsageError) -> ParsedArguments {
    var parsed = ParsedArguments()
    var command = root
    var index = 0
    var onlyWords = false
    while index < words.count {
      let word = words[index]
      index += 1
      if onlyWords {
        if command.takesRest { parsed.rest.append(word) } else { parsed.positionals.append(word) }
      } else if word == "--" {
        onlyWords = true
      } else if word.hasPrefix("--") {
        try readLong(word, command: command, words: words, index: &index, into: &parsed)
      } else if word.hasPrefix("-"), word != "-" {
        try readShort(word, command: command, words: words, index: &index, into: &parsed)
      } else if let sub = command.commands.first(where: { $0.name == word }) {
        command = sub
        parsed.command.append(word)
      } else if !command.commands.isEmpty {
        throw .unknownCommand(
          word, of: path(parsed),
          suggestion: Suggestion.nearest(to: word, in: command.commands.map(\.name)))
      } else {
        parsed.positionals.append(word)
      }
    }
    if parsed.wantsHelp || (parsed.command.isEmpty && parsed.has("version")) { return parsed }
    if !command.commands.isEmpty { throw .missingCommand(of: path(parsed)) }
    try checkCount(parsed, command)
    return parsed
  }

  /// The declaration of a command by its words.
  public func spec(_ command: [String]) -> CommandSpec {
    command.reduce(root) { spec, word in spec.commands.first { $0.name == word } ?? spec }
  }

  private func path(_ parsed: ParsedArguments) -> String {
    ([root.name] + parsed.command).joined(separator: " ")
  }

  private func readLong(
    _ word: String, command: CommandSpec, words: [String], index: inout Int,
    into parsed: inout ParsedArguments
  ) throws(UsageError) {
    let body = word.dropFirst(2)
    let equals = body.firstIndex(of: "=")
    let name = String(equals.map { body[..<$0] } ?? body)
    let attached = equals.map { String(body[body.index(after: $0)...]) }
    if name == "help", attached == nil {
      parsed.wantsHelp = true
      return
    }
    guard let option = command.options.first(where: { $0.name == name }) else {
      throw .unknownOption(
        "--\(name)", command: path(parsed),
        suggestion: Suggestion.nearest(to: name, in: command.options.map(\.name) + ["help"]))
    }
    try store(option, spelled: "--\(name)", attached: attached, words: words, index: &index, into: &parsed)
  }

  private func readShort(
    _ word: String, command: CommandSpec, words: [String], index: inout Int,
    into parsed: inout ParsedArguments
  ) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      if letter == "h" {
        parsed.wantsHelp = true
        continue
      }
      guard let option = command.options.first(where: { $0.short == letter }) else {
        throw .unknownOption("-\(letter)", command: path(parsed), suggestion: nil)
      }
      var attached: String?
      if option.placeholder != nil, !letters.isEmpty {
        attached = String(letters)
        letters = letters[letters.endIndex...]
      }
      try store(option, spelled: "-\(letter)", attached: attached, words: words, index: &index, into: &parsed)
    }
  }

  private func store(
    _ option: OptionSpec, spelled: String, attached: String?, words: [String], index: inout Int,
    into parsed: inout ParsedArguments
  ) throws(UsageError) {
    guard let placeholder = option.placeholder else {
      guard attached == nil else { throw .unexpectedValue(option: spelled) }
      parsed.flags.insert(option.name)
      return
    }
    var value = attached
    if value == nil, index < words.count {
      value = words[index]
      index += 1
    }
    guard let value else { throw .missingValue(option: spelled, placeholder: placeholder) }
    if !option.repeats, parsed.values[option.name] != nil { throw .repeatedOption(spelled) }
    parsed.values[option.name, default: []].append(value)
  }

  private func checkCount(_ parsed: ParsedArguments, _ command: CommandSpec) throws(UsageError) {
    var left = parsed.positionals[...]
    for positional in command.positionals {
      switch positional.arity {
      case .one, .oneOrMore:
        guard left.popFirst() != nil else {
          throw .missingPositional(positional.name, command: path(parsed))
        }
        if positional.arity == .oneOrMore { left = [] }
      case .optional: _ = left.popFirst()
      case .any: left = []
      }
    }
    if let extra = left.first { throw .unexpectedPositional(extra, command: path(parsed)) }
  }
}
