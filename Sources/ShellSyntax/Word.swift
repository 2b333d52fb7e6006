public import SourceText

/// A word: parts side by side.
public struct Word: Sendable {
  /// The parts in order; none for an empty value.
  public let parts: [WordPart]
  /// The bytes that it stands in.
  public let span: SourceSpan
  /// Whether an expansion is among the parts. It is asked of nearly every word, and most have none.
  public let hasExpansion: Bool

  /// A word.
  public init(parts: [WordPart], span: SourceSpan) {
    self.parts = parts
    self.span = span
    let parts = parts.span
    var hasExpansion = false
    for index in parts.indices where !parts[index].isText { hasExpansion = true }
    self.hasExpansion = hasExpansion
  }

  /// A word of characters alone.
  init(text: WordPart, span: SourceSpan) {
    parts = [text]
    self.span = span
    hasExpansion = false
  }
}

/// A part of a word.
public struct WordPart: Sendable {
  /// The kinds of part. Characters are a slice of the text that was read, where they stand in it as they are.
  public enum Kind: Sendable {
    /// Characters outside quotes: globs, braces and tildes in them are special.
    case bare(ArraySlice<UInt8>)
    /// Characters that quotes or a backslash made literal.
    case quoted(ArraySlice<UInt8>)
    /// `$name`, `${…}`
    case parameter(Parameter)
    /// `$(…)` or backquotes.
    indirect case command(Script, isBackquote: Bool)
    /// `<(…)`, `>(…)`
    indirect case process(Script)
    /// `$((…))`, `$[…]`: the text with its own expansions.
    indirect case arithmetic(Word)
  }

  /// The kind.
  public var kind: Kind
  /// Whether double quotes surround it, so that its value is not split.
  public var isQuoted: Bool
  /// The bytes that it stands in.
  public var span: SourceSpan

  /// Whether it is characters, not an expansion.
  public var isText: Bool {
    switch kind {
    case .bare, .quoted: return true
    case .parameter, .command, .process, .arithmetic: return false
    }
  }

  /// Whether it is `<(…)` or `>(…)`.
  public var isProcess: Bool {
    if case .process = kind { return true }
    return false
  }

  /// A part.
  public init(kind: Kind, isQuoted: Bool, span: SourceSpan) {
    self.kind = kind
    self.isQuoted = isQuoted
    self.span = span
  }
}

/// A parameter expansion.
public final class Parameter: Sendable {
  /// What is done with the value.
  public enum Operation: Hashable, Sendable {
    /// Nothing.
    case value
    /// `${#name}`
    case length
    /// `${!name}`: the value of the variable that it names.
    case indirect
    /// `${!prefix*}` and `${!name[@]}`: names, not values.
    case names
    /// `:-`, `-`
    case defaultValue
    /// `:=`, `=`: assigns.
    case assignDefault
    /// `:?`, `?`
    case orError
    /// `:+`, `+`
    case alternative
    /// `#`, `##`, `%`, `%%`
    case trim
    /// `/`, `//`, `/#`, `/%`
    case replace
    /// `:offset:length`: arithmetic.
    case substring
    /// `^`, `^^`, `,`, `,,`
    case changeCase
    /// `@X`, with the letter.
    case transform(UInt8)
  }

  /// The name: letters, a number or one special character.
  public let name: String
  /// The subscript, if there is one.
  public let index: Word?
  /// What is done.
  public let operation: Operation
  /// Whether `!` stands before the name beside another operation.
  public let isIndirect: Bool
  /// The operand.
  public let operand: Word?

  init(name: String, index: Word?, operation: Operation, isIndirect: Bool, operand: Word?) {
    self.name = name
    self.index = index
    self.operation = operation
    self.isIndirect = isIndirect
    self.operand = operand
  }
}

extension Word {
  /// The word's one value, when no expansion can change it: what a shell makes of it after quote removal, as `ByteText`.
  ///
  /// Bare characters that are special (globs, brace expansions, a leading tilde) make it nil.
  public func literal(_ dialect: Dialect) -> String? {
    if let text = plainText { return text }
    return literalBytes(dialect).map { ByteText.string($0) }
  }

  /// The characters of a word of one part in which nothing could be special; nil for all others.
  public var plainSlice: ArraySlice<UInt8>? {
    guard parts.count == 1 else { return nil }
    switch parts[0].kind {
    case .quoted(let text): return text
    case .bare(let text):
      for byte in text {
        switch byte {
        case 0x2A, 0x3F, 0x5B, 0x7B, 0x7E: return nil
        default: break
        }
      }
      return text
    case .parameter, .command, .process, .arithmetic: return nil
    }
  }

  /// The text of `plainSlice`, as `ByteText`.
  public var plainText: String? { plainSlice.map { ByteText.string($0) } }

  /// Whether a byte stands among the characters of a word.
  public func hasText(_ byte: UInt8) -> Bool {
    let parts = parts.span
    for index in parts.indices {
      switch parts[index].kind {
      case .bare(let text), .quoted(let text): if text.contains(byte) { return true }
      case .parameter, .command, .process, .arithmetic: break
      }
    }
    return false
  }

  /// The bytes of `literal`.
  public func literalBytes(_ dialect: Dialect) -> [UInt8]? {
    guard !hasExpansion, !hasGlob, !hasTilde, dialect == .sh || !hasBraces else { return nil }
    return plainBytes
  }

  /// The characters of a word without expansions, special ones included; nil when there is an expansion.
  public var plainBytes: [UInt8]? {
    guard !hasExpansion else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      switch part.kind {
      case .quoted(let text), .bare(let text): bytes += text
      case .parameter, .command, .process, .arithmetic: return nil
      }
    }
    return bytes
  }

  /// Whether a tilde outside quotes stands first.
  public var hasTilde: Bool {
    if case .bare(let text)? = parts.first?.kind { return text.first == 0x7E }
    return false
  }

  /// Whether `*`, `?` or a bracket pair stands outside quotes.
  public var hasGlob: Bool {
    var isOpen = false
    for part in parts {
      guard case .bare(let text) = part.kind else { continue }
      for byte in text {
        switch byte {
        case 0x2A, 0x3F: return true
        case 0x5B: isOpen = true
        case 0x5D: if isOpen { return true }
        default: break
        }
      }
    }
    return false
  }

  /// Whether braces stand outside quotes that bash may expand: an opening one, a comma or two dots somewhere behind
  /// it, and a closing one behind that. Which of them belong together is not asked here.
  public var hasBraces: Bool {
    var isOpen = false
    var isExpandable = false
    var previous: UInt8 = 0
    for part in parts {
      guard case .bare(let text) = part.kind else {
        previous = 0
        continue
      }
      for byte in text {
        switch byte {
        case 0x7B: isOpen = true
        case 0x7D: if isExpandable { return true }
        case 0x2C: if isOpen { isExpandable = true }
        case 0x2E: if isOpen, previous == 0x2E { isExpandable = true }
        default: break
        }
        previous = byte
      }
    }
    return false
  }
}
