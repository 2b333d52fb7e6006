/// What is wrong with a pattern.
public struct GlobError: Error, Hashable, Sendable {
  /// The fault, as a clause.
  public var message: String
  /// How to mend it, when that is known.
  public var help: String?

  init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}

/// A pattern in picomatch's language, compiled once; matching takes time linear in the text.
///
/// `*` `?` `[...]` do not cross `/`; `**` as a whole path segment does. `{a,b}`, `{1..9}`, `@( )`, `?( )`, `*( )`,
/// `+( )`, `!( )` and a leading `!` are known. A backslash or double quotes make characters literal.
public struct Glob: Hashable, Sendable {
  /// How wildcards treat special characters.
  public struct Options: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Options from bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Wildcards do not match a `.` that begins a segment (picomatch's default; policies match dot files).
    public static let hidesDotFiles = Options(rawValue: 1)
    /// `/` is a character like others: for words of a command line and variable names.
    public static let slashIsOrdinary = Options(rawValue: 2)
    /// ASCII letters match in both cases.
    public static let ignoresCase = Options(rawValue: 4)
    /// A leading `./` is part of the text; else `./x` and `x` are the same pattern.
    public static let keepsDotSlash = Options(rawValue: 8)
  }

  /// Longer patterns than this are an error.
  public static let lengthLimit = 4096
  /// Texts of more bytes than this match nothing. The kernel takes no path and no argument that is as long.
  public static let subjectLimit = 200_000

  /// The pattern as it was written.
  public let text: String
  /// How it was compiled.
  public let options: Options
  private let compiled: Compiled

  /// What a pattern means. A class: rules are copied often, and a copy is one reference then.
  private final class Compiled: Sendable {
    let isNegated: Bool
    let nodes: [GlobNode]
    let form: GlobForm

    init(nodes: [GlobNode], isNegated: Bool, form: GlobForm) {
      self.nodes = nodes
      self.isNegated = isNegated
      self.form = form
    }
  }

  /// Compiles a pattern; a faulty or absurdly costly one is an error here, never at match time.
  public init(_ text: String, options: Options = []) throws(GlobError) {
    self.text = text
    self.options = options
    if Self.isPlain(text), !options.contains(.ignoresCase) {
      let nodes = [GlobNode.literal(text.unicodeScalars.map(\.value))]
      compiled = Compiled(nodes: nodes, isNegated: false, form: .literal(Array(text.utf8)))
      return
    }
    var parser = try GlobParser(text, options: options)
    let isNegated = parser.takeNegation()
    let nodes = try parser.parse()
    compiled = Compiled(nodes: nodes, isNegated: isNegated, form: try GlobForm(nodes, options: options))
  }

  private var nodes: [GlobNode] { compiled.nodes }
  var isNegated: Bool { compiled.isNegated }

  /// Whether a text is a pattern that stands for itself and needs no reading.
  private static func isPlain(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= lengthLimit, !text.hasPrefix("./") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"): true
      default: false
      }
    }
  }

  /// Two globs are equal if they were written alike.
  public static func == (a: Glob, b: Glob) -> Bool { a.text == b.text && a.options == b.options }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(options)
  }

  /// Whether the pattern matches the whole of `subject`.
  public func matches(_ subject: String) -> Bool {
    guard subject.utf8.count <= Self.subjectLimit else { return false }
    return compiled.form.matches(subject) != isNegated
  }

  /// Whether the pattern matches `path` or one of the folders above it: a rule on a folder covers what is in it.
  public func covers(path: String) -> Bool {
    guard path.utf8.count <= Self.subjectLimit else { return false }
    return compiled.form.covers(path: path) != isNegated
  }

  /// Whether the pattern holds no wildcard: it stands for one text alone.
  public var isLiteral: Bool { !isNegated && nodes.allSatisfy(\.isLiteral) }

  /// Whether the pattern matches every text (`*` or `**`, where they do).
  public var matchesEverything: Bool {
    guard !isNegated, nodes.count == 1 else { return false }
    switch nodes[0] {
    case .star: return true
    case .anyDepth: return true
    case .literal, .one, .set, .folders, .below, .group, .not: return false
    }
  }

  /// The text before the first wildcard.
  public var literalPrefix: String {
    guard !isNegated else { return "" }
    var out = ""
    for node in nodes {
      guard case .literal(let scalars) = node else { break }
      for number in scalars {
        if let scalar = Unicode.Scalar(number) { out.unicodeScalars.append(scalar) }
      }
    }
    return out
  }

  /// The deepest folder that every match lies in, for an absolute pattern, and whether it is wider than the pattern.
  ///
  /// `/a/b/*.js` gives `/a/b` (wider), `/a/b/**` gives `/a/b`, `/a/b` gives itself, `**/x` gives `/` (wider).
  public var fixedRoot: (path: String, isWider: Bool) {
    let prefix = literalPrefix
    if isLiteral { return (prefix, false) }
    if !isNegated, nodes.count == 2, case .below = nodes[1], case .literal = nodes[0] {
      return (prefix, false)
    }
    guard prefix.hasPrefix("/") else { return ("/", !matchesEverything) }
    // A wildcard that begins behind a slash (or is `/**`) leaves the prefix whole; else its last part is half a name.
    let isWholeFolder: Bool
    if let wildcard = nodes.first(where: { !$0.isLiteral }), case .below = wildcard {
      isWholeFolder = true
    } else {
      isWholeFolder = prefix.hasSuffix("/")
    }
    let whole = isWholeFolder ? prefix : String(prefix[..<(prefix.lastIndex(of: "/") ?? prefix.startIndex)])
    let trimmed = whole.hasSuffix("/") ? String(whole.dropLast()) : whole
    let all = nodes.count == 2 && !isNegated && nodes[1].isAnyDepth
    return (trimmed.isEmpty ? "/" : trimmed, !all)
  }

  /// `text` written as a pattern that matches it alone.
  public static func escaped(_ text: String) -> String {
    if isPlain(text) { return text }
    var out = text.hasPrefix("./") ? "\\" : ""
    for scalar in text.unicodeScalars {
      if "\\*?[]{}()!@+|\"".unicodeScalars.contains(scalar) { out.append("\\") }
      out.unicodeScalars.append(scalar)
    }
    return out
  }
}
