internal import SourceText

/// A pattern for absolute, resolved paths; a rule on a folder covers what is below it.
struct PathPattern: Hashable, Sendable {
  let glob: Glob

  /// `base` is what a relative pattern is relative to.
  init(_ text: String, context: PolicyContext, base: String) throws(GlobError) {
    var rest = Substring(text)
    var marks = ""
    while rest.hasPrefix("!"), !rest.hasPrefix("!(") {
      marks += "!"
      rest = rest.dropFirst()
    }
    if rest.isEmpty { throw GlobError("a pattern must not be empty") }
    var path = try Self.expanded(String(rest), context)
    if path == "~" || path.hasPrefix("~/") { path = Glob.escaped(context.home) + path.dropFirst() }
    if path.hasPrefix("./") { path = String(path.dropFirst(2)) }
    if path == "." { path = Glob.escaped(base) }
    let head = path.utf8.drop { "{(@?+!*".utf8.contains($0) }
    if head.first != UInt8(ascii: "/"), !path.hasPrefix("**") { path = Glob.escaped(base) + "/" + path }
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if parts.dropFirst().contains(where: { $0.isEmpty }) {
      while path.contains("//") { path = Self.replacing(path, "//", "/") }
      while path.count > 1, path.hasSuffix("/"), !path.hasSuffix("\\/") { path = String(path.dropLast()) }
    }
    if parts.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) {
      throw GlobError(
        "a path pattern cannot hold `.` or `..` as a part: paths are compared after resolving them",
        help: "write the folder itself, or begin with {repo}, {tmp}, {home} or {cwd}")
    }
    // The root folder covers what is in it, too.
    glob = try Glob(marks + (path == "/" ? "/**" : path))
  }

  func covers(_ path: String) -> Bool { glob.covers(path: path) }

  /// The text with its placeholders replaced by the folders that they stand for, as literals.
  static func expanded(_ text: String, _ context: PolicyContext) throws(GlobError) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    var out = ""
    var rest = Substring(text)
    while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
      out += rest[..<open]
      rest = rest[open...]
      if out.hasSuffix("\\") || !rest.utf8.contains(UInt8(ascii: "}")) {
        out.append("{")
        rest = rest[rest.utf8.index(after: rest.startIndex)...]
        continue
      }
      let letters = rest.utf8.dropFirst().prefix { Self.isLetter($0) }
      guard !letters.isEmpty, rest.utf8[letters.endIndex...].first == UInt8(ascii: "}") else {
        out.append("{")
        rest = rest[rest.utf8.index(after: rest.startIndex)...]
        continue
      }
      let name = String(decoding: letters, as: UTF8.self)
      guard let value = context.value(of: name) else {
        let known = PolicyContext.placeholders
        let near = Suggestion.nearest(to: name, in: known).map { "did you mean {\($0)}?" }
        throw GlobError(
          "there is no placeholder {\(name)}",
          help: near ?? "known are {repo}, {tmp}, {home}, {cwd}; write \\{ for a brace that is part of a name"
        )
      }
      out += Glob.escaped(value)
      rest = rest[rest.utf8.index(after: letters.endIndex)...]
    }
    return out + rest
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func replacing(_ text: String, _ old: String, _ new: String) -> String {
    var out = ""
    var rest = Substring(text)
    while let range = rest.firstRange(of: old) {
      out += rest[..<range.lowerBound] + new
      rest = rest[range.upperBound...]
    }
    return out + rest
  }
}
