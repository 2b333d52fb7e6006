public import SourceText

/// A shell text, read.
public struct Script: Sendable {
  /// The lists of pipelines, in order.
  public var items: [AndOr]
  /// The bytes that it stands in.
  public var span: SourceSpan
  /// The bodies of the text's here-documents, by slot; only in a text that was read as a whole.
  public var hereDocuments: [Word]?
  /// Characters outside quotes that cannot be seen, with what to do about them; only in the outermost text.
  public var hidden: [UnsupportedSyntax] = []
}

/// Pipelines joined by `&&` and `||`.
public struct AndOr: Sendable {
  /// The first pipeline; most lists have no other.
  public var first: Pipeline
  /// Those behind it.
  public var others: [Pipeline]
  /// Whether `&` starts it in the background.
  public var isBackground: Bool

  /// All pipelines.
  public var pipelines: [Pipeline] { [first] + others }
}

/// Commands joined by `|`.
public struct Pipeline: Sendable {
  /// The first command, of most the only one; nil where `!` or `time` stands alone.
  public var first: Command?
  /// Those behind it.
  public var others: [Command]
  /// Whether bash's `time` stands before it.
  public var isTimed: Bool

  /// All commands.
  public var commands: [Command] { (first.map { [$0] } ?? []) + others }
}

/// A command with its redirections.
///
/// A class, so that whoever walks a text does not copy what is in a command at each step.
public final class Command: Sendable {
  /// What kind of command, with its parts.
  public enum Kind: Sendable {
    /// Assignments and words.
    case simple(SimpleCommand)
    /// `{ …; }`
    indirect case group(Script)
    /// `( … )`
    indirect case subshell(Script)
    /// `if` and `elif` conditions with their branches; the last one, `else`, has none.
    case conditional([Branch])
    /// `while` or `until`.
    indirect case loop(condition: Script, body: Script)
    /// `for NAME in …` or `select NAME in …`; nil words: the positional parameters.
    indirect case forEach(name: String, words: [Word]?, body: Script)
    /// `for ((…; …; …))`
    indirect case arithmeticFor([Word], body: Script)
    /// `case WORD in …`
    indirect case cases(Word, [CaseItem])
    /// A function definition.
    indirect case function(name: String, nameSpan: SourceSpan, body: Command)
    /// `[[ … ]]`: its operands and operators in order.
    case test([TestPart])
    /// `(( … ))`
    indirect case arithmetic(Word)
    /// `coproc [NAME] command`
    indirect case coprocess(name: String?, Command)
  }

  /// The kind.
  public let kind: Kind
  /// Redirections, in order.
  public let redirections: [Redirection]
  /// The bytes that it stands in.
  public let span: SourceSpan

  init(kind: Kind, redirections: [Redirection], span: SourceSpan) {
    self.kind = kind
    self.redirections = redirections
    self.span = span
  }
}

/// A condition and what it guards.
public struct Branch: Sendable {
  /// The condition; nil for `else`.
  public var condition: Script?
  /// What runs.
  public var body: Script
}

/// One alternative of a `case`.
public struct CaseItem: Sendable {
  /// The patterns.
  public var patterns: [Word]
  /// What runs.
  public var body: Script
}

/// A part of `[[ … ]]`.
public enum TestPart: Sendable {
  /// An operand.
  case word(Word)
  /// An operator such as `-v`, `==`, `&&`, `(`.
  case op(String)
}

/// Assignments, then words: the first is the command.
public struct SimpleCommand: Sendable {
  /// Assignments before the command.
  public var assignments: [Assignment]
  /// The command and its arguments; assignments that are arguments of `declare` and its kin are words here too.
  public var words: [Word]
  /// Array assignments that are arguments of `declare` and its kin.
  public var arrayArguments: [Assignment]
}

/// `NAME=value`, `NAME+=value`, `NAME[i]=value`, `NAME=(…)`.
public struct Assignment: Sendable {
  /// The variable.
  public var name: String
  /// The subscript, if there is one.
  public var index: Word?
  /// Whether it appends.
  public var isAppend: Bool
  /// The value.
  public var value: AssignedValue
  /// The bytes that it stands in.
  public var span: SourceSpan
}

/// What an assignment gives a variable.
public enum AssignedValue: Sendable {
  /// One word, possibly empty.
  case word(Word)
  /// The elements of an array, with their subscripts.
  case array([(index: Word?, value: Word)])
}

/// A redirection.
public struct Redirection: Sendable {
  /// The operators.
  public enum Kind: String, Hashable, Sendable {
    /// `<`
    case input = "<"
    /// `>`
    case output = ">"
    /// `>>`
    case append = ">>"
    /// `>|`
    case clobber = ">|"
    /// `<>`
    case readWrite = "<>"
    /// `<&`
    case duplicateInput = "<&"
    /// `>&`
    case duplicateOutput = ">&"
    /// `&>`
    case both = "&>"
    /// `&>>`
    case appendBoth = "&>>"
    /// `<<<`
    case hereString = "<<<"
    /// `<<` and `<<-`
    case hereDocument = "<<"

    /// Whether standard input is meant when no descriptor is named.
    public var isInput: Bool {
      switch self {
      case .input, .readWrite, .duplicateInput, .hereString, .hereDocument: return true
      case .output, .append, .clobber, .duplicateOutput, .both, .appendBoth: return false
      }
    }
  }

  /// The operator.
  public var kind: Kind
  /// The descriptor that is redirected; nil when `{name}` lets the shell choose one.
  public var descriptor: Int?
  /// The variable of `{name}>file`.
  public var variable: String?
  /// The file, or the text of a here-string; the delimiter of a here-document.
  public var target: Word
  /// Which of the text's here-documents this is.
  public var slot: Int?
  /// The bytes that it stands in.
  public var span: SourceSpan
}
