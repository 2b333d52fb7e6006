internal import Policy

/// Programs of `LauncherTable`.
extension Analyzer {
  /// Looks through a program whose command stands behind a sub-command or an option. Whether that is all there is to it.
  mutating func startsBehindWords(
    _ base: String, _ request: ProgramRequest, _ place: Place, _ scope: Scope, _ input: Input?
  ) -> Bool {
    let arguments = request.arguments
    if WrapperTable.isLoader(base) {
      add(.exec, place, request: request)
      wrapper(base, WrapperTable.loader, arguments, place, scope, input)
      return true
    }
    if LauncherTable.readers.contains(base) || isOpaque(base, arguments) {
      add(
        .opaque, place, request: request,
        why: "an option of \(base) is code, or names code, that is not read here")
      return true
    }
    if let verbs = LauncherTable.verbs[base]?(), let (verb, rest) = verb(of: arguments, among: verbs.keys),
      let spec = verbs[verb]
    {
      add(.exec, place, request: request)
      wrapper("\(base) \(verb)", spec, rest, place, scope, input)
      return true
    }
    if let options = LauncherTable.behindOption[base] {
      let isShell = base == "capsh"
      behind(options, arguments, place.through(base), scope, before: isShell ? [.literal("bash")] : [])
    }
    return false
  }

  /// Runs what stands behind the first of these words.
  mutating func behind(
    _ marks: Set<String>, _ arguments: [Argument], _ place: Place, _ scope: Scope, before: [Argument] = []
  ) {
    let index = arguments.firstIndex { argument in
      if case .literal(let text) = argument { return marks.contains(text) }
      return false
    }
    if let index {
      run((before + arguments[(index + 1)...])[...], place, scope)
    } else if arguments.contains(where: { $0 == .unknown || $0 == .anyNumber }) {
      dynamic(place, arguments, why: "only the run knows where the command begins")
    }
  }

  /// The sub-command that the arguments begin with; options before it have no value here, so that one with a value
  /// leaves the sub-command undecided.
  private func verb(of arguments: [Argument], among verbs: some Sequence<String>) -> (
    String, [Argument]
  )? {
    let start = arguments.firstIndex { argument in
      if case .literal(let text) = argument { return !text.hasPrefix("-") || text == "-E" }
      return true
    }
    guard let start else { return nil }
    for verb in verbs {
      let words = verb.split(separator: " ").map { Argument.literal(String($0)) }
      // A word that only the run knows may be the sub-command, or the value of an option before it.
      let at = arguments.indices.dropFirst(start).first { arguments[$0...].starts(with: words) }
      if let at { return (verb, Array(arguments[(at + words.count)...])) }
    }
    return nil
  }

  private func isOpaque(_ base: String, _ arguments: [Argument]) -> Bool {
    guard let options = LauncherTable.opaqueOptions[base] else { return false }
    return arguments.contains { argument in
      guard case .literal(let text) = argument else { return false }
      return options.contains { option in
        text == option || text.hasPrefix(option.hasSuffix("=") ? option : option + "=")
          || (option.count == 2 && text.hasPrefix(option))
      }
    }
  }
}
