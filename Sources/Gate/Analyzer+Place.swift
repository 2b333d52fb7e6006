internal import ShellSyntax
internal import SourceText

extension Analyzer {
  /// Where the words of a command stand, and through what it was reached.
  struct Place {
    var span: SourceSpan
    /// Nil when it stands in the text itself, as most does.
    var via: Chain?
    var dialect: Dialect
    /// Set inside texts whose own positions mean nothing outside.
    var isFixed: Bool
    /// How many texts inside texts led here.
    var unwrapped: Int
    /// Whether a program starts what stands here: the shell's built-ins and functions are not meant then.
    var isExternal = false

    func through(_ name: String, isExternal: Bool = true) -> Place {
      var copy = self
      copy.via = Chain(name, behind: via)
      copy.isExternal = isExternal
      return copy
    }
  }

  /// Through what a command was reached: the last link, which holds on to those before it.
  ///
  /// A place is copied for every command, a list of names would be too.
  final class Chain {
    let name: String
    let outer: Chain?
    let count: Int
    /// The names as findings show them, outermost first.
    private(set) lazy var names: [String] = (outer?.names ?? []) + [ByteText.readable(name)]

    init(_ name: String, behind outer: Chain?) {
      self.name = name
      self.outer = outer
      count = (outer?.count ?? 0) + 1
    }
  }

  /// What one walk knows of its surroundings.
  struct Scope {
    var place: Place
    /// The here-documents of the text, if it has any.
    var hereDocuments: [Word]?
    /// Whether the code runs exactly once, in order, in the text's own shell.
    var isStraight: Bool
    /// Whether the code is the body of a function.
    var isFunction: Bool
    /// Whether the code runs in a subshell, whose variables are its own.
    var isSubshell = false
  }
}
