internal import SourceText

/// Whether a rule matches, when not all is known.
enum RuleMatch: Hashable, Sendable {
  /// It does not.
  case no
  /// It depends on what only the run knows.
  case maybe
  /// It does.
  case yes
}

/// A pattern for programs and their argument vectors.
///
/// Without blanks: the program alone, with any arguments; by base name, or, with a slash, by the resolved path. With
/// blanks: word by word; a last word `*` stands for any rest. In a deny rule wildcards also match `/`, and a last word
/// that ends with `*` also takes the rest, so that a deny is never narrower than it looks and an allow never wider.
struct RunPattern: Hashable, Sendable {
  private enum Program: Hashable, Sendable {
    case name(Glob)
    case path(PathPattern, baseName: Glob?)
  }

  private enum Word: Hashable, Sendable {
    /// `*` alone: any one word.
    case any
    case glob(Glob)
  }

  private let program: Program
  /// Nil: any arguments.
  private let words: [Word]?
  private let takesRest: Bool
  private let isDeny: Bool

  init(_ text: String, isDeny: Bool, context: PolicyContext, base: String) throws(GlobError) {
    self.isDeny = isDeny
    var parts = try Self.split(text)
    let first = parts.removeFirst()
    if Self.hasSlash(first) {
      let name = first.splitBytewise("/", omittingEmpty: false).last ?? ""
      // The base name only serves to ask when the path is not known; it need not be a pattern of its own.
      let baseName: Glob?
      do throws(GlobError) { baseName = try Glob(name) } catch { baseName = nil }
      program = .path(try PathPattern(first, context: context, base: base), baseName: baseName)
    } else {
      program = .name(try Glob(try Self.checkedName(first)))
    }
    if parts.isEmpty {
      words = nil
      takesRest = true
      return
    }
    var takesRest = false
    if let last = parts.last {
      if last == "*" || last == "**" {
        parts.removeLast()
        takesRest = true
      } else if isDeny, last.hasSuffix("*"), !last.hasSuffix("\\*") {
        takesRest = true
      }
    }
    var words: [Word] = []
    for part in parts {
      let glob: Word =
        part == "*" || part == "**"
        ? .any : .glob(try Glob(part, options: isDeny ? [.slashIsOrdinary, .keepsDotSlash] : .keepsDotSlash))
      words.append(glob)
    }
    self.words = words
    self.takesRest = takesRest
  }

  private static func checkedName(_ name: String) throws(GlobError) -> String {
    let placeholders = PolicyContext.placeholders.map { "{\($0)}" }
    if placeholders.contains(name) {
      throw GlobError("\(name) is a folder, not a program", help: "write \(name)/** for all programs in it")
    }
    return name
  }

  /// Splits at blanks outside quotes. A text in single quotes becomes a literal, one in double quotes stays quoted.
  static func split(_ text: String) throws(GlobError) -> [String] {
    var parts: [String] = []
    var current: String?
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      switch scalar {
      case " ", "\t":
        if let part = current { parts.append(part) }
        current = nil
      case "\\":
        guard let next = scalars.next() else {
          throw GlobError("a backslash stands at the end of the pattern", help: "write \\\\ for a backslash")
        }
        current = (current ?? "") + "\\" + String(next)
      case "'", "\"":
        var quoted = ""
        var isClosed = false
        while let next = scalars.next() {
          if next == scalar {
            isClosed = true
            break
          }
          if scalar == "\"", next == "\\", let escaped = scalars.next() {
            quoted.unicodeScalars.append(escaped)
          } else {
            quoted.unicodeScalars.append(next)
          }
        }
        guard isClosed else {
          throw GlobError("a quote is not closed", help: "write \\' or \\\" for a quote")
        }
        // An empty quoted text is a word that is empty: no pattern says that otherwise.
        current = (current ?? "") + (quoted.isEmpty ? "\"\"" : Glob.escaped(quoted))
      default:
        current = (current ?? "") + String(scalar)
      }
    }
    if let part = current { parts.append(part) }
    if parts.isEmpty { throw GlobError("a pattern must not be empty") }
    return parts
  }

  private static func hasSlash(_ word: String) -> Bool { word.utf8.contains(0x2F) }

  /// Whether the rule matches a program that somebody wants to start.
  func match(_ request: ProgramRequest, context: PolicyContext, isWritable: (String) -> Bool) -> RuleMatch {
    let program = matchProgram(request, context: context, isWritable: isWritable)
    guard program != .no, let words else { return program }
    let arguments = matchWords(words, request.arguments)
    if arguments == .no { return .no }
    return program == .yes && arguments == .yes ? .yes : .maybe
  }

  private func matchProgram(
    _ request: ProgramRequest, context: PolicyContext, isWritable: (String) -> Bool
  ) -> RuleMatch {
    guard case .literal(let name) = request.program else {
      if case .name(let glob) = program, glob.matchesEverything { return .yes }
      return .maybe
    }
    let baseName = PathText.base(name)
    switch program {
    case .name(let glob):
      if isDeny {
        let real = request.resolvedPath.map(PathText.base)
        return glob.matches(baseName) || real.map(glob.matches) == true ? .yes : .no
      }
      guard glob.matches(baseName) else { return .no }
      if let path = request.resolvedPath, let onPath = context.programs[baseName], onPath != path,
        isWritable(path)
      {
        return .no
      }
      return .yes
    case .path(let pattern, let baseGlob):
      if let path = request.resolvedPath {
        if pattern.covers(path) { return .yes }
        return isDeny && PathText.isAbsolute(name) && pattern.covers(name) ? .yes : .no
      }
      // Not looked up: a deny that could be meant makes ask, an allow does not help.
      guard isDeny else { return .no }
      if PathText.isAbsolute(name) { return pattern.covers(name) ? .yes : .no }
      return baseGlob?.matches(baseName) ?? true ? .maybe : .no
    }
  }

  /// Word by word from the end, so that many unknown words cost no more than known ones.
  private func matchWords(_ words: [Word], _ arguments: [Argument]) -> RuleMatch {
    // row[w]: whether the words from `w` on match the arguments from the current one on.
    var row = [RuleMatch](repeating: .no, count: words.count + 1)
    row[words.count] = .yes
    for argument in arguments.reversed() {
      var next = [RuleMatch](repeating: .no, count: words.count + 1)
      switch argument {
      case .literal, .unknown: next[words.count] = takesRest ? .yes : .no
      // Any number of words may be none.
      case .anyNumber: next[words.count] = takesRest ? .yes : row[words.count] == .no ? .no : .maybe
      }
      for w in words.indices.reversed() {
        switch argument {
        case .literal(let text): next[w] = Self.matches(words[w], text) ? row[w + 1] : .no
        case .unknown: next[w] = words[w] == .any || row[w + 1] == .no ? row[w + 1] : .maybe
        // It may stand for none, or for this word and more.
        case .anyNumber: next[w] = row[w] != .no || next[w + 1] != .no ? .maybe : .no
        }
      }
      row = next
    }
    return row[0]
  }

  private static func matches(_ word: Word, _ text: String) -> Bool {
    switch word {
    case .any: true
    // `""` is the pattern of the empty word.
    case .glob(let glob): glob.text == "\"\"" ? text.isEmpty : glob.matches(text)
    }
  }

  /// The program's part, if it is a name without wildcards and slashes.
  var literalName: String? {
    if case .name(let glob) = program, glob.isLiteral { return glob.literalPrefix }
    return nil
  }

  /// Whether the arguments do not count.
  var coversAllArguments: Bool { words == nil }

  /// The program's path pattern, if the rule has a slash.
  var pathPattern: PathPattern? {
    if case .path(let pattern, _) = program { return pattern }
    return nil
  }
}
